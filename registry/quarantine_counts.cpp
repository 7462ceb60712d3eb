#include "registry/quarantine_counts.h"

#include "registry/keys.h"
#include "registry/quarantine.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

Result<QuarantineCounts> quarantine_counts(const Registry& registry) {
  QuarantineCounts counts;
  const auto cursor = registry.impl().store->scan(store::Family::quarantine);
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    auto entry = read_quarantine(number_of_key(cursor->key()), cursor->value(), false);
    if (!entry) {
      return fail(ErrorCode::corrupt, "a quarantined record cannot be read");
    }
    ++counts[{entry->source, std::move(entry->reason)}];
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return counts;
}

} // namespace grunndata::registry
