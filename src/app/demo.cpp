#include "app/demo.hpp"

#include <array>
#include <filesystem>
#include <fstream>
#include <ostream>

#include "app/open_store.hpp"
#include "app/server_run.hpp"
#include "app/shop/shop.hpp"
#include "app/shop/write.hpp"
#include "base/instant.hpp"
#include "catalog/catalog.hpp"
#include "faces/cli/call.hpp"

namespace clientele::app {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 3> kShownEndpoints{"customer_rfm", "nps",
                                                          "segment_cluster_profiles"};

// A folder that is removed with everything in it when the demo ends, unless the caller named it.
class DemoFolder {
 public:
  explicit DemoFolder(const std::string& named) : is_temporary_(named.empty()), path_(named) {
    if (!is_temporary_) return;
    std::string pattern = (fs::temp_directory_path() / "clientele-demo-XXXXXX").string();
    if (mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~DemoFolder() {
    std::error_code ignored;
    if (is_temporary_ && !path_.empty()) fs::remove_all(path_, ignored);
  }
  DemoFolder(const DemoFolder&) = delete;
  DemoFolder& operator=(const DemoFolder&) = delete;
  const fs::path& path() const { return path_; }

 private:
  bool is_temporary_;
  fs::path path_;
};

Result<store::IssuedKey> first_key(const Config& config) {
  auto opened = open_store(config);
  if (!opened) return std::move(opened).error();
  store::KeyRing keys(*(*opened)->tenants, (*opened)->pepper);
  return keys.create("demo", current_instant());
}

std::string request_file(std::string_view endpoint) {
  return std::string(endpoint) + ".request.json";
}

// The worked example as the request of each endpoint for which the shop has none of its own.
Status write_other_requests(const fs::path& folder) {
  for (const catalog::Entry& entry : catalog::entries()) {
    const fs::path path = folder / request_file(entry.endpoint.name);
    if (fs::exists(path) || entry.examples.empty()) continue;
    std::ofstream file(path, std::ios::binary);
    file << entry.examples.front().request;
    if (file.flush().good()) continue;
    return Error{.kind = ErrorKind::file_error,
                 .detail = "Cannot write " + path.string() + ".",
                 .faults = {}};
  }
  return Nothing{};
}

void print_calls(const store::IssuedKey& key, std::uint16_t port, const fs::path& folder,
                 std::ostream& out) {
  out << "clientele " << kVersion << " serves a generated shop on http://127.0.0.1:" << port
      << "\nData and planted truth: " << folder.string() << "\nReference: http://127.0.0.1:" << port
      << "/docs\n\nThree calls to try:\n";
  for (const std::string_view name : kShownEndpoints) {
    out << "\ncurl -s http://127.0.0.1:" << port << "/api/v1/ai/" << name
        << " -H 'X-Customer-Api-Id: " << key.id << "' -H 'X-Secret: " << key.secret.reveal()
        << "' -H 'Content-Type: application/json' --data-binary @"
        << (folder / request_file(name)).string() << '\n';
  }
  out << "\nAny other endpoint: put its name in both places of such a call, for instance "
         "churn_risk, "
         "uplift_model,\ndynamic_pricing_recommend, forecast_revenue, customer_segmentation or "
         "recommend_user_items.\nRequests of all "
      << catalog::entries().size()
      << " are in the folder; where the shop has none of its own, it is the reference's example.\n";
  out << "\nCtrl-C stops the server." << std::endl;
}

}  // namespace

int demo(const DemoOptions& options, LoadedConfig loaded, std::ostream& out, std::ostream& err) {
  const DemoFolder folder(options.folder);
  if (folder.path().empty()) {
    return cli::report({.kind = ErrorKind::file_error,
                        .detail = "No temporary folder can be made; name one with --folder.",
                        .faults = {}},
                       err);
  }
  err << "Generating a shop with " << options.customers << " customers …\n";
  const auto shop = shop::generate_shop({.seed = options.seed, .customers = options.customers});
  if (!shop) return cli::report(shop.error(), err);
  if (auto written = shop::write_shop(*shop, folder.path()); !written) {
    return cli::report(written.error(), err);
  }
  if (auto written = write_other_requests(folder.path()); !written) {
    return cli::report(written.error(), err);
  }
  loaded.config.http.address = "127.0.0.1";
  if (loaded.origin_of("http.port") == "default") loaded.config.http.port = 0;
  loaded.config.store.path = (folder.path() / "demo.db").string();
  loaded.config.log.file = (folder.path() / "access.log").string();
  const auto key = first_key(loaded.config);
  if (!key) return cli::report(key.error(), err);
  auto server = ServerRun::start(loaded);
  if (!server) return cli::report(server.error(), err);
  print_calls(*key, server->port(), folder.path(), out);
  server->wait_for_signal();
  return 0;
}

}  // namespace clientele::app
