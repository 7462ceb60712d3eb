// The full files of Enhetsregisteret: fetched whole, loaded batch by batch.
#pragma once

#include "importers/enhetsregisteret/sync/synchronizer.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

/// Each step can be repeated. For one thread.
class FullFiles {
public:
  FullFiles(registry::Registry& registry, const SyncOptions& options);

  /// Fetches what is not there already, and young, until each can be read to its end. When the
  /// oldest of the files was written. Errors: `cancelled`, `storage`.
  [[nodiscard]] registry::Result<registry::Instant> fetch();
  /// Loads both files of units, as of `stamp`; goes on where an interrupted load stood.
  /// Errors: `cancelled`, `not_found` and `invalid` (a file is gone, damaged or another than the
  /// one that was being loaded: fetch anew), the registry's.
  [[nodiscard]] registry::Result<void> load_units(registry::Instant stamp);
  [[nodiscard]] registry::Result<void> load_roles(registry::Instant stamp);
  /// Units that the registry has as alive and the files, loaded before in this process or not, do
  /// not hold. Errors: as `load_units`.
  [[nodiscard]] registry::Result<std::vector<std::string>> unseen();
  /// Forgets how far a load had come, and what was fetched.
  [[nodiscard]] registry::Result<void> forget();

private:
  struct File {
    std::string_view path; ///< at the source
    std::string_view name; ///< in the folder
  };
  [[nodiscard]] std::filesystem::path place_of(std::string_view name) const;
  [[nodiscard]] std::vector<std::string> unit_files() const;
  registry::Result<registry::Instant> fetch(const File& file);
  [[nodiscard]] registry::Result<bool> is_whole(const std::filesystem::path& place) const;
  [[nodiscard]] registry::Result<void> wait_for_room();

  registry::Registry& registry_;
  const SyncOptions& options_;
  following::PatientTransport transport_;
};

} // namespace grunndata::importers::enhetsregisteret::sync
