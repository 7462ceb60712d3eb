#include "registry/audit/tree/tile.h"

#include "registry/audit/tree/file.h"

#include <algorithm>
#include <cstring>

namespace grunndata::registry::audit {

namespace {

/// "x001/x234/067": three digits at a time, all but the last with an x.
std::string index_text(std::uint64_t index) {
  constexpr std::uint64_t group = 1'000;
  std::string text;
  for (bool last = true; last || index > 0; last = false, index /= group) {
    std::string digits = std::to_string(index % group);
    digits.insert(0, 3 - digits.size(), '0');
    text.insert(0, last ? digits : "x" + digits + "/");
  }
  return text;
}

std::filesystem::path with_width(std::string path, std::size_t width) {
  return width == tile_width ? path : path + ".p/" + std::to_string(width);
}

/// The file of a tile in a tree that needs it `width` wide: the partial one, or the full one.
Result<std::string> read_wide_enough(const std::filesystem::path& partial,
                                     const std::filesystem::path& full, std::size_t width,
                                     std::size_t hash_bytes) {
  auto bytes = read_file(partial, tile_width * hash_bytes);
  if (!bytes && bytes.error().code == ErrorCode::not_found && width < tile_width) {
    bytes = read_file(full, tile_width * hash_bytes);
    if (bytes && bytes->size() == tile_width * hash_bytes) {
      bytes->resize(width * hash_bytes);
    }
  }
  if (!bytes && bytes.error().code == ErrorCode::not_found) {
    return fail(ErrorCode::corrupt, "tile " + partial.string() + " is missing");
  }
  return bytes;
}

} // namespace

std::filesystem::path tile_path(unsigned level, std::uint64_t index, std::size_t width) {
  return with_width("tile/" + std::to_string(level) + "/" + index_text(index), width);
}

std::filesystem::path bundle_path(std::uint64_t index, std::size_t width) {
  return with_width("tile/entries/" + index_text(index), width);
}

std::string tile_bytes(std::span<const Hash> hashes) {
  return std::string(reinterpret_cast<const char*>(hashes.data()), hashes.size_bytes());
}

std::string bundle_bytes(std::span<const Hash> commitments) {
  std::string bytes;
  bytes.reserve(commitments.size() * bundle_entry_bytes);
  for (const Hash& commitment : commitments) {
    bytes += '\0';
    bytes += static_cast<char>(sizeof(Hash));
    bytes += text_of(commitment);
  }
  return bytes;
}

Result<std::vector<Hash>> read_tile(std::string_view bytes, std::size_t width) {
  if (bytes.size() != width * sizeof(Hash)) {
    return fail(ErrorCode::corrupt, "a tile has " + std::to_string(bytes.size()) + " bytes where " +
                                        std::to_string(width * sizeof(Hash)) + " belong");
  }
  std::vector<Hash> hashes(width);
  std::memcpy(hashes.data(), bytes.data(), bytes.size());
  return hashes;
}

Result<std::vector<Hash>> read_bundle(std::string_view bytes, std::size_t width) {
  if (bytes.size() != width * bundle_entry_bytes) {
    return fail(ErrorCode::corrupt, "an entry bundle has " + std::to_string(bytes.size()) +
                                        " bytes where " +
                                        std::to_string(width * bundle_entry_bytes) + " belong");
  }
  std::vector<Hash> hashes(width);
  for (std::size_t i = 0; i < width; ++i) {
    const char* entry = bytes.data() + i * bundle_entry_bytes;
    if (entry[0] != 0 || entry[1] != sizeof(Hash)) {
      return fail(ErrorCode::corrupt, "an entry of a bundle is not 32 bytes long");
    }
    std::memcpy(hashes[i].data(), entry + 2, sizeof(Hash));
  }
  return hashes;
}

std::size_t width_of(unsigned level, std::uint64_t index, std::uint64_t size) noexcept {
  const unsigned shift = level * tile_height;
  const std::uint64_t hashes = shift >= 64 ? 0 : size >> shift;
  const std::uint64_t first = index * tile_width;
  return first >= hashes
             ? 0
             : static_cast<std::size_t>(std::min<std::uint64_t>(hashes - first, tile_width));
}

Result<const std::vector<Hash>*> TileReader::tile(unsigned level, std::uint64_t index) {
  const auto known = tiles_.find({level, index});
  if (known != tiles_.end()) {
    return &known->second;
  }
  const std::size_t width = width_of(level, index, size_);
  if (width == 0) {
    return fail(ErrorCode::corrupt, "a hash beyond the tree was asked for");
  }
  const auto bytes = read_wide_enough(folder_ / tile_path(level, index, width),
                                      folder_ / tile_path(level, index), width, sizeof(Hash));
  auto hashes = bytes ? read_tile(*bytes, width) : tl::unexpected(bytes.error());
  if (!hashes) {
    return tl::unexpected(hashes.error());
  }
  if (tiles_.size() >= tiles_kept_max) {
    tiles_.clear();
  }
  return &tiles_.insert_or_assign({level, index}, std::move(*hashes)).first->second;
}

Result<Hash> TileReader::subtree(unsigned height, std::uint64_t index) {
  const unsigned level = height / tile_height;
  const unsigned rest = height % tile_height;
  const std::uint64_t first = index << rest;
  const auto hashes = tile(level, first / tile_width);
  if (!hashes) {
    return tl::unexpected(hashes.error());
  }
  const std::size_t at = first % tile_width;
  const std::size_t count = std::size_t{1} << rest;
  if (at + count > (*hashes)->size()) {
    return fail(ErrorCode::corrupt, "a hash beyond the tree was asked for");
  }
  return root_over(std::span(**hashes).subspan(at, count));
}

Result<Hash> TileReader::commitment(std::uint64_t position) const {
  const std::uint64_t index = position / tile_width;
  const std::size_t width = width_of(0, index, size_);
  if (position % tile_width >= width) {
    return fail(ErrorCode::out_of_range, "the tree has no entry " + std::to_string(position));
  }
  const auto bytes = read_wide_enough(folder_ / bundle_path(index, width),
                                      folder_ / bundle_path(index), width, bundle_entry_bytes);
  const auto entries = bytes ? read_bundle(*bytes, width) : tl::unexpected(bytes.error());
  return entries ? Result<Hash>((*entries)[position % tile_width])
                 : tl::unexpected(entries.error());
}

} // namespace grunndata::registry::audit
