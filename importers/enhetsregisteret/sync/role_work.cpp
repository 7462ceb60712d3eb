#include "importers/enhetsregisteret/sync/role_work.h"

#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/sync/known_units.h"
#include "registry/virksomhet/structure.h"

#include <algorithm>
#include <optional>

namespace grunndata::importers::enhetsregisteret::sync {

using registry::virksomhet::IdentifierSystem;
using registry::virksomhet::NodeBatch;
using registry::virksomhet::NodeRecord;
using registry::virksomhet::NodeSource;
using registry::virksomhet::Structure;

namespace {

registry::QuarantineDraft refused(const std::string& document, reading::MappingFault fault) {
  registry::QuarantineDraft draft;
  draft.json_path = std::move(fault.json_path);
  draft.reason = std::move(fault.reason);
  draft.message = std::move(fault.message);
  draft.raw = document;
  return draft;
}

bool is_role_source(NodeSource source) noexcept {
  return source == NodeSource::enhetsregisteret_roller;
}

/// Whether roles are known that did not end with the unit.
registry::Result<bool> has_roles(const Structure& now, const registry::EntityId& unit) {
  Structure::NodeRoom room;
  const auto node = now.node(unit, room);
  if (!node) return tl::unexpected(node.error());
  const auto owners = now.uppers_with_history(unit);
  if (!owners) return tl::unexpected(owners.error());
  return std::ranges::any_of(node->rows,
                             [](const auto& row) { return is_role_source(row.entry.source); }) ||
         std::ranges::any_of(*owners, [](const auto& owner) {
           return is_role_source(owner.source) && owner.valid_to == registry::no_instant;
         });
}

/// Says no role any more, as what is left of a unit that ended.
void put_ended(const std::string& number, const std::optional<registry::Instant>& closed,
               NodeRecord& record) {
  record.clear();
  record.describes = false;
  record.is_remainder = true;
  record.closed = closed;
  record.key_system = IdentifierSystem::orgnr;
  record.key = record.add(number);
  record.raw.assign(R"({"organisasjonsnummer":")").append(number).append(R"(","roller":[]})");
}

registry::Result<void> end_roles(const registry::Registry& registry,
                                 const std::vector<std::string>& numbers, NodeBatch& batch) {
  const Structure now(registry, registry::virksomhet::AsOf{});
  for (const std::string& number : numbers) {
    const auto unit = now.find({IdentifierSystem::orgnr, number, {}});
    if (!unit) return tl::unexpected(unit.error());
    const auto summary = now.summary(*unit);
    if (!summary) return tl::unexpected(summary.error());
    const auto has = has_roles(now, *unit);
    if (!has) return tl::unexpected(has.error());
    if (!*has) continue;
    auto& item = batch.items.emplace_back();
    item.number = batch.items.size() + batch.quarantine.size();
    put_ended(number, summary->closed, item.record);
  }
  return {};
}

} // namespace

registry::Result<MadeRoles> make_roles(const registry::Registry& registry, UnitFetcher& fetcher,
                                       const std::vector<std::string>& numbers,
                                       registry::Instant stamp) {
  std::vector<std::string> alive;
  std::vector<std::string> ended;
  {
    KnownUnits known(registry);
    for (const std::string& number : numbers) {
      const auto standing = known.standing_of(number);
      if (standing == KnownUnits::Standing::alive) alive.push_back(number);
      if (standing == KnownUnits::Standing::ended) ended.push_back(number);
    }
  }
  const auto documents = fetcher.roles(alive);
  if (!documents) return tl::unexpected(documents.error());
  MadeRoles made;
  made.batch.source = NodeSource::enhetsregisteret_roller;
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
  if (auto done = end_roles(registry, ended, made.batch); !done) {
    return tl::unexpected(done.error());
  }
  return made;
}

} // namespace grunndata::importers::enhetsregisteret::sync
