// Once a commit was acknowledged nobody reads what it replaced, whatever is remembered in memory.
#include "tests/registry/town.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <future>
#include <random>
#include <span>
#include <thread>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr unsigned persons = 12;
constexpr unsigned rounds = 150;
constexpr unsigned readers = 3;
constexpr std::size_t lookup_cache_bytes = std::size_t{1} << 20U;

/// The newest name tells the version; the others are history, without a gap.
SourceRecord record_of(unsigned person, unsigned version) {
  PersonBuilder builder(fnr(person));
  for (unsigned back = 0; back <= version; ++back) {
    RowFacts facts;
    facts.validity = back == 0 ? Validity::valid : Validity::not_valid;
    facts.from = std::to_string(1800 + version - back) + "-01-01";
    builder.named(std::to_string(version - back), facts);
  }
  return builder.record();
}

struct Said {
  std::array<std::atomic<unsigned>, persons> version{}; ///< acknowledged, of each person
  std::atomic<bool> done{false};
  std::atomic<unsigned> wrong{0};
};

/// One commit, past the log or through it; true when it was acknowledged.
bool change(Registry& registry, std::span<const unsigned> who, const Said& said, unsigned round) {
  ImportBatch batch;
  for (const unsigned person : who) {
    batch.items.push_back({record_of(person, said.version[person] + 1), 1, 0});
  }
  batch.origins = {"-"};
  batch.stamp.extracted_at = at(std::to_string(1900 + round) + "-01-01");
  batch.bulk = round % 5 == 0;
  std::promise<bool> answer;
  submit_import(registry, std::move(batch), [&](Result<ImportCounts> counts) {
    answer.set_value(counts && counts->written == who.size());
  });
  return answer.get_future().get();
}

/// The version that an answer tells; nothing for a failed or mixed one.
std::optional<unsigned> version_told(const Registry& registry, Reading& reading, bool history) {
  if (history && !registry.load_past(reading)) return {};
  ViewRequest request;
  request.parts.set();
  request.access = Access::legal_basis;
  request.history = history;
  std::string out;
  if (!write_view(reading, request, out)) return {};
  const Texts names = values_of(out, "lastName");
  if (names.empty()) return {};
  const auto version = static_cast<unsigned>(std::stoul(names.front()));
  const bool whole = names.size() == (history ? version + 1 : 1);
  return whole ? std::optional(version) : std::nullopt;
}

void read_on(const Registry& registry, Said& said, unsigned seed) {
  std::mt19937 random(seed);
  std::array<unsigned, persons> seen{};
  std::array<std::string, persons> ids;
  Reading reading;
  while (!said.done && said.wrong == 0) {
    const unsigned person = static_cast<unsigned>(random() % persons);
    const unsigned acknowledged = said.version[person];
    const std::string number = fnr(person);
    const bool by_id = !ids[person].empty() && random() % 2 == 0;
    const bool found = by_id ? registry.get(ids[person], reading).has_value()
                             : registry.lookup(key_of_number_text(number), reading).has_value();
    const auto told = found ? version_told(registry, reading, random() % 2 == 0) : std::nullopt;
    if (!told || *told < acknowledged || *told < seen[person]) {
      ++said.wrong;
      return;
    }
    seen[person] = *told;
    ids[person] = reading.external_id();
  }
}

void run(std::unique_ptr<store::Store> store) {
  auto opened = Registry::open(std::move(store), Environment::test, lookup_cache_bytes);
  REQUIRE(opened.has_value());
  Registry& registry = **opened;
  Said said;
  std::vector<unsigned> who;
  for (unsigned person = 0; person < persons; ++person) who.push_back(person);
  REQUIRE(change(registry, who, said, 0));
  for (const unsigned person : who) ++said.version[person];
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < readers; ++i) {
    threads.emplace_back([&, i] { read_on(registry, said, i); });
  }
  std::mt19937 random(7);
  bool all_written = true;
  for (unsigned round = 1; round <= rounds && all_written && said.wrong == 0; ++round) {
    std::ranges::shuffle(who, random);
    const auto some = std::span(who).first(1 + random() % 3);
    all_written = change(registry, some, said, round);
    for (const unsigned person : some) ++said.version[person];
  }
  said.done = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(all_written);
  CHECK(said.wrong == 0);
  check_whole(registry);
}

} // namespace

TEST_CASE("what was acknowledged is what everybody reads from then on, in memory") {
  run(store::make_memory_store());
}

TEST_CASE("what was acknowledged is what everybody reads from then on, on disk") {
  ScratchDirectory directory;
  store::EngineOptions options;
  options.cache_bytes = 4U << 20U;
  options.write_buffer_bytes = 4U << 20U;
  auto store = store::open_rocksdb(directory.path(), options);
  REQUIRE(store.has_value());
  run(std::move(*store));
}
