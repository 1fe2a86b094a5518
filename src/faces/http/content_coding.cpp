#include "faces/http/content_coding.hpp"

#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <new>

#include "faces/http/head.hpp"

namespace clientele::http {
namespace {

constexpr int kWindowLogLimit = 23;  // 8 MB
constexpr int kZstdLevel = 1;
constexpr int kGzipLevel = 1;
constexpr std::size_t kFirstCapacity = 64 * 1024;

struct FreeDecompressor {
  void operator()(libdeflate_decompressor* context) const { libdeflate_free_decompressor(context); }
  void operator()(libdeflate_compressor* context) const { libdeflate_free_compressor(context); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

std::string_view trimmed(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

Error corrupt(std::string_view coding) {
  return invalid("", "bad_content_coding", "The body is not valid " + std::string(coding) + ".");
}

// Grows a result within the limits.
class Output {
 public:
  Output(std::size_t wire_bytes, const InflationLimits& limits, ByteBudget* budget)
      : body(budget),
        cap_(std::min<std::uint64_t>(
            limits.bytes, std::max<std::uint64_t>(limits.ratio_from, limits.ratio * wire_bytes))) {}

  BodyBuffer body;

  // Makes room for more than there is, at least up to `wanted` bytes in all where the limits allow.
  // One byte over the cap shows that a result is too large.
  std::optional<Error> grow(std::uint64_t wanted) {
    const std::uint64_t most = cap_ + 1;
    if (body.capacity() >= most) return too_large();
    const std::uint64_t next =
        std::min(most, std::max<std::uint64_t>({wanted, 2 * body.capacity(), kFirstCapacity}));
    if (body.reserve(next)) return std::nullopt;
    return Error{.kind = ErrorKind::overloaded,
                 .detail = "Not enough memory for this body at the moment.",
                 .retry_after_seconds = 1};
  }
  bool over() const { return body.size() > cap_; }
  Error too_large() const {
    return Error{.kind = ErrorKind::too_large,
                 .detail = "The body is larger than " + std::to_string(cap_) +
                           " bytes when decompressed, the limit for it."};
  }

 private:
  std::uint64_t cap_;
};

// ISIZE of the last member: a hint that is checked by decompressing.
std::uint64_t announced_gzip_size(std::string_view wire) {
  if (wire.size() < 4) return 0;
  std::uint32_t size = 0;
  std::memcpy(&size, wire.data() + wire.size() - 4, 4);
  return size;
}

Result<BodyBuffer> gunzipped(std::string_view wire, Output output) {
  const std::unique_ptr<libdeflate_decompressor, FreeDecompressor> context(
      libdeflate_alloc_decompressor());
  if (!context) throw std::bad_alloc();
  if (auto error = output.grow(announced_gzip_size(wire))) return *std::move(error);
  do {
    std::size_t consumed = 0;
    std::size_t produced = 0;
    const auto room = output.body.room();
    const auto outcome = libdeflate_gzip_decompress_ex(
        context.get(), wire.data(), wire.size(), room.data(), room.size(), &consumed, &produced);
    if (outcome == LIBDEFLATE_INSUFFICIENT_SPACE) {  // this member once more, with twice the room
      if (auto error = output.grow(0)) return *std::move(error);
      continue;
    }
    if (outcome != LIBDEFLATE_SUCCESS) return corrupt("gzip");
    output.body.commit(produced);
    wire.remove_prefix(consumed);
    if (output.over()) return output.too_large();
  } while (!wire.empty());
  return std::move(output.body);
}

Result<BodyBuffer> unzstd(std::string_view wire, Output output) {
  const std::unique_ptr<ZSTD_DCtx, FreeDecompressor> context(ZSTD_createDCtx());
  if (!context) throw std::bad_alloc();
  ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax, kWindowLogLimit);
  const auto announced = ZSTD_getFrameContentSize(wire.data(), wire.size());
  if (announced == ZSTD_CONTENTSIZE_ERROR) return corrupt("zstd");
  const bool known = announced != ZSTD_CONTENTSIZE_UNKNOWN;
  if (auto error = output.grow(known ? announced + 1 : 0)) return *std::move(error);
  ZSTD_inBuffer in{wire.data(), wire.size(), 0};
  std::size_t outcome = 1;
  bool flushed = false;
  while (in.pos < in.size || (outcome != 0 && !flushed)) {
    if (output.body.room().empty()) {
      if (auto error = output.grow(0)) return *std::move(error);
    }
    const auto room = output.body.room();
    ZSTD_outBuffer out{room.data(), room.size(), 0};
    outcome = ZSTD_decompressStream(context.get(), &out, &in);
    if (ZSTD_isError(outcome)) return corrupt("zstd");
    output.body.commit(out.pos);
    if (output.over()) return output.too_large();
    flushed = out.pos < out.size;
  }
  if (outcome != 0) return corrupt("zstd");
  return std::move(output.body);
}

std::optional<std::string> gzipped(std::string_view text) {
  const std::unique_ptr<libdeflate_compressor, FreeDecompressor> context(
      libdeflate_alloc_compressor(kGzipLevel));
  if (!context) throw std::bad_alloc();
  std::string out(text.size(), '\0');
  const std::size_t size =
      libdeflate_gzip_compress(context.get(), text.data(), text.size(), out.data(), out.size());
  if (size == 0) return std::nullopt;
  out.resize(size);
  return out;
}

std::optional<std::string> zstandard(std::string_view text) {
  std::string out(text.size(), '\0');
  const std::size_t size =
      ZSTD_compress(out.data(), out.size(), text.data(), text.size(), kZstdLevel);
  if (ZSTD_isError(size)) return std::nullopt;
  out.resize(size);
  return out;
}

// Reads "name" or "name;q=0.5". A weight that cannot be read counts as 0.
struct Weighted {
  std::string_view name;
  double weight = 1;
};
Weighted weighted(std::string_view token) {
  const auto semicolon = token.find(';');
  Weighted result{trimmed(token.substr(0, semicolon))};
  if (semicolon == std::string_view::npos) return result;
  std::string_view weight = trimmed(token.substr(semicolon + 1));
  if (!weight.starts_with("q=") && !weight.starts_with("Q=")) return result;
  weight.remove_prefix(2);
  result.weight = 0;
  std::from_chars(weight.data(), weight.data() + weight.size(), result.weight);
  return result;
}

}  // namespace

std::string_view name_of(Coding coding) {
  static constexpr std::array<std::string_view, 3> kNames{"identity", "gzip", "zstd"};
  return kNames.at(static_cast<std::size_t>(coding));
}

std::optional<Coding> content_coding(std::optional<std::string_view> content_encoding) {
  if (!content_encoding) return Coding::identity;
  const std::string_view name = trimmed(*content_encoding);
  if (name.empty() || same_name(name, "identity")) return Coding::identity;
  if (same_name(name, "gzip") || same_name(name, "x-gzip")) return Coding::gzip;
  if (same_name(name, "zstd")) return Coding::zstd;
  return std::nullopt;
}

Coding negotiated_coding(std::optional<std::string_view> accept_encoding) {
  if (!accept_encoding) return Coding::identity;
  std::optional<double> gzip, zstd, identity, other;
  std::string_view rest = *accept_encoding;
  while (!rest.empty()) {
    const auto comma = std::min(rest.find(','), rest.size());
    const auto [name, weight] = weighted(rest.substr(0, comma));
    rest.remove_prefix(std::min(rest.size(), comma + 1));
    if (same_name(name, "gzip") || same_name(name, "x-gzip")) gzip = weight;
    if (same_name(name, "zstd")) zstd = weight;
    if (same_name(name, "identity")) identity = weight;
    if (name == "*") other = weight;
  }
  const double of_gzip = gzip.value_or(other.value_or(0));
  const double of_zstd = zstd.value_or(other.value_or(0));
  const double best = std::max(of_gzip, of_zstd);
  if (!(best > 0) || identity.value_or(0) > best) return Coding::identity;
  return of_zstd >= of_gzip ? Coding::zstd : Coding::gzip;
}

Result<BodyBuffer> inflated(Coding coding, BodyBuffer wire, const InflationLimits& limits,
                            ByteBudget* budget) {
  if (coding == Coding::identity) return wire;
  Output output(wire.size(), limits, budget);
  return coding == Coding::gzip ? gunzipped(wire.view(), std::move(output))
                                : unzstd(wire.view(), std::move(output));
}

std::optional<std::string> compressed(Coding coding, std::string_view text) {
  switch (coding) {
    case Coding::identity:
      return std::nullopt;
    case Coding::gzip:
      return gzipped(text);
    case Coding::zstd:
      return zstandard(text);
  }
  return std::nullopt;
}

struct StreamCompressor::State {
  std::unique_ptr<ZSTD_CCtx, FreeDecompressor> context{ZSTD_createCCtx()};
  std::string block = std::string(ZSTD_CStreamOutSize(), '\0');
};

StreamCompressor::StreamCompressor() : state_(std::make_unique<State>()) {
  if (!state_->context) throw std::bad_alloc();
  ZSTD_CCtx_setParameter(state_->context.get(), ZSTD_c_compressionLevel, kZstdLevel);
}
StreamCompressor::~StreamCompressor() = default;

void StreamCompressor::append(std::string& out, std::string_view text, bool last) {
  ZSTD_inBuffer in{text.data(), text.size(), 0};
  std::size_t remaining = 1;
  while (last ? remaining != 0 : in.pos < in.size) {
    ZSTD_outBuffer block{state_->block.data(), state_->block.size(), 0};
    remaining = ZSTD_compressStream2(state_->context.get(), &block, &in,
                                     last ? ZSTD_e_end : ZSTD_e_continue);
    if (ZSTD_isError(remaining)) throw std::bad_alloc();  // the one way it can fail here
    out.append(state_->block.data(), block.pos);
  }
}

}  // namespace clientele::http
