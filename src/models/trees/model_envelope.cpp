#include "models/trees/model_envelope.hpp"

#include <bit>
#include <cstring>
#include <string>

#include "models/trees/byte_stream.hpp"

namespace clientele::trees {
namespace {

constexpr std::uint32_t kMagic = 0x4D544C43;  // "CLTM"
constexpr std::uint16_t kVersion = 1;
constexpr std::size_t kHeader = 24;

// Eight bytes at a time; every step is a bijection of the state, so that no change of a single word
// goes unseen.
std::uint64_t checksum(std::span<const std::byte> bytes) {
  std::uint64_t state = 0x9E3779B97F4A7C15 ^ bytes.size();
  while (!bytes.empty()) {
    std::uint64_t word = 0;
    const std::size_t size = bytes.size() < sizeof(word) ? bytes.size() : sizeof(word);
    std::memcpy(&word, bytes.data(), size);
    state = std::rotl((state ^ word) * 0xD6E8FEB86659FD93, 29);
    bytes = bytes.subspan(size);
  }
  return state ^ state >> 32;
}

}  // namespace

Error broken_model(const char* rule) {
  return {ErrorKind::file_error, std::string("not a usable model: ") + rule, {}, 0, 0};
}

std::vector<std::byte> enveloped(ModelKind kind, std::span<const std::byte> payload) {
  ByteWriter out;
  out.number(kMagic);
  out.number(kVersion);
  out.number(static_cast<std::uint16_t>(kind));
  out.number(static_cast<std::uint64_t>(payload.size()));
  out.number(checksum(payload));
  out.raw(payload);
  return out.take();
}

Result<std::span<const std::byte>> opened(ModelKind kind, std::span<const std::byte> bytes) {
  if (bytes.size() < kHeader) return broken_model("shorter than its header");
  ByteReader header(bytes.first(kHeader));
  if (header.number<std::uint32_t>() != kMagic) return broken_model("no model file");
  if (header.number<std::uint16_t>() != kVersion) return broken_model("another format version");
  if (header.number<std::uint16_t>() != static_cast<std::uint16_t>(kind)) {
    return broken_model("another kind of model");
  }
  const std::span<const std::byte> payload = bytes.subspan(kHeader);
  if (header.number<std::uint64_t>() != payload.size()) return broken_model("cut short");
  if (header.number<std::uint64_t>() != checksum(payload)) {
    return broken_model("its checksum does not match");
  }
  return payload;
}

}  // namespace clientele::trees
