#include "faces/http/content_coding.hpp"

#include <gtest/gtest.h>
#include <zstd.h>

namespace clientele::http {
namespace {

BodyBuffer body_of(std::string_view bytes) {
  BodyBuffer body;
  EXPECT_TRUE(body.append(bytes));
  return body;
}

std::string varied_text(std::size_t size) {
  std::string text;
  for (std::uint64_t i = 1; text.size() < size; ++i) text += std::to_string(i * i * 7919) + ',';
  return text.substr(0, size);
}

ErrorKind failure(Coding coding, std::string_view wire, InflationLimits limits = {},
                  ByteBudget* budget = nullptr) {
  const auto result = inflated(coding, body_of(wire), limits, budget);
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorKind::internal : result.error().kind;
}

TEST(ContentCoding, reads_one_coding_only) {
  EXPECT_EQ(content_coding(std::nullopt), Coding::identity);
  EXPECT_EQ(content_coding("X-GZIP"), Coding::gzip);
  EXPECT_EQ(content_coding(" zstd "), Coding::zstd);
  EXPECT_EQ(content_coding("br"), std::nullopt);
  EXPECT_EQ(content_coding("gzip, gzip"), std::nullopt);
}

TEST(ContentCoding, negotiation_weighs) {
  EXPECT_EQ(negotiated_coding(std::nullopt), Coding::identity);
  EXPECT_EQ(negotiated_coding(""), Coding::identity);
  EXPECT_EQ(negotiated_coding("gzip, deflate, br"), Coding::gzip);
  EXPECT_EQ(negotiated_coding("gzip, zstd"), Coding::zstd);
  EXPECT_EQ(negotiated_coding("gzip;q=0.8, zstd;q=0.5"), Coding::gzip);
  EXPECT_EQ(negotiated_coding("gzip;q=0"), Coding::identity);
  EXPECT_EQ(negotiated_coding("*"), Coding::zstd);
  EXPECT_EQ(negotiated_coding("*;q=0.3, zstd;q=0"), Coding::gzip);
  EXPECT_EQ(negotiated_coding("gzip;q=0.5, identity"), Coding::identity);
  EXPECT_EQ(negotiated_coding("identity;q=0.5, gzip"), Coding::gzip);
  EXPECT_EQ(negotiated_coding("gzip;q=nan, zstd;q="), Coding::identity);
}

TEST(ContentCoding, round_trips_and_gives_the_budget_back) {
  ByteBudget budget(10'000'000);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    for (const std::size_t size : {0U, 1U, 5000U, 65'536U, 1'000'000U}) {
      const std::string text = varied_text(size);
      const auto wire = compressed(coding, text);
      if (!wire) continue;  // nothing gained
      auto result = inflated(coding, body_of(*wire), {}, &budget);
      ASSERT_TRUE(result.ok());
      EXPECT_EQ(result->view(), text);
      EXPECT_GE(budget.used(), size);
    }
    EXPECT_EQ(budget.used(), 0U);
    EXPECT_EQ(compressed(coding, "ab"), std::nullopt);
  }
}

TEST(ContentCoding, reads_concatenated_members_and_frames) {
  const std::string a = varied_text(70'000);
  const std::string b = varied_text(200'000);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    auto result =
        inflated(coding, body_of(*compressed(coding, a) + *compressed(coding, b)), {}, nullptr);
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->view(), a + b);
  }
}

TEST(ContentCoding, streams_read_back) {
  StreamCompressor compressor;
  std::string wire;
  std::string text;
  for (int i = 0; i < 100; ++i) {
    text += varied_text(5000);
    compressor.append(wire, varied_text(5000), false);
  }
  compressor.append(wire, "", true);
  auto result = inflated(Coding::zstd, body_of(wire), {}, nullptr);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->view(), text);
}

TEST(ContentCoding, limits_hold_to_the_byte) {
  const std::string text = varied_text(100'000);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string wire = *compressed(coding, text);
    EXPECT_TRUE(inflated(coding, body_of(wire), {.bytes = 100'000}, nullptr).ok());
    EXPECT_EQ(failure(coding, wire, {.bytes = 99'999}), ErrorKind::too_large);
    ByteBudget small(90'000);
    EXPECT_EQ(failure(coding, wire, {}, &small), ErrorKind::overloaded);
    EXPECT_EQ(small.used(), 0U);
  }
}

TEST(ContentCoding, bombs_fail_on_their_ratio) {
  const std::string zeros(15'000'000, '\0');
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string wire = *compressed(coding, zeros);
    ASSERT_LT(wire.size() * 200, zeros.size());
    ByteBudget budget(1 << 30);
    EXPECT_EQ(failure(coding, wire, {}, &budget), ErrorKind::too_large);
    EXPECT_TRUE(inflated(coding, body_of(wire), {.ratio = 100'000}, nullptr).ok());
  }
}

TEST(ContentCoding, damage_is_invalid_input) {
  const std::string text = varied_text(100'000);
  for (const Coding coding : {Coding::gzip, Coding::zstd}) {
    const std::string wire = *compressed(coding, text);
    for (std::size_t cut = 0; cut < wire.size(); cut += 1 + cut / 3) {
      EXPECT_EQ(failure(coding, wire.substr(0, cut)), ErrorKind::invalid_input) << cut;
    }
    EXPECT_EQ(failure(coding, wire + "garbage"), ErrorKind::invalid_input);
    std::string flipped = wire;
    flipped[0] = static_cast<char>(flipped[0] ^ 1);
    EXPECT_EQ(failure(coding, flipped), ErrorKind::invalid_input);
  }
  std::string lying = *compressed(Coding::gzip, text);
  lying.replace(lying.size() - 4, 4, "\xff\xff\xff\xff");  // announces 4 GB
  const auto kind = failure(Coding::gzip, lying);
  EXPECT_EQ(kind, ErrorKind::invalid_input);
}

TEST(ContentCoding, wide_zstd_windows_are_refused) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 25);
  ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  const std::string text = varied_text(1000);
  std::string wire(10'000, '\0');
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  ZSTD_outBuffer out{wire.data(), wire.size(), 0};
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_continue);
  ZSTD_compressStream2(context, &out, &in, ZSTD_e_end);
  ZSTD_freeCCtx(context);
  EXPECT_EQ(failure(Coding::zstd, std::string_view(wire).substr(0, out.pos)),
            ErrorKind::invalid_input);
}

}  // namespace
}  // namespace clientele::http
