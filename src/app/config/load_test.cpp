#include "app/config/load.hpp"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "app/config/settings.hpp"

namespace clientele::app {
namespace {

class ConfigTest : public testing::Test {
 protected:
  ConfigTest() {
    std::string form = (std::filesystem::temp_directory_path() / "clientele_XXXXXX").string();
    folder_ = ::mkdtemp(form.data());
    sources_.environment = {{"HOME", folder_}};
    sources_.processors = 6;
  }
  ~ConfigTest() override { std::filesystem::remove_all(folder_); }

  // Gives the configuration file its content; messages name it as FILE.
  void file(const std::string& text) {
    sources_.file = folder_ + "/clientele.toml";
    std::ofstream(*sources_.file) << text;
  }
  void environment(const std::string& name, const std::string& text) {
    sources_.environment[name] = text;
  }
  void flag(const std::string& name, const std::string& text) {
    sources_.flags.push_back({name, text});
  }
  LoadedConfig load() {
    Result<LoadedConfig> loaded = load_config(sources_);
    if (!loaded.ok()) {
      ADD_FAILURE() << loaded.error().detail;
      for (const Fault& fault : loaded.error().faults) ADD_FAILURE() << fault.detail;
      return {};
    }
    return std::move(loaded).value();
  }
  Error refusal() {
    Result<LoadedConfig> loaded = load_config(sources_);
    EXPECT_FALSE(loaded.ok());
    return loaded.ok() ? Error{} : std::move(loaded).error();
  }
  // The one fault's text.
  std::string only_fault() {
    const Error error = refusal();
    EXPECT_EQ(error.kind, ErrorKind::bad_configuration);
    EXPECT_EQ(error.fault_total, 1u);
    if (error.faults.empty()) return error.detail;
    std::string text = error.faults.front().detail;
    if (sources_.file) {
      const auto at = text.find(*sources_.file);
      if (at != std::string::npos) text.replace(at, sources_.file->size(), "FILE");
    }
    return text;
  }

  std::string folder_;
  ConfigSources sources_;
};

TEST_F(ConfigTest, DefaultsNeedNoSource) {
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.file, "");
  EXPECT_EQ(loaded.config.http.address, "127.0.0.1");
  EXPECT_EQ(loaded.config.http.port, 8080u);
  EXPECT_EQ(loaded.config.http.compute_threads, 6u);
  EXPECT_EQ(loaded.config.http.max_body_bytes, 20u * 1024 * 1024);
  EXPECT_EQ(loaded.config.store.path, folder_ + "/.local/share/clientele/store.sqlite");
  EXPECT_EQ(loaded.config.log.level, "info");
  EXPECT_EQ(loaded.origin_of("http.port"), "default");
  EXPECT_EQ(loaded.origin_of("http.nothing"), "");
}

TEST_F(ConfigTest, FlagBeatsEnvironmentBeatsFileBeatsDefault) {
  file("[http]\nport = 1001\nqueue_length = 11\nidle_seconds = 21\n");
  environment("CLIENTELE_HTTP_PORT", "1002");
  environment("CLIENTELE_HTTP_QUEUE_LENGTH", "12");
  flag("http.port", "1003");
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.config.http.port, 1003u);
  EXPECT_EQ(loaded.config.http.queue_length, 12u);
  EXPECT_EQ(loaded.config.http.idle_seconds, 21.0);
  EXPECT_EQ(loaded.config.http.header_seconds, 10.0);
  EXPECT_EQ(loaded.origin_of("http.port"), "flag --http-port");
  EXPECT_EQ(loaded.origin_of("http.queue_length"), "environment CLIENTELE_HTTP_QUEUE_LENGTH");
  EXPECT_EQ(loaded.origin_of("http.idle_seconds"), "file " + *sources_.file + ":4");
  EXPECT_EQ(loaded.origin_of("http.header_seconds"), "default");
}

TEST_F(ConfigTest, TheUsualFileIsReadWhenItExists) {
  std::filesystem::create_directories(folder_ + "/.config/clientele");
  std::ofstream(folder_ + "/.config/clientele/config.toml") << "http.port = 1001\n";
  EXPECT_EQ(load().config.http.port, 1001u);
  std::filesystem::create_directories(folder_ + "/xdg/clientele");
  std::ofstream(folder_ + "/xdg/clientele/config.toml") << "http.port = 1002\n";
  environment("XDG_CONFIG_HOME", folder_ + "/xdg");
  EXPECT_EQ(load().config.http.port, 1002u);
  std::ofstream(folder_ + "/named.toml") << "http.port = 1003\n";
  environment("CLIENTELE_CONFIG", folder_ + "/named.toml");
  EXPECT_EQ(load().config.http.port, 1003u);
  file("http.port = 1004\n");
  EXPECT_EQ(load().config.http.port, 1004u);
}

TEST_F(ConfigTest, XdgFoldersMustBeAbsolute) {
  environment("XDG_DATA_HOME", "relative");
  EXPECT_EQ(load().config.store.path, folder_ + "/.local/share/clientele/store.sqlite");
  environment("XDG_DATA_HOME", "/data");
  EXPECT_EQ(load().config.store.path, "/data/clientele/store.sqlite");
}

TEST_F(ConfigTest, WithoutAHomeTheStoreMustBeNamed) {
  sources_.environment.clear();
  EXPECT_EQ(only_fault(),
            "store.path must be set, because neither XDG_DATA_HOME nor HOME says where the data of "
            "this user lies");
  environment("CLIENTELE_STORE_PATH", "/var/lib/clientele/store.sqlite");
  EXPECT_EQ(load().config.store.path, "/var/lib/clientele/store.sqlite");
}

TEST_F(ConfigTest, EmptyVariablesCountAsNotSet) {
  environment("CLIENTELE_HTTP_PORT", "");
  EXPECT_EQ(load().config.http.port, 8080u);
}

TEST_F(ConfigTest, TheVariableOfTheBenchmarksIsNotASetting) {
  environment("CLIENTELE_DATA", "/data");
  EXPECT_EQ(load().config.http.port, 8080u);
  environment("CLIENTELE_DATUM", "/data");
  EXPECT_EQ(
      only_fault(),
      "there is no setting \"CLIENTELE_DATUM\" (environment); clientele config lists them all");
}

TEST_F(ConfigTest, EveryFormOfANumberInTomlIsRead) {
  file(
      "[http]\nport = 0x1F90\nheader_seconds = 3\nidle_seconds = 0.1\nmax_body_bytes = "
      "1_000_000\n");
  const Config config = load().config;
  EXPECT_EQ(config.http.port, 8080u);
  EXPECT_EQ(config.http.header_seconds, 3.0);
  EXPECT_EQ(config.http.idle_seconds, 0.1);
  EXPECT_EQ(config.http.max_body_bytes, 1'000'000u);
}

TEST_F(ConfigTest, RowLimitsComeFromEverySource) {
  file("[limits]\nconcurrency = 3\n[limits.rows]\nnps = 10\nchurn_risk = 20\nuplift = 30\n");
  environment("CLIENTELE_LIMITS_ROWS_CHURN_RISK", "21");
  environment("CLIENTELE_LIMITS_ROWS_UPLIFT", "31");
  flag("limits.rows", "uplift=32");
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.config.limits.concurrency, 3u);
  EXPECT_EQ(loaded.config.row_limits, (std::map<std::string, std::uint64_t>{
                                          {"churn_risk", 21}, {"nps", 10}, {"uplift", 32}}));
  EXPECT_EQ(loaded.origin_of("limits.rows.uplift"), "flag --limits-rows");
  EXPECT_EQ(loaded.origin_of("limits.rows.churn_risk"),
            "environment CLIENTELE_LIMITS_ROWS_CHURN_RISK");
}

TEST_F(ConfigTest, TenantsOverrideWhatTheyName) {
  file(
      "limits.requests_per_minute = 100\n"
      "[tenants.acme]\nrequests_per_minute = 5\n"
      "[tenants.\"shop.example\"]\nconcurrency = 0\n");
  flag("limits.concurrency", "7");
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.config.tenants.at("acme"),
            (TenantLimits{.requests_per_minute = 5, .concurrency = 7}));
  EXPECT_EQ(loaded.config.tenants.at("shop.example"),
            (TenantLimits{.requests_per_minute = 100, .concurrency = 0}));
}

struct Mistake {
  std::string source;
  std::string given;
  std::string message;
};

TEST_F(ConfigTest, EveryMistakeInAFileIsNamed) {
  const std::vector<Mistake> mistakes{
      {"out of range", "[http]\nport = 70000",
       "http.port must be a whole number from 0 to 65535, not 70000 (file FILE:2)"},
      {"negative", "http.port = -1",
       "http.port must be a whole number from 0 to 65535, not -1 (file FILE:1)"},
      {"fraction", "http.port = 80.5",
       "http.port must be a whole number from 0 to 65535, not 80.5 (file FILE:1)"},
      {"text for a number", "http.port = \"8080\"",
       "http.port must be a whole number from 0 to 65535, not \"8080\" (file FILE:1)"},
      {"number for a text", "log.level = 3",
       "log.level must be one of debug, info, warning, error, not 3 (file FILE:1)"},
      {"unknown word", "log.level = \"loud\"",
       "log.level must be one of debug, info, warning, error, not \"loud\" (file FILE:1)"},
      {"list", "http.port = [1, 2]",
       "http.port must be a whole number from 0 to 65535, not a value of type array (file "
       "FILE:1)"},
      {"table", "[http.port]\nfirst = 1",
       "http.port must be a whole number from 0 to 65535, not a value of type table (file "
       "FILE:1)"},
      {"host name", "http.address = \"localhost\"",
       "http.address must be an IPv4 or IPv6 address, not \"localhost\" (file FILE:1)"},
      {"not a number", "http.idle_seconds = nan",
       "http.idle_seconds must be a number from 0.1 to 86400, not nan (file FILE:1)"},
      {"infinite", "http.idle_seconds = inf",
       "http.idle_seconds must be a number from 0.1 to 86400, not inf (file FILE:1)"},
      {"home", "store.path = \"~/store\"",
       "store.path must be a path without ~ and control characters, not \"~/store\" (file "
       "FILE:1)"},
      {"control character", "log.file = \"a\\u0000b\"",
       "log.file must be empty or a path without ~ and control characters, not \"a\\u0000b\" "
       "(file FILE:1)"},
      {"misspelt", "[http]\nprot = 80",
       "there is no setting \"http.prot\" (file FILE:2); did you mean http.port?"},
      {"misspelt table", "[htpp]\nport = 80",
       "there is no setting \"htpp.port\" (file FILE:2); did you mean http.port?"},
      {"unknown", "colour = 1",
       "there is no setting \"colour\" (file FILE:1); clientele config lists them all"},
      {"unknown empty table", "[report]",
       "there is no setting \"report\" (file FILE:1); clientele config lists them all"},
      {"value for a table", "http = 80",
       "there is no setting \"http\" (file FILE:1); clientele config lists them all"},
      {"value for the tenants", "tenants = 3",
       "there is no setting \"tenants\" (file FILE:1); clientele config lists them all"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.source);
    file(mistake.given);
    EXPECT_EQ(only_fault(), mistake.message);
  }
}

TEST_F(ConfigTest, EveryMistakeInLimitsIsNamed) {
  const std::vector<Mistake> mistakes{
      {"row limit of nothing", "limits.rows.nps = 0",
       "limits.rows.nps must be a whole number from 1 to 1000000000000, not 0 (file FILE:1)"},
      {"row limit as text", "limits.rows.nps = \"many\"",
       "limits.rows.nps must be a whole number from 1 to 1000000000000, not \"many\" (file "
       "FILE:1)"},
      {"row limit's name", "[limits.rows]\n\"a b\" = 1",
       "\"limits.rows.a b\": names of row limits are lower-case letters, digits and underscores "
       "(file FILE:2)"},
      {"tenant's limit", "tenants.acme.concurrency = -1",
       "tenants.\"acme\".concurrency must be a whole number from 0 to 1000000000, not -1 (file "
       "FILE:1)"},
      {"tenant's unknown limit", "tenants.acme.speed = 1",
       "tenants.\"acme\".speed: a tenant has the settings requests_per_minute and concurrency "
       "only (file FILE:1)"},
      {"tenant without a table", "tenants.acme = 1",
       "tenants.\"acme\" must be a table with requests_per_minute and concurrency (file FILE:1)"},
      {"contradiction", "http.max_body_bytes = 2000000\nhttp.memory_budget_bytes = 1000000",
       "http.max_body_bytes must not be more than http.memory_budget_bytes, or no longest body "
       "could ever be accepted: 2000000 (file FILE:1) > 1000000 (file " +
           folder_ + "/clientele.toml:2)"},
      {"long text", "log.level = \"" + std::string(5000, 'x') + "\"",
       "log.level must be one of debug, info, warning, error, not \"" + std::string(60, 'x') +
           "...\" (file FILE:1)"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.source);
    file(mistake.given);
    EXPECT_EQ(only_fault(), mistake.message);
  }
}

TEST_F(ConfigTest, EveryMistakeInTheEnvironmentIsNamed) {
  const std::vector<Mistake> mistakes{
      {"CLIENTELE_HTTP_PORT", "http",
       "http.port must be a whole number from 0 to 65535, not \"http\" (environment "
       "CLIENTELE_HTTP_PORT)"},
      {"CLIENTELE_HTTP_PORT", "80 ",
       "http.port must be a whole number from 0 to 65535, not \"80 \" (environment "
       "CLIENTELE_HTTP_PORT)"},
      {"CLIENTELE_HTTP_PORT", "18446744073709551616",
       "http.port must be a whole number from 0 to 65535, not \"18446744073709551616\" "
       "(environment CLIENTELE_HTTP_PORT)"},
      {"CLIENTELE_HTTP_PROT", "80",
       "there is no setting \"CLIENTELE_HTTP_PROT\" (environment); did you mean "
       "CLIENTELE_HTTP_PORT?"},
      {"CLIENTELE_TENANTS_ACME_CONCURRENCY", "1",
       "there is no setting \"CLIENTELE_TENANTS_ACME_CONCURRENCY\" (environment); clientele config "
       "lists them all"},
      {"CLIENTELE_LIMITS_ROWS_NPS", "-5",
       "limits.rows.nps must be a whole number from 1 to 1000000000000, not \"-5\" (environment "
       "CLIENTELE_LIMITS_ROWS_NPS)"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.source);
    environment(mistake.source, mistake.given);
    EXPECT_EQ(only_fault(), mistake.message);
    sources_.environment.erase(mistake.source);
  }
}

TEST_F(ConfigTest, EveryMistakeInAFlagIsNamed) {
  const std::vector<Mistake> mistakes{
      {"http.idle_seconds", "soon",
       "http.idle_seconds must be a number from 0.1 to 86400, not \"soon\" (flag "
       "--http-idle-seconds)"},
      {"http.prot", "80", "there is no setting \"--http-prot\" (flag); did you mean --http-port?"},
      {"limits.rows", "nps",
       "limits.rows.nps must be a whole number from 1 to 1000000000000, not \"\" (flag "
       "--limits-rows)"},
      {"limits.rows", "",
       "\"limits.rows.\": names of row limits are lower-case letters, digits and underscores (flag "
       "--limits-rows)"},
      {"pepper", "a secret that must not be a flag because others see it",
       "there is no setting \"--pepper\" (flag); clientele config lists them all"},
  };
  for (const Mistake& mistake : mistakes) {
    SCOPED_TRACE(mistake.source);
    sources_.flags = {{mistake.source, mistake.given}};
    EXPECT_EQ(only_fault(), mistake.message);
  }
}

TEST_F(ConfigTest, AllMistakesAreReportedEvenWhereAStrongerSourceIsRight) {
  file("[http]\nport = 70000\nprot = 1\n[log]\nlevel = \"loud\"\n");
  flag("http.port", "80");
  flag("http.queue_length", "-1");
  const Error error = refusal();
  EXPECT_EQ(error.fault_total, 4u);
  EXPECT_EQ(error.detail, "4 settings cannot be used");
  std::string names;
  for (const Fault& fault : error.faults) names += fault.pointer + " ";
  EXPECT_EQ(names, "http.port http.prot log.level http.queue_length ");
}

TEST_F(ConfigTest, AFileThatIsNotTomlSaysWhere) {
  file("[http]\nport = \n");
  Error error = refusal();
  EXPECT_EQ(error.kind, ErrorKind::bad_configuration);
  EXPECT_TRUE(error.detail.starts_with("the configuration file " + *sources_.file +
                                       " is not TOML: line 2, column "))
      << error.detail;
  file("http.port = 1\nhttp.port = 2\n");
  EXPECT_NE(refusal().detail.find("line 2"), std::string::npos);
  file(std::string("a = \"\xff\xfe\"\n"));
  EXPECT_EQ(refusal().kind, ErrorKind::bad_configuration);
  file("a = " + std::string(100'000, '['));
  EXPECT_EQ(refusal().kind, ErrorKind::bad_configuration);
}

TEST_F(ConfigTest, AFileThatCannotBeReadSaysWhy) {
  sources_.file = folder_ + "/none.toml";
  EXPECT_EQ(refusal().kind, ErrorKind::file_error);
  EXPECT_EQ(refusal().detail, "the configuration file " + *sources_.file +
                                  " cannot be read: No such file or directory");
  sources_.file = folder_;
  EXPECT_EQ(refusal().kind, ErrorKind::file_error);
  file(std::string(1'000'001, '#'));
  EXPECT_NE(refusal().detail.find("longer than 1 MB"), std::string::npos);
  file("");
  EXPECT_EQ(load().config.http.port, 8080u);
}

TEST_F(ConfigTest, SecretsAreNeverRepeated) {
  const std::string secret = "correct horse battery staple and more";
  environment("CLIENTELE_PEPPER", secret);
  const LoadedConfig loaded = load();
  EXPECT_EQ(loaded.config.pepper, secret);
  const std::string printed = print_config(loaded);
  EXPECT_EQ(printed.find("horse"), std::string::npos);
  EXPECT_NE(printed.find("# pepper is not shown"), std::string::npos);
  EXPECT_NE(printed.find("# environment CLIENTELE_PEPPER"), std::string::npos);
  environment("CLIENTELE_PEPPER", "hunter2");
  EXPECT_EQ(only_fault(),
            "pepper must be empty or at least 32 random characters (openssl rand -hex 32), not "
            "what was given (environment CLIENTELE_PEPPER)");
}

TEST_F(ConfigTest, ThePrintedFormIsAFileThatGivesTheSameConfiguration) {
  file(
      "http.idle_seconds = 0.1\nlog.file = \"/tmp/a \\\"b\\\" \\\\c.log\"\n"
      "[limits.rows]\nnps = 10\n[tenants.\"shop.example\"]\nconcurrency = 3\n");
  environment("CLIENTELE_HTTP_ADDRESS", "::1");
  const LoadedConfig first = load();
  const std::string printed = print_config(first);
  sources_ = {};
  file(printed);
  const LoadedConfig second = load();
  EXPECT_EQ(second.config, first.config) << printed;
}

TEST_F(ConfigTest, ThePrintedFormNamesEverySettingAndItsOrigin) {
  flag("http.port", "9000");
  const std::string printed = print_config(load());
  for (const Setting& setting : settings()) {
    EXPECT_NE(printed.find(std::string(setting.name)), std::string::npos) << setting.name;
  }
  std::istringstream lines(printed);
  std::string line;
  bool seen = false;
  while (std::getline(lines, line)) {
    EXPECT_NE(line.find("  # "), std::string::npos) << line;
    seen = seen || (line.starts_with("http.port = 9000 ") && line.ends_with("# flag --http-port"));
  }
  EXPECT_TRUE(seen);
}

TEST_F(ConfigTest, TheProgramsEnvironmentHoldsOnlyWhatMatters) {
  ::setenv("CLIENTELE_HTTP_PORT", "1=2", 1);
  ::setenv("SOME_OTHER_SECRET", "x", 1);
  const auto environment = program_environment();
  ::unsetenv("CLIENTELE_HTTP_PORT");
  EXPECT_EQ(environment.at("CLIENTELE_HTTP_PORT"), "1=2");
  EXPECT_EQ(environment.count("SOME_OTHER_SECRET"), 0u);
  EXPECT_EQ(environment.count("PATH"), 0u);
}

}  // namespace
}  // namespace clientele::app
