#include "registry/person_walk.h"

#include "registry/keys.h"
#include "registry/registry.h"
#include "registry/registry_impl.h"

#include <cstring>

namespace grunndata::registry {

namespace {

/// The smallest id behind `id`; nothing behind the greatest.
std::optional<EntityId> after(EntityId id) noexcept {
  for (std::size_t i = id.bytes.size(); i-- > 0;) {
    if (++id.bytes[i] != 0) {
      return id;
    }
  }
  return std::nullopt;
}

} // namespace

Result<bool> PersonWalk::step(const Use& use) {
  const Registry::Impl& impl = registry_.impl();
  if (to_ && next_ >= *to_) {
    return false;
  }
  Reading reading;
  reading.places_withheld_ = impl.places_withheld.load(std::memory_order_acquire);
  const auto cursor = impl.store->scan(store::Family::current);
  for (cursor->seek(next_.view()); cursor->valid(); cursor->next()) {
    EntityId id;
    if (cursor->key().size() != id.bytes.size()) {
      return fail(ErrorCode::corrupt, "a person is stored under a key of another size");
    }
    std::memcpy(id.bytes.data(), cursor->key().data(), id.bytes.size());
    if (to_ && id >= *to_) {
      return false;
    }
    reading.entity_ = id;
    reading.asked_ = id;
    reading.current_.set_view(cursor->value());
    const auto wants_more = use(reading);
    if (!wants_more) {
      return wants_more;
    }
    const auto next = after(id);
    if (!next) {
      return false;
    }
    next_ = *next;
    if (!*wants_more) {
      return true;
    }
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return false;
}

} // namespace grunndata::registry
