// Two entities are the same human: said by people, undone by people, explained to people.
#pragma once

#include "registry/actor.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/idempotency.h"
#include "registry/identifier_key.h"
#include "registry/registry.h"

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// Values are stored; never renumber.
enum class LinkState : std::uint8_t {
  proposed = 1, ///< waits for a second person; nothing is linked
  live = 2,
  undone = 3,
  refused = 4, ///< the second person said no
};
[[nodiscard]] std::string_view name_of(LinkState state) noexcept;

enum class EvidenceType : std::uint8_t {
  passport = 1, ///< foreign: country and number
  eidas = 2,    ///< eIDAS uniqueness identifier
  identity_document = 3,
  biometric = 4,
  relative = 5, ///< somebody who knows them
  record = 6,   ///< a record of the source
  other = 7,
};
[[nodiscard]] std::string_view name_of(EvidenceType type) noexcept;
[[nodiscard]] std::optional<EvidenceType> evidence_type_of(std::string_view name) noexcept;

struct Evidence {
  EvidenceType type{};
  std::string country; ///< alpha-3; empty where it does not apply
  std::string value;   ///< personal data: for linkers and reviewers alone
};

struct LinkStep {
  LinkState state{}; ///< what it became
  Actor by;
  Instant when{};
  std::string reason;
};

/// `loser` is looked up as `survivor` while the link is live. Never removed, only undone.
struct Link {
  std::uint64_t number = 0; ///< from 1
  EntityId loser;
  EntityId survivor;
  LinkState state{};
  std::uint64_t since = 0; ///< first sequence at which it was live; 0: never
  std::uint64_t until = 0; ///< first at which it was not any more; 0: still, or never
  std::vector<Evidence> evidence;
  std::vector<LinkStep> steps; ///< oldest first; the first is who proposed or made it
  std::uint64_t work = 0;      ///< number of the work item a proposal waits in; 0: none
};

struct LinkRequest {
  IdentifierKey loser; ///< a felles hjelpenummer, local number, D-nummer or foedselsnummer
  IdentifierKey survivor;
  Actor by;
  /// Whether `by` may decide for the organisation that gave out a hjelpenummer or local number, of
  /// either side; else the link is proposed. Unset: for all. Called on the writer's thread.
  std::function<bool(const std::string& organisation)> owns;
  std::string reason;             ///< 1 to 500 characters
  std::vector<Evidence> evidence; ///< at most 10
  std::optional<IdempotencyKey> key;
  std::array<std::uint8_t, 16> request_hash{};
  std::function<KeptAnswer(const Link&)> answer;
};

struct UndoRequest {
  std::uint64_t number = 0;
  Actor by;
  std::string reason;
  std::optional<IdempotencyKey> key;
  std::array<std::uint8_t, 16> request_hash{};
  std::function<KeptAnswer(const Link&)> answer;
};

struct LinkOutcome {
  Link link;
  std::optional<KeptAnswer> replayed;
};

/// Whom lookups of the loser were answered with, and when: the audit log is asked for this entity
/// from `from` to `to`, and tells who was shown the wrong person.
struct ShownWhileLinked {
  EntityId entity;
  Instant from{};
  Instant to{};
};

/// Thread-safe. Each operation is one atomic synced commit. Identity is a fold over links and the
/// source's own merges: nothing is destroyed.
/// - Who carries an entity on: whoever the source says it was merged into, while it says so; else
///   the survivor of its live link, unless that is carried on by the entity itself (the source
///   merged the other way: the link then rests, for both are one already). Links make chains, and
///   lookups follow them to their end; a link names the person whose number it was given, so that
///   undoing one in the middle of a chain parts the chain there.
/// - Where the source says otherwise than a live link (it merges the loser into a third person, or
///   parts two that it had merged itself), the fold decides as above and a `link_conflict` is
///   opened. Links are never ended by an import: once the source takes its word back, they hold
///   again.
/// - Each side keeps its own rows and numbers; what arrives while linked goes to the side whose
///   number it names. So undoing restores each side as it would have been.
/// - Whoever carries on shows the numbers of all that are linked to them as ceased ones.
/// - Protection is the strictest of all linked, on each, and stays after undoing until a human
///   decides; purged things stay purged.
/// - Two with a foedselsnummer or D-nummer in use each, a protected one (those whom links make one
///   with either count as well), or another organisation's number: proposed, and live only when
///   somebody else approves. Until then the same two are not proposed again; who needs nobody's
///   approval may link them, and the proposal is refused with that.
class Links {
public:
  explicit Links(Registry& registry, std::function<Instant()> clock = {});

  /// Errors: `not_found` (either side; says which), `ambiguous`, `invalid` (the same person,
  /// evidence, reason), and `conflict`, with a word before the colon in the message:
  /// - `already_linked`: the loser has a live link; undo it first;
  /// - `both_merged`: the source itself has merged the loser into somebody;
  /// - `already_proposed`: the same two wait for a second person already;
  /// - `cycle`: the survivor is carried on by the loser;
  /// - `chain_too_long`: too many are linked one behind the other;
  /// - `number_ceased`: who has the number goes by another one;
  /// - `number_cancelled`: cancelled, burnt, reserved, stopped or somebody else's.
  /// `conflict` without such a word: the idempotency key came with another request.
  [[nodiscard]] Result<LinkOutcome> link(LinkRequest request);
  /// The second person's word on a proposed link. `conflict`: `not_proposed` (any more),
  /// `same_person` as proposed it, or what `link` refuses.
  [[nodiscard]] Result<Link> decide(std::uint64_t number, bool approved, Actor by,
                                    std::string reason);
  /// Always works on a live link. Undone already: the link as it is. `conflict`: `not_live`
  /// (proposed or refused). Opens work where a protection came from a link.
  [[nodiscard]] Result<LinkOutcome> undo(UndoRequest request);
  [[nodiscard]] Result<Link> undo(std::uint64_t number, Actor by, std::string reason);

  [[nodiscard]] Result<Link> link(std::uint64_t number) const;
  /// All that the entity ever had, either side, oldest first.
  [[nodiscard]] Result<std::vector<Link>> of(const EntityId& entity) const;
  /// By time, oldest first: a chain may have led on to several. Nothing when it was never live.
  [[nodiscard]] Result<std::vector<ShownWhileLinked>> shown_while(const Link& link) const;

private:
  Registry& registry_;
  std::function<Instant()> clock_;
};

/// Everybody whom links make one with `entity` now and whom it carries on, directly or by way of
/// others. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<EntityId>> linked_now(const Registry& registry,
                                                       const EntityId& entity);

/// The live link whose loser is `entity`; nothing when there is none. An import keeps to it.
[[nodiscard]] Result<std::optional<Link>> live_link_of(const Transaction& transaction,
                                                       const EntityId& entity);

} // namespace grunndata::registry
