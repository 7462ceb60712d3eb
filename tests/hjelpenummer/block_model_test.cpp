// Random reserving, reporting, burning and settling, held against a plain model.
#include "tests/hjelpenummer/block_ward.h"

#include <doctest/doctest.h>

#include <array>
#include <map>
#include <random>

using namespace grunndata;
using namespace grunndata::registry;
using namespace grunndata::registry::hjelpenummer;
using namespace grunndata::registry::hjelpenummer::stories;
using namespace std::chrono_literals;

namespace {

constexpr std::array<const char*, 4> names{"Ola", "Kari", "Per", ""};
constexpr int steps = 250;

struct ModelReport {
  std::uint64_t block = 0;
  std::string organisation;
  UsedNumber used;
  bool followed = false;
  bool waits = false;
  std::uint64_t work = 0;
};

struct ModelNumber {
  std::uint64_t block = 0;
  State state = State::reserved;
  std::vector<std::string> told; ///< names, oldest first
  std::vector<ModelReport> reports;
};

struct ModelBlock {
  Instant reserved{};
  Instant expires{};
  bool burnt = false;
};

/// What should be, in maps and lists.
struct Model {
  std::map<std::string, ModelNumber> numbers;
  std::map<std::uint64_t, ModelBlock> blocks;
  std::uint64_t items = 0;
  std::map<std::uint64_t, bool> open; ///< work item: whether a report waits beside it

  void tell(ModelNumber& number, const UsedNumber& used) {
    number.state = State::issued;
    if (!used.facts.given_name.empty()) {
      number.told.push_back(used.facts.given_name);
    }
  }

  ReportedNumber report(std::uint64_t block, const std::string& organisation,
                        const UsedNumber& used) {
    ModelNumber& number = numbers[used.number];
    ReportedNumber expected;
    expected.number = used.number;
    for (const ModelReport& before : number.reports) {
      const bool same_place = before.followed || before.block == block;
      if (same_place && before.organisation == organisation && before.used == used) {
        expected.result = ReportResult::known;
        expected.work = before.work;
        return expected;
      }
    }
    const bool free = organisation == hospital && number.block == block &&
                      (number.state == State::reserved || number.state == State::burnt);
    ModelReport report{block, organisation, used, free, !free, 0};
    const ModelBlock& of = blocks[block];
    if (free) {
      tell(number, used);
    }
    if (!free || used.used < of.reserved || used.used > of.expires) {
      report.work = ++items;
      open[report.work] = !free;
    }
    expected.result = free ? ReportResult::in_use : ReportResult::conflict;
    expected.work = report.work;
    number.reports.push_back(report);
    return expected;
  }

  std::size_t expire(Instant when) {
    std::size_t burnt = 0;
    for (auto& [number, block] : blocks) {
      if (block.burnt || !(block.expires < when)) {
        continue;
      }
      block.burnt = true;
      for (auto& [text, one] : numbers) {
        if (one.block == number && one.state == State::reserved) {
          one.state = State::burnt;
          ++burnt;
        }
      }
    }
    return burnt;
  }

  void settle(std::uint64_t work, bool accepted) {
    open.erase(work);
    for (auto& [text, number] : numbers) {
      for (ModelReport& report : number.reports) {
        if (report.work == work && report.waits) {
          report.waits = false;
          report.followed = accepted;
          if (accepted) {
            tell(number, report.used);
          }
        }
      }
    }
  }
};

class Story {
public:
  explicit Story(unsigned seed) : dice_(seed), ward_(Engine::disk_reopened) {}

  void tell() {
    reserve();
    for (int step = 0; step < steps; ++step) {
      const unsigned what = pick(100);
      if (what < 5) {
        reserve();
      } else if (what < 70) {
        report();
      } else if (what < 80) {
        ward_.pass(std::chrono::hours(pick(72)));
      } else if (what < 86) {
        CHECK(*ward_.blocks->expire(ward_.time) == model_.expire(ward_.time));
      } else if (what < 97) {
        settle();
      } else {
        ward_.reopen();
      }
    }
    check_all();
    ward_.reopen();
    check_all();
    ward_.require_sound();
  }

private:
  unsigned pick(std::size_t below) { return static_cast<unsigned>(dice_() % below); }

  void reserve() {
    BlockRequest request = ward_.block_request(1 + pick(6));
    request.expires = after(ward_.time, std::chrono::hours(1 + pick(300)));
    const Block block = ward_.blocks->reserve(std::move(request))->block;
    CHECK(block.number == model_.blocks.size() + 1);
    model_.blocks[block.number] = {block.reserved, block.expires, false};
    for (const std::string& number : block.numbers) {
      CHECK(model_.numbers.emplace(number, ModelNumber{block.number, State::reserved, {}, {}})
                .second);
      texts_.push_back(number);
    }
  }

  UsedNumber any_use() {
    if (!told_.empty() && pick(3) == 0) {
      return told_[pick(told_.size())]; // once more
    }
    UsedNumber used;
    used.number = texts_[pick(texts_.size())];
    used.used = {ward_.time.microseconds - std::int64_t{pick(200)} * 3'600'000'000};
    used.facts.given_name = names[pick(names.size())];
    told_.push_back(used);
    return used;
  }

  void report() {
    const bool others = pick(8) == 0;
    const std::string organisation(others ? other_hospital : hospital);
    const std::uint64_t any = 1 + pick(model_.blocks.size());
    std::vector<UsedNumber> used;
    std::vector<ReportedNumber> expected;
    for (unsigned i = 0; i <= pick(3); ++i) {
      used.push_back(any_use());
    }
    const std::uint64_t block = pick(6) == 0 ? any : model_.numbers[used[0].number].block;
    for (const UsedNumber& one : used) {
      expected.push_back(model_.report(block, organisation, one));
    }
    ReportRequest request;
    request.by = nurse();
    request.organisation = organisation;
    request.block = block;
    request.used = used;
    const auto reported = ward_.report(std::move(request));
    REQUIRE(reported.size() == expected.size());
    for (std::size_t i = 0; i < reported.size(); ++i) {
      CHECK(reported[i].number == expected[i].number);
      CHECK(name_of(reported[i].result) == name_of(expected[i].result));
      CHECK(reported[i].work == expected[i].work);
    }
  }

  void settle() {
    if (model_.open.empty()) {
      return;
    }
    const auto item = std::next(model_.open.begin(), pick(model_.open.size()));
    const auto [work, waits] = *item;
    CHECK(ward_.blocks->conflict(work).has_value() == waits);
    const bool accepted = pick(2) == 0;
    const auto settled = ward_.blocks->settle(work, {accepted, nurse(), {}, "sett på"});
    REQUIRE_MESSAGE(settled.has_value(), settled.error().message);
    model_.settle(work, accepted);
  }

  void check_all() {
    for (const auto& [text, expected] : model_.numbers) {
      const HelpNumber number = ward_.show(text);
      CHECK(name_of(number.state) == name_of(expected.state));
      std::vector<std::string> told;
      for (const FactItem& item : number.items) {
        told.push_back(item.facts.given_name);
      }
      CHECK(told == expected.told);
      CHECK(number.entity.has_value() == (expected.state == State::issued));
    }
    CHECK(ward_.open_work_items().size() == model_.open.size());
  }

  std::mt19937 dice_;
  BlockWard ward_;
  Model model_;
  std::vector<std::string> texts_;
  std::vector<UsedNumber> told_;
};

} // namespace

TEST_CASE("any order of reserving, reporting, burning and settling leaves what the model says") {
  for (unsigned seed = 1; seed <= 4; ++seed) {
    CAPTURE(seed);
    Story(seed).tell();
  }
}
