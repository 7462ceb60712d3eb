#include "registry/virksomhet/structure.h"

#include "registry/candidates/row_fields.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <array>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body

tl::unexpected<Error> corrupt(const char* what) { return fail(ErrorCode::corrupt, what); }

std::optional<Instant> instant(std::int64_t stored) noexcept {
  return stored == no_instant ? std::nullopt : std::optional(Instant{stored});
}

/// A text of a row; empty when it has none of that name. May stand in `room`.
std::string_view text_of(std::string_view row, std::string_view property, std::string& room) {
  return candidates::text_of(row, body_begin, property, room).value_or(std::string_view{});
}

/// Which source's name is shown, best first (virksomhet.md 4.6).
constexpr std::array<std::pair<NodePart, NodeSource>, 6> shown_names{{
    {NodePart::display_name, NodeSource::kuratert},
    {NodePart::display_name, NodeSource::employer},
    {NodePart::display_name, NodeSource::locoreg},
    {NodePart::display_name, NodeSource::htk},
    {NodePart::name, NodeSource::resh},
    {NodePart::name, NodeSource::enhetsregisteret},
}};

std::size_t rank_of(const NodeRowEntry& row) noexcept {
  for (std::size_t i = 0; i < shown_names.size(); ++i) {
    if (shown_names[i].first == row.part && shown_names[i].second == row.source) {
      return i;
    }
  }
  return row.part == NodePart::name || row.part == NodePart::display_name ? shown_names.size()
                                                                          : shown_names.size() + 1;
}

} // namespace

RelationSet set_of(std::initializer_list<NodeRelation> types) noexcept {
  RelationSet set;
  for (const NodeRelation type : types) {
    set.set(static_cast<std::size_t>(type));
  }
  return set;
}

Structure::Structure(const Registry& registry, const AsOf& as_of, const NodeSight& sight)
    : registry_(registry), store_(*registry.impl().store),
      ticket_(registry.impl().values->ticket()), state_(registry.impl().relations->state()),
      sight_(sight),
      valid_(as_of.valid ? as_of.valid->microseconds : now().microseconds),
      recorded_(as_of.recorded.value_or(still_recorded - 1)),
      is_now_(!as_of.valid && !as_of.recorded), knows_now_(!as_of.recorded) {}

Result<std::optional<std::string_view>> Structure::read(Family family, std::string_view key,
                                                        store::Pinned& pin) const {
  const auto found = store_.get(family, key, pin, state_.snapshot.get());
  if (!found) {
    return tl::unexpected(found.error());
  }
  return *found ? std::optional(pin.view()) : std::nullopt;
}

Result<std::optional<std::string_view>>
Structure::read_node(Family family, const EntityId& id, store::Pinned& pin) const {
  ValueCache& values = *registry_.impl().values;
  if (values.find({family, id}, pin)) {
    if (values.is_of_state(ticket_)) {
      return pin.view();
    }
    pin.reset(); // perhaps of a later state
  }
  auto found = read(family, id.view(), pin);
  if (found && *found) {
    values.remember(ticket_, {family, id}, **found);
  }
  return found;
}

bool Structure::counts(std::int64_t from, std::int64_t to, std::uint64_t recorded_from,
                       std::uint64_t recorded_to) const noexcept {
  return holds_at(from, to, valid_) && is_recorded_at(recorded_from, recorded_to, recorded_);
}

Result<std::vector<EntityId>> Structure::owners(const NodeKey& key) const {
  store::Pinned pin;
  const auto value = read(Family::node_key, key_of(key), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto list = read_owners(value->value_or(std::string_view{}));
  if (!list) {
    return corrupt("who has a number cannot be read");
  }
  std::ranges::stable_sort(*list, std::ranges::greater{}, &NumberOwner::is_key);
  std::vector<EntityId> nodes;
  for (const NumberOwner& owner : *list) {
    if (owner.recorded_from <= recorded_) {
      nodes.push_back(owner.node);
    }
  }
  return nodes;
}

std::optional<EntityId> Structure::remembered(std::uint64_t hash, const NodeKey& key) const {
  const auto owner = registry_.impl().identifiers.find(hash);
  if (!owner) {
    return std::nullopt;
  }
  store::Pinned pin;
  const auto value = read_node(Family::node, *owner, pin);
  const bool goes_by_it = value && *value && holds_number(**value, key);
  // Else another may have come to it in a commit that this state has seen, or has not.
  return goes_by_it && registry_.impl().values->is_valid(ticket_) ? owner : std::nullopt;
}

Result<EntityId> Structure::find(const NodeKey& key) const {
  const std::string stored_key = key_of(key);
  IdentifierCache& identifiers = registry_.impl().identifiers;
  const auto hash = IdentifierCache::hash_of(stored_key, Family::node_key);
  if (knows_now_) {
    if (const auto owner = remembered(hash, key)) {
      return *owner;
    }
  }
  const auto ticket = identifiers.ticket(hash);
  const auto nodes = owners(key);
  if (!nodes) {
    return tl::unexpected(nodes.error());
  }
  if (nodes->size() > 1) {
    return fail(ErrorCode::ambiguous, "the number stands for several nodes");
  }
  if (!nodes->empty()) {
    // The state may be older than the ticket, unless nothing was committed since.
    if (knows_now_ && registry_.impl().values->is_valid(ticket_)) {
      identifiers.remember(ticket, nodes->front());
    }
    return nodes->front();
  }
  store::Pinned pin;
  const auto value = read(Family::node_key, stored_key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  return *value ? fail(ErrorCode::not_known_then, "the number was not known then")
                : fail(ErrorCode::not_found, "no node goes or went by that number");
}

Result<EntityId> Structure::find(std::string_view external_id) const {
  const auto id = registry_.ids().open(external_id);
  if (!id) {
    return fail(ErrorCode::not_found, "no such node");
  }
  const auto there = summary(*id);
  if (!there) {
    return tl::unexpected(there.error());
  }
  return *id;
}

/// With what was recorded of it then.
Result<Node> Structure::load(const EntityId& id, NodeRoom& room, bool with_past) const {
  const auto current = read_node(Family::node, id, room.current);
  const auto past = current && *current && with_past
                        ? read_node(Family::node_past, id, room.past)
                        : Result<std::optional<std::string_view>>(std::nullopt);
  if (!current || !past) {
    return tl::unexpected(current ? past.error() : current.error());
  }
  if (!*current) {
    return fail(ErrorCode::not_found, "no such node");
  }
  auto node = Node::decode(**current, past->value_or(std::string_view{}));
  if (!node) {
    return node;
  }
  std::erase_if(node->numbers, [this](const HeldNumber& number) {
    return !number.is_key() && !is_recorded_at(number.entry.recorded_from,
                                               number.entry.recorded_to, recorded_);
  });
  if (!node->numbers.empty() && node->numbers.front().entry.recorded_from > recorded_) {
    return fail(ErrorCode::not_known_then, "the node was not known then");
  }
  std::erase_if(node->rows, [this](const NodeRow& row) {
    return !is_recorded_at(row.entry.recorded_from, row.entry.recorded_to, recorded_);
  });
  return node;
}

Result<Node> Structure::node(const EntityId& id, NodeRoom& room) const {
  auto node = load(id, room, !is_now_);
  if (!node) {
    return node;
  }
  std::erase_if(node->rows, [this](const NodeRow& row) {
    return !holds_at(row.entry.valid_from, row.entry.valid_to, valid_);
  });
  node->sort_rows();
  return node;
}

Result<Node> Structure::node_with_history(const EntityId& id, NodeRoom& room) const {
  auto node = load(id, room, true);
  if (node) {
    node->sort_rows();
  }
  return node;
}

NodeSummary Structure::summary_of(const EntityId& id, const Node& node) const {
  NodeSummary summary;
  summary.id = id;
  summary.external_id = node.header.external_id;
  if (!node.numbers.empty()) {
    const HeldNumber& key = node.numbers.front();
    summary.key = {key.entry.system, std::string(key.text), std::string(key.assigner)};
  }
  summary.name_is_withheld = node.header.withholds_name();
  summary.administrative = node.header.is_administrative();
  summary.opened = instant(node.header.opened);
  summary.closed = instant(node.header.closed);
  const NodeRow* best = nullptr;
  std::string room;
  for (const NodeRow& row : node.rows) {
    if (row.entry.part == NodePart::life) {
      summary.status = find_node_status(text_of(row.text, "status", room)).value_or(summary.status);
      summary.type = find_node_type(text_of(row.text, "type", room)).value_or(summary.type);
    } else if (rank_of(row.entry) <= shown_names.size() &&
               (best == nullptr || rank_of(row.entry) < rank_of(best->entry))) {
      best = &row;
    }
  }
  if (summary.type == NodeType::unknown) {
    summary.type = node.header.type;
  }
  const bool may_see_name = !summary.name_is_withheld || sight_.withheld;
  if (best != nullptr && may_see_name) {
    summary.name = text_of(best->text, "name", room);
    summary.name_is_personal = (best->entry.marks & mark::personal) != 0;
  }
  summary.is_personnel = summary.type == NodeType::personell ||
                         summary.key.system == IdentifierSystem::hpr; // named by others only
  summary.name_is_shown = may_see_name && (!summary.name_is_personal || sight_.personal ||
                                           (summary.is_personnel && sight_.personnel));
  summary.is_hidden = !may_see_name || (summary.is_personnel && !sight_.personnel);
  summary.is_removed = node.header.status == NodeStatus::fjernet;
  return summary;
}

Result<NodeSummary> Structure::summary(const EntityId& id) const {
  NodeRoom room;
  const auto found = node(id, room);
  if (!found) {
    return tl::unexpected(found.error());
  }
  return summary_then(id, *found);
}

Result<void> Structure::tell(const EntityId& id, ToldNode& told) const {
  auto found = node(id, told.room);
  auto summary = found ? summary_then(id, *found) : tl::unexpected(found.error());
  if (!summary) {
    return tl::unexpected(summary.error());
  }
  told.node = std::move(*found);
  told.summary = std::move(*summary);
  return {};
}

/// Of a node as `node` gave it.
Result<NodeSummary> Structure::summary_then(const EntityId& id, const Node& node) const {
  NodeSummary answer = summary_of(id, node);
  if (node.header.sequence_newest > recorded_) {
    const auto life = life_of(id);
    if (!life) {
      return tl::unexpected(life.error());
    }
    answer.opened = instant(life->opened);
    answer.closed = instant(life->closed);
  }
  return answer;
}

Result<std::vector<NodeSummary>> Structure::summaries(std::span<const EntityId> nodes) const {
  std::vector<NodeSummary> summaries;
  summaries.reserve(nodes.size());
  for (const EntityId& id : nodes) {
    auto found = summary(id);
    if (!found && found.error().code == ErrorCode::not_known_then) {
      NodeSummary unknown;
      unknown.id = id;
      unknown.external_id = registry_.ids().seal(id);
      found = std::move(unknown);
    }
    if (!found) {
      return tl::unexpected(found.error());
    }
    summaries.push_back(std::move(*found));
  }
  return summaries;
}

Result<Structure::Life> Structure::life_of(const EntityId& id) const {
  store::Pinned current;
  const auto value = read_node(Family::node, id, current);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto header = node_header(value->value_or(std::string_view{}));
  if (!header) {
    return tl::unexpected(header.error());
  }
  if (header->sequence_newest <= recorded_) {
    return Life{true, header->opened, header->closed};
  }
  NodeRoom room;
  const auto past = read_node(Family::node_past, id, room.past);
  if (!past) {
    return tl::unexpected(past.error());
  }
  const auto node = Node::decode(**value, past->value_or(std::string_view{}));
  if (!node) {
    return tl::unexpected(node.error());
  }
  Life life;
  std::string text_room;
  for (const NodeRow& row : node->rows) {
    if (row.entry.part != NodePart::life ||
        !is_recorded_at(row.entry.recorded_from, row.entry.recorded_to, recorded_)) {
      continue;
    }
    const auto status = find_node_status(text_of(row.text, "status", text_room));
    const bool is_over = status == NodeStatus::opphort || status == NodeStatus::fjernet;
    life.is_known = true;
    if (is_over) {
      life.closed = row.entry.valid_from;
    } else {
      life.opened = row.entry.valid_from;
      life.closed = life.closed == no_instant ? row.entry.valid_to : life.closed;
    }
  }
  return life;
}

Result<std::vector<NodeUpper>> Structure::stored_uppers(const EntityId& lower,
                                                        bool with_history) const {
  store::Pinned pin;
  const auto value = read(Family::structure, up_key(lower), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto relations = read_relations(value->value_or(std::string_view{}));
  if (!relations) {
    return corrupt("a node's relations cannot be read");
  }
  std::vector<NodeUpper> uppers;
  for (const RelationRow& row : *relations) {
    const StoredRelation& entry = row.entry;
    if (!is_recorded_at(entry.recorded_from, entry.recorded_to, recorded_) ||
        (!with_history && !holds_at(entry.valid_from, entry.valid_to, valid_))) {
      continue;
    }
    uppers.push_back({lower, entry.upper, entry.id, entry.type, entry.kind, entry.source,
                      entry.marks, entry.confidence, entry.valid_from, entry.valid_to,
                      entry.event, row.details});
  }
  return uppers;
}

Result<std::vector<NodeUpper>> Structure::uppers_with_history(const EntityId& lower) const {
  return stored_uppers(lower, true);
}

} // namespace grunndata::registry::virksomhet
