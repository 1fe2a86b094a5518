#include "faces/http/chunk_decoder.hpp"

#include <gtest/gtest.h>

#include <string>

namespace clientele::http {
namespace {

struct Decoded {
  ChunkDecoder::State state;
  std::string body;
  std::size_t consumed;
};

// Feeds `input` in pieces of `step` bytes.
Decoded decode(std::string_view input, std::size_t step) {
  ChunkDecoder decoder;
  Decoded decoded{ChunkDecoder::State::more, {}, 0};
  while (decoded.consumed < input.size() && decoder.state() == ChunkDecoder::State::more) {
    const auto piece = decoder.next(input.substr(decoded.consumed, step));
    decoded.body += piece.payload;
    decoded.consumed += piece.consumed;
  }
  decoded.state = decoder.state();
  return decoded;
}

TEST(ChunkDecoder, joins_chunks_at_any_cut) {
  const std::string input = "5\r\nhello\r\n1;a=\"b c\"\r\n \r\n0005 \r\n";
  const std::string body =
      "5\r\nhello\r\n1;a=\"b c\"\r\n \r\n00000000000000A\r\n0123456789\r\n000\r\n\r\nGET";
  for (std::size_t step = 1; step <= body.size(); ++step) {
    const auto decoded = decode(body, step);
    EXPECT_EQ(decoded.state, ChunkDecoder::State::done);
    EXPECT_EQ(decoded.body, "hello 0123456789");
    EXPECT_EQ(decoded.consumed, body.size() - 3);  // the next request is left alone
    EXPECT_EQ(decode(input, step).state, ChunkDecoder::State::bad);
  }
}

TEST(ChunkDecoder, is_strict) {
  for (const char* bad : {"\r\n", "g\r\n", "-1\r\n", "0x5\r\n", "5\nhello", "5\rhello", "5 \r\n",
                          "5\r\nhello0\r\n", "5\r\nhelloAXX", "5\r\nhello\n", "5;a\nb\r\n",
                          "5;a\rb", "fffffffffffffffff\r\n", "0\r\n\rX", ";a\r\n"}) {
    EXPECT_EQ(decode(bad, 100).state, ChunkDecoder::State::bad) << bad;
  }
  EXPECT_EQ(decode("0\r\nX-Secret: a\r\n\r\n", 100).state, ChunkDecoder::State::trailer);
  EXPECT_EQ(decode("5;" + std::string(256, 'a') + "\r\n", 100).state, ChunkDecoder::State::more);
  EXPECT_EQ(decode("5;" + std::string(257, 'a') + "\r\n", 100).state, ChunkDecoder::State::bad);
}

}  // namespace
}  // namespace clientele::http
