#include "registry/virksomhet/search/node_search.h"

#include "registry/registry_impl.h"
#include "registry/virksomhet/search/word_index.h"

#include <algorithm>
#include <cstring>

namespace grunndata::registry::virksomhet::search {

namespace {

using store::Family;

constexpr std::size_t events_each = 4096;
constexpr std::size_t gone_min = 65'536; ///< below that it is not worth reading all nodes again
constexpr std::chrono::hours removed_kept_max{1};

/// Reads nodes of one state of the store.
class FactReader {
public:
  FactReader(const store::Store& store, const FactsAt& at)
      : store_(store), snapshot_(store.snapshot()), at_(at) {}

  /// False when there is no such node.
  Result<bool> read(const EntityId& node, NodeFacts& out) {
    const auto current = store_.get(Family::node, node.view(), current_, snapshot_.get());
    if (!current || !*current) {
      return current;
    }
    const auto past = store_.get(Family::node_past, node.view(), past_, snapshot_.get());
    if (!past) {
      return past;
    }
    return decode(current_.view(), *past ? past_.view() : std::string_view{}, out);
  }

  Result<bool> decode(std::string_view current, std::string_view past, NodeFacts& out) const {
    const auto node = Node::decode(current, past);
    if (!node) {
      return tl::unexpected(node.error());
    }
    facts_of(*node, at_, out);
    return true;
  }

  [[nodiscard]] std::unique_ptr<store::Cursor> scan(Family family) const {
    return store_.scan(family, snapshot_.get());
  }

private:
  const store::Store& store_;
  std::unique_ptr<store::Snapshot> snapshot_;
  FactsAt at_;
  store::Pinned current_, past_;
};

Result<EntityId> node_of_key(std::string_view key) {
  EntityId node;
  if (key.size() != node.bytes.size()) {
    return fail(ErrorCode::corrupt, "a node's key has a wrong size");
  }
  std::memcpy(node.bytes.data(), key.data(), key.size());
  return node;
}

} // namespace


bool NodeSearch::is_ready() const {
  const std::shared_lock lock(mutex_);
  return index_ != nullptr;
}

SearchFigures NodeSearch::figures() const {
  const std::shared_lock lock(mutex_);
  return index_ ? SearchFigures{index_->nodes(), index_->words(), index_->bytes(),
                                sequence_,       true,            reading_took_}
                : SearchFigures{};
}

bool NodeSearch::needs_building() const {
  const std::shared_lock lock(mutex_);
  const bool is_worn = index_ && index_->gone() > std::max(gone_min, index_->nodes() / 4);
  const bool is_to_forget = removed_since_ && std::chrono::steady_clock::now() - *removed_since_ >
                                                  removed_kept_max;
  return !index_ || is_worn || is_to_forget;
}

bool NodeSearch::is_behind(std::uint64_t newest) const {
  const std::shared_lock lock(mutex_);
  return newest > sequence_ ||
         (!due_.empty() && due_.begin()->first <= now().microseconds);
}

Result<void> NodeSearch::refresh(const std::function<bool()>& stopped) {
  const std::scoped_lock building(building_);
  if (needs_building()) {
    if (auto built = build(stopped); !built) {
      return built;
    }
  }
  return catch_up();
}

Result<void> NodeSearch::build(const std::function<bool()>& stopped) {
  constexpr std::size_t looks_each = 1024;
  const auto begin = std::chrono::steady_clock::now();
  const std::uint64_t sequence = registry_.newest_sequence();
  FactReader reader(*registry_.impl().store, {now().microseconds, still_recorded - 1, true});
  auto index = std::make_unique<WordIndex>();
  std::multimap<std::int64_t, EntityId> due;
  const auto current = reader.scan(Family::node);
  const auto past = reader.scan(Family::node_past);
  NodeFacts facts;
  std::size_t count = 0;
  past->seek("");
  for (current->seek(""); current->valid(); current->next()) {
    if (++count % looks_each == 0 && stopped()) {
      return fail(ErrorCode::cancelled, "reading nodes for search was stopped");
    }
    while (past->valid() && past->key() < current->key()) {
      past->next();
    }
    const bool has_past = past->valid() && past->key() == current->key();
    const auto node = node_of_key(current->key());
    const auto read = reader.decode(current->value(),
                                    has_past ? past->value() : std::string_view{}, facts);
    if (!node || !read) {
      return tl::unexpected(node ? read.error() : node.error());
    }
    if (facts.facts.empty()) {
      continue;
    }
    index->put(*node, facts);
    if (facts.changes_at != no_instant) {
      due.emplace(facts.changes_at, *node);
    }
  }
  for (const auto* cursor : {current.get(), past.get()}) {
    if (auto status = cursor->status(); !status) {
      return status;
    }
  }
  index->settle();
  const std::scoped_lock changing(changing_);
  const std::unique_lock lock(mutex_);
  index_.swap(index);
  due_.swap(due);
  sequence_ = sequence;
  reading_took_ = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - begin);
  removed_since_.reset();
  return {};
}

Result<void> NodeSearch::take_changes(const Changes& changes) {
  FactReader reader(*registry_.impl().store, {changes.now, still_recorded - 1, true});
  std::vector<std::pair<EntityId, NodeFacts>> read(changes.nodes.size());
  for (std::size_t i = 0; i < read.size(); ++i) {
    read[i].first = changes.nodes[i];
    const auto there = reader.read(read[i].first, read[i].second);
    if (!there) {
      return tl::unexpected(there.error());
    }
  }
  const std::unique_lock lock(mutex_);
  due_.erase(due_.begin(), due_.upper_bound(changes.now));
  for (const auto& [node, facts] : read) {
    if (facts.facts.empty()) {
      index_->erase(node);
    } else {
      index_->put(node, facts);
    }
    if (facts.status == NodeStatus::fjernet && !removed_since_) {
      removed_since_ = std::chrono::steady_clock::now();
    }
    if (facts.changes_at != no_instant) {
      due_.emplace(facts.changes_at, node);
    }
  }
  sequence_ = std::max(sequence_, changes.sequence);
  return {};
}

/// Every change of a node is told in the log, so the log says which to read again.
Result<void> NodeSearch::catch_up() {
  const std::scoped_lock changing(changing_);
  const std::uint64_t newest = registry_.newest_sequence(); // others may go on writing
  EventFilter filter;
  filter.kind = EntityKind::virksomhet;
  while (is_behind(newest)) {
    Changes changes;
    changes.now = now().microseconds;
    {
      const std::shared_lock lock(mutex_);
      changes.sequence = sequence_;
      const auto end = due_.upper_bound(changes.now);
      std::for_each(due_.begin(), end, [&changes](const auto& due) {
        changes.nodes.push_back(due.second);
      });
    }
    const auto page =
        registry_.events(changes.sequence + 1, events_each, Access::legal_basis, filter);
    if (!page) {
      return tl::unexpected(page.error());
    }
    changes.sequence = std::max(changes.sequence, page->next - 1);
    for (const Event& event : page->events) {
      if (const auto node = registry_.ids().open(view_of(event.person))) {
        changes.nodes.push_back(*node);
      }
    }
    std::ranges::sort(changes.nodes);
    const auto rest = std::ranges::unique(changes.nodes);
    changes.nodes.erase(rest.begin(), rest.end());
    if (auto taken = take_changes(changes); !taken) {
      return taken;
    }
  }
  return {};
}

std::shared_ptr<NodeSearch> shared_node_search(const Registry& registry) {
  static std::mutex mutex;
  static std::map<const Registry*, std::weak_ptr<NodeSearch>> known;
  const std::scoped_lock lock(mutex);
  std::erase_if(known, [](const auto& one) { return one.second.expired(); });
  std::weak_ptr<NodeSearch>& ours = known[&registry];
  auto search = ours.lock();
  if (!search) {
    search = std::make_shared<NodeSearch>(registry);
    ours = search;
  }
  return search;
}

} // namespace grunndata::registry::virksomhet::search
