// Where sources that speak of the same unit disagree. Found by a sweep behind the commits, so that
// neither imports nor reads ever wait for it.
#pragma once

#include "registry/registry.h"
#include "registry/virksomhet/curation_steps.h"
#include "registry/virksomhet/instruction.h"
#include "registry/virksomhet/joined_view.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Mark in the family `meta`: newest event whose node was looked at.
inline constexpr std::string_view conflicts_swept = "node_conflicts_swept";

/// Values are stored; never renumber.
enum class ConflictState : std::uint8_t {
  open = 1,     ///< OPEN
  accepted = 2, ///< AKSEPTERT: somebody has seen it, and it may stay so
  resolved = 3, ///< LOST: the sources agree again, or one of them says nothing any more
};
/// "OPEN", "AKSEPTERT", "LOST"
[[nodiscard]] std::string_view name_of(ConflictState state) noexcept;
[[nodiscard]] std::optional<ConflictState> find_conflict_state(std::string_view name) noexcept;

using ConflictStep = CurationStep<ConflictState>; ///< by nobody: the sweep saw it
/// Of more, those behind the first go.
inline constexpr std::size_t conflict_steps_max = 64;

/// Two nodes that are equal (or one node, of which several sources speak) and a field of which
/// different things are said. What is said stands with the nodes, and is read there when the
/// conflict is shown: a record holds no values.
struct Conflict {
  EntityId id; ///< made of the nodes and the field; no node's
  EntityId lower, upper; ///< ends of the equality; both the same: sources of one node
  JoinedField field{};
  ConflictState state{};
  std::uint64_t fingerprint = 0; ///< of what is said; 0 when resolved
  std::vector<ConflictStep> steps; ///< oldest first
};

struct ConflictFilter {
  std::optional<ConflictState> state;
  std::optional<JoinedField> field;
  std::optional<EntityId> node; ///< either of the two
};

struct ConflictSweep {
  std::uint64_t nodes = 0;    ///< looked at
  std::uint64_t opened = 0;   ///< also those that were over, or accepted while otherwise
  std::uint64_t resolved = 0;
  std::uint64_t erased = 0;   ///< of nodes that were removed by law
};

/// Thread-safe; two sweeps at a time find the same twice and keep it once.
class Conflicts {
public:
  Conflicts(Registry& registry, Authority authority)
      : registry_(registry), authority_(std::move(authority)) {}

  /// Looks at every node that changed since the last sweep, at who equals it, and at all conflicts
  /// there are; `all`: at every node (after the authority was changed, or when a date that was told
  /// beforehand has come). Goes on after a crash where it stood. `go_on` is called now and then;
  /// false stops with `cancelled`, and what is done is done. Errors: `corrupt`, `storage`,
  /// `unavailable`.
  [[nodiscard]] Result<ConflictSweep> sweep(bool all, const std::function<bool()>& go_on = {});

  /// The newest first; by id where equally new. `after`: the last one of the page before.
  [[nodiscard]] Result<std::vector<Conflict>> list(const ConflictFilter& filter, std::size_t limit,
                                                   std::optional<EntityId> after = {}) const;
  /// Errors: `not_found`, `corrupt`, `storage`.
  [[nodiscard]] Result<Conflict> get(const EntityId& id) const;

  using Told = Instruction<Conflict>;
  /// An open one may stay so, or (`open`) an accepted one not any more. `conflict` with
  /// "settled: …" when it is not in the other state; `not_found`; errors of `carry_out`.
  [[nodiscard]] Result<CarriedOut<Conflict>> decide(const EntityId& id, ConflictState state,
                                                    const Told& told);

  [[nodiscard]] const Authority& authority() const noexcept { return authority_; }

private:
  Registry& registry_;
  Authority authority_;
};

/// The id of a conflict about the two and the field.
[[nodiscard]] EntityId conflict_id(const EntityId& lower, const EntityId& upper,
                                   JoinedField field) noexcept;

/// 32 hexadecimal digits, for ids that are no node's, and back.
[[nodiscard]] std::string hex_of(const EntityId& id);
[[nodiscard]] std::optional<EntityId> id_of_hex(std::string_view text) noexcept;

/// `{"id":…,"field":…,"state":…,"nodes":[…],"values":[…],"created":…,"steps":[…]}`; values as they
/// are said now, the one that counts first. Errors: as `Structure::summary`.
[[nodiscard]] Result<void> append_json(std::string& out, const Structure& structure,
                                       const Conflict& conflict, const Authority& authority);

/// 'k' · id in the family `structure`.
[[nodiscard]] std::string conflict_key(const EntityId& id);
[[nodiscard]] std::string write_conflict(const Conflict& conflict);
/// Nothing when key or value are not what was written.
[[nodiscard]] std::optional<Conflict> read_conflict(std::string_view key, std::string_view value);

} // namespace grunndata::registry::virksomhet
