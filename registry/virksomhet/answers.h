// The answers to questions about the structure, as JSON objects. What the structure's sight does
// not cover is left out (see node_json.h); the node asked about is always told. Errors everywhere:
// as of the question, and as `Structure::summary`.
#pragma once

#include "registry/virksomhet/confirmation.h"
#include "registry/virksomhet/lowest_unit.h"
#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/structure.h"
#include "registry/virksomhet/subtree_page.h"

#include <optional>
#include <string>

namespace grunndata::registry::virksomhet {

/// `{"node":…,"ancestors":[{…,"depth":1,"relation":{"type":…},"lower":id}]}`, nearest first.
[[nodiscard]] Result<void> append_ancestors(std::string& out, const Structure& structure,
                                            const EntityId& node, RelationSet types);

/// `{"node":…,"nodes":[{…,"depth":1,"parent":id,"relation":"JURIDISK"}]` without the closing brace,
/// so that a cursor can follow.
[[nodiscard]] Result<void> append_page(std::string& out, const Structure& structure,
                                       const EntityId& root, const SubtreePage& page);

/// `{"steps":[{"direction":"START"|"UP"|"DOWN"[,"relation":…],"node":…}]}`, none when there is no
/// way.
[[nodiscard]] Result<void> append_way(std::string& out, const Structure& structure,
                                      const EntityId& from, const EntityId& to,
                                      RelationSet types);

/// `{"node":…,"legalRoot":…,"isLegalEntity":true,"way":[…]}`
[[nodiscard]] Result<void> append_legal_root(std::string& out, const Structure& structure,
                                             const EntityId& node);

/// `{"node":…,"numbers":[{"system":…,"number":…,"way":…}]}`, see crosswalk.h.
[[nodiscard]] Result<void> append_crosswalk(std::string& out, const Structure& structure,
                                            const EntityId& node,
                                            std::optional<IdentifierSystem> target);

/// `{"node":…,"successors":[…],"steps":[{"from":id,"to":id,"event":…}],"isComplete":true}`
[[nodiscard]] Result<void> append_successors(std::string& out, const Structure& structure,
                                             const EntityId& node, bool transitive);

/// `{"node":…,"events":[{"type":…,"source":…,"effective":…,"from":[…],"to":[…]}]}`, oldest first.
[[nodiscard]] Result<void> append_events(std::string& out, const Structure& structure,
                                         const EntityId& node);

/// `{"node":…,"parts":{"gone":[…],"come":[…]},"numbers":…,"relations":…,"lowers":…}`
[[nodiscard]] Result<void> append_diff(std::string& out, const Structure& before,
                                       const Structure& after, const EntityId& node);

struct PersonnelOrder {
  bool with_subtree = false;
  std::string category; ///< kodeverk 9060; empty: any
  std::string role;     ///< as an affiliation's details say it; empty: any
  std::optional<EntityId> after; ///< the last one of the page before
  std::size_t limit = 100;
};
struct PersonnelShown {
  std::vector<EntityId> persons; ///< for the audit log
  bool has_more = false;
};
/// `{"node":…,"personnel":[{…,"affiliations":[…]}]` without the closing brace. The sight must cover
/// personnel. Those whose only affiliations are to hidden units are not told.
[[nodiscard]] Result<PersonnelShown> append_personnel(std::string& out,
                                                      const Structure& structure,
                                                      const EntityId& unit,
                                                      const PersonnelOrder& asked);

/// `{"node":…,"affiliations":[{"type":…,"to":…[,"details":…]}]}` of health personnel.
[[nodiscard]] Result<void> append_affiliations(std::string& out, const Structure& structure,
                                               const EntityId& personnel);

/// `{"node":…,"outcome":"NONE"|"ONE"|"AMBIGUOUS","units":[{"legalEntity":…,"pointOfCare":…
/// [,"department":…],"affiliation":…}]}`
[[nodiscard]] Result<void> append_suitable_units(std::string& out, const Structure& structure,
                                                 const EntityId& personnel,
                                                 std::optional<EntityId> legal_entity);

/// `{"facts":[{"fact":…,"verdict":"BEKREFTET"|…,"reason":…[,"source":…]}]}`, see confirmation.h.
[[nodiscard]] Result<void> append_confirmation(std::string& out, const Structure& structure,
                                               const Claim& claim);

} // namespace grunndata::registry::virksomhet
