// Random operations, each engine held against plain sorted maps.
#include "tests/store/subject.h"

#include <array>
#include <doctest/doctest.h>
#include <random>

namespace grunndata::registry::store::testing {
namespace {

using Model = std::array<std::map<std::string, std::string>, family_count>;

class Walk {
public:
  Walk(Way way, std::uint64_t seed) : subject_(way), random_(seed) {}

  void step() {
    switch (below(20)) {
    case 0:
      return reopen_or_settle();
    case 1:
      return load();
    case 2:
      return conditional();
    case 3:
      return take_snapshot();
    case 4:
      return check_snapshot();
    case 5:
      return check_many();
    case 6:
    case 7:
      return check_cursor();
    case 8:
    case 9:
    case 10:
    case 11:
      return check_one();
    default:
      return write();
    }
  }
  void check_all() {
    for (const FamilyFacts& facts : families) {
      REQUIRE(everything(subject_.store(), facts.family) == of(model_, facts.family));
    }
  }

private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  Family some_family() { return families[below(family_count)].family; }
  std::string some_key() {
    // Few and short, so that they meet; any byte.
    constexpr char bytes[] = {'\0', 'a', 'b', '\x7f', '\x80', '\xff'};
    std::string key;
    for (std::size_t length = below(5); length > 0; --length) {
      key += bytes[below(sizeof(bytes))];
    }
    return key;
  }
  std::string some_value() {
    const std::size_t sizes[] = {0, 1, 30, 600, 9000};
    return std::string(below(sizes[below(5)] + 1), static_cast<char>(random_()));
  }
  static std::map<std::string, std::string>& of(Model& model, Family family) {
    return model[static_cast<std::size_t>(family)];
  }
  std::vector<Change> some_changes() {
    std::vector<Change> changes;
    for (std::size_t count = 1 + below(12); count > 0; --count) {
      const Family family = some_family();
      changes.push_back(below(4) == 0 ? removal(family, some_key())
                                      : put(family, some_key(), some_value()));
    }
    return changes;
  }
  void apply(const std::vector<Change>& changes) {
    for (const Change& change : changes) {
      if (change.value) {
        of(model_, change.family)[change.key] = *change.value;
      } else {
        of(model_, change.family).erase(change.key);
      }
    }
  }
  void forget_snapshot_before_reopening() {
    if (subject_.reopens()) {
      snapshot_.reset();
    }
  }
  void write() {
    forget_snapshot_before_reopening();
    const auto changes = some_changes();
    subject_.write(changes);
    apply(changes);
  }
  void load() {
    auto changes = some_changes();
    apply(changes);
    const auto loaded = subject_.store().bulk_load(changes);
    REQUIRE_MESSAGE(loaded.has_value(), loaded.error().message);
  }
  void conditional() {
    const Family family = some_family();
    const std::string key = some_key();
    const auto have = of(model_, family).find(key);
    std::optional<std::string> wanted;
    if (below(2) == 0) {
      wanted = some_value();
    } else if (have != of(model_, family).end()) {
      wanted = have->second;
    }
    const bool holds = have == of(model_, family).end() ? !wanted : wanted == have->second;
    const auto changes = some_changes();
    const std::vector<Precondition> conditions{{family, key, wanted}};
    const auto done = subject_.store().commit(changes, Durability::buffered, conditions);
    REQUIRE(done.has_value() == holds);
    if (holds) {
      apply(changes);
    }
  }
  void reopen_or_settle() {
    if (below(2) == 0) {
      snapshot_.reset();
      subject_.reopen();
    } else {
      subject_.settle();
    }
  }
  void take_snapshot() {
    snapshot_ = subject_.store().snapshot();
    at_snapshot_ = model_;
  }
  void check_snapshot() {
    if (snapshot_) {
      const Family family = some_family();
      REQUIRE(everything(subject_.store(), family, snapshot_.get()) == of(at_snapshot_, family));
    }
  }
  void check_one() {
    const Family family = some_family();
    const std::string key = some_key();
    const auto& map = of(model_, family);
    const auto expected = map.find(key);
    const auto value = subject_.read(family, key);
    REQUIRE(value.has_value() == (expected != map.end()));
    if (value) {
      REQUIRE(*value == expected->second);
    }
  }
  void check_many() {
    const Family family = some_family();
    std::vector<std::string> names;
    for (std::size_t count = below(40); count > 0; --count) {
      names.push_back(some_key());
    }
    const std::vector<std::string_view> keys(names.begin(), names.end());
    std::vector<Pinned> values(keys.size());
    const auto flags = std::make_unique<bool[]>(keys.size());
    const std::span<bool> found(flags.get(), keys.size());
    REQUIRE(subject_.store().multi_get(family, keys, values, found).has_value());
    for (std::size_t i = 0; i < keys.size(); ++i) {
      const auto expected = of(model_, family).find(names[i]);
      REQUIRE(found[i] == (expected != of(model_, family).end()));
      REQUIRE(values[i].view() == (found[i] ? expected->second : ""));
    }
  }
  void check_cursor() {
    const Family family = some_family();
    auto& map = of(model_, family);
    const auto cursor = subject_.store().scan(family);
    const std::string key = some_key();
    auto place = map.lower_bound(key);
    if (below(2) == 0) {
      cursor->seek(key);
    } else {
      cursor->seek_before(key);
      place = map.upper_bound(key);
      place = place == map.begin() ? map.end() : std::prev(place);
    }
    for (std::size_t moves = below(20); place != map.end() && moves > 0; --moves) {
      REQUIRE(cursor->valid());
      REQUIRE(cursor->key() == place->first);
      REQUIRE(cursor->value() == place->second);
      if (below(2) == 0) {
        cursor->next();
        ++place;
      } else {
        cursor->previous();
        place = place == map.begin() ? map.end() : std::prev(place);
      }
    }
    REQUIRE(cursor->valid() == (place != map.end()));
    REQUIRE(cursor->status().has_value());
  }

  Subject subject_;
  [[maybe_unused]] Way way_;
  std::mt19937_64 random_;
  Model model_;
  std::unique_ptr<Snapshot> snapshot_;
  Model at_snapshot_;
};

TEST_CASE("thousands of random operations leave every engine equal to a plain map") {
  struct Run {
    Way way;
    int steps;
  };
  // Closing and compacting cost milliseconds each: the ways that always do it go fewer steps.
  const Run runs[] = {{Way::memory, 6000},
                      {Way::disk, 2500},
                      {Way::reopened, 80},
                      {Way::flushed, 60},
                      {Way::loaded, 100}};
  for (const Run& run : runs) {
    for (const std::uint64_t seed : {1u, 2u}) {
      Walk walk(run.way, seed);
      for (int i = 0; i < run.steps; ++i) {
        INFO("way ", static_cast<int>(run.way), " seed ", seed, " step ", i);
        walk.step();
      }
      walk.check_all();
    }
  }
}

} // namespace
} // namespace grunndata::registry::store::testing
