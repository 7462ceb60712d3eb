// Why a document could not be mapped, and what a mapping met that it could not use: counted by
// place, never by value.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>

namespace grunndata::importers::reading {

/// Why a document is quarantined. Holds no value from the document.
struct MappingFault {
  std::string json_path; ///< "$", "identifikasjonsnummer[0].foedselsEllerDNummer"
  std::string reason;    ///< stable word: too_large, json, not_an_object, missing_identifier …
  std::string message;   ///< one sentence for a human
};

/// Why something was left out of the mapped person. The source record keeps it all the same.
enum class Oddity : std::uint8_t {
  unknown_field,    ///< a property the mapping does not know
  unknown_value,    ///< an enum value the contract lacks
  wrong_type,       ///< a value of a type that cannot be used, or had to be converted
  bad_time,         ///< a date or date-time that is none
  wrong_shape,      ///< an object where a list belongs, or the reverse; used as one row
  duplicate_field,  ///< a property given twice; the first counts
  missing_grading,  ///< an address without its grading; taken as strictly confidential
  bad_identifier,   ///< a number that fails its check but is kept
  too_long,         ///< a value beyond its limit
};
inline constexpr std::size_t oddities_count = 9;

/// "unknown_field" …; static storage.
[[nodiscard]] std::string_view oddity_name(Oddity oddity) noexcept;

/// Counters, one a kind and place. A place is a JSON path of property names without positions,
/// "bostedsadresse.vegadresse.nyttFelt"; a name that could hold personal data (digits, odd
/// characters, great length) is shown as "*". One writer at a time; `merge` joins threads' reports.
class MappingReport {
 public:
  /// More places than these share the place "…" of their kind.
  static constexpr std::size_t places_max = 1000;

  struct Key {
    Oddity oddity{};
    std::string path;
    auto operator<=>(const Key&) const = default;
  };

  void note(Oddity oddity, std::span<const std::string_view> path);
  void merge(const MappingReport& other);
  void clear() { counts_.clear(); }

  [[nodiscard]] bool empty() const noexcept { return counts_.empty(); }
  [[nodiscard]] const std::map<Key, std::uint64_t>& counts() const noexcept { return counts_; }
  /// 0 for what was never noted.
  [[nodiscard]] std::uint64_t count(Oddity oddity, std::string_view path) const;
  /// Over all places.
  [[nodiscard]] std::uint64_t count(Oddity oddity) const;

 private:
  void add(Key key, std::uint64_t times);

  std::map<Key, std::uint64_t> counts_;
};

} // namespace grunndata::importers::reading
