#include "registry/migration.h"

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
  const store::Change stamp{store::Family::meta, std::string(meta::format),
                            key_of_number(directory_format)};
  return store.commit({&stamp, 1}, store::Durability::synced);
}

} // namespace grunndata::registry
