// Trained models as bytes, for a tenant's store between requests.
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "models/factorization/als.hpp"
#include "models/factorization/ease.hpp"

namespace clientele::recommend {

// A digest of exactly what a model is trained on.
class Digest {
 public:
  void add(const void* data, std::size_t size);
  template <typename T>
  void add(std::span<const T> values) {
    const std::uint64_t count = values.size();
    add(&count, sizeof(count));
    add(values.data(), values.size_bytes());
  }
  void add(const factorization::Interactions& interactions);
  std::string hex() const;  // 32 digits

 private:
  std::uint64_t a_ = 0x9E3779B97F4A7C15;
  std::uint64_t b_ = 0xC2B2AE3D27D4EB4F;
};

// A trained model and how well it fits what it was trained on.
template <typename Model>
struct Trained {
  Model model;
  double rmse = 0;  // of the predicted preferences of interactions against 1
};

std::vector<std::byte> bytes_of(const Trained<factorization::AlsModel>& trained);
// Nothing when the bytes are not such a model for so many items.
std::optional<Trained<factorization::AlsModel>> als_from(std::span<const std::byte> bytes,
                                                         const factorization::AlsOptions& options,
                                                         std::uint32_t items);

std::vector<std::byte> bytes_of(const Trained<factorization::EaseModel>& trained);
std::optional<Trained<factorization::EaseModel>> ease_from(std::span<const std::byte> bytes,
                                                           std::uint32_t items);

}  // namespace clientele::recommend
