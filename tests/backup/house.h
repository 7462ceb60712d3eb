// What the stories about backups share: a registry on disk with its log, and a folder of backups.
#pragma once

#include "registry/audit/log.h"
#include "registry/backup/create.h"
#include "registry/backup/repository.h"
#include "registry/backup/restore.h"
#include "registry/backup/verify.h"
#include "registry/registry.h"
#include "tests/registry/person_builder.h"
#include "tests/registry/town.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::backup::tests {

namespace fs = std::filesystem;

[[nodiscard]] std::string bytes_in(const fs::path& file);
void put_bytes(const fs::path& file, std::string_view bytes);
/// Every file below `folder`, sorted.
[[nodiscard]] std::vector<fs::path> files_below(const fs::path& folder);
/// A key made of that byte.
[[nodiscard]] Key key_of(std::uint8_t byte);

/// `data` with its purge register and mark of the feed beside it, `backups` for its backups. The
/// registry is open, and so is its audit log when it is wanted.
class House {
public:
  explicit House(bool with_log = false);

  stories::ScratchDirectory scratch;
  fs::path data = scratch.path() / "data";
  fs::path folder = scratch.path() / "backups";
  fs::path copies; ///< of checkpoints; empty: none
  Key key = key_of(7);
  std::unique_ptr<Registry> registry;
  std::unique_ptr<audit::Log> log;

  void open();
  void close();
  /// The disk is lost: what lies beside the data stays.
  void lose_data();

  void import(const stories::PersonBuilder& person, std::string_view day = "2024-01-01");
  /// Persons `first` to `last`, each with an address and a kilobyte that nothing shortens.
  void settle(unsigned first, unsigned last);
  /// An extract of that day was loaded to its end.
  void read_whole(std::string_view day);
  [[nodiscard]] bool knows(const std::string& number) const;
  [[nodiscard]] std::string view(const std::string& number, bool history = false) const;
  /// No key and no value of the store holds the text.
  [[nodiscard]] bool holds_no(std::string_view text) const;
  void look_up(unsigned times); ///< leaves so many audit records

  [[nodiscard]] CreateOptions create_options() const;
  [[nodiscard]] Result<Manifest> try_create();
  Manifest create(); ///< must work
  [[nodiscard]] RestoreOptions restore_options() const;
  [[nodiscard]] Result<RestoreReport> try_restore(const std::string& id = {});
  RestoreReport restore(const std::string& id = {}); ///< must work; `open` afterwards
  [[nodiscard]] std::vector<std::string> faults();   ///< of all backups
  [[nodiscard]] std::vector<Listed> list();
  [[nodiscard]] audit::LogOptions log_options() const;

private:
  bool with_log_;
};

} // namespace grunndata::registry::backup::tests
