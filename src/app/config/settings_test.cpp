#include "app/config/settings.hpp"

#include <gtest/gtest.h>

#include <set>

namespace clientele::app {
namespace {

const void* member_of(const Setting& setting, Config& config) {
  return std::visit([&](const auto& kind) -> const void* { return &kind.member(config); },
                    setting.kind);
}

TEST(Settings, EveryMemberOfTheConfigurationHasExactlyOneSetting) {
  Config config;
  // A member added to a struct without a name here does not compile.
  auto& [http, store, compute, log, report, pepper, limits, tenants, row_limits] = config;
  auto& [address, port, io_threads, compute_threads, queue_length, max_connections,
         max_connections_per_address, max_header_bytes, max_header_fields, max_body_bytes,
         max_inflation_ratio, memory_budget_bytes, header_seconds, idle_seconds, request_seconds,
         pace_grace_seconds, pace_bytes_per_second, pace_large_bytes_per_second, stop_seconds] =
      http;
  auto& [path, key_overlap_hours, model_days, model_bytes_per_tenant] = store;
  auto& [threads_per_request] = compute;
  auto& [level, file] = log;
  auto& [llm_url, llm_model, llm_key, llm_key_file, llm_seconds] = report;
  auto& [requests_per_minute, concurrency] = limits;
  const std::set<const void*> members{&address,
                                      &port,
                                      &io_threads,
                                      &compute_threads,
                                      &queue_length,
                                      &max_connections,
                                      &max_connections_per_address,
                                      &max_header_bytes,
                                      &max_header_fields,
                                      &max_body_bytes,
                                      &max_inflation_ratio,
                                      &memory_budget_bytes,
                                      &header_seconds,
                                      &idle_seconds,
                                      &request_seconds,
                                      &pace_grace_seconds,
                                      &pace_bytes_per_second,
                                      &pace_large_bytes_per_second,
                                      &stop_seconds,
                                      &path,
                                      &key_overlap_hours,
                                      &model_days,
                                      &model_bytes_per_tenant,
                                      &threads_per_request,
                                      &level,
                                      &file,
                                      &llm_url,
                                      &llm_model,
                                      &llm_key,
                                      &llm_key_file,
                                      &llm_seconds,
                                      &requests_per_minute,
                                      &concurrency,
                                      &pepper};
  std::set<const void*> declared;
  for (const Setting& setting : settings()) {
    EXPECT_TRUE(declared.insert(member_of(setting, config)).second) << setting.name;
  }
  EXPECT_EQ(declared, members);
  EXPECT_TRUE(tenants.empty() && row_limits.empty());
}

TEST(Settings, NamesAreUniqueInEverySpelling) {
  std::set<std::string> names, variables, flags;
  for (const Setting& setting : settings()) {
    EXPECT_TRUE(names.insert(std::string(setting.name)).second) << setting.name;
    EXPECT_TRUE(variables.insert(environment_name(setting.name)).second) << setting.name;
    EXPECT_TRUE(flags.insert(flag_name(setting.name)).second) << setting.name;
    EXPECT_EQ(find_setting(setting.name), &setting);
  }
  EXPECT_EQ(environment_name("http.max_body_bytes"), "CLIENTELE_HTTP_MAX_BODY_BYTES");
  EXPECT_EQ(flag_name("http.max_body_bytes"), "--http-max-body-bytes");
  EXPECT_EQ(find_setting("http"), nullptr);
}

TEST(Settings, EachSaysWhatItIsInOneSentence) {
  for (const Setting& setting : settings()) {
    EXPECT_TRUE(setting.sentence.ends_with('.')) << setting.name;
    EXPECT_GT(setting.sentence.size(), 20u) << setting.name;
    EXPECT_FALSE(rule_of(setting).empty()) << setting.name;
  }
}

TEST(Settings, BoundsAreAcceptedAndWhatLiesBeyondIsNot) {
  for (const Setting& setting : settings()) {
    Config config;
    if (const auto* const whole = std::get_if<WholeNumber>(&setting.kind)) {
      EXPECT_TRUE(assign(setting, std::to_string(whole->minimum), config)) << setting.name;
      EXPECT_EQ(whole->member(config), whole->minimum);
      EXPECT_TRUE(assign(setting, std::to_string(whole->maximum), config)) << setting.name;
      EXPECT_FALSE(assign(setting, std::to_string(whole->maximum + 1), config)) << setting.name;
      if (whole->minimum > 0) {
        EXPECT_FALSE(assign(setting, std::to_string(whole->minimum - 1), config)) << setting.name;
      }
      EXPECT_EQ(whole->member(config), whole->maximum);
      EXPECT_EQ(value_text(setting, config), std::to_string(whole->maximum));
    } else if (const auto* const decimal = std::get_if<Decimal>(&setting.kind)) {
      EXPECT_TRUE(assign(setting, std::to_string(decimal->minimum), config)) << setting.name;
      EXPECT_TRUE(assign(setting, std::to_string(decimal->maximum), config)) << setting.name;
      EXPECT_FALSE(assign(setting, std::to_string(decimal->maximum * 1.01), config));
      EXPECT_FALSE(assign(setting, std::to_string(decimal->minimum - 0.01), config));
      EXPECT_EQ(decimal->member(config), decimal->maximum);
    } else if (const auto* const choice = std::get_if<Choice>(&setting.kind)) {
      for (const std::string_view word : choice->choices) {
        EXPECT_TRUE(assign(setting, word, config)) << setting.name;
        EXPECT_EQ(value_text(setting, config), word);
      }
    }
    for (const char* const wrong : {"", " ", "1e99", "0x10", "+5", "5 ", "ja", "1,5", "1.2.3"}) {
      if (std::holds_alternative<Text>(setting.kind)) continue;
      EXPECT_FALSE(assign(setting, wrong, config)) << setting.name << " " << wrong;
    }
  }
}

TEST(Settings, AddressesAreLiterals) {
  Config config;
  const Setting& address = *find_setting("http.address");
  for (const char* const right : {"0.0.0.0", "::", "::1", "192.168.1.10"}) {
    EXPECT_TRUE(assign(address, right, config)) << right;
  }
  for (const char* const wrong : {"", "localhost", "1.2.3", "1.2.3.256", "127.0.0.1:80", "[::1]"}) {
    EXPECT_FALSE(assign(address, wrong, config)) << wrong;
  }
}

}  // namespace
}  // namespace clientele::app
