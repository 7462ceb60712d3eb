#include "registry/virksomhet/live_relations.h"

#include "registry/registry_impl.h"

#include <algorithm>
#include <cstring>
#include <exception>
#include <utility>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::size_t wasted_min = 65'536; ///< below that it is not worth moving all

} // namespace

bool LiveRelations::is_up_key(std::string_view key) noexcept {
  return key.starts_with('u') && key.size() == 1 + sizeof(EntityId::bytes);
}

EntityId LiveRelations::entity_at_end_of(std::string_view key) noexcept {
  EntityId id;
  std::memcpy(id.bytes.data(), key.data() + key.size() - id.bytes.size(), id.bytes.size());
  return id;
}

bool LiveRelations::concerns(const store::Change& change) noexcept {
  return change.family == Family::node ||
         (change.family == Family::structure && is_up_key(change.key));
}

Result<std::vector<RelationRow>> LiveRelations::live_rows(std::string_view value) {
  auto rows = read_relations(value);
  if (!rows) {
    return fail(ErrorCode::corrupt, "a node's relations cannot be read");
  }
  std::erase_if(*rows, [](const RelationRow& row) { return !row.entry.is_live(); });
  return std::move(*rows);
}

const LiveRelations::More* LiveRelations::Reading::more(const Up& up) const {
  const auto found = up.has_more ? live_->more_.find(up.id) : live_->more_.end();
  return found == live_->more_.end() ? nullptr : &found->second;
}

std::shared_lock<std::shared_mutex> LiveRelations::lock_to_read() const {
  const std::scoped_lock turn(turn_);
  return std::shared_lock(mutex_);
}

std::unique_lock<std::shared_mutex> LiveRelations::lock_to_change() const {
  const std::scoped_lock turn(turn_);
  return std::unique_lock(mutex_);
}

LiveFigures LiveRelations::figures() const {
  const auto lock = lock_to_read();
  if (stage_ != Stage::loaded) {
    return {};
  }
  return {true, nodes_.size(), ups_.size(),
          nodes_.capacity() * sizeof(Node) + places_.bytes() + ups_.bytes() + downs_.bytes()};
}

LiveRelations::State LiveRelations::state() const {
  if (stage_ != Stage::loaded) {
    return {store_.snapshot(), 0};
  }
  const auto lock = lock_to_read();
  if (stage_ != Stage::loaded) {
    return {store_.snapshot(), 0};
  }
  return {before_ ? before_ : newest_snapshot(), number_};
}

/// One for many questions: the engine has a lock of its own for each that it gives.
std::shared_ptr<const store::Snapshot> LiveRelations::newest_snapshot() const {
  const std::scoped_lock lock(keeping_);
  if (!newest_) {
    newest_ = store_.snapshot();
  }
  return newest_;
}

/// Before a commit, so that the engine need not keep what that replaces, and after it.
void LiveRelations::drop_snapshot() noexcept {
  const std::scoped_lock lock(keeping_);
  newest_.reset();
}

std::optional<LiveRelations::Reading> LiveRelations::read(std::uint64_t number) const {
  if (number == 0) {
    return std::nullopt;
  }
  auto lock = lock_to_read();
  if (stage_ != Stage::loaded || number_ != number) {
    return std::nullopt;
  }
  return Reading(*this, std::move(lock));
}

// --- What commits change -------------------------------------------------------------------------

Result<LiveRelations::Pending>
LiveRelations::pending_of(std::span<const store::Change> changes) {
  Pending pending;
  for (const store::Change& change : changes) {
    if (!concerns(change)) {
      continue;
    }
    const EntityId id = entity_at_end_of(change.key);
    if (change.family == Family::structure) {
      auto rows = live_rows(change.value ? std::string_view(*change.value) : "");
      if (!rows) {
        return tl::unexpected(rows.error());
      }
      pending.relations.emplace_back(id, std::move(*rows));
    } else if (change.value) {
      const auto header = node_header(*change.value);
      if (!header) {
        return tl::unexpected(header.error());
      }
      pending.lives.emplace_back(id, Life{header->opened, header->closed, header->type});
    }
  }
  return pending;
}

void LiveRelations::begin_commit(std::span<const store::Change> changes) {
  is_of_interest_ = std::ranges::any_of(changes, concerns);
  if (!is_of_interest_) {
    return drop_snapshot();
  }
  {
    const auto lock = lock_to_change();
    ++commit_;
    is_watched_ = stage_ != Stage::empty;
    if (stage_ == Stage::loaded) {
      before_ = newest_snapshot();
    }
    drop_snapshot();
  }
  is_lost_ = false;
  if (is_watched_) {
    try {
      auto pending = pending_of(changes);
      is_lost_ = !pending;
      pending_ = pending ? std::move(*pending) : Pending{};
    } catch (const std::exception&) { // out of memory
      is_lost_ = true;
    }
  }
}

void LiveRelations::end_commit(bool is_written) {
  if (!std::exchange(is_of_interest_, false)) {
    return drop_snapshot();
  }
  {
    const auto lock = lock_to_change();
    ++commit_;
    before_.reset();
    drop_snapshot();
    if (is_watched_ && !follow_commit(is_written)) {
      stage_ == Stage::loaded ? clear() : stage_.store(Stage::empty); // who loads will see it
    }
    number_ = commit_;
  }
  commit_.notify_all();
  pending_ = {};
}

bool LiveRelations::follow_commit(bool is_written) {
  if (!is_written || is_lost_) {
    return false;
  }
  try {
    if (stage_ == Stage::loaded) {
      return apply(pending_).has_value();
    }
    for (const auto& [id, life] : pending_.lives) missed_.push_back(id);
    for (const auto& [id, rows] : pending_.relations) missed_.push_back(id);
  } catch (const std::exception&) { // out of memory
    return false;
  }
  return true;
}

Result<void> LiveRelations::apply(const Pending& pending) {
  for (const auto& [id, rows] : pending.relations) {
    take(id, rows);
  }
  for (const auto& [id, life] : pending.lives) {
    take_life(id, life);
  }
  return read_lives_of_created();
}

Result<LiveRelations::Life> LiveRelations::stored_life(const EntityId& id) const {
  store::Pinned pin;
  const auto found = store_.get(Family::node, id.view(), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto header = node_header(*found ? pin.view() : std::string_view{});
  if (!header) {
    return tl::unexpected(header.error());
  }
  return Life{header->opened, header->closed, header->type};
}

// --- The memory itself ---------------------------------------------------------------------------

std::optional<LiveRelations::Place> LiveRelations::find(const EntityId& id) const {
  return places_.find(id, [this](Place place) -> const EntityId& { return nodes_[place].id; });
}

LiveRelations::Place LiveRelations::place_of(const EntityId& id) {
  if (const auto found = find(id)) {
    return *found;
  }
  const auto place = static_cast<Place>(nodes_.size());
  places_.add(id, place, [this](Place at) -> const EntityId& { return nodes_[at].id; });
  nodes_.emplace_back().id = id;
  created_.push_back(place);
  return place;
}

void LiveRelations::take_life(const EntityId& id, const Life& life) {
  const auto place = find(id);
  if (!place) {
    return;
  }
  Node& node = nodes_[*place];
  node.opened = life.opened;
  node.closed = life.closed;
  node.type = life.type;
  node.is_known = true;
}

Result<void> LiveRelations::read_lives_of_created() {
  for (const Place place : std::exchange(created_, {})) {
    if (nodes_[place].is_known) {
      continue;
    }
    const auto life = stored_life(nodes_[place].id);
    if (!life) {
      return tl::unexpected(life.error());
    }
    take_life(nodes_[place].id, *life);
  }
  return {};
}

std::vector<LiveRelations::Up> LiveRelations::ups_of(const std::vector<RelationRow>& relations) {
  std::vector<Up> ups;
  ups.reserve(relations.size());
  for (const RelationRow& row : relations) {
    const StoredRelation& entry = row.entry;
    Up& up = ups.emplace_back();
    up.id = entry.id;
    up.valid_from = entry.valid_from;
    up.valid_to = entry.valid_to;
    up.upper = place_of(entry.upper);
    up.confidence = entry.confidence;
    up.type = entry.type;
    up.kind = entry.kind;
    up.source = entry.source;
    up.marks = entry.marks;
    up.has_rivals = std::ranges::any_of(relations, [&entry](const RelationRow& other) {
      return other.entry.type == entry.type && other.entry.upper != entry.upper;
    });
    up.has_more = !row.details.empty() || entry.event != EntityId{};
    if (up.has_more) {
      more_.insert_or_assign(entry.id, More{entry.event, row.details});
    }
  }
  return ups;
}

void LiveRelations::take(const EntityId& lower, const std::vector<RelationRow>& relations) {
  const auto known = find(lower);
  if (!known && relations.empty()) {
    return;
  }
  const Place place = place_of(lower);
  std::vector<std::uint64_t> told;
  for (const Up& up : ups_.of(nodes_[place].ups)) {
    if (up.has_more) told.push_back(up.id);
  }
  const std::vector<Up> ups = ups_of(relations);
  for (const std::uint64_t id : told) {
    const auto still = std::ranges::find(ups, id, &Up::id);
    if (still == ups.end() || !still->has_more) more_.erase(id);
  }
  if (std::ranges::equal(ups, ups_.of(nodes_[place].ups))) {
    return;
  }
  unlink(place);
  ups_.assign(nodes_[place].ups, ups);
  link(place);
  if (ups_.wasted() > std::max(wasted_min, ups_.size())) {
    ups_.squeeze(nodes_, &Node::ups);
  }
  if (downs_.wasted() > std::max(wasted_min, downs_.size())) {
    downs_.squeeze(nodes_, &Node::downs);
  }
}

auto LiveRelations::order() const noexcept {
  return [this](const Down& a, const Down& b) {
    return a.type != b.type ? a.type < b.type : nodes_[a.lower].id < nodes_[b.lower].id;
  };
}

LiveRelations::Down LiveRelations::down_of(const Up& up, Place lower) noexcept {
  return {up.valid_from, up.valid_to, lower, up.type, up.kind, up.has_rivals};
}

void LiveRelations::unlink(Place lower) {
  for (const Up& up : ups_.of(nodes_[lower].ups)) {
    Run& run = nodes_[up.upper].downs;
    const auto downs = std::as_const(downs_).of(run);
    const auto range = std::ranges::equal_range(downs, down_of(up, lower), order());
    const auto at = static_cast<std::size_t>(range.begin() - downs.begin());
    for (std::size_t i = 0; i < range.size(); ++i) {
      downs_.erase(run, at);
    }
  }
}

void LiveRelations::link(Place lower) {
  for (const Up& up : ups_.of(nodes_[lower].ups)) {
    Run& run = nodes_[up.upper].downs;
    const auto downs = std::as_const(downs_).of(run);
    const Down down = down_of(up, lower);
    const auto after = std::ranges::upper_bound(downs, down, order());
    downs_.insert(run, static_cast<std::size_t>(after - downs.begin()), down);
  }
}

void LiveRelations::link_all() {
  ups_.squeeze(nodes_, &Node::ups);
  nodes_.shrink_to_fit();
  for (const Node& node : nodes_) {
    for (const Up& up : ups_.of(node.ups)) {
      ++nodes_[up.upper].downs.count;
    }
  }
  downs_.lay_out(nodes_, &Node::downs);
  for (Place lower = 0; lower < nodes_.size(); ++lower) {
    for (const Up& up : ups_.of(nodes_[lower].ups)) {
      downs_.append(nodes_[up.upper].downs, down_of(up, lower));
    }
  }
  for (const Node& node : nodes_) {
    if (node.downs.count > 1) {
      std::ranges::stable_sort(downs_.of(node.downs), order());
    }
  }
}

void LiveRelations::clear() noexcept {
  stage_ = Stage::empty;
  missed_ = {};
  nodes_ = {};
  places_.clear();
  ups_.clear();
  downs_.clear();
  more_ = {};
  created_ = {};
}

} // namespace grunndata::registry::virksomhet
