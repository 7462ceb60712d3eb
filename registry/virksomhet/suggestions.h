// Equalities that the matcher suggests and a human decides on. A suggestion is no relation: nothing
// but an approval makes one.
#pragma once

#include "registry/registry.h"
#include "registry/virksomhet/conflicts.h"
#include "registry/virksomhet/curated_relations.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Values are stored; never renumber.
enum class SuggestionState : std::uint8_t {
  open = 1,
  approved = 2,
  rejected = 3,  ///< remembered: the same two are not suggested again
  withdrawn = 4, ///< the matcher suggests it no more; it may again
};
/// "open", "approved", "rejected", "withdrawn"
[[nodiscard]] std::string_view name_of(SuggestionState state) noexcept;
[[nodiscard]] std::optional<SuggestionState> find_suggestion_state(std::string_view name) noexcept;

/// What two nodes are held against each other by. Values are stored; never renumber.
enum class MatchFact : std::uint8_t {
  number = 1, ///< one says that it belongs to the other
  name,
  address,
  municipality,
  parent, ///< those above them are equal, or suggested to be
  level,  ///< of what kind the units are
};
inline constexpr std::size_t match_fact_count = 6;
/// "number", "name" …
[[nodiscard]] std::string_view name_of(MatchFact fact) noexcept;

/// How well a fact agrees, in thousandths; only of facts that both sides know.
struct MatchReason {
  MatchFact fact{};
  std::uint16_t agreement = 0;
  bool operator==(const MatchReason&) const = default;
};

using SuggestionStep = CurationStep<SuggestionState>; ///< by nobody: the matcher
inline constexpr std::size_t suggestion_steps_max = 32; ///< of more, those behind the first go

struct Suggestion {
  EntityId id; ///< made of the two nodes; no node's
  EntityId lower; ///< the unit of RESH, or an employer's
  EntityId upper; ///< what it seems to be equal to
  SuggestionState state{};
  std::uint16_t score = 0; ///< in thousandths
  std::uint64_t relation = 0; ///< number of the one that the approval made; 0: none
  std::vector<MatchReason> reasons; ///< in the order of `MatchFact`
  std::vector<SuggestionStep> steps; ///< oldest first
};

/// What approves a suggestion may say besides.
struct Approval {
  RelationKind kind = RelationKind::equal; ///< of `tilsvarer`
  std::optional<Instant> valid_from;
  std::string document;
};

/// Thread-safe. What comes of an approval is a relation of `CuratedRelations`.
class Suggestions {
public:
  using Told = Instruction<Suggestion>;
  using Done = Result<CarriedOut<Suggestion>>;

  explicit Suggestions(Registry& registry) : registry_(registry) {}

  /// The best first; by id where equally good. `after`: the last one of the page before. Errors:
  /// `not_found` (it is gone), `corrupt`, `storage`.
  [[nodiscard]] Result<std::vector<Suggestion>> list(std::optional<SuggestionState> state,
                                                     std::size_t limit,
                                                     std::optional<EntityId> after = {}) const;
  /// Errors: `not_found`, `corrupt`, `storage`.
  [[nodiscard]] Result<Suggestion> get(const EntityId& id) const;

  /// States the relation in the same commit. Errors: `not_found`; `conflict` with "decided: …";
  /// those of `CuratedRelations::state`.
  [[nodiscard]] Done approve(const EntityId& id, const Approval& approval, const Told& told);
  /// An open one, or one that was withdrawn. Errors: `not_found`, `conflict` with "decided: …".
  [[nodiscard]] Done reject(const EntityId& id, const Told& told);

private:
  Registry& registry_;
};

/// The id of a suggestion about the two.
[[nodiscard]] EntityId suggestion_id(const EntityId& lower, const EntityId& upper) noexcept;

/// `{"id":…,"state":…,"score":…,"lower":{…},"upper":{…},"reasons":[…],"steps":[…]}`. Errors: as
/// `Structure::summary`.
[[nodiscard]] Result<void> append_json(std::string& out, const Structure& structure,
                                       const Suggestion& suggestion);

/// 'm' · id in the family `structure`.
[[nodiscard]] std::string suggestion_key(const EntityId& id);
[[nodiscard]] std::string write_suggestion(const Suggestion& suggestion);
/// Nothing when key or value are not what was written.
[[nodiscard]] std::optional<Suggestion> read_suggestion(std::string_view key,
                                                        std::string_view value);
/// All that are kept, in no order that tells anything. Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<Suggestion>> all_suggestions(const store::Store& store);

} // namespace grunndata::registry::virksomhet
