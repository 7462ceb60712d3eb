// Puts one source record into the registry: finds whose it is, compares, writes what changed.
#pragma once

#include "registry/registry.h"
#include "registry/transaction.h"

#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry {

/// Uses one transaction; not thread-safe, as the transaction is not.
///
/// Whose record it is follows from the identifiers that the source itself issued (its own):
/// - the primary one is in use by an entity: that entity;
/// - it is known as a ceased one of another entity that the record does not name: the other entity
///   was split, and the one that was merged into it comes back (or a new one is made);
/// - nobody has it now, but an entity that was merged away went by it: that one comes back;
/// - it is not known: the entity of any other own identifier (a D-nummer becomes foedselsnummer),
///   else a new entity.
/// Entities that go by a number which the record lists as its own ceased one are merged into it,
/// unless a newer record of theirs says that they still do.
class PersonWriter {
public:
  PersonWriter(Transaction& transaction, const IdCipher& ids)
      : transaction_(transaction), ids_(ids) {}

  /// Errors: `invalid` (no identifier of its own, or beyond a limit; nothing was changed),
  /// `corrupt`, `storage`.
  [[nodiscard]] Result<WriteOutcome> write(const SourceRecord& record, const ImportStamp& stamp);

private:
  struct Target {
    bool superseded = false;
    bool is_new = false;
    EntityId entity;
    std::optional<EntityId> split_from;
    std::vector<EntityId> absorbed;
  };
  /// An entity read for change; its views live in the pinned values.
  struct Loaded {
    store::Pinned current_pin, past_pin, source_pin;
    Entity entity;
    SourceValue source;
    bool exists = false;
  };

  Result<Target> find_target(const SourceRecord& record, const ImportStamp& stamp);
  Result<Target> find_by_primary(const SourceRecord& record, const ImportStamp& stamp,
                                 const IdentifierClaim& primary,
                                 const std::vector<IndexEntry>& entries);
  Result<Target> find_by_others(const SourceRecord& record);
  Result<void> find_absorbed(const SourceRecord& record, const ImportStamp& stamp, Target& target);
  /// The entity was merged, and who it was merged into has let go of the number since.
  Result<Target> find_by_past(const SourceRecord& record, const std::vector<IndexEntry>& entries);
  /// The newest entity that went by the number itself and was merged into another.
  Result<std::optional<EntityId>> merged_away(const std::vector<IndexEntry>& entries);
  /// Whether the owner of `entry` has a newer record by which the number is its own.
  Result<bool> says_otherwise(const SourceRecord& record, const ImportStamp& stamp,
                              const IndexEntry& entry);

  Result<void> load(const EntityId& id, Source source, Loaded& loaded);
  /// Remembered while one record is written.
  Result<std::vector<IndexEntry>> index_of(const IdentifierKey& key);
  void put_index(const IdentifierKey& key, std::vector<IndexEntry> entries);
  Result<bool> is_older(const SourceRecord& record, const ImportStamp& stamp,
                        const DocumentHeader& header, const EntityId& id);
  static bool is_older(const SourceRecord& record, const ImportStamp& stamp,
                       const DocumentHeader& header, std::int64_t confirmed) noexcept;
  Result<std::int64_t> confirmed_at(const DocumentHeader& header, const EntityId& id,
                                    Source source);

  /// The outcome when nothing has to be written about the person, else nothing.
  Result<std::optional<WriteOutcome>> settle_without_change(const SourceRecord& record,
                                                            const ImportStamp& stamp,
                                                            const Target& target);
  Result<WriteOutcome> change(const SourceRecord& record, const ImportStamp& stamp,
                              const Target& target, Loaded& loaded);
  Result<void> absorb(const EntityId& loser, const EntityId& survivor, const SourceRecord& record,
                      std::uint64_t sequence);
  /// Whoever was merged into `survivor`, now or before, is protected at least as `record` says;
  /// strengt fortrolig: their places are forgotten, kept source elements included.
  Result<void> protect_merged(const EntityId& survivor, const SourceRecord& record);
  /// The same for one of them; adds its own identifiers' index keys to `keys`.
  Result<void> protect(const EntityId& id, Grading protection, std::vector<std::string>& keys);
  Result<bool> is_merged_into(EntityId id, const EntityId& survivor);
  Result<void> leave_behind(const EntityId& entity, const SourceRecord& record,
                            std::uint64_t sequence);
  Result<void> update_index(const std::vector<HeldIdentifier>& before,
                            const std::vector<IdentifierClaim>& claims,
                            const SourceRecord& record, const EntityId& entity,
                            std::uint64_t sequence);
  Result<void> close_index(const IdentifierKey& key, const EntityId& entity,
                           std::uint64_t sequence);

  struct KnownIndex {
    std::string key;
    std::vector<IndexEntry> entries;
  };

  Transaction& transaction_;
  const IdCipher& ids_;
  std::vector<KnownIndex> known_;
};

} // namespace grunndata::registry
