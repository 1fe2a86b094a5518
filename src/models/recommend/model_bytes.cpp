// Layout: rmse, then ALS: diagonal of the Gram matrix, rows of item factors without padding;
// EASE: the inverse on and above its diagonal. Native floats: the bytes stay on the machine that
// wrote them or on ones like it.
#include "models/recommend/model_bytes.hpp"

#include <bit>
#include <cstdio>
#include <cstring>

namespace clientele::recommend {
namespace {

class Writer {
 public:
  explicit Writer(double rmse, std::size_t floats) {
    bytes_.reserve(sizeof(rmse) + 4 * floats);
    put(&rmse, sizeof(rmse));
  }
  void put(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const std::byte*>(data);
    bytes_.insert(bytes_.end(), bytes, bytes + size);
  }
  std::vector<std::byte> take() { return std::move(bytes_); }

 private:
  std::vector<std::byte> bytes_;
};

// Reads what a Writer of `floats` numbers wrote. Requires: the size was checked.
class Reader {
 public:
  explicit Reader(std::span<const std::byte> bytes) : bytes_(bytes) {}
  static bool fits(std::span<const std::byte> bytes, std::size_t floats) {
    return bytes.size() == sizeof(double) + 4 * floats;
  }
  void get(void* data, std::size_t size) {
    std::memcpy(data, bytes_.data(), size);
    bytes_ = bytes_.subspan(size);
  }
  double rmse() {
    double value = 0;
    get(&value, sizeof(value));
    return value;
  }

 private:
  std::span<const std::byte> bytes_;
};

std::size_t upper_size(std::size_t n) { return n * (n + 1) / 2; }

}  // namespace

void Digest::add(const void* data, std::size_t size) {
  const auto* bytes = static_cast<const unsigned char*>(data);
  const auto mix = [this](std::uint64_t word) {
    a_ = std::rotl((a_ ^ word) * 0x9FB21C651E98DF25, 29);
    b_ = std::rotl(b_ + word * 0xA24BAED4963EE407, 37) * 0xD6E8FEB86659FD93;
    b_ ^= a_ >> 17;
  };
  for (; size >= 8; size -= 8, bytes += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, 8);
    mix(word);
  }
  std::uint64_t word = size;
  for (std::size_t i = 0; i < size; ++i) word = word << 8 | bytes[i];
  mix(word);
}

void Digest::add(const factorization::Interactions& interactions) {
  const std::uint32_t items = interactions.items();
  add(&items, sizeof(items));
  add(std::span(interactions.by_user.begin));
  add(std::span(interactions.by_user.columns));
  add(std::span(interactions.by_user.values));
}

std::string Digest::hex() const {
  Digest last = *this;
  for (std::uint64_t round = 1; round <= 4; ++round) {
    const std::uint64_t word = std::rotl(last.b_, 32) + round;
    last.add(&word, sizeof(word));
  }
  char text[33];
  std::snprintf(text, sizeof(text), "%016llx%016llx", static_cast<unsigned long long>(last.a_),
                static_cast<unsigned long long>(last.b_));
  return text;
}

std::vector<std::byte> bytes_of(const Trained<factorization::AlsModel>& trained) {
  const factorization::FactorMatrix& items = trained.model.items();
  const std::span<const float> diagonal = trained.model.gram_diagonal();
  Writer writer(trained.rmse, diagonal.size() * (items.rows() + std::size_t{1}));
  writer.put(diagonal.data(), diagonal.size_bytes());
  for (std::uint32_t i = 0; i < items.rows(); ++i) {
    writer.put(items.row(i), 4 * std::size_t{items.dims()});
  }
  return writer.take();
}

std::optional<Trained<factorization::AlsModel>> als_from(std::span<const std::byte> bytes,
                                                         const factorization::AlsOptions& options,
                                                         std::uint32_t items) {
  const std::size_t dims = options.factors;
  if (!Reader::fits(bytes, dims * (items + std::size_t{1}))) return std::nullopt;
  Reader reader(bytes);
  const double rmse = reader.rmse();
  std::vector<float> diagonal(dims);
  reader.get(diagonal.data(), 4 * dims);
  factorization::FactorMatrix factors(items, options.factors);
  for (std::uint32_t i = 0; i < items; ++i) reader.get(factors.row(i), 4 * dims);
  return Trained<factorization::AlsModel>{
      factorization::AlsModel::restored(options, std::move(factors), std::move(diagonal)), rmse};
}

std::vector<std::byte> bytes_of(const Trained<factorization::EaseModel>& trained) {
  const factorization::SquareMatrix& inverse = trained.model.inverse();
  Writer writer(trained.rmse, upper_size(inverse.n));
  for (std::size_t i = 0; i < inverse.n; ++i) writer.put(inverse.row(i) + i, 4 * (inverse.n - i));
  return writer.take();
}

std::optional<Trained<factorization::EaseModel>> ease_from(std::span<const std::byte> bytes,
                                                           std::uint32_t items) {
  if (!Reader::fits(bytes, upper_size(items))) return std::nullopt;
  Reader reader(bytes);
  const double rmse = reader.rmse();
  factorization::SquareMatrix inverse(items);
  for (std::size_t i = 0; i < items; ++i) {
    reader.get(inverse.row(i) + i, 4 * (items - i));
    for (std::size_t j = i + 1; j < items; ++j) inverse.row(j)[i] = inverse.row(i)[j];
  }
  return Trained<factorization::EaseModel>{factorization::EaseModel(std::move(inverse)), rmse};
}

}  // namespace clientele::recommend
