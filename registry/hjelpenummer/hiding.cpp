#include "registry/hjelpenummer/hiding.h"

#include "registry/document.h"
#include "registry/store/store.h"

namespace grunndata::registry::hjelpenummer {

Result<bool> hides(const Transaction& transaction, const EntityId& entity) {
  store::Pinned pin;
  const auto value = transaction.get(store::Family::current, entity.view(), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return false;
  }
  const auto document = DocumentBytes::current(**value);
  if (!document) {
    return tl::unexpected(document.error());
  }
  return document->header().protection == static_cast<std::uint8_t>(Grading::strictly_confidential);
}

void leave_places_out(Facts& facts, std::string& reason) noexcept {
  reason.clear();
  facts.address.clear();
  facts.place_found.clear();
  facts.description.clear();
  facts.note.clear();
}

} // namespace grunndata::registry::hjelpenummer
