// Numbers of made-up units: valid check digits, in series that the real registers do not use.
#pragma once

#include "tools/generate/random.h"

#include <cstdint>
#include <string>

namespace grunndata::generate::virksomhet {

/// So many different organisasjonsnumre there are, beginning with 2 or 3 as Tenor's do.
inline constexpr std::uint64_t organisasjonsnumre_max = 17'000'000;

/// Another number for each index below the maximum, in an order that the seed decides. None lies
/// in 310000000 to 310999999, where examples written by hand lie.
class OrganisasjonsnummerSeries {
public:
  explicit OrganisasjonsnummerSeries(std::uint64_t seed)
      : order_(organisasjonsnumre_max, key_of(seed, 0x0519)) {}
  [[nodiscard]] std::string number(std::uint64_t index) const;

private:
  Permutation order_;
};

/// GLN of company prefix 7080, which GS1 Norway does not give out; `index` below 100 million.
[[nodiscard]] std::string gln(std::uint64_t index);

inline constexpr std::uint64_t resh_first = 4'100'000;
inline constexpr std::uint64_t her_first = 1'000'000;

} // namespace grunndata::generate::virksomhet
