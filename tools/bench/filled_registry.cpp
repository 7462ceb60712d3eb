#include "tools/bench/filled_registry.h"

#include "importers/folkeregisteret/bulk_load.h"

namespace grunndata::tools::bench {

registry::Result<std::unique_ptr<registry::Registry>> open_filled(const FilledRegistry& wanted) {
  registry::OpenOptions open;
  open.directory = wanted.data.empty() ? wanted.made / "data" : wanted.data;
  open.create = wanted.data.empty();
  open.cache_bytes = wanted.cache_bytes;
  auto opened = registry::Registry::open(open);
  if (!opened || !wanted.data.empty()) return opened;
  const std::filesystem::path file = wanted.made / "persons.ndjson";
  if (!write_documents(wanted.people, file)) {
    return registry::fail(registry::ErrorCode::storage, "cannot write the documents");
  }
  importers::folkeregisteret::LoadOptions load;
  load.paths = {file.string()};
  load.extracted_at = registry::now();
  const auto loaded = importers::folkeregisteret::load(**opened, load);
  if (!loaded) return tl::unexpected(loaded.error());
  std::filesystem::remove(file);
  return opened;
}

} // namespace grunndata::tools::bench
