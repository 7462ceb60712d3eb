#include "registry/audit/tree/tree_edge.h"

namespace grunndata::registry::audit {

TreeEdge::Level& TreeEdge::level(std::size_t number) {
  if (number >= levels_.size()) {
    levels_.resize(number + 1);
  }
  return levels_[number];
}

Result<void> TreeEdge::add(const Hash& commitment) {
  if (auto settled = settle(); !settled) {
    return settled;
  }
  entries_.push_back(commitment);
  level(0).hashes.push_back(leaf_hash(commitment));
  ++size_;
  return {};
}

Result<void> TreeEdge::settle() {
  for (std::size_t number = 0; number < levels_.size(); ++number) {
    if (levels_[number].hashes.size() < tile_width) {
      return {};
    }
    Level& full = levels_[number];
    if (number == 0) {
      if (auto taken = sink_.bundle(full.index, entries_); !taken) {
        return taken;
      }
    }
    if (auto taken = sink_.tile(static_cast<unsigned>(number), full.index, full.hashes); !taken) {
      return taken;
    }
    const Hash root = root_over(full.hashes);
    full.hashes.clear();
    ++full.index;
    if (number == 0) {
      entries_.clear();
    }
    level(number + 1).hashes.push_back(root);
  }
  return {};
}

Result<void> TreeEdge::hand_over() {
  if (auto settled = settle(); !settled) {
    return settled;
  }
  for (std::size_t number = 0; number < levels_.size(); ++number) {
    const Level& partial = levels_[number];
    if (partial.hashes.empty()) {
      continue;
    }
    if (number == 0) {
      if (auto taken = sink_.bundle(partial.index, entries_); !taken) {
        return taken;
      }
    }
    if (auto taken = sink_.tile(static_cast<unsigned>(number), partial.index, partial.hashes);
        !taken) {
      return taken;
    }
  }
  return {};
}

Hash TreeEdge::root() const {
  std::vector<Hash> row; // the hashes of a level, and what is to the right of them
  for (const Level& each : levels_) {
    row.insert(row.begin(), each.hashes.begin(), each.hashes.end());
    if (!row.empty()) {
      row = {root_over(row)};
    }
  }
  return row.empty() ? empty_root() : row.front();
}

Result<void> TreeEdge::take_up(TileReader& tiles, std::uint64_t size) {
  std::vector<Level> levels;
  for (unsigned number = 0; number < tile_levels_max; ++number) {
    const std::uint64_t hashes = size >> (number * tile_height);
    if (hashes == 0) {
      break;
    }
    Level next;
    next.index = hashes / tile_width;
    for (std::uint64_t at = next.index * tile_width; at < hashes; ++at) {
      const auto hash = tiles.subtree(number * tile_height, at);
      if (!hash) {
        return tl::unexpected(hash.error());
      }
      next.hashes.push_back(*hash);
    }
    levels.push_back(std::move(next));
  }
  levels_ = std::move(levels);
  entries_.clear();
  size_ = size;
  return {};
}

} // namespace grunndata::registry::audit
