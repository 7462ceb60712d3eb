// The purge register: a small file outside the data directory and its backups that remembers who
// was purged, so that a restored copy of the directory is purged again before anybody reads it.
#pragma once

#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/time.h"

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::purge {

/// Why something of an entity was purged. Spelled in the register; never rename.
enum class Reason : std::uint8_t {
  strictly_confidential, ///< the person, or one merged or linked with them, is strictly protected
  graded_row,            ///< one address of the person is
  shared_home,           ///< the person's shared residence is the home of one who is
  removed_by_law,        ///< the source took the entity away for legal reasons
  accepted_missing,      ///< no purge: a missing register was accepted, and begun anew here
};

/// An identifier under the directory's own secret: tells nobody without the directory whose it is.
using IdentifierHash = std::array<char, 32>; ///< hexadecimal

struct RegisterEntry {
  std::uint64_t number = 0; ///< rises; the directory keeps the newest it has carried out
  Instant time{};
  Reason reason{};
  EntityId entity{};      ///< all zero: of no entity
  Instant extracted_at{}; ///< of the record that asked for it: older records are void
  std::vector<IdentifierHash> identifiers; ///< that the entity goes or went by
};

/// One line each, with a checksum that covers the line and all before it; mode 0600. A line holds
/// number, time, reason, outside id, extracted-at and hashes: no address and no person number.
/// The file is made by the first line. A last line that is not whole was never acknowledged (lines
/// are synced before what they tell of is committed): it is cut off when the file is opened.
///
/// Only the writer's thread uses it while the registry is open.
class Register {
public:
  /// `id_key` is the data directory's own. Errors: `corrupt` (a damaged line), `conflict` (of
  /// another directory), `invalid` (some other file), `storage`, also when the folder cannot be
  /// written to: a registry that could not purge must not begin to live.
  [[nodiscard]] static Result<std::unique_ptr<Register>> open(const std::filesystem::path& file,
                                                              const IdCipher::Key& id_key);
  ~Register();
  Register(const Register&) = delete;
  Register& operator=(const Register&) = delete;

  [[nodiscard]] const std::filesystem::path& file() const noexcept { return file_; }
  /// 0: no line yet.
  [[nodiscard]] std::uint64_t newest() const noexcept {
    return entries_.empty() ? 0 : entries_.back().number;
  }
  [[nodiscard]] const std::vector<RegisterEntry>& entries() const noexcept { return entries_; }
  /// `index_key` as `key_of` writes it.
  [[nodiscard]] IdentifierHash hash_of(std::string_view index_key) const;

  /// Writes lines and syncs them; numbers must rise. `storage`: nothing counts as written.
  [[nodiscard]] Result<void> append(std::span<const RegisterEntry> entries);

private:
  Register(std::filesystem::path file, const IdCipher::Key& id_key);
  Result<void> read();
  Result<void> make();
  [[nodiscard]] std::string line_of(const RegisterEntry& entry, std::uint64_t& checksum) const;
  std::optional<RegisterEntry> entry_of(std::string_view line) const;
  [[nodiscard]] std::string first_line() const;

  std::filesystem::path file_;
  IdCipher ids_;
  std::array<unsigned char, 32> secret_{};
  int descriptor_ = -1;
  std::uint64_t checksum_ = 0; ///< of the last line
  std::vector<RegisterEntry> entries_;
};

[[nodiscard]] std::string_view name_of(Reason reason) noexcept;

} // namespace grunndata::registry::purge
