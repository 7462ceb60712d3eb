// The relations that are recorded now, in memory: what walks up and down the structure read instead
// of the store, where a step costs a seek.
#pragma once

#include "registry/commit_mirror.h"
#include "registry/document.h"
#include "registry/entity_id.h"
#include "registry/store/store.h"
#include "registry/virksomhet/entity_slots.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/node_relation.h"
#include "registry/virksomhet/run_pool.h"
#include "registry/virksomhet/stored.h"

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace grunndata::registry {
class Registry;
}

namespace grunndata::registry::virksomhet {

struct LiveFigures {
  bool is_loaded = false;
  std::size_t nodes = 0;     ///< that stand in a relation, or did since all were read
  std::size_t relations = 0; ///< about: the room of those that ended is counted too
  std::size_t bytes = 0;     ///< of memory, without events and details of relations
};

/// Empty until `load`; from then on each commit brings it along, so that it says what the store
/// says. Thread-safe but for `begin_commit` and `end_commit`, which are the writer's.
class LiveRelations final : public CommitMirror {
public:
  /// The store must outlive it.
  explicit LiveRelations(const store::Store& store) : store_(store) {}

  /// Reads all relations, once; does nothing when that was done. Commits go on meanwhile. `stopped`
  /// is asked often. Errors: `cancelled` soon after it was true, `corrupt`, `storage`.
  [[nodiscard]] Result<void> load(const std::function<bool()>& stopped);
  [[nodiscard]] LiveFigures figures() const;

  void begin_commit(std::span<const store::Change> changes) override;
  void end_commit(bool is_written) override;

  /// A state of the store, and the number under which the memory says the same, if it does.
  struct State {
    std::shared_ptr<const store::Snapshot> snapshot;
    std::uint64_t number = 0; ///< 0: the memory is empty
  };
  /// While a commit of nodes is being written, the state before it.
  [[nodiscard]] State state() const;

  using Place = std::uint32_t; ///< of a node in memory, while a `Reading` lasts

  /// A relation of a node to one above it.
  struct Up {
    std::uint64_t id = 0;
    std::int64_t valid_from = no_instant;
    std::int64_t valid_to = no_instant;
    Place upper = 0;
    std::uint16_t confidence = 0;
    NodeRelation type{};
    RelationKind kind = RelationKind::none;
    NodeSource source{};
    std::uint8_t marks = 0;
    bool has_rivals = false; ///< others of its type lead elsewhere
    bool has_more = false;   ///< an event or details: see `Reading::more`
    bool operator==(const Up&) const = default;
  };
  /// The same from above.
  struct Down {
    std::int64_t valid_from = no_instant;
    std::int64_t valid_to = no_instant;
    Place lower = 0;
    NodeRelation type{};
    RelationKind kind = RelationKind::none;
    bool has_rivals = false;
  };
  struct More {
    EntityId event;
    std::string details;
  };
  struct Node {
    EntityId id;
    std::int64_t opened = no_instant;
    std::int64_t closed = no_instant;
    Run ups, downs; ///< downs by type and id of the lower end, then as the lower end has them
    NodeType type = NodeType::unknown;
    bool is_known = false; ///< its life is
  };

  /// Nothing is committed while it lasts: keep it short, and have one at a time in a thread.
  class Reading {
  public:
    [[nodiscard]] std::optional<Place> find(const EntityId& id) const {
      return live_->find(id);
    }
    [[nodiscard]] const Node& node(Place place) const noexcept { return live_->nodes_[place]; }
    [[nodiscard]] std::size_t size() const noexcept { return live_->nodes_.size(); }
    /// In the order in which they are stored.
    [[nodiscard]] std::span<const Up> ups(Place place) const noexcept {
      return live_->ups_.of(node(place).ups);
    }
    [[nodiscard]] std::span<const Down> downs(Place place) const noexcept {
      return live_->downs_.of(node(place).downs);
    }
    /// Null: nothing more is known of the relation.
    [[nodiscard]] const More* more(const Up& up) const;

  private:
    friend class LiveRelations;
    Reading(const LiveRelations& live, std::shared_lock<std::shared_mutex> lock) noexcept
        : live_(&live), lock_(std::move(lock)) {}
    const LiveRelations* live_;
    std::shared_lock<std::shared_mutex> lock_;
  };
  /// Nothing when the memory is not of that state any more.
  [[nodiscard]] std::optional<Reading> read(std::uint64_t number) const;

private:
  struct Life {
    std::int64_t opened = no_instant;
    std::int64_t closed = no_instant;
    NodeType type = NodeType::unknown;
  };
  /// What a commit changes.
  struct Pending {
    std::vector<std::pair<EntityId, Life>> lives;
    std::vector<std::pair<EntityId, std::vector<RelationRow>>> relations; ///< of lower ends
  };
  enum class Stage : std::uint8_t { empty, loading, loaded };

  [[nodiscard]] std::shared_ptr<const store::Snapshot> newest_snapshot() const;
  void drop_snapshot() noexcept;
  [[nodiscard]] std::shared_lock<std::shared_mutex> lock_to_read() const;
  [[nodiscard]] std::unique_lock<std::shared_mutex> lock_to_change() const;
  [[nodiscard]] static bool is_up_key(std::string_view key) noexcept;
  [[nodiscard]] static EntityId entity_at_end_of(std::string_view key) noexcept;
  [[nodiscard]] static bool concerns(const store::Change& change) noexcept;
  [[nodiscard]] static Result<std::vector<RelationRow>> live_rows(std::string_view value);
  [[nodiscard]] static Result<Pending> pending_of(std::span<const store::Change> changes);
  [[nodiscard]] Result<Life> stored_life(const EntityId& id) const;

  Result<void> load_all(const std::function<bool()>& stopped);
  Result<void> load_relations(const store::Snapshot& at, const std::function<bool()>& stopped);
  Result<void> load_lives(const store::Snapshot& at, const std::function<bool()>& stopped);
  Result<void> load_again(std::vector<EntityId> nodes);

  // With `mutex_` held to change, or by who loads:
  [[nodiscard]] Place place_of(const EntityId& id);
  void take(const EntityId& lower, const std::vector<RelationRow>& relations);
  void take_life(const EntityId& id, const Life& life);
  Result<void> read_lives_of_created();
  [[nodiscard]] std::vector<Up> ups_of(const std::vector<RelationRow>& relations);
  void unlink(Place lower);
  void link(Place lower);
  void link_all();
  [[nodiscard]] bool follow_commit(bool is_written);
  [[nodiscard]] Result<void> apply(const Pending& pending);
  void clear() noexcept;
  [[nodiscard]] std::optional<Place> find(const EntityId& id) const;
  [[nodiscard]] auto order() const noexcept; ///< of `Node::downs`
  [[nodiscard]] static Down down_of(const Up& up, Place lower) noexcept;

  const store::Store& store_;
  std::mutex loading_;         ///< of who loads
  mutable std::mutex turn_;    ///< taken first, shortly: readers do not keep the writer waiting
  mutable std::shared_mutex mutex_;
  // Changed under `mutex_`:
  std::atomic<Stage> stage_{Stage::empty};
  std::atomic<std::uint64_t> commit_{2}; ///< counts begins and ends: odd while one is written
  std::uint64_t number_ = 0; ///< of the state that the memory says
  std::shared_ptr<const store::Snapshot> before_; ///< the state before the commit being written
  std::vector<EntityId> missed_; ///< nodes of commits while loading
  mutable std::mutex keeping_; ///< of `newest_`; taken last
  /// Of the store as the last commit left it, for all who ask before the next.
  mutable std::shared_ptr<const store::Snapshot> newest_;
  // The same; of who loads while that lasts:
  std::vector<Node> nodes_;
  EntitySlots places_;
  RunPool<Up> ups_;
  RunPool<Down> downs_;
  std::unordered_map<std::uint64_t, More> more_; ///< by relation
  std::vector<Place> created_; ///< nodes whose life may not be known yet
  // The writer's, of the commit that is being written:
  Pending pending_;
  bool is_of_interest_ = false;
  bool is_watched_ = false; ///< `pending_` holds what it changes
  bool is_lost_ = false;    ///< and could not
};

/// Reads all relations into memory, from where every `Structure` of the registry takes them then.
/// As `LiveRelations::load`.
[[nodiscard]] Result<void> load_relations(const Registry& registry,
                                          const std::function<bool()>& stopped);
[[nodiscard]] LiveFigures live_figures(const Registry& registry);

} // namespace grunndata::registry::virksomhet
