// Search for nodes of the enterprise structure by name, place, code and number.
//
// What is sought through lies in memory alone, made out of the nodes: nothing is kept on disk that
// would have to be forgotten there, and nothing can differ from the nodes after a crash.
#pragma once

#include "registry/registry.h"
#include "registry/virksomhet/search/request.h"

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <shared_mutex>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet::search {

struct SearchHit {
  NodeSummary node; ///< at the time asked for
  MatchKind match{};
  bool by_former_name = false; ///< or in part by a name it had before
};

struct SearchPage {
  std::vector<SearchHit> hits; ///< best first, see `place_of`
  std::string next;            ///< `SearchOrder::after` of the next page; empty: no more
};

/// Where fewer than so many fit as they are written, misspelt ones count as well.
inline constexpr std::size_t misspelt_below = 10;
/// Of another time than now, nodes that had the words at some time; each of them has to be read.
inline constexpr std::size_t nodes_read_max = 20'000;

struct SearchFigures {
  std::size_t nodes = 0;
  std::size_t words = 0;
  std::size_t bytes = 0;      ///< of memory, estimated
  std::uint64_t sequence = 0; ///< the newest of the log that is known of
  bool is_ready = false;      ///< else nothing else is known
  std::chrono::milliseconds reading_took{}; ///< all nodes, the last time
};

/// Thread-safe. Must be destroyed before the registry. Rows that tell of natural persons, and units
/// whose names are withheld, take no part in what is answered to who may not see them; health
/// personnel is not among the nodes that are searched.
class NodeSearch {
public:
  explicit NodeSearch(const Registry& registry) : registry_(registry) {}
  NodeSearch(const NodeSearch&) = delete;
  NodeSearch& operator=(const NodeSearch&) = delete;

  /// Reads all nodes when that has not been done yet, or when so many changed since that it saves
  /// memory, or when words of nodes removed by law have been in memory for an hour; else those that
  /// changed. Searches go on meanwhile; of several callers one reads and the others wait for it.
  /// `stopped` is asked often. Errors: `cancelled` soon after it was true, `corrupt`, `storage`.
  [[nodiscard]] Result<void> refresh(const std::function<bool()>& stopped);
  [[nodiscard]] bool is_ready() const;

  /// Everything counts that was committed before the call. Errors: `unavailable` before the first
  /// `refresh` has ended; those of `read_order`; `invalid` as well when it is of another time than
  /// now and more than `nodes_read_max` nodes have had the words; `corrupt`, `storage`.
  [[nodiscard]] Result<SearchPage> search(const SearchOrder& order);

  [[nodiscard]] SearchFigures figures() const;

private:
  struct Changes {
    std::vector<EntityId> nodes;
    std::uint64_t sequence = 0; ///< what changed up to here
    std::int64_t now = 0;
  };
  Result<void> build(const std::function<bool()>& stopped);
  Result<void> catch_up();
  Result<void> take_changes(const Changes& changes);
  [[nodiscard]] bool is_behind(std::uint64_t newest) const;
  [[nodiscard]] bool needs_building() const;
  [[nodiscard]] FoundPage find_now(const Request& request) const;
  [[nodiscard]] Result<FoundPage> find_then(const Request& request) const;
  [[nodiscard]] Result<FoundPage> find_numbered(const Request& request) const;
  [[nodiscard]] Result<SearchPage> answer(const FoundPage& page, const Request& request) const;

  const Registry& registry_;
  std::mutex building_; ///< of who reads all nodes; taken first
  std::mutex changing_; ///< of who changes the index; taken before `mutex_`
  mutable std::shared_mutex mutex_;
  // Under `mutex_`:
  std::unique_ptr<WordIndex> index_;
  std::uint64_t sequence_ = 0; ///< the index knows all up to here
  std::chrono::milliseconds reading_took_{};
  /// Nodes of which something begins or ends without a change, and when.
  std::multimap<std::int64_t, EntityId> due_;
  std::optional<std::chrono::steady_clock::time_point> removed_since_;
};

/// The one that others of this process have over the registry, or a new one: all nodes are read and
/// kept once, by whoever keeps it up (a server), for all who search. Must be let go before the
/// registry is closed. Thread-safe.
[[nodiscard]] std::shared_ptr<NodeSearch> shared_node_search(const Registry& registry);

} // namespace grunndata::registry::virksomhet::search
