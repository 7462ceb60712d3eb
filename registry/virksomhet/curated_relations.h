// Relations that a human states one by one: owners, agreements, equivalences, over the interface
// or by command, beside those of the reviewed file.
#pragma once

#include "registry/registry.h"
#include "registry/transaction.h"
#include "registry/virksomhet/instruction.h"
#include "registry/virksomhet/node_relation.h"
#include "registry/virksomhet/stored.h"
#include "registry/virksomhet/structure.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// As people say it: RHF owns HF, a unit of RESH equals an underenhet.
struct RelationWanted {
  NodeRelation type{}; ///< not `etterfolger` (follows from events), nor `tilknytning` (a person's)
  RelationKind kind = RelationKind::none; ///< what the type needs (`RelationKind`)
  EntityId from, to;
  std::optional<Instant> valid_from; ///< none: unknown
  std::optional<Instant> valid_to;   ///< the first moment it was no more; none: still
  std::uint16_t confidence = 1000;   ///< in thousandths
  std::string document;              ///< what it rests on; may be empty
};

/// What is otherwise than was stated. What is not set stays.
struct RelationCorrection {
  std::optional<RelationKind> kind;
  std::optional<std::optional<Instant>> valid_from; ///< the inner one unset: unknown
  std::optional<std::optional<Instant>> valid_to;   ///< the inner one unset: still
};

struct CuratedRelation {
  std::uint64_t number = 0; ///< kept through ends and corrections
  NodeRelation type{};
  RelationKind kind = RelationKind::none;
  EntityId lower, upper; ///< it is kept with the lower end
  std::uint16_t confidence = 1000;
  std::optional<Instant> valid_from, valid_to;
  std::string details; ///< a JSON object: reason, approvedBy, document …
};

/// Thread-safe; each operation is one synced commit, recorded on both axes: what was stated before
/// stays for `recordedAsOf`. A reviewed file neither says nor withdraws these. Errors besides those
/// of `carry_out`:
/// - `not_found`: a node, or a relation that was stated so, is not there;
/// - `invalid`, with "rule N: …" in the message: a rule of the structure (virksomhet.md 4.3) would
///   be broken; without: the request breaks a rule of its own;
/// - `conflict` with "already_stated: …": the same two are so related at that time already.
class CuratedRelations {
public:
  using Told = Instruction<CuratedRelation>;
  using Done = Result<CarriedOut<CuratedRelation>>;

  explicit CuratedRelations(Registry& registry) : registry_(registry) {}

  [[nodiscard]] Done state(const RelationWanted& wanted, const Told& told);
  [[nodiscard]] Done correct(const EntityId& lower, std::uint64_t number,
                             const RelationCorrection& correction, const Told& told);
  /// It ended then.
  [[nodiscard]] Done end(const EntityId& lower, std::uint64_t number, Instant when,
                         const Told& told);
  /// It never was so. Gives what it was.
  [[nodiscard]] Done withdraw(const EntityId& lower, std::uint64_t number, const Told& told);

  /// Those of which it is the lower end, as they stand. Errors: `corrupt`, `storage`.
  [[nodiscard]] Result<std::vector<CuratedRelation>> of(const EntityId& lower) const;

private:
  Registry& registry_;
};

/// `{"relation":"7","type":…,["kind":…,]"from":{…},"to":{…},…}`, as people say it. Errors: as
/// `Structure::summary`.
[[nodiscard]] Result<void> append_json(std::string& out, const Structure& structure,
                                       const CuratedRelation& relation);

/// Who somebody is called in what is kept beside a relation: no number of a person.
[[nodiscard]] std::string name_of(const Actor& actor);

/// `CuratedRelations::state` as a part of a commit.
[[nodiscard]] Result<CuratedRelation> state_relation(Transaction& transaction, Registry& registry,
                                                     const RelationWanted& wanted, const Actor& by,
                                                     const std::string& reason);

} // namespace grunndata::registry::virksomhet
