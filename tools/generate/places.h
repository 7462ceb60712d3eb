// Addresses in Norway: kommuner by the numbers of three eras, their postal places, and streets.
#pragma once

#include "tools/generate/calendar.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace grunndata::generate {

/// The kommune numbers were changed on these days; a third era lies before the first.
inline constexpr Day reform_2020 = day_of(2020, 1, 1);
inline constexpr Day reform_2024 = day_of(2024, 1, 1);

struct Kommune {
  std::array<std::string_view, 3> numbers; ///< before 2020, before 2024, now
  std::uint16_t weight = 0;                ///< inhabitants, in thousands
  bool sami_area = false;
  std::string_view name;
  std::string_view postal_name;
  std::string_view postal_codes; ///< one or more, four digits each, nothing between
};

/// 0, 1 or 2: the index into `Kommune::numbers` of that day.
[[nodiscard]] constexpr std::size_t era_of(Day day) noexcept {
  return day < reform_2020 ? 0 : day < reform_2024 ? 1 : 2;
}

/// Static storage; below 256 of them.
[[nodiscard]] std::span<const Kommune> kommuner() noexcept;

/// A place in Norway to live, packed into one number: the same number is the same address in
/// every document. The eight highest bits are the index of the kommune, the rest is a draw.
enum class PlaceKey : std::uint64_t {};

enum class PlaceKind : std::uint8_t { vegadresse, matrikkeladresse, unknown };

struct Place {
  PlaceKind kind{};
  const Kommune* kommune = nullptr;
  std::string_view postal_code;
  std::string_view street_stem; ///< the whole name when `street_suffix` is empty
  std::string_view street_suffix;
  std::string_view extra_name; ///< adressetilleggsnavn; empty: none
  std::uint32_t street_code = 0;
  std::uint32_t house_number = 0;
  char house_letter = 0;  ///< 0: none
  std::uint32_t unit = 0; ///< bruksenhetsnummer: floor * 100 + door
  std::string_view unit_type;
  std::uint32_t matrikkel_key = 0; ///< nine digits
  std::uint32_t grunnkrets = 0;
  std::uint32_t small_areas = 0; ///< three digits: stemmekrets, skolekrets, kirkekrets
};

/// A place in the kommune `near` lies in with `near_percent` probability, else anywhere by
/// inhabitants. Matrikkeladresse and unknown places come in the shares of the real register.
[[nodiscard]] PlaceKey choose_place(std::uint64_t key, PlaceKey near, std::uint32_t near_percent);
[[nodiscard]] PlaceKey choose_place(std::uint64_t key);

/// A dwelling in a street of a kommune with Sámi administration.
[[nodiscard]] PlaceKey choose_sami_place(std::uint64_t key);

[[nodiscard]] const Kommune& kommune_of(PlaceKey key) noexcept;
[[nodiscard]] PlaceKind kind_of(PlaceKey key) noexcept;
[[nodiscard]] Place place_of(PlaceKey key) noexcept;

} // namespace grunndata::generate
