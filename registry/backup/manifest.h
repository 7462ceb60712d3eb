// What a backup is made of: its files and the pieces that hold their bytes, in order.
#pragma once

#include "registry/backup/key.h"
#include "registry/error.h"
#include "registry/time.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::backup {

/// Files are cut into pieces of this size; the last one is shorter.
inline constexpr std::size_t piece_bytes = std::size_t{8} << 20U;

/// How a file on disk is known again without reading it. All zero: it may change, always read it.
struct Fingerprint {
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t modified_ns = 0;
  bool operator==(const Fingerprint&) const = default;
};

struct ManifestFile {
  std::string path; ///< inside the data directory, with `/`
  std::uint64_t bytes = 0;
  Fingerprint print;
  std::vector<PieceName> pieces;
};

struct Manifest {
  std::string id;  ///< time and a random end; sorts by time
  Instant begun{}; ///< before the state that the backup holds
  Instant finished{};
  std::string directory;          ///< 16 digits that tell data directories apart
  std::uint64_t sequence = 0;     ///< of the feed: everything up to it is in the backup
  std::uint64_t records = 0;      ///< of the audit log; 0 without one
  std::uint64_t stored_bytes = 0; ///< what this backup added to the folder
  std::vector<ManifestFile> files;

  [[nodiscard]] std::uint64_t bytes() const noexcept;
};

/// A new id for a backup begun at `when`. `unavailable` without randomness.
[[nodiscard]] Result<std::string> new_id(Instant when);
/// Whether it could be one.
[[nodiscard]] bool is_id(std::string_view text) noexcept;

[[nodiscard]] std::string write_manifest(const Manifest& manifest);
/// `unsupported`: of a newer form. `corrupt`.
[[nodiscard]] Result<Manifest> read_manifest(std::string_view text);

} // namespace grunndata::registry::backup
