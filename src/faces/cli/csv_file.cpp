#include "faces/cli/csv_file.hpp"

#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <system_error>

#include "schema/read.hpp"

namespace clientele::cli {
namespace {

constexpr std::size_t kReadStep = std::size_t{1} << 20;
constexpr std::string_view kGzipMagic = "\x1F\x8B";

class FileHandle {
 public:
  explicit FileHandle(int descriptor, bool owned) : descriptor_(descriptor), owned_(owned) {}
  FileHandle(const FileHandle&) = delete;
  FileHandle& operator=(const FileHandle&) = delete;
  ~FileHandle() {
    if (owned_ && descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
  bool owned_;
};

Error cannot_read(const std::string& path, int code) {
  return {.kind = ErrorKind::file_error,
          .detail = "Cannot read " + path + ": " + std::generic_category().message(code) +
                    ". Check the path and its permissions."};
}

Error too_large(std::string_view what, std::size_t max_bytes) {
  return {.kind = ErrorKind::too_large,
          .detail = std::string(what) + " is larger than " + std::to_string(max_bytes) +
                    " bytes. Split it, or raise the limit."};
}

Error bad_gzip() {
  return invalid("", "bad_gzip",
                 "The gzip data is damaged or incomplete. Compress the file again, or give it "
                 "uncompressed.");
}

// Bytes to ask for first: of a regular file its size, one more, so that its end is seen at once,
// and room for the padding that a reader of JSON appends.
std::size_t first_step(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return kReadStep;
  return static_cast<std::size_t>(std::max<off_t>(status.st_size, 0)) + 1 + schema::kPadding;
}

Result<std::string> read_all(const FileHandle& file, const std::string& path,
                             std::size_t max_bytes) {
  std::string bytes;
  std::size_t used = 0;
  std::size_t step = first_step(file.get());
  while (true) {
    if (used == bytes.size()) {
      bytes.resize(std::min(used + std::max(step, used / 2), max_bytes + 1));
      step = kReadStep;
    }
    const ssize_t got = ::read(file.get(), bytes.data() + used, bytes.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot_read(path, errno);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used > max_bytes) return too_large(path, max_bytes);
  }
  bytes.resize(used);
  return bytes;
}

// What the last member says of its own size (RFC 1952, ISIZE), or a guess where that is not
// credible.
std::size_t likely_size(std::string_view compressed) {
  std::uint32_t stated = 0;
  for (std::size_t i = 0; i < 4 && i < compressed.size(); ++i) {
    stated = stated << 8 | static_cast<std::uint8_t>(compressed[compressed.size() - 1 - i]);
  }
  const bool credible = stated / 16 <= compressed.size();
  return credible ? stated : compressed.size() * 4;
}

// Inflates the member at the start of `input` behind `out`, which grows as needed up to
// `max_bytes`; takes the member off `input`.
Status inflate_member(libdeflate_decompressor* inflater, std::string_view& input, std::string& out,
                      std::size_t max_bytes) {
  const std::size_t start = out.size();
  std::size_t room = std::min(likely_size(input) + 4096, max_bytes - start);
  while (true) {
    out.resize(start + room);
    std::size_t taken = 0;
    std::size_t made = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        inflater, input.data(), input.size(), out.data() + start, room, &taken, &made);
    if (result == LIBDEFLATE_SUCCESS) {
      out.resize(start + made);
      input.remove_prefix(taken);
      return Nothing{};
    }
    if (result != LIBDEFLATE_INSUFFICIENT_SPACE) return bad_gzip();
    if (start + room == max_bytes) return too_large("The inflated file", max_bytes);
    room = std::min(room * 2, max_bytes - start);
  }
}

}  // namespace

Result<std::string> inflate_gzip(std::string_view compressed, std::size_t max_bytes) {
  const std::unique_ptr<libdeflate_decompressor, decltype(&libdeflate_free_decompressor)> inflater(
      libdeflate_alloc_decompressor(), &libdeflate_free_decompressor);
  if (!inflater) return Error{.kind = ErrorKind::internal, .detail = "No memory to inflate."};
  std::string out;
  do {
    const Status status = inflate_member(inflater.get(), compressed, out, max_bytes);
    if (!status) return status.error();
  } while (compressed.starts_with(kGzipMagic));
  if (compressed.find_first_not_of('\0') != std::string_view::npos) return bad_gzip();
  return out;
}

Result<std::string> read_input(const std::string& path, std::size_t max_bytes) {
  const bool standard_input = path == "-";
  const FileHandle file(standard_input ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC),
                        !standard_input);
  if (file.get() < 0) return cannot_read(path, errno);
  Result<std::string> bytes = read_all(file, path, max_bytes);
  if (!bytes || !bytes->starts_with(kGzipMagic)) return bytes;
  return inflate_gzip(*bytes, max_bytes);
}

}  // namespace clientele::cli
