#include "registry/numbered_persons.h"

#include "registry/document.h"
#include "registry/registry_impl.h"

#include <cstring>

namespace grunndata::registry {

namespace {

using store::Family;

/// How gladly a number is taken: in use before ceased, foedselsnummer before D-nummer.
int rank(const HeldIdentifier& held) noexcept {
  const int kind = held.type == IdentifierType::fnr ? 2 : held.type == IdentifierType::dnr ? 1 : 0;
  return kind == 0 ? 0 : kind + (held.in_use ? 2 : 0);
}

} // namespace

Result<NumberedPersons> numbered_persons(const Registry& registry, const EntityId& from,
                                         std::size_t limit) {
  NumberedPersons found;
  const auto cursor = registry.impl().store->scan(Family::current);
  std::size_t seen = 0;
  for (cursor->seek(from.view()); cursor->valid(); cursor->next()) {
    EntityId entity;
    if (cursor->key().size() != entity.bytes.size()) {
      return fail(ErrorCode::corrupt, "an entity has a key of a wrong size");
    }
    std::memcpy(entity.bytes.data(), cursor->key().data(), entity.bytes.size());
    if (seen++ == limit) {
      found.next = entity;
      break;
    }
    const auto document = DocumentBytes::current(cursor->value());
    if (!document) {
      return tl::unexpected(document.error());
    }
    if (document->header().successor != EntityId{}.bytes) {
      continue;
    }
    const auto identifiers = document->identifiers();
    if (!identifiers) {
      return tl::unexpected(identifiers.error());
    }
    const HeldIdentifier* best = nullptr;
    for (const HeldIdentifier& held : *identifiers) {
      if (rank(held) > (best == nullptr ? 0 : rank(*best))) {
        best = &held;
      }
    }
    if (best != nullptr) {
      found.persons.push_back({entity, std::string(best->text)});
    }
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return found;
}

} // namespace grunndata::registry
