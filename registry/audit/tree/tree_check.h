// Recomputes a tree and holds everything in its folder against it.
#pragma once

#include "registry/audit/tree/checkpoint.h"
#include "registry/audit/tree/tree_edge.h"

#include <functional>
#include <vector>

namespace grunndata::registry::audit {

/// What was found. A log is whole when there are no faults.
struct TreeReport {
  std::uint64_t entries = 0;
  std::uint64_t tiles = 0;         ///< files compared, bundles and partial ones included
  Hash root{};                     ///< over all entries
  std::vector<std::string> faults; ///< a sentence each, `faults_max` at most
  static constexpr std::size_t faults_max = 100;
  void add_fault(std::string fault);
};

/// Entries go in one after the other; tiles are compared as they fall off, roots at the sizes of
/// the checkpoints. Not thread-safe.
class TreeCheck {
public:
  /// `folder` holds tile/…; a tree of `size` entries, the newest checkpoint's, is expected there.
  /// `checkpoints` have been opened already: signature and origin hold.
  TreeCheck(std::filesystem::path folder, std::uint64_t size, std::vector<Checkpoint> checkpoints);
  ~TreeCheck();

  /// Entries beyond `size` are counted and hashed; tiles for them are not asked for.
  void add(const Hash& commitment);
  /// After the last entry.
  [[nodiscard]] TreeReport finish();

private:
  class Comparison;
  void compare_roots();

  std::vector<Checkpoint> checkpoints_; ///< by size
  std::size_t compared_ = 0;
  TreeReport report_;
  std::unique_ptr<Comparison> comparison_;
  TreeEdge edge_;
};

/// All of it from entry bundles: needs the folder and the checkpoints only. The first of
/// `checkpoints` is the tree's own; `progress` is called now and then with the entries done.
[[nodiscard]] TreeReport check_tree(const std::filesystem::path& folder,
                                    const std::vector<Checkpoint>& checkpoints,
                                    const std::function<void(std::uint64_t)>& progress = {});

/// With the tiles on the way only: that the tree of `newer` holds all that `older` had.
/// `corrupt` with a sentence when not, or when tiles are missing.
[[nodiscard]] Result<void> check_consistency(const std::filesystem::path& folder,
                                             const Checkpoint& older, const Checkpoint& newer);

} // namespace grunndata::registry::audit
