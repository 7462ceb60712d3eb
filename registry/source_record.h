// What an importer hands to the registry: one entity as one source describes it, already rendered.
#pragma once

#include "registry/access.h"
#include "registry/identifier_key.h"
#include "registry/person_part.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// Who said it. Values are stored; never renumber.
enum class Source : std::uint8_t {
  folkeregisteret = 1,
  hjelpenummer = 2,    ///< our own issuing, and what is told of who goes by a number
  kontaktregisteret = 3, ///< Kontakt- og reservasjonsregisteret
  links = 4, ///< who is said to be the same human: the numbers of those linked to a person
};

/// What a row says of its own currency (`erGjeldende`).
enum class Validity : std::uint8_t { unsaid, valid, not_valid };

/// A slice of `SourceRecord::text`.
struct TextSlice {
  std::uint32_t begin = 0;
  std::uint32_t size = 0;
  [[nodiscard]] bool empty() const noexcept { return size == 0; }
};

/// One row of one part. `row` is a finished JSON object: metadata properties first
/// (registeredAt, isValid, source, reason, validFrom, validTo: present ones only, in that order),
/// then the element's own. `metadata_bytes` counts from the `{` to the end of the metadata, the
/// comma after it excluded, so that metadata and body can be told apart without parsing.
struct AssertionDraft {
  PersonPart part{};
  Validity validity = Validity::unsaid;
  Grading grading = Grading::unclassified; ///< of the row; unknown gradings are strictly
  /// The source did not say `grading` in a word we know: it withholds the row, but purges nothing.
  bool grading_is_assumed = false;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_to; ///< the source's own end; never derived
  std::optional<Instant> registered_at;
  std::uint16_t metadata_bytes = 0;
  TextSlice row;      ///< as the contract shows it to callers with legal basis
  TextSlice open_row; ///< for callers without, when they are shown something else; else empty
  TextSlice v1_row;   ///< for /v1, when the contract cannot express a value; else empty
  TextSlice element;  ///< the source's element verbatim: a slice of `SourceRecord::raw`, not text
};

/// The number a person goes by, and those they went by.
struct IdentifierClaim {
  IdentifierType type{};
  bool in_use = true;    ///< false: opphoert, ceased
  bool is_primary = false; ///< the source's own key of this entity: at most one
  bool is_own = true;    ///< issued by this source (fnr, dnr): decides which entity a record is
  TextSlice text;
  TextSlice assigner;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_to;
};

/// Somebody else the record points at, known by number or not yet known at all.
enum class RelationType : std::uint8_t {
  mother, father, co_mother, child, sibling, spouse_or_partner, stillborn_child,
  responsible_for, in_responsibility_of, guardian, marital, estate_contact, correct_identity,
};

struct RelationClaim {
  RelationType type{};
  IdentifierType identifier_type{};
  TextSlice identifier;
  bool current = true;
  std::optional<Instant> valid_from;
  std::optional<Instant> valid_to;
};

/// Reusable: `clear` keeps capacity. Slices point into `text`.
struct SourceRecord {
  Source source = Source::folkeregisteret;
  Grading protection = Grading::unclassified; ///< of the person now (adressebeskyttelse)
  /// As `AssertionDraft::grading_is_assumed`.
  bool protection_is_assumed = false;
  /// The source has taken the entity away for legal reasons: what it said is purged as of somebody
  /// who is strictly protected.
  bool removed_by_law = false;
  /// Newest registered-at of all rows; decides between duplicates inside one extract.
  std::optional<Instant> registered_at;
  /// The record as the source gave it, without insignificant white space; of a strictly protected
  /// person without the fields of rows that tell a place (`locates_in_fields`).
  std::string raw;
  std::string text;
  std::vector<AssertionDraft> assertions; ///< grouped by part in `PersonPart` order, each part in
                                          ///< the order the source delivered
  std::vector<IdentifierClaim> identifiers;
  std::vector<RelationClaim> relations;

  void clear() {
    protection = Grading::unclassified;
    protection_is_assumed = false;
    removed_by_law = false;
    registered_at.reset();
    raw.clear();
    text.clear();
    assertions.clear();
    identifiers.clear();
    relations.clear();
  }
  [[nodiscard]] std::string_view view(TextSlice slice) const noexcept {
    return std::string_view(text).substr(slice.begin, slice.size);
  }
};

} // namespace grunndata::registry
