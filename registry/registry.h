// The registry: entities, identifiers, history and the log over one store.
#pragma once

#include "registry/access.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/event_cause.h"
#include "registry/event_type.h"
#include "registry/identifier_key.h"
#include "registry/reading.h"
#include "registry/source_record.h"
#include "registry/time.h"
#include "registry/view.h"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace grunndata::registry {

namespace store {
class Store;
class Snapshot;
} // namespace store
struct IndexEntry;
class CommitListeners;

/// A data directory belongs to one environment for life.
enum class Environment : std::uint8_t { test, production };

struct OpenOptions {
  std::filesystem::path directory;            ///< empty: in memory only, gone when closed
  std::optional<Environment> environment;     ///< must match the stamp; unset: whatever is stamped
  bool create = true;                         ///< make the directory when it holds no registry
  std::size_t cache_bytes = 512u << 20;       ///< values, identifiers and unpacked blocks
  std::size_t write_buffer_bytes = 64u << 20; ///< all families together, before a flush
  /// The purge register (purge/replay.h): outside the directory and its backups. Empty: the
  /// directory's name with `.purges` behind it.
  std::filesystem::path purge_register;
  bool accept_missing_purge_register = false; ///< see purge::RegisterOptions
};

/// How a lookup matched. The answer is always the person that carries on.
struct Match {
  EntityId entity;
  IdentifierType type{};
  bool in_use = true; ///< false: found by an identifier that has ceased
  bool moved = false; ///< the identifier's first owner was merged or linked into `entity`
};

/// What an event is about. Values are stored; never renumber.
enum class EntityKind : std::uint8_t { person = 1, personell = 2, virksomhet = 3 };

/// One record of the log, as a reader of some access class may see it.
struct Event {
  std::uint64_t sequence = 0;
  ExternalId person{}; ///< or the node
  EventType type{}; ///< generalised for callers without legal basis
  EntityKind kind = EntityKind::person;
  /// Callers without legal basis are told it of parts in which nothing ever hides, and of the
  /// person as a whole; elsewhere it could come from a row that they must not know of.
  EventCause cause = EventCause::unknown;
  std::uint64_t corrects = 0; ///< an event that the reader is told of too; 0: none is known
  Instant recorded{};
};

/// Which events a reader wants.
struct EventFilter {
  EventTypeSet types{};             ///< as the reader's access sees them; none set: all
  std::optional<EntityKind> kind{}; ///< unset: all
  /// A page ends, with `more`, after so many events that its reader may see, wanted or not.
  std::size_t looked_at_max = std::numeric_limits<std::size_t>::max();
};

struct EventPage {
  std::vector<Event> events;
  std::uint64_t next = 0; ///< ask from here to go on
  bool more = false;      ///< newer events exist already
};

enum class WriteOutcome : std::uint8_t { written, unchanged, superseded };

struct ImportStamp {
  Instant extracted_at; ///< when the source was read; decides which of two records is newer
};

struct RegistryFigures {
  std::uint64_t entities_estimate = 0;
  std::uint64_t newest_sequence = 0;
  std::optional<Instant> newest_extracted_at; ///< how old the data is (Grunndata-Source-Age)
  std::uint64_t quarantined = 0;
  std::uint64_t disk_bytes = 0;
  std::uint64_t cache_bytes_used = 0;
  std::uint64_t memtable_bytes = 0;
  bool write_stalled = false;
};

struct QuarantineEntry {
  std::uint64_t number = 0;
  Source source{};
  std::string origin;       ///< file name or "-"
  std::uint64_t record = 0; ///< counted from 1
  std::uint64_t byte_offset = 0;
  std::string json_path;
  std::string reason;     ///< stable word
  std::string message;    ///< for a human; no identifier
  Instant when{};         ///< quarantined at
  Instant extracted_at{}; ///< when the source was read; a retry counts as of then
  std::string raw;        ///< the record; personal data
};

/// Thread-safe unless a member says otherwise. Reads never wait for writes.
class Registry {
public:
  /// Opens or creates. Errors: `wrong_environment`, `unsupported` (a newer format), `unavailable`
  /// (another process holds it), `corrupt`, `storage`, `not_found` (nothing there and !create),
  /// `conflict` (the purge register is missing or another's). What the register knows and the
  /// directory does not is purged before this returns.
  [[nodiscard]] static Result<std::unique_ptr<Registry>> open(const OpenOptions& options);
  /// Over a store of the caller's choosing; for tests of every engine. `lookup_cache_bytes`: for
  /// values of persons and where identifiers lead.
  [[nodiscard]] static Result<std::unique_ptr<Registry>>
  open(std::unique_ptr<store::Store> store, std::optional<Environment> env,
       std::size_t lookup_cache_bytes = std::size_t{4} << 20U);
  ~Registry();
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  [[nodiscard]] Environment environment() const noexcept;
  [[nodiscard]] const IdCipher& ids() const noexcept;

  /// Looks an identifier up, whoever it belonged to, and pins the person that carries on in
  /// `reading`. `recorded_as_of`: as the index knew it then.
  /// Errors: `not_found`, `ambiguous`, `not_known_then`, `corrupt`, `storage`.
  [[nodiscard]] Result<Match> lookup(const IdentifierKey& key, Reading& reading,
                                     std::optional<std::uint64_t> recorded_as_of = {}) const;
  /// By opaque id; the survivor when the entity was merged or linked away (`reading.entity()`
  /// then differs). Text that is no id of ours is looked up among imported aliases.
  /// `recorded_as_of`: as links were then; a merge by the source since is followed only by number.
  [[nodiscard]] Result<void> get(std::string_view external_id, Reading& reading,
                                 std::optional<std::uint64_t> recorded_as_of = {}) const;
  [[nodiscard]] Result<void> get(const EntityId& id, Reading& reading,
                                 std::optional<std::uint64_t> recorded_as_of = {}) const;
  /// Fetches the cold half; needed before a view with history, `as_of` or `recorded_as_of`.
  [[nodiscard]] Result<void> load_past(Reading& reading) const;

  /// Events from `from` inclusive (0: the oldest), at most `limit` that match. Scans on until
  /// there are as many or the tip is reached. At the tip `next` is `from` or what stands behind
  /// events that did not match.
  /// Errors: `out_of_range` when `from` is further than newest + 1. Without legal basis nothing
  /// depends on events that are hidden, `next` and `more` neither; a page from beyond the newest
  /// that is told has no events and goes on from there.
  [[nodiscard]] Result<EventPage> events(std::uint64_t from, std::size_t limit, Access access,
                                         const EventFilter& filter = {}) const;
  /// The newest event `access` may see, of entities of `kind` if that is set; nothing when there is
  /// none. Passes over all newer ones that do not count.
  [[nodiscard]] Result<std::optional<Event>>
  latest_event(Access access, std::optional<EntityKind> kind = {}) const;
  /// Its sequence, 0 when there is none; with legal basis `newest_sequence`.
  [[nodiscard]] Result<std::uint64_t> newest_told(Access access) const;
  [[nodiscard]] std::uint64_t newest_sequence() const noexcept;
  /// Who is told of commits (commit_listener.h).
  [[nodiscard]] CommitListeners& commit_listeners() const noexcept;
  /// The log sequence that was newest at `when`. `not_known_then` before the first commit.
  [[nodiscard]] Result<std::uint64_t> sequence_at(Instant when) const;
  /// Changes when a restore or a new directory makes old cursors meaningless.
  [[nodiscard]] std::uint64_t epoch() const noexcept;

  [[nodiscard]] Result<RegistryFigures> figures() const;
  [[nodiscard]] Result<void> healthy() const; ///< for readiness: can read, and writes not failed

  store::Store& store() noexcept; ///< for maintenance inside `registry` and for tests

  struct Impl;
  Impl& impl() noexcept { return *impl_; }
  const Impl& impl() const noexcept { return *impl_; }

private:
  explicit Registry(std::unique_ptr<Impl> impl) noexcept;
  /// Where the identifier led the last time, if that still holds.
  std::optional<Match> remembered(std::uint64_t hash, const IdentifierKey& key,
                                  Reading& reading) const;
  /// A value as it is now, out of the cache where that holds it; false when there is none.
  Result<bool> read_value(store::Family family, const EntityId& id, store::Pinned& out) const;
  /// Pins `id`, or who carries it on.
  Result<void> read_entity(EntityId id, std::optional<std::uint64_t> recorded_as_of,
                           const store::Snapshot* snapshot, Reading& reading) const;
  /// Of several who have the identifier of `reading`'s index value: the one to read. `ambiguous`
  /// unless one person carries them all on.
  Result<IndexEntry> agreed_owner(std::uint8_t in_use, std::optional<std::uint64_t> recorded_as_of,
                                  const store::Snapshot* snapshot, Reading& reading) const;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::registry
