// The audit log: append-only segments of records, and a Merkle tree over them that nobody can bend.
#pragma once

#include "registry/audit/record.h"
#include "registry/error.h"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::audit {

struct LogOptions {
  std::filesystem::path directory; ///< `audit` inside the data directory
  /// Ed25519 private key (PEM, mode 0600), made when absent; empty: `key.pem` in `directory`.
  std::filesystem::path key_file;
  std::string origin = "grunndata/audit"; ///< first line of checkpoints (C2SP)
  /// Where every signed checkpoint is copied to, another disk or host; empty: nowhere.
  std::filesystem::path checkpoint_copies;
  std::chrono::milliseconds sync_within{100};
  std::chrono::seconds checkpoint_every{10};
  std::size_t segment_bytes = 64u << 20; ///< of one preallocated file
  std::size_t spare_segments = 1;        ///< preallocated ahead: what is left when the disk is full
  std::function<Instant()> clock;        ///< unset: the system's; for tests
  /// Told, on a thread of the log's own, what an operator should know: a checkpoint that could not
  /// be copied, a disk without room for spare segments, a failed sync. Must not use the log.
  std::function<void(const Error&)> notice;
  /// Gets a descriptor onto the disk, 0 on success; unset: fdatasync. For tests.
  std::function<int(int)> sync_file;
};

/// A record as read back.
struct StoredRecord {
  std::uint64_t position = 0; ///< its leaf in the tree
  bool erased = false;        ///< only the commitment is left; `record` is empty
  Record record;
};

/// What to look for; unset fields do not narrow.
struct Query {
  std::optional<EntityId> subject; ///< shown, or asked for when somebody else was shown
  std::string user;                ///< HPR number or user key
  std::string organisation;        ///< orgnr, parent or unit
  std::string client_id;
  std::optional<Act> act;
  std::optional<Instant> from; ///< inclusive
  std::optional<Instant> to;   ///< exclusive
  std::uint64_t after = 0;     ///< only records at this position and later
  std::size_t limit = 1'000;
};

struct LogFigures {
  std::uint64_t records = 0;
  std::uint64_t synced = 0;
  std::uint64_t bytes = 0;
  std::uint64_t spare_bytes = 0;      ///< preallocated and unused
  bool failed = false;                ///< cannot be written any more
  std::uint64_t under_checkpoint = 0; ///< records that the last signed checkpoint covers
  std::uint64_t copies = 0;           ///< checkpoints copied to `checkpoint_copies`
  std::uint64_t copy_failures = 0;
  bool copies_failing = false; ///< the last one could not be copied
};

/// A record that says that the log was restored from a backup: what stood behind its position then
/// is lost, and checkpoints of that time over more records do not fit.
struct LogRestore {
  std::uint64_t position = 0; ///< of the record
  Instant time{};
  std::string text; ///< which backup, and how long the log had been as far as a copy tells
};

/// What a verification found. The log is whole when there are no faults.
struct LogReport {
  std::uint64_t records = 0;
  std::uint64_t erased = 0; ///< of these
  std::uint64_t segments = 0;
  std::uint64_t tiles = 0; ///< files of the tree compared
  std::string checkpoint;  ///< the signed note that everything was compared with
  std::vector<LogRestore> restores;
  std::vector<std::string> faults; ///< a sentence each
};

/// The operation of the record that tells of a restore.
inline constexpr std::string_view restore_operation = "backup restore";

/// A segment as it may be copied while the log is written to.
struct SegmentCopy {
  std::filesystem::path path;
  std::uint64_t bytes = 0; ///< of whole records; what stands behind is to be left out
  std::string head;        ///< to stand instead of the file's first bytes, which change
  bool sealed = false;     ///< the file never changes again; an erasure puts another in its place
  bool last = false;       ///< the one that grows
};

/// Thread-safe. One process has a directory open for writing at a time (lock file).
class Log {
public:
  /// Opens or creates; takes up after a crash where the last whole record ends, and rebuilds what
  /// the tree lacks. Errors: `unavailable` (open elsewhere), `corrupt` (records, tiles and the last
  /// checkpoint contradict each other; says where), `invalid` (options, or a key that others may
  /// read), `storage`.
  [[nodiscard]] static Result<std::unique_ptr<Log>> open(LogOptions options);
  ~Log(); ///< syncs, and signs a last checkpoint
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  /// Writes all of `records`, in order and next to each other; they survive the process when it
  /// returns. Records of class `important` are on disk as well. Returns the position of the first.
  /// Errors: `storage`, `unavailable` (no room, or it failed before): then nothing may be answered.
  [[nodiscard]] Result<std::uint64_t> append(std::span<const Record> records);
  /// Waits until everything appended before is on disk.
  [[nodiscard]] Result<void> sync();

  /// Keyed hash of a person's number (or `sub`), to find a user's records without keeping numbers.
  /// 32 hex characters; the key lies beside the signing key.
  [[nodiscard]] std::string user_key(std::string_view person_number) const;

  /// In order of position. Reads only; does not log that it was read. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<std::vector<StoredRecord>> find(const Query& query) const;

  /// Signs a checkpoint over all that is appended and returns it (a C2SP signed note).
  [[nodiscard]] Result<std::string> checkpoint();
  /// Signs another text than a checkpoint with the same key: the signature line of a C2SP signed
  /// note over it. `invalid` unless it ends a line and its first line holds a blank; an origin
  /// holds none, so that neither can pass for the other. `storage`.
  [[nodiscard]] Result<std::string> sign(std::string_view text) const;
  /// The public key as a C2SP verifier key: name+hash+base64.
  [[nodiscard]] std::string verifier_key() const;

  /// Reads every segment, index, tile and bundle and holds them against each other, against a
  /// checkpoint signed now and against `checkpoints` kept elsewhere (signed notes). Faults of the
  /// log are in the report; errors: `invalid` (a given note does not hold), `storage`.
  [[nodiscard]] Result<LogReport> verify(const std::vector<std::string>& checkpoints = {});
  /// That the record at `position` is in the log: a C2SP tlog-proof under a checkpoint signed now,
  /// with record and salt unless erased. `out_of_range` beyond the last.
  [[nodiscard]] Result<std::string> prove(std::uint64_t position);

  /// Erases records and salts of `kind` older than `before`, keeping their hashes; logs that first,
  /// as an act of `order` (whose actor and reason are the caller's). How many. Their segments are
  /// written anew without them and the old bytes overwritten. Ends between two segments once `stop`
  /// is true, when it is given: the rest stays as it was. Errors: `storage`, `unavailable`.
  [[nodiscard]] Result<std::uint64_t> erase(Class kind, Instant before, Record order = {},
                                            const std::atomic<bool>* stop = nullptr);
  /// Whether `erase` would find any. Records that were appended just now may be overlooked. Errors:
  /// `corrupt`, `storage`.
  [[nodiscard]] Result<bool> due(Class kind, Instant before) const;

  /// Calls `use` with segment `number`, whose file stays as it is meanwhile. Copies of all of them,
  /// taken in order up to the last, are the segments of a log that holds whatever a checkpoint
  /// signed before covers. Errors: `out_of_range`; those of `use`.
  [[nodiscard]] Result<void>
  read_segment(std::uint64_t number,
               const std::function<Result<void>(const SegmentCopy&)>& use) const;

  [[nodiscard]] LogFigures figures() const;
  /// Whether an append would work now; for readiness.
  [[nodiscard]] Result<void> healthy() const;

private:
  struct Impl;
  explicit Log(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::registry::audit
