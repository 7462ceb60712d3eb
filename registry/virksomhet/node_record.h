// What an importer hands to the registry: one node as one source describes it, already rendered.
//
// Valid time is half-open, and a date is 00:00 in Europe/Oslo (`oslo_midnight`): who reads a source
// with inclusive ends adds a day. Texts are slices of `NodeRecord::text`.
#pragma once

#include "registry/source_record.h"
#include "registry/time.h"
#include "registry/virksomhet/identifier_system.h"
#include "registry/virksomhet/node_part.h"
#include "registry/virksomhet/node_relation.h"
#include "registry/virksomhet/node_source.h"
#include "registry/virksomhet/node_type.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet {

/// How a source speaks of time.
enum class Says : std::uint8_t {
  /// Only how it is now (Enhetsregisteret's addresses, a unit's parent). What it said before and
  /// says no more has ended, and stays as history: at the begin of what came instead if that has
  /// one, else when it was seen to have changed (`NodeRecord::observed_at`). What is new since the
  /// source's first record of the node begins then too, unless it says when; marked observed.
  now,
  /// Since when and until when. What it says no more is withdrawn: it never was so.
  interval,
};

/// May the public see it?
enum class Sensitivity : std::uint8_t {
  open,
  personal, ///< tells of a natural person: sole proprietors' names and homes, contacts, owners
};

/// One row of one part. `body` is a finished JSON object without metadata, at least `{}`, its
/// property names English as in node_part.h; equal bodies are the same fact.
struct NodeItem {
  NodePart part{};
  Says says = Says::now;
  Sensitivity sensitivity = Sensitivity::open;
  std::optional<Instant> valid_from; ///< none: unknown
  std::optional<Instant> valid_to;   ///< none: still, or unknown
  TextSlice body;
  /// What the source said, verbatim: a slice of `NodeRecord::raw`, not of `text`; may be empty.
  TextSlice element;
};

enum class IdentifierUse : std::uint8_t {
  official = 1,  ///< OFFISIELL
  secondary = 2, ///< SEKUNDAER
  former = 3,    ///< TIDLIGERE
  wrong = 4,     ///< FEIL
};

/// What a GLN stands for; a set, since one may stand for several things of one legal entity.
enum GlnRole : std::uint8_t {
  gln_legal = 1,
  gln_function = 2,
  gln_physical = 4,
  gln_digital = 8,
};

/// A number the node goes or went by. One whose check fails is kept as `IdentifierSystem::invalid`
/// by the registry, and counted; the record stays good.
struct NodeIdentifierClaim {
  IdentifierSystem system{};
  IdentifierUse use = IdentifierUse::official;
  std::uint8_t gln_roles = 0; ///< of `GlnRole`
  TextSlice text;
  TextSlice assigner;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_to;
};

/// A relation of which this node is the lower end (`RelationFacts`): a child names its parent, the
/// owned its owner, the provider who it has an agreement with, the old node its equal. `upper` need
/// not be known yet: it is kept as a node of which nobody has said more than its number. One whose
/// check fails is counted as such a number; the relation is left out.
struct NodeRelationClaim {
  NodeRelation type{}; ///< never `etterfolger`
  RelationKind kind = RelationKind::none;
  Says says = Says::now;
  bool observed = false;  ///< `valid_from` is when the source was seen to say so (OBSERVERT)
  std::uint16_t confidence = 1000; ///< in thousandths; of equivalences
  IdentifierSystem system{}; ///< of the upper end
  TextSlice upper;
  TextSlice assigner;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_to;
  /// The source's own words about it: a JSON object without metadata (reason, approvedBy, position
  /// and percentage of an affiliation …), or empty.
  TextSlice details;
};

/// One node as one source describes it. Reusable: `clear` keeps capacity.
///
/// A source may describe nodes of its own (`describes`), and may say something of another's: of
/// GS1's list the numbers of a hospital, of curated ownership who owns it. There is one record for
/// each node and source: an importer groups what stands in several rows.
struct NodeRecord {
  /// The number by which the node is found, kept for life; made if nobody has it. Its check must
  /// hold, else the record is refused.
  IdentifierSystem key_system{};
  TextSlice key;
  TextSlice key_assigner;

  bool describes = true;            ///< says what the node is: `type` to `closed` count
  NodeType type = NodeType::unknown;
  NodeStatus status = NodeStatus::aktiv;
  std::optional<Instant> opened;    ///< none: unknown
  std::optional<Instant> closed;    ///< with `opphort`, when it is known
  bool administrative = false;      ///< hjelpeenhet, or 8624 in 71, 72, 73: no patient knows it
  bool name_is_withheld = false;    ///< skjermetNavn: the name would tell what is treated
  /// The source says less than it did and means no more by it than that the node has ended (deleted
  /// units come without parent and address): what it said before ends at `closed`.
  bool is_remainder = false;
  /// The source has taken the node away for legal reasons: what was said of it by anybody is
  /// purged, a tombstone stays.
  bool removed_by_law = false;
  /// When the source was seen to say this, if it is not when the batch was fetched: the feed's own
  /// time of the change.
  std::optional<Instant> observed_at;

  std::string raw;  ///< the record as the source gave it, without insignificant white space
  std::string text;
  std::vector<NodeItem> items; ///< grouped by part in `NodePart` order; none of `life`
  std::vector<NodeIdentifierClaim> identifiers; ///< besides the key
  std::vector<NodeRelationClaim> relations;

  void clear() {
    NodeRecord old = std::move(*this);
    *this = NodeRecord{};
    const auto keep_capacity = [](auto& mine, auto& olds) {
      olds.clear();
      mine = std::move(olds);
    };
    keep_capacity(raw, old.raw);
    keep_capacity(text, old.text);
    keep_capacity(items, old.items);
    keep_capacity(identifiers, old.identifiers);
    keep_capacity(relations, old.relations);
  }
  [[nodiscard]] std::string_view view(TextSlice slice) const noexcept {
    return std::string_view(text).substr(slice.begin, slice.size);
  }
  [[nodiscard]] NodeKey node_key() const noexcept {
    return {key_system, view(key), view(key_assigner)};
  }
  /// Adds `value` to `text`.
  TextSlice add(std::string_view value) {
    const TextSlice slice{static_cast<std::uint32_t>(text.size()),
                          static_cast<std::uint32_t>(value.size())};
    text += value;
    return slice;
  }
};

/// What happened to nodes (virksomhet.md 4.5). Values are stored; never renumber.
enum class NodeEventType : std::uint8_t {
  opprettet = 1,
  navneendring = 2,
  flyttet = 3,
  eierskifte = 4,
  fusjon = 5,   ///< several become one
  fisjon = 6,   ///< one gives some of itself away, and goes on
  deling = 7,   ///< one becomes several, and ends
  omdanning = 8, ///< another form, perhaps another number
  nedlagt = 9,   ///< nobody follows
  gjenaapnet = 10,
  dublett = 11, ///< two records of one reality
  feilregistrert = 12,
};
inline constexpr std::size_t node_event_type_count = 13;

/// "FUSJON" …
[[nodiscard]] std::string_view name_of(NodeEventType type) noexcept;
[[nodiscard]] std::optional<NodeEventType> find_node_event_type(std::string_view name) noexcept;

/// Something that happened, with who follows whom: `fusjon`, `fisjon`, `deling`, `omdanning` and
/// `dublett` make everyone in `to` a successor of everyone in `from`. Whoever is named need not be
/// known yet.
struct NodeEventClaim {
  std::string source_key; ///< names the event in its source: the same again replaces it
  NodeEventType type{};
  Instant effective;                  ///< virkningsdato
  std::optional<Instant> operational; ///< operativ dato, where it differs
  std::vector<OwnedNodeKey> from;
  std::vector<OwnedNodeKey> to;
  std::string details; ///< a JSON object (begrunnelse, dokument …) or empty
};

} // namespace grunndata::registry::virksomhet
