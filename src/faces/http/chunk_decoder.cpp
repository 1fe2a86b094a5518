#include "faces/http/chunk_decoder.hpp"

#include <algorithm>

namespace clientele::http {
namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool is_extension_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || byte == '\t';
}

}  // namespace

void ChunkDecoder::expect(char c, char wanted, Expect next) {
  if (c == wanted) {
    expect_ = next;
  } else {
    state_ = State::bad;
  }
}

void ChunkDecoder::take_size(char c) {
  const int digit = hex_digit(c);
  if (digit >= 0) {
    if (size_ >> 56 != 0) state_ = State::bad;  // no body is that long
    size_ = size_ * 16 + static_cast<std::uint64_t>(digit);
    expect_ = Expect::digits;
    return;
  }
  const bool ends = expect_ == Expect::digits && (c == '\r' || c == ';');
  if (!ends) state_ = State::bad;
  extension_ = 0;
  expect_ = c == '\r' ? Expect::size_lf : Expect::extension;
}

void ChunkDecoder::take(char c) {
  switch (expect_) {
    case Expect::first_digit:
    case Expect::digits:
      return take_size(c);
    case Expect::extension:
      if (c == '\r') {
        expect_ = Expect::size_lf;
      } else if (!is_extension_byte(c) || ++extension_ > kMaxExtension) {
        state_ = State::bad;
      }
      return;
    case Expect::size_lf:
      return expect(c, '\n', size_ == 0 ? Expect::end_cr : Expect::data);
    case Expect::data_cr:
      return expect(c, '\r', Expect::data_lf);
    case Expect::data_lf:
      return expect(c, '\n', Expect::first_digit);
    case Expect::end_cr:
      if (c != '\r') state_ = State::trailer;
      expect_ = Expect::end_lf;
      return;
    case Expect::end_lf:
      state_ = c == '\n' ? State::done : State::bad;
      return;
    case Expect::data:
      return;
  }
}

ChunkDecoder::Step ChunkDecoder::next(std::string_view input) {
  Step step;
  while (state_ == State::more && step.consumed < input.size()) {
    if (expect_ != Expect::data) {
      take(input[step.consumed++]);
      continue;
    }
    const auto part = std::min<std::uint64_t>(size_, input.size() - step.consumed);
    step.payload = input.substr(step.consumed, part);
    step.consumed += part;
    size_ -= part;
    if (size_ == 0) expect_ = Expect::data_cr;
    return step;
  }
  return step;
}

}  // namespace clientele::http
