// How well a person fits what is known of somebody: fact by fact, explained, and graded.
#pragma once

#include "registry/candidates/search_keys.h"
#include "registry/hjelpenummer/record.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::registry::candidates {

/// What is known of somebody. Each may be empty.
struct Description {
  std::string given_name;
  std::string middle_name;
  std::string family_name;
  std::string birth_date; ///< "YYYY-MM-DD" or "YYYY"
  hjelpenummer::Gender gender = hjelpenummer::Gender::unsaid;
  std::string address;      ///< as it is written on a letter: street and number, postcode, city
  std::string place_found;  ///< where they were found
  std::string organisation; ///< orgnr; of hjelpenumre the one that issued it
};

enum class FactName : std::uint8_t {
  given_name,
  middle_name,
  family_name,
  birth_date,
  gender,
  address,
  place_found,
  organisation,
};
/// "givenName", "birthDate" …
[[nodiscard]] std::string_view name_of(FactName fact) noexcept;

enum class Agreement : std::uint8_t {
  exact,      ///< letter by letter; an address with street, number and postcode or city; a place
              ///< word by word
  normalised, ///< as `name_key` folds it, in any order; an address with street and number
  similar,    ///< sounds alike or is a slip away; a birth date with day and month changed about,
              ///< one of them wrong, or the year before or after
  partly,     ///< shares a name, a year, a street or a postcode
  differs,
};
[[nodiscard]] std::string_view name_of(Agreement agreement) noexcept;

/// A fact that both sides know.
struct Reason {
  FactName fact{};
  Agreement agreement{};
  bool is_former = false; ///< a name that the person had before
  bool operator==(const Reason&) const = default;
};

/// - certain: born on the day, given and family name agree at least normalised, nothing differs.
/// - probable: `probable_points_min`, and the given name does not differ, and born on the day or a
///   slip from it, or at the address.
/// - possible: `possible_points_min`.
enum class Grade : std::uint8_t { certain = 1, probable = 2, possible = 3 };
[[nodiscard]] std::string_view name_of(Grade grade) noexcept;

inline constexpr int probable_points_min = 60;
inline constexpr int possible_points_min = 35;

struct KnownName {
  std::string given, middle, family;
  bool is_former = false;
};

struct KnownAddress {
  std::string street; ///< name of it
  std::string number; ///< with its letter: "5B"
  std::string postcode;
  std::string city;
  std::string lines; ///< free text, when it is not told apart
};

/// What may be held against a description of one person.
struct KnownPerson {
  std::vector<KnownName> names; ///< current ones first
  std::vector<BirthDay> births;
  hjelpenummer::Gender gender = hjelpenummer::Gender::unsaid;
  std::vector<KnownAddress> addresses;
  std::string place_found;
  std::string organisation;
};

struct Assessment {
  int points = 0;              ///< orders candidates; never shown
  std::optional<Grade> grade;  ///< nothing: no candidate
  std::vector<Reason> reasons; ///< in the order of `FactName`, each fact at most once
};

/// A description made ready to be held against many.
class Comparison {
public:
  explicit Comparison(const Description& wanted);
  Comparison(const Comparison&) = delete;
  Comparison& operator=(const Comparison&) = delete;

  [[nodiscard]] Assessment with(const KnownPerson& known) const;

  /// How the names asked for sound, each once: at most `sounds_max`.
  [[nodiscard]] const std::vector<std::string>& sounds() const noexcept { return sounds_; }
  [[nodiscard]] const BirthDay& born() const noexcept { return born_; }
  [[nodiscard]] bool has_full_name() const noexcept {
    return !given_.key.empty() && !family_.key.empty();
  }
  [[nodiscard]] bool has_address() const noexcept { return !address_.empty(); }

  /// A text with what comparing it takes.
  struct Folded {
    std::string_view text;
    std::string key;                 ///< `name_key`
    std::vector<std::string> tokens; ///< of it, sorted
    std::vector<std::string> sounds; ///< of the tokens, sorted
  };
  [[nodiscard]] static Folded fold(std::string_view text);

private:
  struct NameFit {
    int points = 0;
    std::optional<Agreement> given, middle, family;
  };
  [[nodiscard]] NameFit fit(const KnownName& name) const;
  [[nodiscard]] std::optional<Agreement> fit(const BirthDay& born) const noexcept;
  [[nodiscard]] std::optional<Agreement> fit(const KnownAddress& address) const;

  Description wanted_;
  Folded given_, middle_, family_;
  BirthDay born_;
  std::vector<std::string> address_; ///< tokens of it
  std::vector<std::string> place_;   ///< tokens of where they were found
  std::vector<std::string> sounds_;
};

} // namespace grunndata::registry::candidates
