#include "app/shop/write.hpp"

#include "app/shop/files.hpp"

namespace clientele::shop {

Status write_shop(const Shop& shop, const std::filesystem::path& folder) {
  std::error_code failure;
  std::filesystem::create_directories(folder, failure);
  if (failure) {
    return Error{.kind = ErrorKind::file_error,
                 .detail = "Cannot make the folder " + folder.string() + ": " + failure.message() +
                           ". Choose another one."};
  }
  const std::vector<CustomerSummary> summaries = summarise(shop);
  const FileSet files{shop, summaries, folder};
  for (const auto& part : {write_requests, write_tables, write_truth}) {
    if (Status status = part(files); !status) return status;
  }
  return Nothing{};
}

}  // namespace clientele::shop
