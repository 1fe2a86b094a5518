#include "app/key_commands.hpp"

#include <chrono>
#include <ostream>

#include "app/open_store.hpp"
#include "base/instant.hpp"
#include "base/number_text.hpp"
#include "faces/cli/call.hpp"
#include "faces/cli/table.hpp"

namespace clientele::app {
namespace {

// Runs `body` with the keys of the configured store, or reports why it cannot be opened.
template <typename Body>
int with_keys(const Config& config, std::ostream& err, Body&& body) {
  auto opened = open_store(config);
  if (!opened) return cli::report(opened.error(), err);
  store::KeyRing keys(*(*opened)->tenants, (*opened)->pepper);
  return body(keys);
}

void print_secret(const store::IssuedKey& key, std::ostream& out) {
  out << "X-Customer-Api-Id: " << key.id << "\nX-Secret: " << key.secret.reveal() << '\n';
}

}  // namespace

int create_key(const Config& config, const KeyArguments& arguments, std::ostream& out,
               std::ostream& err) {
  return with_keys(config, err, [&](store::KeyRing& keys) {
    const auto key = keys.create(arguments.tenant, current_instant());
    if (!key) return cli::report(key.error(), err);
    print_secret(*key, out);
    err << "The secret is shown this once; only a hash of it is kept. A running server takes it "
           "within 0.1 s.\n";
    return 0;
  });
}

int list_keys(const Config& config, const KeyArguments& arguments, std::ostream& out,
              std::ostream& err) {
  return with_keys(config, err, [&](store::KeyRing& keys) {
    const auto tenant =
        arguments.tenant.empty() ? std::nullopt : std::optional<std::string_view>(arguments.tenant);
    const auto list = keys.list(tenant, current_instant());
    if (!list) return cli::report(list.error(), err);
    cli::TextTable table{{"tenant", "id", "created", "state", "old secret until"}, {}};
    for (const store::KeySummary& key : *list) {
      table.rows.push_back(
          {key.tenant, key.id, to_rfc3339(key.created_at),
           key.revoked_at ? "revoked " + to_rfc3339(*key.revoked_at) : "live",
           key.old_secret_expires_at ? to_rfc3339(*key.old_secret_expires_at) : ""});
    }
    out << cli::render_table(table, {.width = 0, .max_rows = table.rows.size()});
    return 0;
  });
}

int rotate_key(const Config& config, const KeyArguments& arguments, std::ostream& out,
               std::ostream& err) {
  return with_keys(config, err, [&](store::KeyRing& keys) {
    const auto overlap =
        std::chrono::seconds(static_cast<std::int64_t>(config.store.key_overlap_hours * 3600.0));
    const auto key = keys.rotate(arguments.tenant, arguments.id, overlap, current_instant());
    if (!key) return cli::report(key.error(), err);
    print_secret(*key, out);
    std::string hours;
    append_number(hours, config.store.key_overlap_hours);
    err << "The old secret works for " << hours << " more hours.\n";
    return 0;
  });
}

int revoke_key(const Config& config, const KeyArguments& arguments, std::ostream& out,
               std::ostream& err) {
  return with_keys(config, err, [&](store::KeyRing& keys) {
    const auto revoked = keys.revoke(arguments.tenant, arguments.id, current_instant());
    if (!revoked) return cli::report(revoked.error(), err);
    out << "revoked " << arguments.id << '\n';
    return 0;
  });
}

}  // namespace clientele::app
