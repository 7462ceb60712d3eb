// Readers beside a writer: never damage, never a torn answer, never an event behind a cursor.
#include "tests/registry/town.h"

#include "tests/registry/store_around.h"

#include <atomic>
#include <future>
#include <mutex>
#include <thread>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr unsigned steady_persons = 8; ///< change, and stay themselves
constexpr unsigned pairs = 4;          ///< merge and split again and again
constexpr unsigned rounds = 60;
constexpr unsigned readers = 3;

std::string day_of(unsigned round) {
  const std::string text = std::to_string(2000 + round);
  return text + "-01-01";
}

unsigned steady(unsigned i) { return 1 + i; }
unsigned loser(unsigned i) { return 100 + i; }
unsigned survivor(unsigned i) { return 200 + i; }

/// Name and street tell the same round, and history goes back to round 0 without a gap.
SourceRecord steady_record(unsigned i, unsigned round) {
  PersonBuilder person(fnr(steady(i)));
  for (unsigned back = 0; back <= round; ++back) {
    const std::string told = std::to_string(round - back);
    RowFacts facts;
    facts.validity = back == 0 ? Validity::valid : Validity::not_valid;
    facts.from = day_of(round - back);
    person.named(told, facts).lives_at(told, facts);
  }
  return person.record();
}

SourceRecord pair_record(unsigned number, unsigned round, std::optional<unsigned> absorbed) {
  PersonBuilder person(fnr(number));
  person.named(std::to_string(number)).remark("\"round\":" + std::to_string(round));
  if (absorbed) person.formerly(fnr(*absorbed));
  person.has(PersonPart::norwegian_identification_number,
             absorbed ? R"("numbers":"2")" : R"("numbers":"1")");
  return person.record();
}

/// The first thing that went wrong, from whichever thread.
class Faults {
public:
  void add(const std::string& what) {
    const std::lock_guard lock(mutex_);
    if (first_.empty()) first_ = what;
    any_ = true;
  }
  [[nodiscard]] bool any() const { return any_; }
  [[nodiscard]] std::string first() const { return first_; }

private:
  std::mutex mutex_;
  std::string first_;
  std::atomic<bool> any_{false};
};

void import(Registry& registry, std::vector<SourceRecord> records, unsigned round, Faults& faults) {
  ImportBatch batch;
  for (SourceRecord& record : records) batch.items.push_back({std::move(record), 1, 0});
  batch.origins = {"-"};
  batch.stamp.extracted_at = at(day_of(round));
  std::promise<bool> answer;
  submit_import(registry, std::move(batch),
                [&answer](auto&& counts) { answer.set_value(counts.has_value()); });
  if (!answer.get_future().get()) faults.add("an import failed");
}

std::vector<SourceRecord> records_of(unsigned round) {
  std::vector<SourceRecord> records;
  for (unsigned i = 0; i < steady_persons; ++i) records.push_back(steady_record(i, round));
  for (unsigned i = 0; i < pairs; ++i) {
    const bool merged = round % 2 == 1;
    records.push_back(
        pair_record(survivor(i), round, merged ? std::optional<unsigned>(loser(i)) : std::nullopt));
    if (!merged) records.push_back(pair_record(loser(i), round, std::nullopt));
  }
  return records;
}

void read_steady(Registry& registry, unsigned i, bool history, Reading& reading,
                 std::array<std::uint64_t, steady_persons>& seen, Faults& faults) {
  ViewRequest request;
  request.parts.set();
  request.history = history;
  request.access = Access::legal_basis;
  std::string out;
  const std::string number = fnr(steady(i));
  if (const auto found = registry.lookup(key_of_number_text(number), reading); !found) {
    return faults.add("look-up: " + found.error().message);
  }
  if (history) {
    if (const auto past = registry.load_past(reading); !past) {
      return faults.add("past: " + past.error().message);
    }
  }
  if (const auto written = write_view(reading, request, out); !written) {
    return faults.add("view: " + written.error().message);
  }
  const Texts names = values_of(out, "lastName");
  const Texts streets = values_of(out, "street");
  if (names.empty() || names != streets) return faults.add("torn: " + out);
  if (history && names.size() != std::stoul(names.front()) + 1) {
    return faults.add("history of another moment: " + out);
  }
  const std::uint64_t sequence = visible_sequence(reading, Access::legal_basis);
  if (sequence < seen[i]) faults.add("a person went back in time");
  seen[i] = sequence;
}

void read_pair(Registry& registry, unsigned i, Reading& reading, Faults& faults) {
  for (const unsigned number : {loser(i), survivor(i)}) {
    const std::string text = fnr(number);
    if (const auto found = registry.lookup(key_of_number_text(text), reading); !found) {
      return faults.add("look-up of a pair: " + found.error().message);
    }
    ViewRequest request;
    request.parts.set();
    request.access = Access::legal_basis;
    std::string out;
    if (const auto written = write_view(reading, request, out); !written) {
      return faults.add("view of a pair: " + written.error().message);
    }
    const Texts names = values_of(out, "lastName");
    const bool right = names == Texts{std::to_string(survivor(i))} ||
                       (number == loser(i) && names == Texts{std::to_string(loser(i))});
    if (!right) return faults.add("another person's answer: " + out);
  }
}

void read_on(Registry& registry, const std::atomic<bool>& done, Faults& faults) {
  Reading reading;
  std::array<std::uint64_t, steady_persons> seen{};
  Texts kept_ids;
  for (unsigned turn = 0; !done && !faults.any(); ++turn) {
    read_steady(registry, turn % steady_persons, turn % 3 == 0, reading, seen, faults);
    read_pair(registry, turn % pairs, reading, faults);
    kept_ids.emplace_back(reading.external_id());
    if (const auto found = registry.get(kept_ids[turn % kept_ids.size()], reading); !found) {
      faults.add("by id: " + found.error().message);
    }
    if (kept_ids.size() > 64) kept_ids.clear();
    if (kept_ids.empty()) kept_ids.emplace_back(reading.external_id());
  }
}

/// Follows the log to its end; what it saw.
std::vector<std::uint64_t> follow(Registry& registry, Access access, const std::atomic<bool>& done,
                                  Faults& faults) {
  std::vector<std::uint64_t> seen;
  std::uint64_t cursor = 0;
  for (bool last = false; !faults.any();) {
    const bool was_done = done;
    const auto page = registry.events(cursor, 50, access);
    if (!page) {
      faults.add("events: " + page.error().message);
      break;
    }
    for (const Event& event : page->events) {
      if (event.sequence < cursor || (!seen.empty() && event.sequence <= seen.back())) {
        faults.add("an event behind the cursor");
      }
      seen.push_back(event.sequence);
    }
    cursor = page->next;
    if (last && !page->more) break;
    last = was_done;
  }
  return seen;
}

void run(std::unique_ptr<store::Store> store) {
  auto opened = Registry::open(std::move(store), Environment::test);
  REQUIRE(opened.has_value());
  Registry& registry = **opened;
  Faults faults;
  std::atomic<bool> done{false};
  import(registry, records_of(0), 0, faults);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < readers; ++i) {
    threads.emplace_back([&] { read_on(registry, done, faults); });
  }
  std::array<std::vector<std::uint64_t>, 2> seen;
  for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
    auto& own = seen[static_cast<std::size_t>(access)];
    threads.emplace_back([&, access] { own = follow(registry, access, done, faults); });
  }
  for (unsigned round = 1; round <= rounds && !faults.any(); ++round) {
    import(registry, records_of(round), round, faults);
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(faults.first() == "");
  CHECK(seen[0].size() == registry.newest_sequence());
  const auto open_log = registry.events(0, 1'000'000, Access::no_legal_basis);
  REQUIRE(open_log.has_value());
  std::vector<std::uint64_t> open_sequences;
  for (const Event& event : open_log->events) open_sequences.push_back(event.sequence);
  CHECK(seen[1] == open_sequences);
  check_whole(registry);
}

} // namespace

TEST_CASE("readers beside a writer that changes, merges and splits, in memory") {
  run(store::make_memory_store());
}

TEST_CASE("readers beside a writer that changes, merges and splits, on disk") {
  ScratchDirectory directory;
  store::EngineOptions options;
  options.cache_bytes = 4U << 20U;
  options.write_buffer_bytes = 4U << 20U;
  auto store = store::open_rocksdb(directory.path(), options);
  REQUIRE(store.has_value());
  run(std::move(*store));
}

TEST_CASE("commits of many callers are all there, in one gapless order") {
  Town town;
  constexpr unsigned callers = 4, each = 50;
  std::vector<std::thread> threads;
  Faults faults;
  for (unsigned caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      for (unsigned i = 0; i < each; ++i) {
        PersonBuilder person(fnr(1 + caller * each + i));
        import(town.registry(), {person.named("Name").record()}, 1, faults);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(faults.first() == "");
  CHECK(town.newest() == callers * each);
  for (unsigned n = 1; n <= callers * each; ++n) CHECK(town.match(fnr(n)).in_use);
  check_whole(town.registry());
}
