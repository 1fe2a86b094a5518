#include "app/model_commands.hpp"

#include <ostream>

#include "app/open_store.hpp"
#include "base/instant.hpp"
#include "faces/cli/call.hpp"
#include "faces/cli/table.hpp"

namespace clientele::app {
namespace {

// Runs `body` with the tenant's kept models, or reports why the store cannot be opened.
template <typename Body>
int with_models(const Config& config, const std::string& tenant, std::ostream& err, Body&& body) {
  auto archive = open_models(config);
  if (!archive) return cli::report(archive.error(), err);
  store::TenantModels models(**archive, tenant, current_instant());
  return body(models);
}

}  // namespace

int list_models(const Config& config, const ModelArguments& arguments, std::ostream& out,
                std::ostream& err) {
  return with_models(config, arguments.tenant, err, [&](ModelStore& models) {
    const auto list = models.list();
    if (!list) return cli::report(list.error(), err);
    cli::TextTable table{{"id", "kind", "key", "version", "trained", "expires", "bytes"}, {}};
    for (const ModelEntry& entry : *list) {
      table.rows.push_back({entry.id, entry.kind, entry.key, std::to_string(entry.version),
                            to_rfc3339(entry.trained_at), to_rfc3339(entry.expires_at),
                            std::to_string(entry.size_bytes)});
    }
    out << cli::render_table(table, {.width = 0, .max_rows = table.rows.size()});
    return 0;
  });
}

int remove_model(const Config& config, const ModelArguments& arguments, std::ostream& out,
                 std::ostream& err) {
  return with_models(config, arguments.tenant, err, [&](ModelStore& models) {
    const Status removed = models.remove(arguments.id);
    if (!removed) return cli::report(removed.error(), err);
    out << "removed " << arguments.id << '\n';
    return 0;
  });
}

}  // namespace clientele::app
