#include "registry/proofs_ahead.h"

#include "registry/import_batch.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

Result<std::optional<std::int64_t>> proofs_ahead(const Registry& registry) {
  const auto kept = read_mark(registry, meta::proofs_ahead);
  if (!kept) {
    return tl::unexpected(kept.error());
  }
  if (!*kept) {
    return std::nullopt;
  }
  if ((*kept)->size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "the mark of proofs taken ahead of the clock is damaged");
  }
  return static_cast<std::int64_t>(number_of_key(**kept));
}

Result<void> keep_proofs_ahead(Registry& registry, std::int64_t newest) {
  return write_mark(registry, meta::proofs_ahead,
                    key_of_number(static_cast<std::uint64_t>(newest)));
}

} // namespace grunndata::registry
