// Tiles and entry bundles as files: C2SP tlog-tiles, height 8. An entry is a 32-byte commitment.
#pragma once

#include "registry/audit/tree/merkle.h"

#include <filesystem>
#include <map>
#include <string>
#include <utility>

namespace grunndata::registry::audit {

inline constexpr std::size_t tile_width = 256;
inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_levels_max = 8;                      ///< 2^64 entries need no more
inline constexpr std::size_t bundle_entry_bytes = 2 + sizeof(Hash); ///< uint16 length, commitment

/// Relative to the tree's folder: "tile/1/x001/234" or "tile/0/000.p/17"; width 256 is a full one.
[[nodiscard]] std::filesystem::path tile_path(unsigned level, std::uint64_t index,
                                              std::size_t width = tile_width);
/// "tile/entries/000" or "tile/entries/000.p/17".
[[nodiscard]] std::filesystem::path bundle_path(std::uint64_t index,
                                                std::size_t width = tile_width);

[[nodiscard]] std::string tile_bytes(std::span<const Hash> hashes);
[[nodiscard]] std::string bundle_bytes(std::span<const Hash> commitments);
/// `corrupt` unless exactly `width` hashes.
[[nodiscard]] Result<std::vector<Hash>> read_tile(std::string_view bytes, std::size_t width);
/// `corrupt` unless exactly `width` entries of 32 bytes.
[[nodiscard]] Result<std::vector<Hash>> read_bundle(std::string_view bytes, std::size_t width);

/// How many hashes the tile has in a tree of `size` leaves; 0: the tile does not exist.
[[nodiscard]] std::size_t width_of(unsigned level, std::uint64_t index,
                                   std::uint64_t size) noexcept;

/// Reads hashes out of the tiles of a tree of `size` leaves. What it returns is proven by nothing
/// but the proof it goes into. A missing or short tile is `corrupt`. One thread at a time.
class TileReader : public SubtreeHashes {
public:
  TileReader(std::filesystem::path folder, std::uint64_t size)
      : folder_(std::move(folder)), size_(size) {}
  [[nodiscard]] Result<Hash> subtree(unsigned height, std::uint64_t index) override;
  /// The entry at `position`, from its bundle.
  [[nodiscard]] Result<Hash> commitment(std::uint64_t position) const;

private:
  static constexpr std::size_t tiles_kept_max = 64;
  [[nodiscard]] Result<const std::vector<Hash>*> tile(unsigned level, std::uint64_t index);

  std::filesystem::path folder_;
  std::uint64_t size_;
  std::map<std::pair<unsigned, std::uint64_t>, std::vector<Hash>> tiles_;
};

} // namespace grunndata::registry::audit
