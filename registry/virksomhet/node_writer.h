// Puts node records and events into the registry: finds whose they are, compares, writes what
// changed, and keeps the rules of the structure.
#pragma once

#include "registry/purge/ledger.h"
#include "registry/registry.h"
#include "registry/transaction.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/node_record.h"
#include "registry/virksomhet/node_rows.h"
#include "registry/virksomhet/stored.h"

#include <list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet {

/// A node taken apart for change, with what keeps its bytes in place.
struct LoadedNode {
  store::Pinned current_pin, past_pin;
  std::list<std::string> texts;
  Node node;
  bool exists = false;
  bool has_past = false;
};

/// Uses one transaction; not thread-safe, as the transaction is not. `invalid` means that the
/// record breaks a rule: what it has changed already is to be rolled back by the caller. After the
/// last record and event: `check_rules`, then `finish`.
class NodeWriter {
public:
  /// `purges`: whether records of nodes that are not there are void, see `Ledger::void_until`; null
  /// where none can be.
  NodeWriter(Transaction& transaction, const IdCipher& ids, NodeSource source,
             Instant extracted_at, const purge::Ledger* purges = nullptr)
      : transaction_(transaction), ids_(ids), source_(source), extracted_at_(extracted_at),
        purges_(purges) {}

  /// Finds out at one go who has the numbers that the records name, before they are written one by
  /// one. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<void> look_ahead(std::span<const NodeRecord* const> records);
  /// Errors: `invalid`, `corrupt`, `storage`.
  [[nodiscard]] Result<WriteOutcome> write(const NodeRecord& record);
  /// True when the event was new or told otherwise than before. Errors: as `write`.
  [[nodiscard]] Result<bool> write_event(const NodeEventClaim& claim);
  /// The source says nothing of the node any more. False when it said nothing before.
  [[nodiscard]] Result<bool> withdraw(const EntityId& node);
  /// The source tells nothing of the event any more.
  [[nodiscard]] Result<void> withdraw_event(const EntityId& event);
  /// A relation that somebody states by itself (`mark::by_itself`): `row` says all but its number
  /// and since when it is recorded. Both ends are there. Its number. Errors: as `write`.
  [[nodiscard]] Result<std::uint64_t> state_relation(const EntityId& lower, RelationRow row);
  /// What was stated so with that number is `row` instead, or, without one, was never so. Errors:
  /// `not_found`, and as `write`.
  [[nodiscard]] Result<void> restate_relation(const EntityId& lower, std::uint64_t number,
                                              std::optional<RelationRow> row);
  /// The rules that a single record cannot be held against, for all that was written since the last
  /// call: one upper end at a time, no circles. Errors: `invalid`, `corrupt`, `storage`.
  [[nodiscard]] Result<void> check_rules();
  /// What was written since the last `check_rules` was rolled back.
  void forget_touched() noexcept { touched_.clear(); }
  /// Who has the number as key; nothing when nobody has. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<std::optional<EntityId>> node_of(const NodeKey& key);
  /// Notes which numbers relations were given.
  void finish();

  [[nodiscard]] std::uint64_t numbers_refused() const noexcept { return numbers_refused_; }
  /// A node that was removed by law: its bytes have to go from the files too.
  struct Removed {
    purge::Note note;
    std::string number; ///< its key's text
  };
  [[nodiscard]] std::vector<Removed> take_removed() { return std::exchange(removed_, {}); }
  /// Removes a node by law without a record: that of the source is lost.
  [[nodiscard]] Result<Removed> remove_again(const EntityId& node);

private:
  struct Owned {
    EntityId node;
    NodeType type = NodeType::unknown;
    bool is_new = false; ///< nobody had the number
    bool is_legal_parent = false;
  };
  struct Said {
    store::Pinned pin;
    std::optional<SourceHead> head;
    SourceValue value;
  };

  Result<std::vector<NumberOwner>> owners_of(const NodeKey& key);
  /// Who has the number as key. Somebody who has it beside a key of its own is an error.
  Result<std::optional<NumberOwner>> key_owner(const NodeKey& key);
  /// The node that is named, made as one that is only named when nobody is known by the number.
  Result<Owned> named(const NodeKey& key);
  void put_named(const EntityId& node, const NodeKey& key);
  void put_key(const NodeKey& key, const EntityId& node, NodeType type);
  Result<void> note_type(const NodeKey& key, NodeType type);
  Result<void> note_legal_parent(const NodeKey& key, const EntityId& node);

  Result<void> load(const EntityId& id, LoadedNode& loaded);
  void put(const EntityId& id, LoadedNode& loaded);
  Result<void> load_said(const EntityId& id, Said& said);
  Result<std::int64_t> confirmed_at(const EntityId& id, const SourceHead& head);

  Result<WriteOutcome> change(const NodeRecord& record, const EntityId& id, LoadedNode& loaded,
                              const Said& said);
  Result<Removed> remove(const NodeRecord& record, const EntityId& id, LoadedNode& loaded);
  [[nodiscard]] bool is_void(const NodeKey& key) const;
  [[nodiscard]] Removed note_of(const NodeRecord& record, const EntityId& id) const;
  Result<bool> merge_numbers(Node& node, const EntityId& id, const NodeRecord& record,
                             const Telling& telling);
  Result<void> claim_number(const NodeKey& key, const EntityId& id, std::uint64_t sequence);
  Result<bool> merge_relations(const EntityId& id, const NodeRecord& record, const Node& node,
                               bool life_changed, const Telling& telling);
  Result<std::vector<RelationRow>> wanted_relations(const EntityId& id, const NodeRecord& record,
                                                    const Telling& telling);
  void put_relations(const EntityId& id, const std::vector<RelationRow>& relations,
                     const NodeHeader& header);
  Result<std::vector<RelationRow>> relations_of(const EntityId& id);
  Result<std::uint64_t> next_relation();

  void tell(const EntityId& id, EventType type, NodeHeader& header);
  Result<void> tell_of_event(const EntityId& id);
  Result<void> check_stated(const EntityId& lower, const StoredRelation& relation);
  Result<void> put_stated(const EntityId& lower, const std::vector<RelationRow>& relations);
  Result<void> put_followers(const StoredNodeEvent& event, const EntityId& event_id);
  Result<void> end_followers(const StoredNodeEvent& event, const EntityId& event_id);

  Transaction& transaction_;
  const IdCipher& ids_;
  NodeSource source_;
  Instant extracted_at_;
  const purge::Ledger* purges_;
  std::vector<EntityId> touched_; ///< whose relations were changed and not yet held against rules
  std::optional<std::uint64_t> newest_relation_;
  std::uint64_t numbers_refused_ = 0;
  std::vector<Removed> removed_;
  std::string hashed_; ///< room for `hash_of`
};

/// What a record must be whatever else is known. Errors: `invalid`.
[[nodiscard]] Result<void> check_record(const NodeRecord& record);
/// Whether a relation of the type is stated, and has such a kind.
[[nodiscard]] bool fits(NodeRelation type, RelationKind kind) noexcept;

} // namespace grunndata::registry::virksomhet
