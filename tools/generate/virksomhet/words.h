// What units are called and do. Regions, trusts and companies are put together and mean no real
// one; municipalities are the real ones.
#pragma once

#include "tools/generate/virksomhet/unit.h"

#include <span>
#include <string>
#include <string_view>

namespace grunndata::generate::virksomhet {

struct Municipality {
  std::string_view number;
  std::string_view name;
  std::uint32_t weight = 0; ///< inhabitants in thousands, or thereabouts
  bool nynorsk = false;
};

/// Those there are today, 357 of them, the largest first. Read once; static storage.
[[nodiscard]] std::span<const Municipality> municipalities();

/// A place in a municipality; another for each key.
[[nodiscard]] PostalPlace place_in(const Municipality& municipality, std::uint64_t key);

/// Upper case, æøå included.
[[nodiscard]] std::string capitals(std::string_view text);
/// The first letter of each word in capitals, the rest small; abbreviations stay (HF, AS, DPS …).
[[nodiscard]] std::string title(std::string_view text);

inline constexpr std::size_t regions_max = 4;
inline constexpr std::size_t trusts_max = 26;
[[nodiscard]] std::string_view region_name(std::size_t region);
[[nodiscard]] std::string_view trust_name(std::size_t trust);

/// One thing a hospital's site does, each its own underenhet.
struct SiteFunction {
  std::string_view suffix;
  CodeText industry;
  bool administrative = false;
};
[[nodiscard]] std::span<const SiteFunction> site_functions();

/// A specialty, in Bokmål and Nynorsk, as hospital departments are called after it.
struct Specialty {
  std::string_view bokmaal;
  std::string_view nynorsk;
};
[[nodiscard]] std::span<const Specialty> specialties();

/// What a municipality runs.
struct MunicipalService {
  std::string_view bokmaal; ///< a word that stands behind or before a name: "sykehjem"
  std::string_view nynorsk;
  CodeText industry;
  std::string_view service_code; ///< 8663; empty: none
  bool is_health = true;
};
[[nodiscard]] std::span<const MunicipalService> municipal_services();

/// What a private practice or a company is.
struct Trade {
  std::string_view word; ///< "legesenter", "rørlegger"
  CodeText industry;
  std::string_view business_type; ///< 9040; empty: not of the health sector
};
[[nodiscard]] std::span<const Trade> health_trades();
[[nodiscard]] std::span<const Trade> trades();

/// A word a company is called by: "Bjørkelund".
[[nodiscard]] std::string fancy_word(std::uint64_t key);

} // namespace grunndata::generate::virksomhet
