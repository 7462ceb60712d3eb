#include "importers/enhetsregisteret/sync/unit_work.h"

#include "importers/enhetsregisteret/personal_parents.h"
#include "importers/enhetsregisteret/unit_mapping.h"

#include <algorithm>
#include <utility>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

using registry::Instant;
using registry::Result;
using registry::virksomhet::NodeBatch;

constexpr int depth_max = 32; ///< deeper is no tree
constexpr std::string_view origin = "enhetsregisteret";

Owed::What what_of(Kind kind) noexcept {
  return kind == Kind::enheter ? Owed::What::enhet : Owed::What::underenhet;
}

void refuse(const FetchedUnit& unit, reading::MappingFault fault, NodeBatch& batch) {
  registry::QuarantineDraft draft;
  draft.number = batch.items.size() + batch.quarantine.size() + 1;
  draft.json_path = std::move(fault.json_path);
  draft.reason = std::move(fault.reason);
  draft.message = std::move(fault.message);
  draft.raw = unit.document;
  batch.quarantine.push_back(std::move(draft));
}

} // namespace

std::string UnitWork::parent_of(const std::string& number) {
  const auto found = units_.find(number);
  return found != units_.end() ? found->second.parent : known_.parent_of(number);
}

bool UnitWork::is_below_top(const std::string& number) {
  if (!picker_.has_tops()) return false;
  std::string at = parent_of(number);
  for (int depth = 0; !at.empty() && depth < depth_max; ++depth) {
    if (picker_.is_top(number_of(at).value_or(0))) return true;
    at = parent_of(at);
  }
  return false;
}

bool UnitWork::was_below_top(const std::string& number) {
  std::string at = known_.parent_of(number);
  for (int depth = 0; !at.empty() && depth < depth_max; ++depth) {
    if (picker_.is_top(number_of(at).value_or(0))) return true;
    at = known_.parent_of(at);
  }
  return false;
}

void UnitWork::add(FetchedUnit fetched, bool needs_above) {
  Unit unit;
  unit.was = known_.standing_of(fetched.number);
  if (!fetched.is_removed && !document_.load(fetched.document)) {
    const reading::JsonSlot root = document_.root();
    unit.parent = reading::characters(reading::member(root, "overordnetEnhet"), scratch_);
    if (!is_number(unit.parent)) unit.parent.clear();
    unit.is_picked = rules_empty_ || KnownUnits::is_kept(unit.was) ||
                     picker_.picks(root, number_of(fetched.number).value_or(0));
  }
  unit.needs_above = needs_above || unit.is_picked || picker_.has_tops();
  std::string number = fetched.number;
  unit.fetched = std::move(fetched);
  units_.insert_or_assign(std::move(number), std::move(unit));
}

Result<void> UnitWork::fetch(std::vector<Asked> asked, bool needs_above, Made& made) {
  auto fetched = fetcher_.units(asked);
  if (!fetched) return tl::unexpected(fetched.error());
  for (FetchedUnit& unit : *fetched) {
    if (unit.document.empty()) {
      absent_.insert(unit.number);
      made.owed.push_back({what_of(unit.kind), false, unit.number});
      continue;
    }
    ++made.fetched;
    add(std::move(unit), needs_above);
  }
  return {};
}

/// Whoever is above somebody wanted is wanted too, and has perhaps come by the other feed, whose
/// turn is yet to come.
Result<void> UnitWork::fetch_above(Made& made) {
  for (int depth = 0; depth < depth_max; ++depth) {
    std::map<std::string, Asked> missing;
    for (const auto& [number, unit] : units_) {
      const std::string& parent = unit.parent;
      if (parent.empty() || !unit.needs_above || units_.contains(parent) ||
          absent_.contains(parent) || known_.is_kept(parent)) {
        continue;
      }
      missing.emplace(parent, Asked{parent, Kind::enheter});
    }
    if (missing.empty()) return {};
    std::vector<Asked> asked;
    for (auto& [number, one] : missing) asked.push_back(std::move(one));
    if (auto fetched = fetch(std::move(asked), true, made); !fetched) return fetched;
  }
  return {};
}

/// With somebody who has come below a top come all below them, of whom no event tells.
Result<void> UnitWork::fetch_below(Made& made) {
  if (!picker_.has_tops()) return {};
  std::set<std::string> looked_at;
  while (true) {
    std::vector<std::string> moved;
    for (const auto& [number, unit] : units_) {
      if (unit.fetched.kind == Kind::enheter && !unit.fetched.is_removed &&
          !looked_at.contains(number) && !picker_.is_top(number_of(number).value_or(0)) &&
          is_below_top(number) && !was_below_top(number)) {
        moved.push_back(number);
      }
    }
    if (moved.empty()) return {};
    for (const std::string& number : moved) {
      looked_at.insert(number);
      auto below = fetcher_.below(number);
      if (!below) return tl::unexpected(below.error());
      std::erase_if(*below, [this](const Asked& one) {
        return units_.contains(one.number) || absent_.contains(one.number) ||
               known_.is_kept(one.number);
      });
      if (auto fetched = fetch(std::move(*below), true, made); !fetched) return fetched;
    }
  }
}

void UnitWork::pick() {
  for (auto& [number, unit] : units_) {
    const bool is_picked = unit.is_picked || is_below_top(number);
    unit.is_wanted = unit.is_wanted || (unit.fetched.is_removed ? unit.removal_told : is_picked);
    if (!unit.is_wanted) continue;
    std::string above = unit.parent;
    for (int depth = 0; !above.empty() && depth < depth_max; ++depth) {
      const auto found = units_.find(above);
      if (found == units_.end()) break;
      if (!found->second.fetched.is_removed) found->second.is_wanted = true;
      above = found->second.parent;
    }
  }
}

/// Enheter first: so a sole proprietor's shops are known to be personal as well.
void UnitWork::map(Instant stamp, Made& made) {
  PersonalParents persons(registry_);
  UnitMapper mapper({stamp,
                     [&persons](std::string_view orgnr) { return persons.contains(orgnr); },
                     {}});
  reading::MappingReport report;
  NodeBatch& batch = made.batch;
  batch.source = registry::virksomhet::NodeSource::enhetsregisteret;
  batch.stamp = {stamp};
  batch.refusal = registry::virksomhet::Refusal::record;
  batch.origins = {std::string(origin)};
  for (const Kind kind : kinds) {
    for (auto& [number, unit] : units_) {
      if (unit.fetched.kind != kind) continue;
      if (!unit.is_wanted) {
        ++made.left_out;
        continue;
      }
      auto& item = batch.items.emplace_back();
      auto mapped = mapper.map(unit.fetched.document, item.record, report);
      if (!mapped) {
        batch.items.pop_back();
        refuse(unit.fetched, std::move(mapped.error()), batch);
        continue;
      }
      item.number = batch.items.size() + batch.quarantine.size();
      unit.has_ended = item.record.status == registry::virksomhet::NodeStatus::opphort;
      if (unit.when && *unit.when <= stamp) item.record.observed_at = unit.when;
    }
  }
}

/// Events of roles may have come before their unit was known; none tells that they ended with it.
void UnitWork::owe_roles(Made& made) const {
  if (!roles_) return;
  for (const auto& [number, unit] : units_) {
    const bool was_alive = unit.was == KnownUnits::Standing::alive;
    if (unit.is_wanted && was_alive == unit.has_ended && !unit.fetched.is_removed &&
        unit.fetched.kind == Kind::enheter) {
      made.owed.push_back({Owed::What::roles, false, number});
    }
  }
}

Result<UnitWork::Made> UnitWork::make(std::span<const ToldUnit> told, Instant stamp) {
  known_.refresh();
  units_.clear();
  absent_.clear();
  Made made;
  std::vector<Asked> asked;
  for (const ToldUnit& unit : told) asked.push_back({unit.number, unit.kind});
  if (auto fetched = fetch(std::move(asked), false, made); !fetched) {
    return tl::unexpected(fetched.error());
  }
  for (const ToldUnit& unit : told) {
    const auto found = units_.find(unit.number);
    if (found == units_.end()) continue;
    found->second.removal_told = unit.removed;
    found->second.when = unit.when;
  }
  for (Owed& owed : made.owed) {
    owed.removed = std::ranges::any_of(told, [&owed](const ToldUnit& unit) {
      return unit.removed && unit.number == owed.number;
    });
  }
  if (auto fetched = fetch_above(made); !fetched) return tl::unexpected(fetched.error());
  if (auto fetched = fetch_below(made); !fetched) return tl::unexpected(fetched.error());
  pick();
  map(stamp, made);
  owe_roles(made);
  known_.refresh(); // nothing is held back from being purged meanwhile
  units_.clear();
  return made;
}

} // namespace grunndata::importers::enhetsregisteret::sync
