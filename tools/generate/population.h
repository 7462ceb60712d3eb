// A synthetic population of Folkeregisteret: made-up people in families that agree, every number of
// Skatteetaten's synthetic series (month + 80).
//
// The same options give the same bytes, on every machine. Memory does not grow with the number of
// people: each family is made from its index alone. Folk who belong together stand together.
#pragma once

#include "tools/generate/calendar.h"
#include "tools/generate/family.h"
#include "tools/generate/text.h"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace grunndata::generate {

/// More would need birth dates to hold more numbers than there are.
inline constexpr std::uint64_t persons_max = 10'500'000;

/// The population of a fixed day, so that what is written does not depend on the clock.
inline constexpr Day default_as_of = day_of(2026, 1, 1);
/// Other days may be asked for, but not before the last reform of kommuner nor beyond the birth
/// dates that numbers of before 2032 can say.
inline constexpr Day as_of_min = day_of(2025, 1, 1);
inline constexpr Day as_of_max = day_of(2039, 12, 31);

struct PopulationOptions {
  std::uint64_t persons = 0;
  std::uint64_t seed = 0;
  Day as_of = default_as_of;
  /// 0 to 1: the share of people whose number only the rule from 2032 accepts.
  double share_2032 = 0;
};

/// Why no population can be made of these options: one sentence, or empty when it can.
[[nodiscard]] std::string why_impossible(const PopulationOptions& options);

struct PersonNumber {
  std::uint64_t person = 0; ///< index in the order of the documents
  std::string_view number;  ///< lives as long as the call
  bool current = true;      ///< false: an earlier number of that person
};

/// One pass over a population. Not safe from two threads at once; two passes are independent.
class Population {
public:
  /// `why_impossible(options)` must be empty.
  explicit Population(const PopulationOptions& options);
  ~Population();
  Population(Population&&) noexcept;
  Population& operator=(Population&&) noexcept;

  /// Appends the documents of the next family, each with a newline after it. False when there are
  /// no more, and nothing was appended. In all exactly `options.persons` documents come.
  bool next(std::string& out);

  /// The next family instead of its documents, or null at the end. Lives until the next call.
  [[nodiscard]] const Family* next_family();

  /// How many documents came so far.
  [[nodiscard]] std::uint64_t written() const noexcept;

private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Every number of every person without making documents, some ten times as fast. The discontinued
/// numbers that have a document of their own count as current there.
void for_each_number(const PopulationOptions& options,
                     const std::function<void(const PersonNumber&)>& callback);

/// About how many bytes the documents take; within some per cent above 1,000 persons.
[[nodiscard]] std::uint64_t estimated_bytes(std::uint64_t persons) noexcept;

} // namespace grunndata::generate
