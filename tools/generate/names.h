// Names of people, streets, institutions and countries. Given and family names are common ones;
// streets and institutions are put together and mean no real one.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace grunndata::generate {

enum class Tongue : std::uint8_t {
  norwegian,
  sami,
  polish,
  baltic,
  south_slavic,
  nordic,
  german,
  arabic,
  somali,
  tamil,
  vietnamese,
  turkish,
  english,
  ukrainian,
  filipino,
};

using Names = std::span<const std::string_view>;

struct NameLists {
  Names women;
  Names men;
  Names families;
};

/// Static storage. The first names of a list are the most common ones.
[[nodiscard]] const NameLists& names_in(Tongue tongue) noexcept;

struct Country {
  std::string_view alpha3;
  std::string_view alpha2; ///< as in foreign addresses; YY is unknown
  Tongue tongue{};
  bool free_movement = false; ///< Nordic, EEA or British: needs no permit
  bool refugees = false;      ///< many come through UDI and hold a DUF-nummer
  std::uint16_t weight = 0;   ///< of people in Norway who come from there
  std::string_view city;
  std::string_view region; ///< empty: none in addresses there
  std::string_view postcode;
  std::string_view street;
};

/// Static storage; never Norway. Among them XXX (stateless), XUK (unknown) and XXK (Kosovo).
[[nodiscard]] std::span<const Country> countries() noexcept;

} // namespace grunndata::generate
