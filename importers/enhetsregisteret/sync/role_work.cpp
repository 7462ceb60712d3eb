#include "importers/enhetsregisteret/sync/role_work.h"

#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/sync/known_units.h"

#include <algorithm>
#include <iterator>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

registry::QuarantineDraft refused(const std::string& document, reading::MappingFault fault) {
  registry::QuarantineDraft draft;
  draft.json_path = std::move(fault.json_path);
  draft.reason = std::move(fault.reason);
  draft.message = std::move(fault.message);
  draft.raw = document;
  return draft;
}

} // namespace

registry::Result<MadeRoles> make_roles(const registry::Registry& registry, UnitFetcher& fetcher,
                                       const std::vector<std::string>& numbers,
                                       registry::Instant stamp) {
  std::vector<std::string> alive;
  {
    KnownUnits known(registry);
    std::ranges::copy_if(numbers, std::back_inserter(alive), [&known](const std::string& number) {
      return known.standing_of(number) == KnownUnits::Standing::alive;
    });
  }
  const auto documents = fetcher.roles(alive);
  if (!documents) return tl::unexpected(documents.error());
  MadeRoles made;
  made.batch.source = registry::virksomhet::NodeSource::enhetsregisteret_roller;
  made.batch.stamp = {stamp};
  made.batch.refusal = registry::virksomhet::Refusal::record;
  made.batch.origins = {"enhetsregisteret"};
  RolesMapper mapper(nullptr);
  reading::MappingReport report;
  for (std::size_t i = 0; i < alive.size(); ++i) {
    const std::string& document = (*documents)[i];
    if (document.empty()) {
      made.owed.push_back({Owed::What::roles, false, alive[i]});
      continue;
    }
    auto& item = made.batch.items.emplace_back();
    item.number = i + 1;
    auto mapped = mapper.map(document, item.record, report);
    if (mapped && *mapped == virksomhet::Mapped::node) continue;
    made.batch.items.pop_back();
    if (!mapped) made.batch.quarantine.push_back(refused(document, std::move(mapped.error())));
  }
  return made;
}

} // namespace grunndata::importers::enhetsregisteret::sync
