// A made-up nation of enterprises: health regions and hospital trusts with their wards,
// municipalities and what they run, practices, and companies of every kind.
//
// The same options give the same nation, on every machine. Memory does not grow with its size:
// every concern (an enterprise with all that is its own) is made from its place alone, so each
// register walks over the same concerns and finds the same numbers.
#pragma once

#include "tools/generate/virksomhet/numbers.h"
#include "tools/generate/virksomhet/unit.h"

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace grunndata::generate::virksomhet {

struct NationOptions {
  std::uint64_t enheter = 0;
  std::uint64_t underenheter = 0;
  std::uint64_t resh = 0; ///< units of RESH
  std::uint64_t her = 0;  ///< parties of Adresseregisteret
  std::uint64_t seed = 0;
  Day as_of = day_of(2026, 1, 1);
};

/// Why no nation can be made of these options: one sentence, or empty when it can.
[[nodiscard]] std::string why_impossible(const NationOptions& options);

enum class ConcernKind : std::uint8_t {
  region,       ///< RHF
  trust,        ///< HF
  municipality, ///< KOMM with its ORGL
  intermunicipal, ///< IKS that runs a legevakt
  practice,     ///< private and of the health sector
  company,      ///< anything else
};

/// An enterprise: how many units it has, and where they stand among all.
struct Concern {
  ConcernKind kind{};
  std::uint64_t place = 0; ///< among its kind
  std::uint64_t key = 0;   ///< for draws
  std::uint64_t first_unit = 0;
  std::uint64_t units = 1;
  std::uint64_t first_sub = 0; ///< among sub-units
  std::uint64_t subs = 0;
};

class Nation {
public:
  /// `why_impossible(options)` must be empty.
  explicit Nation(const NationOptions& options);

  [[nodiscard]] const NationOptions& options() const noexcept { return options_; }
  /// How many concerns of a kind there are.
  [[nodiscard]] std::uint64_t count(ConcernKind kind) const noexcept {
    return counts_[static_cast<std::size_t>(kind)];
  }
  /// All concerns in their order, or those that are no companies.
  void for_each_concern(const std::function<void(const Concern&)>& callback) const;
  void for_each_of_sector(const std::function<void(const Concern&)>& callback) const;

  /// A main unit of a concern, the first of which is the enterprise itself; and a sub-unit.
  [[nodiscard]] Unit unit(const Concern& concern, std::uint64_t which) const;
  [[nodiscard]] Unit sub_unit(const Concern& concern, std::uint64_t which) const;

  [[nodiscard]] std::string unit_number(std::uint64_t index) const {
    return numbers_.number(index);
  }
  [[nodiscard]] std::string sub_number(std::uint64_t index) const {
    return numbers_.number(options_.enheter + index);
  }
  /// Of a unit that is no more: in no register's extract, but in the relations.
  [[nodiscard]] std::string closed_number(std::uint64_t index) const {
    return numbers_.number(options_.enheter + options_.underenheter + index);
  }

  [[nodiscard]] std::uint64_t region_of(std::uint64_t trust) const noexcept;
  /// Sites of a trust, and functions of each; sub-unit `site * functions` is the somatic hospital.
  [[nodiscard]] static std::uint64_t sites_of(const Concern& trust) noexcept;
  [[nodiscard]] std::uint64_t functions_of_site() const noexcept;
  /// Some trusts came of an older one, which is no more since that day.
  [[nodiscard]] static bool has_predecessor(std::uint64_t trust) noexcept { return trust % 4 == 0; }
  static constexpr Day merged_on = day_of(2023, 1, 1);
  /// The legevakt of an IKS was a municipality's before.
  static constexpr Day handed_over_on = day_of(2024, 1, 1);

private:
  [[nodiscard]] Concern concern(ConcernKind kind, std::uint64_t place) const;
  [[nodiscard]] Unit municipal(const Concern& concern, std::uint64_t which) const;
  void walk(bool with_companies, const std::function<void(const Concern&)>& callback) const;

  NationOptions options_;
  OrganisasjonsnummerSeries numbers_;
  std::array<std::uint64_t, 6> counts_{};
};

} // namespace grunndata::generate::virksomhet
