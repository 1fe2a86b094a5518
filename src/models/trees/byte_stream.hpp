// Little-endian bytes of model files: writing never fails, reading reports the first bad length.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <type_traits>
#include <vector>

namespace clientele::trees {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

class ByteWriter {
 public:
  template <typename T>
  void number(T value) {
    static_assert(std::is_arithmetic_v<T>);
    append(&value, sizeof(value));
  }
  // Seven bits a byte, low bits first.
  void varint(std::uint64_t value) {
    for (; value >= 128; value >>= 7) number(static_cast<std::uint8_t>(value | 128));
    number(static_cast<std::uint8_t>(value));
  }
  // Count and elements of a vector of numbers.
  template <typename T>
  void numbers(const std::vector<T>& values) {
    varint(values.size());
    append(values.data(), values.size() * sizeof(T));
  }
  void raw(std::span<const std::byte> bytes) { append(bytes.data(), bytes.size()); }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  void append(const void* data, std::size_t size) {
    if (size == 0) return;
    const std::size_t end = bytes_.size();
    bytes_.resize(end + size);
    std::memcpy(bytes_.data() + end, data, size);
  }
  std::vector<std::byte> bytes_;
};

// After the first failed read every read gives zero and ok() stays false.
class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && bytes_.empty(); }

  template <typename T>
  T number() {
    T value{};
    take(&value, sizeof(value));
    return value;
  }
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 63; shift += 7) {
      const auto byte = number<std::uint8_t>();
      value |= std::uint64_t{byte & 127U} << shift;
      if (byte < 128) return value;
    }
    ok_ = false;
    return 0;
  }
  // A count of elements that take at least `least_bytes` each: bounded by what is left to read.
  std::size_t count(std::size_t least_bytes) {
    const std::uint64_t value = varint();
    if (value > bytes_.size() / least_bytes) ok_ = false;
    return ok_ ? static_cast<std::size_t>(value) : 0;
  }
  template <typename T>
  std::vector<T> numbers() {
    std::vector<T> values(count(sizeof(T)));
    take(values.data(), values.size() * sizeof(T));
    return values;
  }

 private:
  void take(void* data, std::size_t size) {
    if (!ok_ || size > bytes_.size()) {
      ok_ = false;
      return;
    }
    if (size == 0) return;
    std::memcpy(data, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  std::span<const std::byte> bytes_;
  bool ok_ = true;
};

}  // namespace clientele::trees
