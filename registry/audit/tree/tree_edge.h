// The right edge of a growing tree: what is needed to go on, and the tiles that fall off it.
#pragma once

#include "registry/audit/tree/tile.h"

namespace grunndata::registry::audit {

/// Where tiles go to, or what they are compared with.
class TileSink {
public:
  TileSink() = default;
  TileSink(const TileSink&) = delete;
  TileSink& operator=(const TileSink&) = delete;
  virtual ~TileSink() = default;
  /// `hashes` is full (256) or partial.
  [[nodiscard]] virtual Result<void> tile(unsigned level, std::uint64_t index,
                                          std::span<const Hash> hashes) = 0;
  [[nodiscard]] virtual Result<void> bundle(std::uint64_t index,
                                            std::span<const Hash> commitments) = 0;
};

/// Not thread-safe. Memory: at most 256 hashes a level.
class TreeEdge {
public:
  /// `sink` must outlive it.
  explicit TreeEdge(TileSink& sink) : sink_(sink) {}

  /// One more entry. An error is the sink's, on handing over a tile that had become full before:
  /// then nothing was added, and it may be tried again.
  [[nodiscard]] Result<void> add(const Hash& commitment);
  /// Hands over what is full. Errors: the sink's.
  [[nodiscard]] Result<void> settle();
  /// Hands over everything, partial tiles as well: what a checkpoint of this size needs.
  [[nodiscard]] Result<void> hand_over();
  [[nodiscard]] Hash root() const;
  [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

  /// Takes a tree up at `size`, a multiple of 256, from the tiles a reader finds. On an error it is
  /// as it was.
  [[nodiscard]] Result<void> take_up(TileReader& tiles, std::uint64_t size);

private:
  struct Level {
    std::uint64_t index = 0; ///< of the tile that grows
    std::vector<Hash> hashes;
  };
  Level& level(std::size_t number);

  TileSink& sink_;
  std::uint64_t size_ = 0;
  std::vector<Hash> entries_; ///< of the bundle that grows
  std::vector<Level> levels_;
};

} // namespace grunndata::registry::audit
