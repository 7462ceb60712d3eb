#include "identifiers/batch.h"

#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>

// Eight numbers are judged side by side, one 16-bit lane each: their digits are transposed into
// one vector per place, and every rule of the frame is computed for all eight, with masks (all bits
// set: yes) instead of branches and comparisons instead of tables. The vector types are those that
// GCC and clang share; they need nothing beyond the baseline of the processor.
namespace grunndata::identifiers {
namespace {

constexpr std::size_t lanes_count = 8;

using Lanes [[gnu::vector_size(16)]] = std::int16_t;
using Bytes [[gnu::vector_size(16)]] = std::uint8_t;
using Units [[gnu::vector_size(16)]] = std::uint32_t;
using Words [[gnu::vector_size(16)]] = std::uint64_t;

using Number = std::array<char, person_number_digits>;

// What the lanes need to know of a step, above the eight bits of its verdict.
constexpr int mark_century = 0x100;    // the individnummer tells the century, by fnr's table
constexpr int mark_d_century = 0x200;  // the same, by the D-number's table
constexpr int mark_any_day = 0x400;
constexpr int mark_new_rule = 0x800;   // k1 may leave 0..3
constexpr int mark_unchecked = 0x1000;  // the control digits do not matter

Lanes same(int value) { return Lanes{} + static_cast<std::int16_t>(value); }

// The steps of a plan, each in all lanes.
struct LanePlan {
  std::array<Lanes, frame::series_count> plain{};
  std::array<Lanes, frame::series_count> day40_differs{};  // plain XOR day40
  Lanes felles{};
};

Lanes marked(const frame::Step& step) {
  int marks = step.verdict.bits();
  if (step.calendar == frame::Calendar::foedselsnummer) marks |= mark_century;
  if (step.calendar == frame::Calendar::d_nummer) marks |= mark_d_century;
  if (step.calendar == frame::Calendar::none) marks |= mark_any_day;
  if (!step.verdict.valid()) marks |= mark_unchecked;
  if (step.remainders1 != 1) marks |= mark_new_rule;
  return same(marks);
}

LanePlan lane_plan(const frame::Plan& plan) {
  LanePlan lanes;
  for (std::size_t series = 0; series < frame::series_count; ++series) {
    lanes.plain[series] = marked(plan[series]);
    lanes.day40_differs[series] = lanes.plain[series] ^ marked(plan[frame::plan_stride + series]);
  }
  lanes.felles = marked(plan[2 * frame::plan_stride]);
  return lanes;
}

Bytes load_row(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  return (Bytes)Words{word, 0};
}

Bytes low_bytes(Bytes left, Bytes right) {
  return __builtin_shufflevector(left, right, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7,
                                 23);
}
Lanes low_lanes(Bytes left, Bytes right) {
  return __builtin_shufflevector((Lanes)left, (Lanes)right, 0, 8, 1, 9, 2, 10, 3, 11);
}
Lanes high_lanes(Bytes left, Bytes right) {
  return __builtin_shufflevector((Lanes)left, (Lanes)right, 4, 12, 5, 13, 6, 14, 7, 15);
}
Bytes low_units(Lanes left, Lanes right) {
  return (Bytes)__builtin_shufflevector((Units)left, (Units)right, 0, 4, 1, 5);
}
Bytes high_units(Lanes left, Lanes right) {
  return (Bytes)__builtin_shufflevector((Units)left, (Units)right, 2, 6, 3, 7);
}
// Eight bytes as eight lanes, less '0': -48..207.
Lanes first_digit(Bytes bytes) { return (Lanes)low_bytes(bytes, Bytes{}) - same('0'); }
Lanes second_digit(Bytes bytes) {
  return (Lanes)__builtin_shufflevector(bytes, Bytes{}, 8, 16, 9, 17, 10, 18, 11, 19, 12, 20, 13,
                                        21, 14, 22, 15, 23) -
         same('0');
}

// One vector per place of eight numbers.
using Digits = std::array<Lanes, person_number_digits>;

Digits transpose(const Number* numbers) {
  std::array<Bytes, 4> heads{};  // digits 1-8 of two numbers, interleaved
  std::array<Bytes, 4> tails{};  // digits 4-11
  for (std::size_t pair = 0; pair < 4; ++pair) {
    const char* first = numbers[2 * pair].data();
    const char* second = numbers[2 * pair + 1].data();
    heads[pair] = low_bytes(load_row(first), load_row(second));
    tails[pair] = low_bytes(load_row(first + 3), load_row(second + 3));
  }
  const Lanes low01 = low_lanes(heads[0], heads[1]);
  const Lanes low23 = low_lanes(heads[2], heads[3]);
  const Lanes high01 = high_lanes(heads[0], heads[1]);
  const Lanes high23 = high_lanes(heads[2], heads[3]);
  const Lanes tail01 = high_lanes(tails[0], tails[1]);
  const Lanes tail23 = high_lanes(tails[2], tails[3]);
  const Bytes digits12 = low_units(low01, low23);
  const Bytes digits34 = high_units(low01, low23);
  const Bytes digits56 = low_units(high01, high23);
  const Bytes digits78 = high_units(high01, high23);
  const Bytes digits89 = low_units(tail01, tail23);
  const Bytes digits1011 = high_units(tail01, tail23);
  return {first_digit(digits12),   second_digit(digits12),  first_digit(digits34),
          second_digit(digits34),  first_digit(digits56),   second_digit(digits56),
          first_digit(digits78),   second_digit(digits78),  second_digit(digits89),
          first_digit(digits1011), second_digit(digits1011)};
}

// Of sums 0..447. 32 leaves -1 modulo 11, so the upper bits are subtracted from the lower five.
Lanes modulo11(Lanes sums) {
  const Lanes folded = (sums & same(31)) + same(22) - (sums >> 5);
  return folded - same(11) * ((folded * same(47)) >> 9);
}

Lanes choose(Lanes mask, Lanes yes, Lanes no) { return (mask & yes) | (~mask & no); }
Lanes refusal(Reason reason) { return same(Verdict::refused(reason).bits()); }

Lanes control_fault(const Digits& d, Lanes step) {
  const Lanes sum1 = d[0] * 3 + d[1] * 7 + d[2] * 6 + d[3] + d[4] * 8 + d[5] * 9 + d[6] * 4 +
                     d[7] * 5 + d[8] * 2 + d[9];
  const Lanes sum2 = d[0] * 5 + d[1] * 4 + d[2] * 3 + d[3] * 2 + d[4] * 7 + d[5] * 6 + d[6] * 5 +
                     d[7] * 4 + d[8] * 3 + d[9] * 2 + d[10];
  const Lanes limit1 = ((step & same(mark_new_rule)) != 0) & same(3);
  const Lanes wrong = (modulo11(sum1) > limit1) | (modulo11(sum2) != 0);
  return wrong & ((step & same(mark_unchecked)) == 0);
}

// The verdict so far, refused where the individnummer or the date is wrong.
Lanes judge_date(const Digits& d, Lanes step, Lanes day, Lanes month) {
  const Lanes year = d[4] * 10 + d[5];
  const Lanes individnummer = d[6] * 100 + d[7] * 10 + d[8];
  const Lanes by_century = (step & same(mark_century)) != 0;
  const Lanes by_d_century = (step & same(mark_d_century)) != 0;
  const Lanes from500 = individnummer > 499;
  const Lanes undefined =
      (by_century & from500 & (individnummer < 900) & ((year < 54) | (individnummer > 749))) |
      (by_d_century & from500 & (individnummer < 600) & (year < 58));
  const Lanes in1900 = (by_century & ~from500) | (by_d_century & (individnummer < 200));
  const Lanes leap = ((year & same(3)) == 0) & ~((year == 0) & in1900);
  // 31 days in months 1, 3, 5, 7, 8, 10, 12; `leap` is -1 where it holds.
  const Lanes long_month = (month + (month >> 3)) & same(1);
  const Lanes last_day = same(30) + long_month - ((month == 2) & (same(2) + leap));
  const Lanes no_day =
      ((day < 1) | (day > last_day)) & ((step & same(mark_any_day)) == 0);
  const Lanes verdict = choose(no_day, refusal(Reason::date), step);
  return choose(undefined & (year > 39), refusal(Reason::individnummer), verdict);
}

Lanes judge_lanes(const Digits& d, const LanePlan& plan) {
  Lanes strange = d[0] | (same(9) - d[0]);  // negative where a character is no digit
  for (std::size_t place = 1; place < d.size(); ++place) strange |= d[place] | (same(9) - d[place]);

  const Lanes felles = d[0] > 7;
  const Lanes day40 = (d[0] > 3) & ~felles;
  const Lanes printed_month = d[2] * 10 + d[3];
  constexpr std::array<std::int16_t, frame::series_count> offsets{0, 0, 40, 65, 80};
  Lanes step = plan.plain[0] ^ (plan.day40_differs[0] & day40);
  Lanes month = printed_month;
  for (std::size_t series = 1; series < frame::series_count; ++series) {
    const Lanes of_series =
        (printed_month > offsets[series]) & (printed_month <= same(offsets[series] + 12));
    const Lanes found = plan.plain[series] ^ (plan.day40_differs[series] & day40);
    step = choose(of_series, found, step);
    month -= of_series & same(offsets[series]);
  }
  step = choose(felles, plan.felles, step);

  const Lanes day = d[0] * 10 + d[1] - (day40 & same(40));
  Lanes verdict = judge_date(d, step, day, month);
  verdict = choose(control_fault(d, step), refusal(Reason::control_digit), verdict);
  return choose(strange < 0, refusal(Reason::character), verdict);
}

}  // namespace

void check_batch(std::span<const Number> numbers, std::span<Verdict> verdicts,
                 const Rules& rules) {
  assert(numbers.size() == verdicts.size());
  static_assert(sizeof(Verdict) == 1);
  const frame::Plan& plan = frame::plan_for(rules, Kind::none);
  const LanePlan lanes = lane_plan(plan);
  std::size_t index = 0;
  for (; index + lanes_count <= numbers.size(); index += lanes_count) {
    const Lanes judged = judge_lanes(transpose(&numbers[index]), lanes);
    const Bytes bytes = (Bytes)(judged);
    const auto low = __builtin_shufflevector(bytes, bytes, 0, 2, 4, 6, 8, 10, 12, 14, 0, 2, 4, 6,
                                             8, 10, 12, 14);
    std::memcpy(static_cast<void*>(&verdicts[index]), &low, lanes_count);
  }
  for (; index < numbers.size(); ++index) {
    verdicts[index] = frame::judge(frame::take_apart(numbers[index].data()), plan);
  }
}

}  // namespace grunndata::identifiers
