// One byte that says what eleven characters are, and the plans by which it is reached without a
// branch: everything that depends on the rules and the declared kind is decided in a table before
// the digits are looked at.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

#include "identifiers/frame.h"
#include "identifiers/kinds.h"

namespace grunndata::identifiers {

// Valid: the kind and the synthetic series. Refused: the reason.
class Verdict {
 public:
  constexpr Verdict() : Verdict(refused(Reason::length)) {}
  static constexpr Verdict accepted(Kind kind, Synthetic series) {
    return Verdict(static_cast<std::uint8_t>(static_cast<unsigned>(kind) |
                                             static_cast<unsigned>(series) << series_shift));
  }
  static constexpr Verdict refused(Reason reason) {
    return Verdict(static_cast<std::uint8_t>(refused_bit | static_cast<unsigned>(reason)));
  }
  static constexpr Verdict from_bits(std::uint8_t bits) { return Verdict(bits); }

  [[nodiscard]] constexpr bool valid() const { return (bits_ & refused_bit) == 0; }
  [[nodiscard]] constexpr Kind kind() const {
    return valid() ? static_cast<Kind>(bits_ & kind_mask) : Kind::none;
  }
  [[nodiscard]] constexpr Synthetic synthetic() const {
    return valid() ? static_cast<Synthetic>(bits_ >> series_shift) : Synthetic::none;
  }
  [[nodiscard]] constexpr Reason reason() const {
    return valid() ? Reason::none : static_cast<Reason>(bits_ & ~refused_bit);
  }
  [[nodiscard]] constexpr std::uint8_t bits() const { return bits_; }
  friend constexpr bool operator==(const Verdict&, const Verdict&) = default;

 private:
  static constexpr unsigned refused_bit = 0x80;
  static constexpr unsigned kind_mask = 0x0f;
  static constexpr unsigned series_shift = 4;

  explicit constexpr Verdict(std::uint8_t bits) : bits_(bits) {}

  std::uint8_t bits_;
};

namespace frame {

// What to do with a number of one form and series. A refusing step lets every later test pass, so
// that its verdict is the one told.
struct Step {
  Verdict verdict;
  Calendar calendar = Calendar::none;
  std::uint16_t remainders1 = 0x7ff;  // bit r set: remainder r of k1 is accepted
  std::uint16_t remainders2 = 0x7ff;
};

// Indexed by form * plan_stride + series.
inline constexpr std::size_t plan_stride = 8;
using Plan = std::array<Step, forms_count * plan_stride>;

constexpr Step refusing(Reason reason) { return Step{.verdict = Verdict::refused(reason)}; }

constexpr Step accepting(Kind kind, Synthetic series, Calendar calendar, CheckRule rule) {
  const std::uint16_t remainders1 = rule == CheckRule::from2032 ? 0x00f : 0x001;
  return Step{Verdict::accepted(kind, series), calendar, remainders1, 0x001};
}

constexpr Step step_for(const Rules& rules, Kind declared, Form form, Series series) {
  const auto unless_declared_otherwise = [declared](Kind kind, const Step& step) {
    return declared == Kind::none || declared == kind ? step : refusing(Reason::declared_kind);
  };
  // Felles hjelpenummer and lokalt hjelpenummer keep remainder 0 under every rule.
  if (form == Form::felles) {
    return unless_declared_otherwise(
        Kind::fhn,
        accepting(Kind::fhn, Synthetic::none, Calendar::none, CheckRule::pre2032));
  }
  if (series == Series::unknown) return refusing(Reason::month);
  if (series == Series::plus40) {
    const bool h_number =
        declared == Kind::hnr || (declared == Kind::none && rules.month40 == Month40::h_number);
    if (h_number && form == Form::day40) return refusing(Reason::month);
    if (h_number) {
      return accepting(Kind::hnr, Synthetic::none, Calendar::foedselsnummer, CheckRule::pre2032);
    }
  }
  const Synthetic synthetic = series == Series::plus40   ? Synthetic::nav
                              : series == Series::plus65 ? Synthetic::nhn
                              : series == Series::plus80 ? Synthetic::skatteetaten
                                                         : Synthetic::none;
  if (synthetic != Synthetic::none && !rules.accepted_synthetic.contains(synthetic)) {
    return refusing(Reason::synthetic_not_allowed);
  }
  const Kind kind = form == Form::day40 ? Kind::dnr : Kind::fnr;
  const Calendar calendar = rules.check_rule == CheckRule::from2032 ? Calendar::two_digit
                            : form == Form::day40                   ? Calendar::d_nummer
                                                                    : Calendar::foedselsnummer;
  return unless_declared_otherwise(kind, accepting(kind, synthetic, calendar, rules.check_rule));
}

constexpr Plan make_plan(const Rules& rules, Kind declared) {
  Plan plan{};
  for (std::size_t form = 0; form < forms_count; ++form) {
    for (std::size_t series = 0; series < series_count; ++series) {
      plan[form * plan_stride + series] =
          step_for(rules, declared, static_cast<Form>(form), static_cast<Series>(series));
    }
  }
  return plan;
}

// Declared kinds that matter to the frame: none, fnr, dnr, hnr, fhn.
inline constexpr std::size_t declared_count = 5;
inline constexpr std::size_t plans_count = 2 * 2 * 8 * declared_count;

constexpr std::array<Plan, plans_count> make_plans() {
  std::array<Plan, plans_count> plans{};
  for (std::size_t index = 0; index < plans_count; ++index) {
    const std::size_t sets = index / declared_count;
    Rules rules;
    rules.check_rule = static_cast<CheckRule>(sets & 1);
    rules.month40 = static_cast<Month40>((sets >> 1) & 1);
    rules.accepted_synthetic = SyntheticSet{};
    for (unsigned series = 1; series <= 3; ++series) {
      if (((sets >> (series + 1)) & 1) != 0) {
        rules.accepted_synthetic = rules.accepted_synthetic.with(static_cast<Synthetic>(series));
      }
    }
    plans[index] = make_plan(rules, static_cast<Kind>(index % declared_count));
  }
  return plans;
}
inline constexpr std::array<Plan, plans_count> plans = make_plans();

// Declared must be none, fnr, dnr, hnr or fhn. The plan has static storage.
constexpr const Plan& plan_for(const Rules& rules, Kind declared) {
  const std::size_t sets = static_cast<std::size_t>(rules.check_rule) |
                           static_cast<std::size_t>(rules.month40) << 1 |
                           static_cast<std::size_t>(rules.accepted_synthetic.bits()) << 2;
  return plans[sets * declared_count + static_cast<std::size_t>(declared)];
}

constexpr std::uint8_t era_of(const Person& person, const Step& step) {
  return eras[static_cast<std::size_t>(step.calendar)]
             [person.year * era_steps + person.individnummer / era_step];
}

// What each combination of faults makes of the step's verdict: bit 0 date, 1 individnummer,
// 2 control digit, 3 character; the highest bit wins. The verdict is masked and then or-ed; a
// table, because a compiler turns the plain question into a branch.
struct Fault {
  std::uint8_t mask = 0;
  std::uint8_t verdict = 0;
};
inline constexpr std::array<Fault, 16> fault_table = [] {
  constexpr std::array<Reason, 4> reasons{Reason::date, Reason::individnummer,
                                          Reason::control_digit, Reason::character};
  std::array<Fault, 16> table{};
  table[0].mask = 0xff;
  for (std::size_t faults = 1; faults < table.size(); ++faults) {
    const auto highest = static_cast<std::size_t>(std::bit_width(faults)) - 1;
    table[faults].verdict = Verdict::refused(reasons[highest]).bits();
  }
  return table;
}();

constexpr Verdict judge(const Person& person, const Plan& plan) {
  const std::uint32_t form = person.first >> 2;
  const std::uint32_t month_class = month_classes[person.month];
  const Step& step = plan[form * plan_stride + (month_class >> 4)];
  const std::uint32_t era = era_of(person, step);
  const std::uint32_t day = person.day - (form == 1 ? 40U : 0U);
  const std::uint32_t leap = (era & era_leap) >> 1;
  const std::uint32_t last_day = month_days[(month_class & 0x0f) | leap];
  const std::uint32_t day_fault = static_cast<std::uint32_t>(day - 1 >= last_day) &
                                  static_cast<std::uint32_t>((era & era_any_day) == 0);
  const auto era_fault = static_cast<std::uint32_t>((era & era_century) == 0);
  const std::uint32_t control_fault = (((step.remainders1 >> remainders[person.sum1]) &
                                        (step.remainders2 >> remainders[person.sum2])) &
                                       1U) ^
                                      1U;
  const auto character_fault = static_cast<std::uint32_t>(!person.all_digits);
  const Fault fault =
      fault_table[day_fault | era_fault << 1 | control_fault << 2 | character_fault << 3];
  return Verdict::from_bits(
      static_cast<std::uint8_t>((step.verdict.bits() & fault.mask) | fault.verdict));
}

}  // namespace frame

}  // namespace grunndata::identifiers
