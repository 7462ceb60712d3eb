#include "registry/migration.h"

#include "registry/candidates/name_key.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

Result<void> migrate(store::Store& store) {
  store::Pinned pin;
  const auto found = store.get(store::Family::meta, meta::format, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found || pin.view().size() != sizeof(std::uint64_t) || number_of_key(pin.view()) == 0) {
    return fail(ErrorCode::corrupt, "the data directory's format number is missing or damaged");
  }
  const std::uint64_t format = number_of_key(pin.view());
  if (format > directory_format) {
    return fail(ErrorCode::unsupported,
                "the data directory was written by a newer version of grunndata");
  }
  if (format == directory_format) {
    return {};
  }
  std::vector<store::Change> changes{
      {store::Family::meta, std::string(meta::format), key_of_number(directory_format)}};
  const auto persons = store.scan(store::Family::current);
  persons->seek("");
  if (!persons->valid()) { // else `grunndata rebuild` makes the search keys
    changes.push_back({store::Family::meta, std::string(meta::search_keys),
                       std::string(1, candidates::folding_version)});
  }
  return store.commit(changes, store::Durability::synced);
}

} // namespace grunndata::registry
