#include "tools/bench/identifiers.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <cstdint>
#include <ctime>
#include <iomanip>
#include <iostream>
#include <memory>
#include <random>
#include <string_view>
#include <vector>

#include "identifiers/batch.h"
#include "identifiers/check.h"
#include "identifiers/generate.h"

namespace grunndata::tools {
namespace {

using identifiers::CheckRule;
using identifiers::Kind;
using identifiers::Reason;
using identifiers::Rules;
using identifiers::Synthetic;
using identifiers::Verdict;
using Number = std::array<char, identifiers::person_number_digits>;

// The straightforward loop: one digit after the other, the rules as one would write them down. It
// shares no code with the module beyond the names of its answers.
class PlainJudge {
 public:
  explicit PlainJudge(const Rules& rules) : rules_(rules) {}

  [[nodiscard]] Verdict judge(const Number& number) const {
    std::array<int, identifiers::person_number_digits> digits{};
    for (std::size_t index = 0; index < digits.size(); ++index) {
      if (number[index] < '0' || number[index] > '9') return Verdict::refused(Reason::character);
      digits[index] = number[index] - '0';
    }
    if (digits[0] >= 8) {
      return control_digits_agree(digits, true) ? Verdict::accepted(Kind::fhn, Synthetic::none)
                                                : Verdict::refused(Reason::control_digit);
    }
    const bool d_number = digits[0] >= 4;
    int month = digits[2] * 10 + digits[3];
    Synthetic synthetic = Synthetic::none;
    bool h_number = false;
    if (month >= 41 && month <= 52) {
      month -= 40;
      h_number = rules_.month40 == identifiers::Month40::h_number;
      if (h_number && d_number) return Verdict::refused(Reason::month);
      if (!h_number) synthetic = Synthetic::nav;
    } else if (month >= 66 && month <= 77) {
      month -= 65;
      synthetic = Synthetic::nhn;
    } else if (month >= 81 && month <= 92) {
      month -= 80;
      synthetic = Synthetic::skatteetaten;
    } else if (month < 1 || month > 12) {
      return Verdict::refused(Reason::month);
    }
    if (synthetic != Synthetic::none && !rules_.accepted_synthetic.contains(synthetic)) {
      return Verdict::refused(Reason::synthetic_not_allowed);
    }
    const bool strict = h_number || rules_.check_rule == CheckRule::pre2032;
    if (!control_digits_agree(digits, strict)) return Verdict::refused(Reason::control_digit);
    const int day = digits[0] * 10 + digits[1] - (d_number ? 40 : 0);
    const Reason fault = date_fault(digits, day, month, d_number, strict);
    if (fault != Reason::none) return Verdict::refused(fault);
    return Verdict::accepted(h_number ? Kind::hnr : d_number ? Kind::dnr : Kind::fnr, synthetic);
  }

 private:
  using Digits = std::array<int, identifiers::person_number_digits>;

  static bool control_digits_agree(const Digits& digits, bool strict) {
    constexpr std::array<int, 10> weights1{3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
    constexpr std::array<int, 11> weights2{5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
    int sum1 = 0;
    for (std::size_t index = 0; index < weights1.size(); ++index) {
      sum1 += weights1[index] * digits[index];
    }
    int sum2 = 0;
    for (std::size_t index = 0; index < weights2.size(); ++index) {
      sum2 += weights2[index] * digits[index];
    }
    return sum1 % 11 <= (strict ? 0 : 3) && sum2 % 11 == 0;
  }

  static Reason date_fault(const Digits& digits, int day, int month, bool d_number,
                           bool with_century) {
    int year = digits[4] * 10 + digits[5];
    const int individnummer = digits[6] * 100 + digits[7] * 10 + digits[8];
    if (!with_century) {
      year += 2000;
    } else if (d_number) {
      if (year < 40) {
        year += individnummer < 200 ? 1900 : 2000;
      } else if (individnummer < 500 || individnummer > 599) {
        year += 1900;
      } else if (year >= 58) {
        year += 1800;
      } else {
        return Reason::individnummer;
      }
    } else if (individnummer < 500) {
      year += 1900;
    } else if (year < 40) {
      year += 2000;
    } else if (individnummer >= 900) {
      year += 1900;
    } else if (year >= 54 && individnummer < 750) {
      year += 1800;
    } else {
      return Reason::individnummer;
    }
    constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int last = lengths[static_cast<std::size_t>(month - 1)] + (month == 2 && leap ? 1 : 0);
    return day >= 1 && day <= last ? Reason::none : Reason::date;
  }

  Rules rules_;
};

constexpr std::uint64_t mixture_seed = 20320101;

// Valid numbers of every kind the frame has, about one in three spoilt.
class Mixture {
 public:
  std::vector<Number> make(std::size_t count) {
    std::vector<Number> numbers;
    numbers.reserve(count);
    while (numbers.size() < count) {
      if (const auto number = valid()) {
        numbers.push_back(number->digits);
        if (below(3) == 0) spoil(numbers.back());
      }
    }
    return numbers;
  }

 private:
  std::uint32_t below(std::uint32_t limit) {
    return static_cast<std::uint32_t>(random_() % limit);
  }

  std::optional<identifiers::PersonText> valid() {
    const std::uint32_t choice = below(20);
    if (choice < 3) {
      return identifiers::make_felles_hjelpenummer(identifiers::fhn_prefix_min +
                                                   below(200'000'000));
    }
    identifiers::NumberSeries series{.kind = Kind::fnr};
    series.check_rule = below(3) == 0 ? CheckRule::from2032 : CheckRule::pre2032;
    if (choice < 5) {
      series.kind = Kind::hnr;
      series.synthetic = Synthetic::none;
    } else {
      series.kind = choice < 9 ? Kind::dnr : Kind::fnr;
      series.synthetic = static_cast<Synthetic>(below(4));
    }
    const identifiers::Date birth{static_cast<std::int16_t>(1925 + below(107)),
                                  static_cast<std::uint8_t>(1 + below(12)),
                                  static_cast<std::uint8_t>(1 + below(31))};
    const int variant = series.check_rule == CheckRule::from2032 ? static_cast<int>(below(4)) : 0;
    return identifiers::make_number(birth, static_cast<int>(below(1000)), series, variant);
  }

  void spoil(Number& number) {
    const std::uint32_t place = below(identifiers::person_number_digits);
    switch (below(8)) {
      case 0: number[place] = static_cast<char>(below(256)); break;
      case 1: std::swap(number[place], number[(place + 1) % number.size()]); break;
      case 2: number[2] = static_cast<char>('0' + below(10)); break;
      case 3:
        for (char& digit : number) digit = static_cast<char>('0' + below(10));
        break;
      default: number[place] = static_cast<char>('0' + below(10)); break;
    }
  }

  std::mt19937_64 random_{mixture_seed};
};

double thread_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Numbers a second, the median of the runs; one run before them is not counted.
template <typename Judge>
double median_rate(const IdentifierBenchOptions& options, const Judge& judge) {
  std::vector<double> rates;
  for (int run = -1; run < options.runs; ++run) {
    const double start = thread_seconds();
    judge();
    const double seconds = thread_seconds() - start;
    if (run >= 0) rates.push_back(static_cast<double>(options.numbers) / seconds);
  }
  std::nth_element(rates.begin(), rates.begin() + static_cast<long>(rates.size() / 2),
                   rates.end());
  return rates[rates.size() / 2];
}

struct Figures {
  std::string_view rules;
  double valid_share = 0;
  double batch = 0;  // numbers a second
  double one_by_one = 0;
  double plain = 0;
  bool alike = false;
};

Figures measure(const IdentifierBenchOptions& options, const std::vector<Number>& numbers,
                std::string_view name, const Rules& rules) {
  std::vector<Verdict> batch(numbers.size());
  std::vector<Verdict> single(numbers.size());
  std::vector<Verdict> plain(numbers.size());
  Figures figures{.rules = name};
  figures.batch = median_rate(options, [&] { check_batch(numbers, batch, rules); });
  figures.one_by_one = median_rate(options, [&] {
    for (std::size_t index = 0; index < numbers.size(); ++index) {
      const identifiers::Check check =
          check_person({numbers[index].data(), numbers[index].size()}, rules);
      single[index] = check.valid ? Verdict::accepted(check.kind, check.synthetic)
                                  : Verdict::refused(check.reason);
    }
  });
  const PlainJudge judge(rules);
  figures.plain = median_rate(options, [&] {
    for (std::size_t index = 0; index < numbers.size(); ++index) {
      plain[index] = judge.judge(numbers[index]);
    }
  });
  figures.alike = batch == plain && single == plain;
  const auto valid =
      std::count_if(plain.begin(), plain.end(), [](Verdict verdict) { return verdict.valid(); });
  figures.valid_share = static_cast<double>(valid) / static_cast<double>(numbers.size());
  return figures;
}

constexpr double million = 1e6;

void print_row(std::ostream& out, const Figures& figures) {
  out << std::left << std::setw(22) << figures.rules << std::right << std::fixed
      << std::setprecision(1) << std::setw(7) << figures.valid_share * 100 << " %" << std::setw(10)
      << figures.batch / million << std::setw(12) << figures.one_by_one / million << std::setw(12)
      << figures.plain / million << std::setw(10) << figures.batch / figures.plain << "x"
      << std::setw(9) << figures.one_by_one / figures.plain << "x\n";
}

void print_json(std::ostream& out, const Figures& figures, bool first) {
  out << (first ? "" : ",") << R"({"rules":")" << figures.rules << R"(","validShare":)"
      << figures.valid_share << std::fixed << std::setprecision(0)
      << R"(,"batchPerSecond":)" << figures.batch << R"(,"oneByOnePerSecond":)"
      << figures.one_by_one << R"(,"perDigitLoopPerSecond":)" << figures.plain
      << std::setprecision(2) << R"(,"batchRatio":)" << figures.batch / figures.plain
      << R"(,"oneByOneRatio":)" << figures.one_by_one / figures.plain << "}";
}

}  // namespace

int run_identifier_bench(const IdentifierBenchOptions& options, std::ostream& out,
                         std::ostream& err) {
  const std::vector<Number> numbers = Mixture().make(options.numbers);
  Rules old_production = rules_for(identifiers::Environment::production);
  old_production.check_rule = CheckRule::pre2032;
  const std::array<Figures, 2> all{
      measure(options, numbers, "test, 2032", rules_for(identifiers::Environment::test)),
      measure(options, numbers, "production, pre2032", old_production)};
  if (options.json) {
    out << R"({"numbers":)" << options.numbers << R"(,"runs":)" << options.runs
        << R"(,"results":[)";
    for (const Figures& figures : all) print_json(out, figures, &figures == all.data());
    out << "]}\n";
  } else {
    out << "Millions of numbers judged a second on one core, " << options.numbers
        << " numbers, median of " << options.runs << " runs\n"
        << "rules                    valid     batch  one by one  digit loop     ratios to it\n";
    for (const Figures& figures : all) print_row(out, figures);
  }
  for (const Figures& figures : all) {
    if (figures.alike) continue;
    err << "bench identifiers: the three ways answer differently (" << figures.rules << ")\n";
    return 1;
  }
  return 0;
}

void add_bench_identifiers(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<IdentifierBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "identifiers", "Judge a mixture of identifiers on one core, beside a loop over the digits");
  command->add_option("--numbers", options->numbers, "numbers judged in one run")
      ->check(CLI::Range(1'000, 100'000'000))
      ->capture_default_str();
  command->add_option("--runs", options->runs, "runs, of which the median counts")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object, not a table");
  command->callback([options, &exit_status] {
    exit_status = run_identifier_bench(*options, std::cout, std::cerr);
  });
}

}  // namespace grunndata::tools
