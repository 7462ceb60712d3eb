#include "registry/virksomhet/node_walk.h"

#include <cstring>

namespace grunndata::registry::virksomhet {

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

Result<bool> NodeWalk::step(const Use& use) {
  const Structure structure(registry_, {});
  const auto cursor = structure.scan(store::Family::node);
  for (cursor->seek(next_.view()); cursor->valid(); cursor->next()) {
    EntityId id;
    const auto header = node_header(cursor->value());
    if (cursor->key().size() != id.bytes.size() || !header) {
      return fail(ErrorCode::corrupt, "a node, or its key, has a wrong form");
    }
    std::memcpy(id.bytes.data(), cursor->key().data(), id.bytes.size());
    if (to_ && id >= *to_) {
      return false;
    }
    auto wants_more = header->sequence_first == 0 ? Result<bool>(true) : use(structure, id);
    const auto next = after(id);
    if (!wants_more || !next) {
      return wants_more ? Result<bool>(false) : wants_more;
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

} // namespace grunndata::registry::virksomhet
