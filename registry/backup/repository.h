// The folder that backups lie in: pieces named after their bytes, and lists of files.
#pragma once

#include "registry/audit/tree/file.h"
#include "registry/backup/key.h"
#include "registry/backup/manifest.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace grunndata::registry::backup {

/// What the folder is opened for.
enum class Use : std::uint8_t {
  write, ///< adds or removes; nobody else uses the folder meanwhile
  read,  ///< nobody adds or removes meanwhile
  look,  ///< only lists: holds nobody up
};

/// A backup that lies in the folder, as far as it can be read.
struct Listed {
  std::string id;
  std::string key_id;         ///< of the key it was made with; empty when too short to tell
  std::optional<Error> fault; ///< why `manifest` is empty
  Manifest manifest;
};

/// Not thread-safe. Everything below `storage` errors names the path.
class Repository {
public:
  /// `write` makes the folder where it is absent or empty, and clears away what an interrupted
  /// backup left half written. Errors: `not_found` (no such folder), `conflict` (it holds something
  /// else), `unavailable` (another backup, expiry, verification or restore is using it), `storage`.
  [[nodiscard]] static Result<Repository> open(const std::filesystem::path& folder, const Key& key,
                                               Use use);

  [[nodiscard]] const Key& key() const noexcept { return key_; }
  /// All that were finished, oldest first. Errors: `storage`.
  [[nodiscard]] Result<std::vector<Listed>> list() const;
  /// The one called `id`, or the newest when `id` is empty. Errors: `not_found`; `conflict` (made
  /// with another key), `corrupt`, `unsupported`, `storage`.
  [[nodiscard]] Result<Manifest> find(const std::string& id) const;

  /// Whether a piece of this size is there; its bytes are not looked at.
  [[nodiscard]] bool has(const PieceName& name, std::size_t bytes) const;
  /// On disk when it returns, except for its name (`sync_names`). How many bytes it takes.
  [[nodiscard]] Result<std::uint64_t> put(const PieceName& name, std::string_view bytes);
  /// The bytes, which are what was put. Errors: `corrupt` (missing, or something else), `storage`.
  [[nodiscard]] Result<std::string> get(const PieceName& name) const;
  /// So that the names of all pieces put survive the machine.
  [[nodiscard]] Result<void> sync_names();
  /// The backup counts from now on, and survives the machine. After `sync_names`.
  [[nodiscard]] Result<void> finish(const Manifest& manifest);

  /// The backup is gone when it returns; its pieces stay.
  [[nodiscard]] Result<void> remove(const std::string& id);
  /// Removes pieces for which `is_used` is false. How many bytes they took. It is asked only about
  /// pieces of this key and of keys that no backup was made with.
  [[nodiscard]] Result<std::uint64_t> sweep(const std::function<bool(const PieceName&)>& is_used,
                                            const std::set<std::string>& keys);

private:
  Repository(std::filesystem::path folder, Key key)
      : folder_(std::move(folder)), key_(std::move(key)) {}
  [[nodiscard]] Result<void> take_lock(Use use);
  [[nodiscard]] std::filesystem::path place_of(const PieceName& name) const;
  [[nodiscard]] std::filesystem::path list_of(const std::string& id) const;
  [[nodiscard]] Result<void> write(const std::filesystem::path& place, std::string_view bytes);
  [[nodiscard]] Result<bool> is_swept(const std::filesystem::path& piece,
                                      const std::function<bool(const PieceName&)>& is_used,
                                      const std::set<std::string>& keys) const;

  std::filesystem::path folder_;
  Key key_;
  audit::File lock_;
  std::set<std::filesystem::path> unsynced_; ///< folders with new names
};

} // namespace grunndata::registry::backup
