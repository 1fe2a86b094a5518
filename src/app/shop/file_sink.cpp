#include "app/shop/file_sink.hpp"

#include <cerrno>
#include <system_error>

namespace clientele::shop {

FileSink::FileSink(std::filesystem::path path)
    : path_(std::move(path)), stream_(path_, std::ios::binary | std::ios::trunc) {}

bool FileSink::write(std::string_view bytes) {
  stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes_ += bytes.size();
  return stream_.good();
}

Status FileSink::close() {
  stream_.close();
  if (stream_.good()) return Nothing{};
  const std::string reason = errno == 0 ? "" : ": " + std::generic_category().message(errno);
  return Error{.kind = ErrorKind::file_error,
               .detail = "Cannot write " + path_.string() + reason +
                         ". Check the folder, its permissions and the free space."};
}

}  // namespace clientele::shop
