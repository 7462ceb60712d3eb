// Puts one source record into the registry: finds whose it is, compares, writes what changed.
#pragma once

#include "registry/links/identity.h"
#include "registry/loaded_entity.h"
#include "registry/person_events.h"
#include "registry/person_protection.h"
#include "registry/person_rows.h"
#include "registry/purge/forgetting.h"
#include "registry/purge/ledger.h"
#include "registry/registry.h"
#include "registry/transaction.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::registry {

/// Uses one transaction; not thread-safe, as the transaction is not.
///
/// Somebody who comes to be strictly protected is purged in the same transaction
/// (purge/forgetting.h says what goes), with whoever was merged into them and the shared residences
/// of relatives. Whoever uses a writer calls `finish` after its last record and carries out what
/// `take_notes` gives. Whatever comes to repeat what a person's rows say of places is to be purged
/// beside them, in `note_purge`; search keys (candidates/search_keys.h) hold no place.
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
///
/// Who is linked to somebody else by people (links/links.h) stays so, whatever records say.
class PersonWriter {
public:
  /// `store` is walked for what lies beside a person who is purged (none: nothing does); `purges`
  /// knows whose records are void since a restore (none: nobody's).
  PersonWriter(Transaction& transaction, const IdCipher& ids, const store::Store* store = nullptr,
               const purge::Ledger* purges = nullptr)
      : transaction_(transaction), ids_(ids), store_(store), purges_(purges) {}

  /// Errors: `invalid` (no identifier of its own, or beyond a limit; nothing was changed),
  /// `corrupt`, `storage`.
  [[nodiscard]] Result<WriteOutcome> write(const SourceRecord& record, const ImportStamp& stamp);
  /// Everybody whom merges and links make one with `entity` is protected as the strictest of them,
  /// as protect_merged does it. For a new link.
  [[nodiscard]] Result<void> protect_alike(const EntityId& entity);
  /// Looks once more at persons written here whose relatives came to hide after them.
  [[nodiscard]] Result<void> finish();
  [[nodiscard]] std::vector<purge::Note> take_notes() { return std::exchange(notes_, {}); }

private:
  struct Target {
    bool superseded = false;
    bool is_new = false;
    EntityId entity;
    std::optional<EntityId> split_from;
    std::vector<EntityId> absorbed;
  };
  using Loaded = LoadedEntity;
  /// How a person stands once the record is in.
  struct Standing {
    std::optional<DocumentHeader> header; ///< as stored; nothing of a new person
    Protection protection;
    bool purges = false;    ///< the record says that places must be forgotten
    Instant extracted_at{}; ///< of the record, or of the purge that makes older ones void
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

  Result<void> load(const EntityId& id, Source source, Loaded& loaded) {
    return load_entity(transaction_, id, source, loaded);
  }
  /// Remembered while one record is written.
  Result<std::vector<IndexEntry>> index_of(const IdentifierKey& key);
  void put_index(const IdentifierKey& key, std::vector<IndexEntry> entries);
  Result<bool> is_older(const SourceRecord& record, const ImportStamp& stamp,
                        const DocumentHeader& header, const EntityId& id);
  static bool is_older(const SourceRecord& record, const ImportStamp& stamp,
                       const DocumentHeader& header, std::int64_t confirmed) noexcept;
  Result<std::int64_t> confirmed_at(const DocumentHeader& header, const EntityId& id,
                                    Source source);

  Result<Standing> standing(const SourceRecord& record, const ImportStamp& stamp,
                            const Target& target);
  /// By index of its assertions: shared residences of somebody with a strictly protected relative,
  /// unless they are stored, and so were told apart from that one's home. Notes in `standing`
  /// whether a relative hides.
  Result<std::vector<bool>> unjudged_homes(const SourceRecord& record, const Target& target,
                                           Standing& standing);

  /// The outcome when nothing has to be written about the person, else nothing.
  Result<std::optional<WriteOutcome>> settle_without_change(const SourceRecord& record,
                                                            const ImportStamp& stamp,
                                                            const Target& target,
                                                            const Standing& standing);
  Result<WriteOutcome> write_storable(const SourceRecord& record, const ImportStamp& stamp,
                                      const Target& target, const Standing& standing,
                                      const PersonPartSet& forgotten);
  Result<WriteOutcome> change(const SourceRecord& record, const Target& target,
                              const Standing& standing, const PersonPartSet& forgotten,
                              Loaded& loaded);
  std::vector<EventDraft> events_of_change(const Target& target, const Entity& before,
                                           const RowChanges& changes, const Protection& protection);
  /// Whether the source, and no link, has had the person carried on by somebody else until now.
  Result<bool> comes_back(const EntityId& id, const DocumentHeader& before);
  /// What the change means to links of the person: `before` is the header it replaced.
  Result<void> settle_links(const EntityId& id, const DocumentHeader& before, bool came_back,
                            std::uint64_t sequence);
  [[nodiscard]] links::Identity identity(std::uint64_t sequence) {
    return {transaction_, ids_, sequence, transaction_.time()};
  }
  Result<void> link(const SourceRecord& record, const Target& target, const Entity& before,
                    const std::vector<IdentifierClaim>& claims, std::uint64_t sequence);
  /// Gives who carried the loser on until now; nobody: all zero.
  Result<links::Spell> absorb(const EntityId& loser, const EntityId& survivor,
                              const SourceRecord& record, std::uint64_t sequence);

  /// Opens work for hjelpenumre that the record's person may be the newborn of.
  Result<WriteOutcome> look_for_newborns(const SourceRecord& record, const EntityId& id);

  /// Purges what the change in `target` asks for beside the person's own rows.
  Result<void> purge_around(const SourceRecord& record, const Target& target,
                            const Standing& standing, const Entity& before, bool forgot);
  /// Drops rows of other sources that nobody may be shown; what to write of those sources.
  Result<std::vector<store::Change>> forget_other_sources(const EntityId& id, Loaded& loaded);
  Result<void> forget_homes_of_relatives(const EntityId& id, const SourceRecord& record,
                                         const Entity& before);
  /// Of somebody written here whose relative may have come to be strictly protected since.
  Result<void> forget_homes_with_relatives(const EntityId& id);
  /// Somebody hides, or did: shows or withholds what shared residences of relatives tell of them.
  Result<void> judge_homes_of_relatives(const EntityId& id, const SourceRecord& record);
  Result<void> note_shared_home(const EntityId& id);
  void note_purge(const EntityId& id, purge::Reason reason, Instant extracted_at,
                  const Entity& before, const SourceRecord* record, bool leaves_bytes);
  /// Whoever was merged into `survivor`, now or before, is protected at least as the survivor is;
  /// strengt fortrolig: their places are forgotten, kept source elements included.
  Result<void> protect_merged(const EntityId& survivor, const SourceRecord& record,
                              const Standing& standing);
  /// The same for whoever goes or went by `keys`.
  Result<void> protect_by_keys(const EntityId& survivor, std::vector<std::string> keys,
                               const Standing& standing);
  /// The same for all whom links make one with `id`, up the chain and down; an event tells of each
  /// whose protection rose.
  Result<void> protect_linked(const EntityId& id, const Standing& standing);
  Result<void> raise(const EntityId& id, const Standing& standing, std::vector<std::string>& keys);
  /// All whom links make one with `id`, itself not among them.
  Result<std::vector<EntityId>> linked_with(const EntityId& id);
  /// While links hold, what the records of the others say holds for `id` as well. `header` is as
  /// stored; of somebody who comes back from a merge by the source the others count for nothing.
  Result<Grading> strictest_of_linked(const EntityId& id, const DocumentHeader& header);
  /// What is kept of the person beside rows and may tell a place (purge/beside.h).
  Result<void> forget_beside(const EntityId& id);
  /// The same for one of them; adds its own identifiers' index keys to `keys`.
  Result<void> protect(const EntityId& id, const Standing& survivor,
                       std::vector<std::string>& keys);
  Result<bool> is_merged_into(EntityId id, const EntityId& survivor);
  Result<void> leave_behind(const EntityId& entity, const SourceRecord& record,
                            std::uint64_t sequence);
  Result<void> update_index(const std::vector<HeldIdentifier>& before,
                            const std::vector<IdentifierClaim>& claims, const SourceRecord& record,
                            const EntityId& entity, std::uint64_t sequence);
  Result<void> close_index(const IdentifierKey& key, const EntityId& entity,
                           std::uint64_t sequence);

  struct KnownIndex {
    std::string key;
    std::vector<IndexEntry> entries;
  };

  Transaction& transaction_;
  const IdCipher& ids_;
  const store::Store* store_;
  const purge::Ledger* purges_;
  std::vector<KnownIndex> known_;
  std::vector<purge::Note> notes_;
  std::vector<EntityId> with_shared_homes_; ///< written here, to be looked at again in `finish`
  std::optional<bool> looks_for_newborns_; ///< whether there are any to be found; once asked
  std::vector<EntityId> judged_;            ///< of those, once a relative of theirs was purged
};

} // namespace grunndata::registry
