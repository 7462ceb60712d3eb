#include "registry/purge/shared_homes.h"

#include "registry/keys.h"
#include "registry/person_events.h"
#include "registry/person_protection.h"
#include "registry/purge/forgetting.h"
#include "registry/row_form.h"
#include "registry/withheld_events.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::purge {

namespace {

using store::Family;

/// Properties of the contract that name a home.
constexpr std::array<std::string_view, 3> home_properties{
    "\"cadastralIdentifier\":", "\"addressName\":", "\"cadastralNumber\":"};

/// The value that starts `text`, as far as its closing quote or brace.
std::string_view value_at_start(std::string_view text) noexcept {
  if (text.empty()) {
    return {};
  }
  const std::size_t end = text.find(text.front() == '{' ? '}' : '"', 1);
  return end == std::string_view::npos ? text : text.substr(0, end + 1);
}

bool shares_homes(RelationType type) noexcept {
  using enum RelationType;
  return type == mother || type == father || type == co_mother || type == child ||
         type == sibling || type == responsible_for || type == in_responsibility_of;
}

bool is_parent(RelationType type) noexcept {
  using enum RelationType;
  return type == mother || type == father || type == co_mother || type == in_responsibility_of;
}

bool is_child(RelationType type) noexcept {
  return type == RelationType::child || type == RelationType::responsible_for;
}

void add(std::vector<EntityId>& entities, const EntityId& id) {
  if (std::ranges::find(entities, id) == entities.end()) {
    entities.push_back(id);
  }
}

/// Everybody who has or had the identifier.
Result<std::vector<EntityId>> holders(Transaction& transaction, const IdentifierKey& key) {
  store::Pinned pin;
  const auto value = transaction.get(Family::identifier, key_of(key), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto entries = read_index(value->value_or(std::string_view{}));
  if (!entries) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  std::vector<EntityId> found;
  for (const IndexEntry& entry : *entries) {
    add(found, entry.entity);
  }
  return found;
}

Result<std::vector<Edge>> edges_of(Transaction& transaction, const EntityId& id) {
  store::Pinned pin;
  const auto value = transaction.get(Family::relation, edges_key(id), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto edges = read_edges(value->value_or(std::string_view{}));
  if (!edges) {
    return fail(ErrorCode::corrupt, "an entity's edges cannot be read");
  }
  return std::move(*edges);
}

std::vector<Edge> edges_of(const SourceRecord& record) {
  std::vector<Edge> edges;
  for (const RelationClaim& claim : record.relations) {
    Edge edge;
    edge.type = claim.type;
    edge.identifier_type = claim.identifier_type;
    edge.identifier = record.view(claim.identifier);
    edges.push_back(std::move(edge));
  }
  return edges;
}

/// The ends of `edges` that `wanted` takes.
template <typename Wanted>
Result<void> follow(Transaction& transaction, const std::vector<Edge>& edges, Wanted&& wanted,
                    std::vector<EntityId>& found) {
  for (const Edge& edge : edges) {
    if (!wanted(edge.type)) {
      continue;
    }
    const auto ends = holders(transaction, {edge.identifier_type, edge.identifier, {}});
    if (!ends) {
      return tl::unexpected(ends.error());
    }
    for (const EntityId& end : *ends) {
      add(found, end);
    }
  }
  return {};
}

/// Whoever says of an identifier of `record` that it is a relative's. Adds to `children` too.
Result<void> pointing_at(const Transaction& transaction, const SourceRecord& record,
                         std::vector<EntityId>& found, std::vector<EntityId>& children) {
  for (const IdentifierClaim& claim : record.identifiers) {
    const std::string prefix =
        pointed_key(claim.type, record.view(claim.text), EntityId{}).substr(0, 3 + claim.text.size);
    const auto take = [&](std::string_view key, std::string_view value) {
      EntityId from;
      if (key.size() != prefix.size() + from.bytes.size()) {
        return;
      }
      std::memcpy(from.bytes.data(), key.data() + prefix.size(), from.bytes.size());
      const auto edges = read_edges(value);
      for (const Edge& edge : edges.value_or(std::vector<Edge>{})) {
        if (shares_homes(edge.type)) {
          add(found, from);
        }
        if (is_parent(edge.type)) {
          add(children, from);
        }
      }
    };
    if (auto scanned = transaction.scan_before(Family::relation, prefix, take); !scanned) {
      return scanned;
    }
  }
  return {};
}

Result<std::vector<EntityId>> relatives(Transaction& transaction, const EntityId& person,
                                        const std::vector<Edge>& edges,
                                        const SourceRecord* pointed_at) {
  std::vector<EntityId> found;
  std::vector<EntityId> children;
  auto followed = follow(transaction, edges, shares_homes, found);
  if (followed) {
    followed = follow(transaction, edges, is_child, children);
  }
  if (followed && pointed_at != nullptr) {
    followed = pointing_at(transaction, *pointed_at, found, children);
  }
  for (std::size_t i = 0; followed && i < children.size(); ++i) {
    const auto of_child = edges_of(transaction, children[i]);
    followed = of_child ? follow(transaction, *of_child, is_parent, found)
                        : Result<void>(tl::unexpected(of_child.error()));
  }
  if (!followed) {
    return tl::unexpected(followed.error());
  }
  std::erase(found, person);
  return found;
}

Result<Grading> strictest_of(Transaction& transaction, const std::vector<EntityId>& entities) {
  std::uint8_t strictest = 0;
  for (const EntityId& id : entities) {
    const auto header = header_of(transaction, id);
    if (!header) {
      return tl::unexpected(header.error());
    }
    strictest = std::max(strictest, *header ? (*header)->protection : std::uint8_t{0});
  }
  return static_cast<Grading>(strictest);
}

/// Whether the viewer sees a shared residence that is live.
bool sees_shared_home(const Entity& entity, const Viewer& viewer) {
  return std::ranges::any_of(entity.rows, [&viewer](const Row& row) {
    return row.entry.part == PersonPart::shared_residence &&
           row.entry.recorded_to == still_recorded &&
           sees(row.entry, !is_current(row.entry), viewer);
  });
}

} // namespace

std::vector<std::string> marks_of_home(std::string_view row) {
  std::vector<std::string> marks;
  for (const std::string_view property : home_properties) {
    for (std::size_t at = row.find(property); at != std::string_view::npos;
         at = row.find(property, at + property.size())) {
      marks.push_back(std::string(property) +
                      std::string(value_at_start(row.substr(at + property.size()))));
    }
  }
  return marks;
}

Result<std::vector<EntityId>> relatives_of(Transaction& transaction, const EntityId& hidden,
                                           const SourceRecord& record) {
  auto edges = edges_of(transaction, hidden);
  if (!edges) {
    return tl::unexpected(edges.error());
  }
  std::ranges::copy(edges_of(record), std::back_inserter(*edges));
  return relatives(transaction, hidden, *edges, &record);
}

Result<Grading> strictest_relative(Transaction& transaction, const EntityId& person,
                                   const SourceRecord& record) {
  const auto found = relatives(transaction, person, edges_of(record), nullptr);
  return found ? strictest_of(transaction, *found) : Result<Grading>(tl::unexpected(found.error()));
}

Result<Grading> strictest_relative(Transaction& transaction, const EntityId& person) {
  const auto edges = edges_of(transaction, person);
  if (!edges) {
    return tl::unexpected(edges.error());
  }
  const auto found = relatives(transaction, person, *edges, nullptr);
  return found ? strictest_of(transaction, *found) : Result<Grading>(tl::unexpected(found.error()));
}

Result<void> judge_shared_homes(Transaction& transaction, const EntityId& person) {
  LoadedEntity loaded;
  if (auto read = load_entity(transaction, person, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  Entity& entity = loaded.entity;
  const auto is_shared = [](const Row& row) {
    return row.entry.part == PersonPart::shared_residence;
  };
  Protection protection = Protection::of(entity.header);
  const bool has_any = std::ranges::any_of(entity.rows, is_shared);
  if (!has_any && !protection.relative_hides) {
    return {}; // almost everybody
  }
  const auto strictest = strictest_relative(transaction, person);
  if (!strictest) {
    return tl::unexpected(strictest.error());
  }
  const bool relative_hides = has_any && hides(*strictest);
  if (protection.relative_hides == relative_hides) {
    return {};
  }
  const bool saw = sees_shared_home(entity, viewer_of(entity.header, Access::no_legal_basis));
  protection.relative_hides = relative_hides;
  protection.write_to(entity.header);
  const bool sees = sees_shared_home(entity, viewer_of(entity.header, Access::no_legal_basis));
  const auto withheld =
      relative_hides ? withhold_events(transaction, person, entity) : Result<bool>(false);
  if (!withheld) {
    return tl::unexpected(withheld.error());
  }
  if (saw != sees || *withheld) {
    const Sight sight = sees ? Sight::named : Sight::generalised;
    append_events(transaction, person, {{EventType::change_in_shared_residence, sight}},
                  entity.header);
  }
  put_entity(transaction, person, entity);
  return {};
}

Result<bool> forget_shared_homes(Transaction& transaction, const EntityId& person,
                                 const std::vector<std::string>& homes) {
  LoadedEntity loaded;
  if (auto read = load_entity(transaction, person, Source::folkeregisteret, loaded); !read) {
    return tl::unexpected(read.error());
  }
  Entity& entity = loaded.entity;
  const auto repeats = [&homes](const Row& row) {
    if (row.entry.part != PersonPart::shared_residence) {
      return false;
    }
    const auto marks = marks_of_home(row.text);
    return homes.empty() || marks.empty() ||
           std::ranges::any_of(marks, [&](const std::string& mark) {
             return std::ranges::find(homes, mark) != homes.end();
           });
  };
  if (std::ranges::none_of(entity.rows, repeats)) {
    return false;
  }
  const Viewer open = viewer_of(entity.header, Access::no_legal_basis);
  bool live = false;
  bool visible = false;
  for (const Row& row : entity.rows) {
    const bool goes = row.entry.recorded_to == still_recorded && repeats(row);
    live = live || goes;
    visible = visible || (goes && sees(row.entry, !is_current(row.entry), open));
  }
  entity.sort_rows();
  const Remainder left = forget(entity, loaded.source, Source::folkeregisteret, repeats);
  const auto withheld = withhold_events(transaction, person, entity);
  if (!withheld) {
    return tl::unexpected(withheld.error());
  }
  if (live || *withheld) {
    const Sight sight = visible || *withheld ? Sight::generalised : Sight::nothing;
    append_events(transaction, person, {{EventType::change_in_shared_residence, sight}},
                  entity.header);
  }
  if (live) {
    entity.header.record_hash = hash_of_record(left.record.raw);
  }
  transaction.put(Family::source, key_of(person, Source::folkeregisteret),
                  write_source({left.record.raw, left.record.elements, left.withdrawn}));
  put_entity(transaction, person, entity);
  return true;
}

} // namespace grunndata::registry::purge
