// What is known of a felles hjelpenummer itself: who issued it and why, where it stands, and the
// facts told about who goes by it.
#pragma once

#include "registry/actor.h"
#include "registry/entity_id.h"
#include "registry/identifier_key.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::hjelpenummer {

/// Values are stored; never renumber. Only `issued` and `linked` can be looked up.
enum class State : std::uint8_t {
  reserved = 1,  ///< printed in a block for downtime; nobody is known to go by it
  issued = 2,    ///< somebody goes by it
  linked = 3,    ///< who goes by it is known by another number
  cancelled = 4, ///< issued by mistake; never given out again
  burnt = 5,     ///< of an expired block, never used
  dead = 6,      ///< who went by it died without being identified
  stopped = 7,   ///< somebody else's, too: it came from another issuer
  elsewhere = 8, ///< issued by another issuer in the same space; never ours
};
[[nodiscard]] std::string_view name_of(State state) noexcept;
[[nodiscard]] std::optional<State> state_of(std::string_view name) noexcept;

/// Why a number was cancelled. Stored.
enum class CancelReason : std::uint8_t {
  issued_by_mistake = 1,
  issued_twice = 2, ///< the same human has another number
  never_used = 3,
  other = 4,
};
[[nodiscard]] std::string_view name_of(CancelReason reason) noexcept;
[[nodiscard]] std::optional<CancelReason> cancel_reason_of(std::string_view name) noexcept;

enum class Gender : std::uint8_t { unsaid = 0, female = 1, male = 2, unknown = 3 };
[[nodiscard]] std::string_view name_of(Gender gender) noexcept; ///< "" for unsaid
[[nodiscard]] std::optional<Gender> gender_of(std::string_view name) noexcept;

/// Each may be empty. Names are UTF-8 in NFC, without control characters. Place, address,
/// description and note are health information: for issuer and linker alone (privacy.md).
struct Facts {
  std::string given_name;
  std::string middle_name;
  std::string family_name;
  std::string birth_date; ///< "YYYY-MM-DD", or "YYYY" when only the year is known
  Gender gender = Gender::unsaid;
  std::string address;
  std::string place_found;
  std::string description;
  std::string note;

  [[nodiscard]] bool empty() const noexcept { return *this == Facts{}; }
  bool operator==(const Facts&) const = default;
};
inline constexpr std::size_t name_characters_max = 200;
inline constexpr std::size_t fact_characters_max = 2'000;

/// A rule that the facts break and the property's name; nothing when they may be kept. The texts
/// are static and hold nothing of the facts.
struct FactFault {
  std::string_view field; ///< "givenName", "birthDate" …
  std::string_view rule;
};
[[nodiscard]] std::optional<FactFault> fault_of(const Facts& facts, Instant when) noexcept;

/// Facts as they were told at one time. A later item goes before an earlier one, field by field;
/// none is ever overwritten.
struct FactItem {
  Instant told{};
  Actor by;
  std::string reason;
  Facts facts;
};

/// A child whose mother is known, and which of several it is.
struct Newborn {
  IdentifierType mother_type{}; ///< with an empty `mother`: not known
  std::string mother;
  Instant born{};
  std::uint8_t order = 1; ///< of several at one birth, from 1
  bool operator==(const Newborn&) const = default;
};

/// A felles hjelpenummer, or a number that is somebody's own (an H-nummer, or whatever a system
/// gave out): that one means something together with its assigner only.
struct HelpNumber {
  std::string number;   ///< eleven digits; a local one: as its assigner writes it
  std::string assigner; ///< of a local number; empty: felles hjelpenummer
  State state{};
  std::optional<EntityId> entity; ///< who goes by it; none while reserved, burnt or elsewhere
  std::string organisation;       ///< orgnr of the issuing unit
  Actor issued_by;
  Instant issued{}; ///< of a reserved one: when it was reserved
  std::string reason;
  std::optional<Newborn> newborn;
  std::uint64_t block = 0; ///< of downtime that it was reserved in; 0: none
  std::optional<CancelReason> cancelled_for;
  Instant changed{};           ///< the newest change of anything here
  bool erased = false;         ///< its need has ceased: facts, reason and newborn are gone
  std::vector<FactItem> items; ///< oldest first

  /// The newest word on each field.
  [[nodiscard]] Facts facts() const;
  [[nodiscard]] bool is_local() const noexcept { return !assigner.empty(); }
  /// How it is looked up. Views into this.
  [[nodiscard]] IdentifierKey identifier() const noexcept {
    return {is_local() ? IdentifierType::hnr : IdentifierType::fhn, number, assigner};
  }
};

/// FHN: the digits; HNR: 'l' and the identifier's key. Every other type: empty, no record has it.
[[nodiscard]] std::string help_number_key(const IdentifierKey& identifier);
/// Under it stands the key of the record of whom `entity` is.
[[nodiscard]] std::string help_number_key(const EntityId& entity);
/// Whether a record stands under the key.
[[nodiscard]] bool is_help_number_key(std::string_view key) noexcept;

[[nodiscard]] std::string write_help_number(const HelpNumber& number);
/// Nothing when the value is not what was written.
[[nodiscard]] std::optional<HelpNumber> read_help_number(std::string_view value);

} // namespace grunndata::registry::hjelpenummer
