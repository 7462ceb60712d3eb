#include "registry/backup/withheld.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"

namespace grunndata::registry::backup {

Result<std::optional<Instant>> withheld_since(const store::Store& store) {
  store::Pinned pin;
  const auto found = store.get(store::Family::meta, meta::places_withheld, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return std::nullopt;
  }
  if (pin.view().size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "since when places are withheld is damaged");
  }
  return Instant{static_cast<std::int64_t>(number_of_key(pin.view()))};
}

Result<void> release_places(Registry& registry) {
  Registry::Impl& impl = registry.impl();
  const auto since = withheld_since(*impl.store);
  const auto figures = since ? registry.figures() : tl::unexpected(since.error());
  if (!figures) {
    return tl::unexpected(figures.error());
  }
  if (!*since) {
    return fail(ErrorCode::not_found, "nothing is withheld");
  }
  if (!figures->newest_extracted_at || *figures->newest_extracted_at < **since) {
    return fail(ErrorCode::conflict, "addresses are withheld since the restore at " +
                                         format_instant(**since) +
                                         ", and no extract of the source from after it has been "
                                         "loaded: import one first, whole");
  }
  const auto done = impl.queue->run([](Transaction& transaction) -> Result<void> {
    transaction.erase(store::Family::meta, std::string(meta::places_withheld));
    return {};
  });
  if (done) {
    impl.places_withheld.store(false, std::memory_order_release);
  }
  return done;
}

} // namespace grunndata::registry::backup
