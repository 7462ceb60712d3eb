#include "registry/virksomhet/curated_relations.h"

#include "registry/clients/plain_text.h"
#include "registry/virksomhet/carry_out.h"
#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/node_writer.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t document_characters_max = 500;

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}
std::optional<Instant> instant(std::int64_t stored) noexcept {
  return stored == no_instant ? std::nullopt : std::optional(Instant{stored});
}

bool is_stated(const RelationRow& row) noexcept {
  return row.entry.is_live() && row.entry.source == NodeSource::kuratert &&
         (row.entry.marks & mark::by_itself) != 0;
}

CuratedRelation relation_of(const EntityId& lower, const RelationRow& row) {
  return {row.entry.id,
          row.entry.type,
          row.entry.kind,
          lower,
          row.entry.upper,
          row.entry.confidence,
          instant(row.entry.valid_from),
          instant(row.entry.valid_to),
          row.details};
}

void append_said(std::string& details, std::string_view name, std::string_view text) {
  if (text.empty()) {
    return;
  }
  details += details.empty() ? "{\"" : ",\"";
  details.append(name).append("\":");
  append_json_text(details, text);
}

Result<void> check_there(const Transaction& transaction, const EntityId& node) {
  store::Pinned pin;
  const auto value = transaction.get(store::Family::node, node.view(), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  return *value ? Result<void>{} : fail(ErrorCode::not_found, "no such node");
}

NodeWriter writer_of(Transaction& transaction, Registry& registry) {
  return {transaction, registry.impl().ids, NodeSource::kuratert, transaction.time()};
}

/// The row stated with that number.
Result<RelationRow> stated_row(const Transaction& transaction, const EntityId& lower,
                               std::uint64_t number) {
  auto relations = relations_in(transaction, lower);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  const auto row = std::ranges::find_if(*relations, [&](const RelationRow& known) {
    return known.entry.id == number && is_stated(known);
  });
  return row != relations->end() ? Result<RelationRow>(std::move(*row))
                                 : fail(ErrorCode::not_found, "no such relation was stated");
}

/// Changes what was stated, and says who did beside what was said before.
Result<CuratedRelation> restate(Transaction& transaction, Registry& registry,
                                const EntityId& lower, RelationRow row, std::string_view act,
                                const CuratedRelations::Told& told) {
  std::string said = row.details;
  if (!said.empty()) {
    said.pop_back();
  }
  const std::string name(act);
  append_said(said, name + "By", name_of(told.by));
  append_said(said, name + "Reason", told.reason);
  row.details = said.append("}");
  NodeWriter writer = writer_of(transaction, registry);
  if (auto changed = writer.restate_relation(lower, row.entry.id, row); !changed) {
    return tl::unexpected(changed.error());
  }
  if (auto kept = writer.check_rules(); !kept) {
    return tl::unexpected(kept.error());
  }
  return relation_of(lower, row);
}

/// A member of `details` that an earlier change of the same kind left goes.
void drop_said(std::string& details, std::string_view act) {
  for (const std::string_view what : {"By", "Reason"}) {
    const std::string name = std::string(",\"").append(act).append(what).append("\":\"");
    const std::size_t begin = details.find(name);
    if (begin == std::string::npos) {
      continue;
    }
    std::size_t end = begin + name.size();
    while (end < details.size() && details[end] != '"') {
      end += details[end] == '\\' ? 2 : 1;
    }
    details.erase(begin, end + 1 - begin);
  }
}

} // namespace

std::string name_of(const Actor& actor) {
  for (const std::string* name : {&actor.user_name, &actor.os_user, &actor.client_id}) {
    if (!name->empty()) {
      return *name;
    }
  }
  return {};
}

Result<CuratedRelation> state_relation(Transaction& transaction, Registry& registry,
                                       const RelationWanted& wanted, const Actor& by,
                                       const std::string& reason) {
  if (wanted.type == NodeRelation::tilknytning) {
    return fail(ErrorCode::invalid, "where somebody works is said by who employs them");
  }
  if (!is_plain_text(wanted.document) ||
      characters_of(wanted.document) > document_characters_max) {
    return fail(ErrorCode::invalid, "document is at most 500 characters on one line");
  }
  const bool lower_is_from = facts_of(wanted.type).lower_is_from;
  const EntityId& lower = lower_is_from ? wanted.from : wanted.to;
  for (const EntityId* end : {&wanted.from, &wanted.to}) {
    if (auto there = check_there(transaction, *end); !there) {
      return tl::unexpected(there.error());
    }
  }
  RelationRow row;
  row.entry.upper = lower_is_from ? wanted.to : wanted.from;
  row.entry.type = wanted.type;
  row.entry.kind = wanted.kind;
  row.entry.confidence = std::min<std::uint16_t>(wanted.confidence, 1000);
  row.entry.valid_from = stored(wanted.valid_from);
  row.entry.valid_to = stored(wanted.valid_to);
  append_said(row.details, "reason", reason);
  append_said(row.details, "approvedBy", name_of(by));
  append_said(row.details, "document", wanted.document);
  row.details += '}';
  const auto known = relations_in(transaction, lower);
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (std::ranges::any_of(*known, [&row](const RelationRow& other) {
        return other.entry.is_live() && other.entry.source == NodeSource::kuratert &&
               other.entry.type == row.entry.type && other.entry.kind == row.entry.kind &&
               other.entry.upper == row.entry.upper &&
               overlap(other.entry.valid_from, other.entry.valid_to, row.entry.valid_from,
                       row.entry.valid_to);
      })) {
    return fail(ErrorCode::conflict, "already_stated: the two are so related at that time");
  }
  NodeWriter writer = writer_of(transaction, registry);
  const auto number = writer.state_relation(lower, row);
  if (!number) {
    return tl::unexpected(number.error());
  }
  if (auto kept = writer.check_rules(); !kept) {
    return tl::unexpected(kept.error());
  }
  writer.finish();
  row.entry.id = *number;
  return relation_of(lower, row);
}

Result<void> append_json(std::string& out, const Structure& structure,
                         const CuratedRelation& relation) {
  const bool lower_is_from = facts_of(relation.type).lower_is_from;
  const std::array<EntityId, 2> ends{lower_is_from ? relation.lower : relation.upper,
                                     lower_is_from ? relation.upper : relation.lower};
  const auto summaries = structure.summaries(ends);
  if (!summaries) {
    return tl::unexpected(summaries.error());
  }
  const auto append_text = [&out](std::string_view name, std::string_view text) {
    if (!text.empty()) {
      out.append(",\"").append(name).append("\":");
      append_json_text(out, text);
    }
  };
  out += R"({"relation":)";
  append_json_text(out, std::to_string(relation.number));
  append_text("type", name_of(relation.type));
  append_text("kind", name_of(relation.kind));
  append_text("keptWith", view_of(structure.registry().ids().seal(relation.lower)));
  out += R"(,"from":)";
  append_json(out, summaries->front());
  out += R"(,"to":)";
  append_json(out, summaries->back());
  append_json_time(out, "validFrom", stored(relation.valid_from));
  append_json_time(out, "validTo", stored(relation.valid_to));
  out.append(R"(,"confidence":)").append(std::to_string(relation.confidence));
  out.append(R"(,"details":)").append(relation.details.empty() ? "{}" : relation.details);
  out += '}';
  return {};
}

CuratedRelations::Done CuratedRelations::state(const RelationWanted& wanted, const Told& told) {
  return carry_out(registry_, told, [&](Transaction& transaction) {
    return state_relation(transaction, registry_, wanted, told.by, told.reason);
  });
}

CuratedRelations::Done CuratedRelations::correct(const EntityId& lower, std::uint64_t number,
                                                 const RelationCorrection& correction,
                                                 const Told& told) {
  return carry_out(registry_, told,
                   [&](Transaction& transaction) -> Result<CuratedRelation> {
                     auto row = stated_row(transaction, lower, number);
                     if (!row) {
                       return tl::unexpected(row.error());
                     }
                     row->entry.kind = correction.kind.value_or(row->entry.kind);
                     if (correction.valid_from) {
                       row->entry.valid_from = stored(*correction.valid_from);
                     }
                     if (correction.valid_to) {
                       row->entry.valid_to = stored(*correction.valid_to);
                     }
                     drop_said(row->details, "corrected");
                     return restate(transaction, registry_, lower, std::move(*row), "corrected",
                                    told);
                   });
}

CuratedRelations::Done CuratedRelations::end(const EntityId& lower, std::uint64_t number,
                                             Instant when, const Told& told) {
  return carry_out(registry_, told,
                   [&](Transaction& transaction) -> Result<CuratedRelation> {
                     auto row = stated_row(transaction, lower, number);
                     if (!row) {
                       return tl::unexpected(row.error());
                     }
                     row->entry.valid_to = when.microseconds;
                     drop_said(row->details, "ended");
                     return restate(transaction, registry_, lower, std::move(*row), "ended", told);
                   });
}

CuratedRelations::Done CuratedRelations::withdraw(const EntityId& lower, std::uint64_t number,
                                                  const Told& told) {
  return carry_out(registry_, told,
                   [&](Transaction& transaction) -> Result<CuratedRelation> {
                     auto row = stated_row(transaction, lower, number);
                     if (!row) {
                       return tl::unexpected(row.error());
                     }
                     NodeWriter writer = writer_of(transaction, registry_);
                     if (auto gone = writer.restate_relation(lower, number, std::nullopt); !gone) {
                       return tl::unexpected(gone.error());
                     }
                     if (auto kept = writer.check_rules(); !kept) {
                       return tl::unexpected(kept.error());
                     }
                     return relation_of(lower, *row);
                   });
}

Result<std::vector<CuratedRelation>> CuratedRelations::of(const EntityId& lower) const {
  store::Pinned pin;
  const auto found = registry_.impl().store->get(store::Family::structure, up_key(lower), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto relations = read_relations(*found ? pin.view() : std::string_view{});
  if (!relations) {
    return fail(ErrorCode::corrupt, "a node's relations cannot be read");
  }
  std::vector<CuratedRelation> stated;
  for (const RelationRow& row : *relations) {
    if (is_stated(row)) {
      stated.push_back(relation_of(lower, row));
    }
  }
  return stated;
}

} // namespace grunndata::registry::virksomhet
