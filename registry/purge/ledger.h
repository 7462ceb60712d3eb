// What the directory itself remembers of purges: how far the register is carried out, and whose
// bytes still have to go from its files.
#pragma once

#include "registry/error.h"
#include "registry/identifier_key.h"
#include "registry/purge/register.h"
#include "registry/source_record.h"
#include "registry/store/store.h"
#include "registry/transaction.h"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry {
class Registry;
}

namespace grunndata::registry::purge {

/// Something that a transaction forgot.
struct Note {
  EntityId entity{};
  Reason reason{};
  Instant extracted_at{};
  std::vector<std::string> identifier_keys; ///< as the index writes them (`key_of`)
  /// The directory's files may still hold bytes of it.
  bool leaves_bytes = true;
  std::vector<std::uint64_t> quarantine; ///< numbers of quarantined records purged with it
};

/// A purge whose bytes are still in files. Kept until they are gone, through any crash.
struct Pending {
  std::uint64_t number = 0;
  Instant time{};
  EntityId entity{};
  std::vector<std::uint64_t> quarantine;
};

/// Belongs to an open registry. `numbers` of purges rise over register and directory.
class Ledger {
public:
  /// Without a register (a registry in memory) only the directory remembers.
  void attach(std::unique_ptr<Register> kept, std::map<std::string, Instant> unresolved);
  [[nodiscard]] const Register* kept() const noexcept { return register_.get(); }

  /// Writes the register's lines, synced, and puts the marks into the transaction: a crash before
  /// its commit leaves lines that are carried out when the directory is opened again. On the
  /// writer's thread.
  [[nodiscard]] Result<void> record(Transaction& transaction, const std::vector<Note>& notes);

  /// Of entities that the register knows and this directory does not (it is a restored copy, and
  /// they were first read later): until when records that name `keys` are void. On the writer's
  /// thread.
  [[nodiscard]] std::optional<Instant> void_until(const std::vector<std::string>& keys) const;
  [[nodiscard]] bool watches() const noexcept { return !unresolved_.empty(); }

  /// One run of the purger at a time.
  std::mutex running;

private:
  std::unique_ptr<Register> register_;
  std::map<std::string, Instant> unresolved_; ///< by hash
};

/// Purges whose bytes are still in files, oldest first.
[[nodiscard]] Result<std::vector<Pending>> pending(const store::Store& store);
/// The newest purge that the directory carried out; 0 when none.
[[nodiscard]] Result<std::uint64_t> newest_purge(const store::Store& store);

/// Notes in the transaction that bytes of the purge are still in files.
void put_pending(Transaction& transaction, const Pending& pending);
/// The key under which it stands in `meta`.
[[nodiscard]] std::string pending_key(std::uint64_t number);
[[nodiscard]] std::string write_pending(const Pending& pending);
[[nodiscard]] std::optional<Pending> read_pending(std::string_view key, std::string_view value);

} // namespace grunndata::registry::purge
