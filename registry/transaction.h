// Changes that belong together: read through, written all or nothing.
#pragma once

#include "registry/error.h"
#include "registry/event_type.h"
#include "registry/keys.h"
#include "registry/load_memory.h"
#include "registry/place_table.h"
#include "registry/store/store.h"

#include <cstdint>
#include <functional>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// What the one writer knows between commits. Changed only when a commit has succeeded.
struct WriterState {
  std::uint64_t newest_sequence = 0;
  std::int64_t newest_time = 0; ///< of the clock table; never falls
  EntityIdSource ids{EntityId{}};
};

/// A record of the log and its number.
struct LoggedEvent {
  std::uint64_t sequence = 0;
  LogEntry entry;
};

/// What happened, for a new record of the log.
struct NewEvent {
  EventType type{};
  std::uint8_t open_type = 0; ///< as of `LogEntry`
  EventCause cause = EventCause::unknown;
  std::uint64_t corrects = 0; ///< see `told_in_commit`; 0: none is known
  std::uint8_t domain = 1;    ///< an `EntityKind`
};

class Transaction;

/// A transaction that takes no more changes and is being written by another thread.
struct EarlierTransaction {
  std::shared_ptr<const Transaction> transaction; ///< null: there is none
  std::shared_future<Result<void>> written;
};

/// Lives on the writer's thread from the first change to the commit. Reads see its own changes.
class Transaction {
public:
  /// `time` stamps every event of it. What `earlier` changed counts as stored. What `memory` knows
  /// (null: nothing) the store, with `earlier`, is not asked for.
  Transaction(const store::Store& store, std::uint64_t newest_sequence, Instant time,
              EntityIdSource& ids, EarlierTransaction earlier = {},
              const LoadMemory* memory = nullptr);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  /// The value now, own changes included. The view lives until the key is changed again, or, when
  /// it comes from the store, until `scratch` is used again or more is read ahead.
  [[nodiscard]] Result<std::optional<std::string_view>>
  get(store::Family family, std::string_view key, store::Pinned& scratch) const;
  /// Reads at one go what the store has of keys that `get` will be asked for; of those read so
  /// before it lets go. For many keys of which most may be absent. Errors: as `get`.
  [[nodiscard]] Result<void> read_ahead(store::Family family,
                                        std::span<const std::string_view> wanted);
  void put(store::Family family, std::string key, std::string value);
  void erase(store::Family family, std::string key);
  /// What was changed before this transaction is in the store when it returns. To be asked for
  /// before the store is read past the transaction. Errors: that of the earlier one's writing.
  [[nodiscard]] Result<void> await_earlier() const;

  /// Calls `take` with all keys of that beginning, in order, as the store has them with what
  /// `earlier` changed; own changes do not count. Waits for nobody. The views live until `take`
  /// returns. Errors: `storage`, `corrupt`.
  [[nodiscard]] Result<void>
  scan_before(store::Family family, std::string_view prefix,
              const std::function<void(std::string_view key, std::string_view value)>& take) const;

  /// Appends a record to the log and returns its sequence. `last`: the entity's newest so far, 0
  /// when it has none.
  std::uint64_t append_event(const EntityId& entity, const NewEvent& event, std::uint64_t last);
  /// The event that told of the same as `type` does in the commit whose first record of the entity
  /// is `first`; 0 when there is none. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<std::uint64_t> told_in_commit(const EntityId& entity, std::uint64_t first,
                                                     EventType type) const;
  /// The entity's records in the log, newest first, own changes included; `newest` and `first` are
  /// theirs. Costs a read for each; more where records do not say where the one before stands.
  /// Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<std::vector<LoggedEvent>>
  events_of(const EntityId& entity, std::uint64_t newest, std::uint64_t first) const;
  /// Callers without legal basis are not told of the event any more.
  void withhold(LoggedEvent event);
  [[nodiscard]] std::uint64_t next_sequence() const noexcept { return newest_sequence_ + 1; }
  [[nodiscard]] std::uint64_t newest_sequence() const noexcept { return newest_sequence_; }
  [[nodiscard]] EntityId new_entity() { return ids_.next(); }
  [[nodiscard]] Instant time() const noexcept { return time_; }

  /// A point to come back to when a part of the work fails.
  struct Mark {
    std::size_t changes = 0;
    std::uint64_t newest_sequence = 0;
  };
  [[nodiscard]] Mark mark() const noexcept { return {changes_.size(), newest_sequence_}; }
  void roll_back(const Mark& mark);

  [[nodiscard]] bool empty() const noexcept { return changes_.empty(); }
  [[nodiscard]] std::size_t change_bytes() const noexcept { return change_bytes_; }
  [[nodiscard]] std::span<const store::Change> changes() const noexcept { return changes_; }
  /// Takes no more changes and reads no more: lets go of the earlier one, which it gives back, and
  /// of what it has read.
  [[nodiscard]] EarlierTransaction close();

private:
  /// What the store has, of keys that were read ahead.
  struct Ahead {
    std::string key;
    bool is_there = false;
  };

  /// The newest change of a key that is read back; null: it has none here.
  [[nodiscard]] const store::Change* change_of(store::Family family, std::string_view key,
                                               std::uint32_t hash) const noexcept;
  [[nodiscard]] LoadMemory::Known recall(store::Family family,
                                         std::string_view key) const noexcept;
  /// A record of the log that was written here.
  [[nodiscard]] std::optional<std::string_view> own_event(std::uint64_t sequence) const;
  /// The place in `ahead_` of a key that was read ahead, from 1; 0: it was not.
  [[nodiscard]] std::uint32_t place_ahead(std::string_view key, std::uint32_t hash) const noexcept;
  [[nodiscard]] std::span<const store::Change* const> earlier_of(store::Family family) const;
  [[nodiscard]] Result<LogEntry> event(std::uint64_t sequence) const;
  /// Nothing where numbers have a hole.
  [[nodiscard]] Result<std::optional<LogEntry>> find_event(std::uint64_t sequence) const;
  Result<void> scan_events(const EntityId& entity, std::uint64_t first, std::uint64_t end,
                           std::vector<LoggedEvent>& events) const;
  void remember(std::size_t place);
  void note(store::Family family, std::string key, std::optional<std::string> value);

  const store::Store& store_;
  std::uint64_t sequence_before_; ///< newest when it began
  std::uint64_t newest_sequence_;
  Instant time_;
  EntityIdSource& ids_;
  EarlierTransaction earlier_;
  const LoadMemory* memory_;
  std::vector<store::Change> changes_;
  std::size_t change_bytes_ = 0;
  /// The newest change of each key, of families that are read back while writing: places in
  /// `changes_`. The keys stand there only.
  PlaceTable newest_;
  store::Family ahead_family_{};
  std::vector<Ahead> ahead_;
  std::vector<store::Pinned> ahead_values_; ///< of the same
  PlaceTable ahead_places_;                 ///< empty: nothing was read ahead
  /// Of one family, the newest change of each key by `earlier_`, in order of keys.
  mutable std::vector<const store::Change*> earlier_in_order_;
  mutable std::optional<store::Family> earlier_family_;
  std::vector<std::size_t> appended_;             ///< places of the events appended, by number
  std::map<std::uint64_t, std::size_t> withheld_; ///< places of records written anew, by sequence
};

} // namespace grunndata::registry
