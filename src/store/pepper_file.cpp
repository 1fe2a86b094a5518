#include "store/pepper_file.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace clientele::store {
namespace {

constexpr std::size_t kShortestPepper = 32;
constexpr std::size_t kRandomBytes = 32;
constexpr std::size_t kRandomText = 2 * kRandomBytes;
constexpr std::size_t kLongestFile = 4096;

Error unusable(const std::string& detail) {
  return {.kind = ErrorKind::bad_configuration, .detail = "pepper: " + detail};
}

Error file_failure(const std::string& file, const char* what, int error_number) {
  return {.kind = ErrorKind::file_error,
          .detail = "the pepper file " + file + " cannot be " + what + ": " +
                    std::strerror(error_number)};
}

// An open file that closes itself.
class OpenFile {
 public:
  explicit OpenFile(int descriptor) : descriptor_(descriptor) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

Result<Pepper> pepper_from(std::string_view text, const std::string& origin) {
  if (text.size() < kShortestPepper) {
    return unusable(origin + " holds " + std::to_string(text.size()) +
                    " characters; it needs at least " + std::to_string(kShortestPepper) +
                    " random ones (openssl rand -hex 32)");
  }
  return Pepper(text);
}

Result<Pepper> read_pepper(const OpenFile& file, const std::string& path) {
  struct stat status {};
  if (::fstat(file.get(), &status) != 0) return file_failure(path, "read", errno);
  if ((status.st_mode & 077) != 0) {
    return unusable("the file " + path + " can be read by others; chmod 600 " + path);
  }
  std::array<char, kLongestFile> content{};
  const ssize_t size = ::read(file.get(), content.data(), content.size());
  if (size < 0) return file_failure(path, "read", errno);
  std::string_view text(content.data(), static_cast<std::size_t>(size));
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  Result<Pepper> pepper = pepper_from(text, "the file " + path);
  sodium_memzero(content.data(), content.size());
  return pepper;
}

bool write_all(int descriptor, std::string_view text) {
  return ::write(descriptor, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
         ::fsync(descriptor) == 0;
}

// Writes a complete file under another name and links it into place: whoever comes first wins, and
// nobody ever sees half a pepper.
Status make_pepper_file(const std::string& path) {
  std::string draft = path + ".XXXXXX";
  const OpenFile file(::mkostemp(draft.data(), O_CLOEXEC));  // mode 0600
  if (file.get() < 0) return file_failure(path, "made", errno);
  std::array<unsigned char, kRandomBytes> random{};
  randombytes_buf(random.data(), random.size());
  std::array<char, kRandomText + 1> text{};
  sodium_bin2hex(text.data(), text.size(), random.data(), random.size());
  text[kRandomText] = '\n';
  const bool written = write_all(file.get(), {text.data(), text.size()});
  sodium_memzero(random.data(), random.size());
  sodium_memzero(text.data(), text.size());
  int problem = written ? 0 : errno;
  if (written && ::link(draft.c_str(), path.c_str()) != 0 && errno != EEXIST) problem = errno;
  ::unlink(draft.c_str());
  if (problem != 0) return file_failure(path, "made", problem);
  const auto folder = std::filesystem::path(path).parent_path();
  const OpenFile directory(::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_CLOEXEC));
  if (directory.get() < 0 || ::fsync(directory.get()) != 0) {
    return file_failure(path, "made durable", errno);
  }
  return Nothing{};
}

Result<Pepper> read_or_make(const std::string& path, bool may_make) {
  const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() >= 0) return read_pepper(file, path);
  if (errno != ENOENT) return file_failure(path, "read", errno);
  if (!may_make) {
    return unusable("the file " + path +
                    " is gone, and without it no key of this store can be checked; restore it, or "
                    "set CLIENTELE_PEPPER to the pepper that the store was made with");
  }
  if (const Status made = make_pepper_file(path); !made) return made.error();
  return read_or_make(path, false);
}

}  // namespace

Result<Pepper> load_pepper(TenantStore& store, std::string_view configured,
                           const std::string& file) {
  const Result<std::optional<SecretDigest>> mark = store.pepper_mark();
  if (!mark) return mark.error();
  Result<Pepper> pepper = configured.empty() ? read_or_make(file, !mark->has_value())
                                             : pepper_from(configured, "the setting");
  if (!pepper) return pepper;
  SecretDigest in_force{};
  if (mark->has_value()) {
    in_force = **mark;
  } else {
    const Result<SecretDigest> settled = store.settle_pepper_mark(pepper->mark());
    if (!settled) return settled.error();
    in_force = *settled;
  }
  if (in_force != pepper->mark()) {
    const std::string origin = configured.empty() ? "the file " + file : "the setting";
    return unusable(origin +
                    " is not the pepper that this store's keys were made with; give the "
                    "right one (setting CLIENTELE_PEPPER, or the file beside the store)");
  }
  return pepper;
}

std::string pepper_file_of(const std::string& store_path) { return store_path + ".pepper"; }

}  // namespace clientele::store
