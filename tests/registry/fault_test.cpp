// What is left when a write fails, a read fails, or bytes are not what was written.
#include "tests/registry/town.h"

#include "registry/check.h"
#include "registry/keys.h"
#include "tests/registry/store_around.h"
#include "tests/store/faulty_store.h"

#include <algorithm>
#include <chrono>
#include <fstream>
#include <future>
#include <thread>

#include <doctest/doctest.h>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;

namespace {

constexpr std::string_view progress_key = "cursor/story";
using Shared = std::shared_ptr<store::Store>;

ImportBatch batch_of(std::vector<SourceRecord> records, std::string_view day, std::size_t number) {
  ImportBatch batch;
  for (SourceRecord& record : records) {
    batch.items.push_back({std::move(record), batch.items.size() + 1, 0});
  }
  batch.origins = {"-"};
  batch.stamp.extracted_at = at(day);
  batch.cursor_key = progress_key;
  batch.cursor_value = std::to_string(number);
  return batch;
}

PersonBuilder person(unsigned n, const std::string& name, const std::string& street) {
  PersonBuilder one(fnr(n));
  one.named(name).is("Resident").lives_at(street);
  return one;
}

/// Everything that can happen, batch by batch.
std::vector<ImportBatch> story() {
  PersonBuilder merged = person(2, "Two", "Street 2");
  merged.formerly(fnr(1)).also(IdentifierType::duf, "202012345603");
  PersonBuilder moved = person(3, "Three", "Street 33");
  moved.lives_at("Street 3", superseded("2001-01-01")).related(RelationType::child, fnr(4));
  PersonBuilder hides(fnr(3));
  hides.named("Three").protection(Grading::strictly_confidential);
  SourceRecord nobody = person(9, "Nobody", "Nowhere").record();
  nobody.identifiers.clear();
  std::vector<ImportBatch> batches;
  const auto add = [&](std::vector<SourceRecord> records, std::string_view day) {
    batches.push_back(batch_of(std::move(records), day, batches.size() + 1));
  };
  add({person(1, "One", "Street 1").record(), person(2, "Two", "Street 2").record(),
       person(3, "Three", "Street 3").record()},
      "2024-01-01");
  add({moved.record()}, "2024-01-02");
  add({merged.record(), nobody}, "2024-01-03");
  add({person(2, "Two", "Street 2").record(), person(1, "One", "Street 1").record()}, "2024-01-04");
  add({hides.record(), person(4, "Four", "Street 4").record()}, "2024-01-05");
  batches.back().bulk = true;
  add({hides.record()}, "2024-01-06");
  return batches;
}

bool import(Registry& registry, ImportBatch batch) {
  std::promise<bool> answer;
  submit_import(registry, std::move(batch),
                [&answer](auto&& counts) { answer.set_value(counts.has_value()); });
  return answer.get_future().get();
}

std::string answer(Registry& registry, const std::string& number, bool history,
                   std::optional<std::uint64_t> recorded, Access access) {
  Reading reading;
  ViewRequest request;
  request.parts.set();
  request.access = access;
  request.history = history;
  request.recorded_as_of = recorded;
  std::string out;
  const auto match = registry.lookup(key_of_number_text(number), reading, recorded);
  if (!match) return std::string(code_name(match.error().code));
  if (auto past = registry.load_past(reading); !past) {
    return std::string(code_name(past.error().code));
  }
  if (auto written = write_view(reading, request, out); !written) {
    return std::string(code_name(written.error().code));
  }
  return out.substr(out.find(",\"sequenceNumber\":")) + (match->in_use ? " in use" : " ceased");
}

/// Every answer there is, ids left out.
std::string everything(Registry& registry) {
  std::string all;
  const std::uint64_t newest = registry.newest_sequence();
  for (unsigned n = 1; n <= 5; ++n) {
    for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
      all += answer(registry, fnr(n), true, {}, access) + '\n';
      all += answer(registry, fnr(n), false, {}, access) + '\n';
      for (std::uint64_t k = 0; k <= newest; ++k) {
        all += answer(registry, fnr(n), true, k, access) + '\n';
      }
    }
  }
  const auto page = registry.events(0, 1000, Access::legal_basis);
  if (!page) return all + std::string(code_name(page.error().code));
  for (const Event& event : page->events) all += name_of(event.type);
  return all;
}

std::size_t progress_of(Registry& registry) {
  const auto mark = read_mark(registry, progress_key);
  REQUIRE(mark.has_value());
  return *mark ? std::stoul(**mark) : 0;
}

std::unique_ptr<Registry> open(Shared shared, WriteFault fault = {}) {
  auto opened =
      Registry::open(std::make_unique<StoreAround>(std::move(shared), fault), Environment::test);
  return opened ? std::move(*opened) : nullptr;
}

/// What is told after each batch of the story, the empty registry first.
std::vector<std::string> expected_states() {
  std::vector<std::string> states;
  const auto registry = open(store::make_memory_store());
  REQUIRE(registry);
  states.push_back(everything(*registry));
  for (ImportBatch& batch : story()) {
    REQUIRE(import(*registry, std::move(batch)));
    states.push_back(everything(*registry));
  }
  check_whole(*registry);
  return states;
}

/// Runs the story until a write fails; how many batches were acknowledged, stamp excluded.
std::size_t run_until_failure(const Shared& shared, WriteFault fault) {
  const auto registry = open(shared, fault);
  if (!registry) return 0;
  std::size_t acknowledged = 0;
  bool failed = false;
  for (ImportBatch& batch : story()) {
    const bool written = import(*registry, std::move(batch));
    CHECK_FALSE((failed && written));
    failed = failed || !written;
    acknowledged += written ? 1 : 0;
    CHECK(registry->healthy().has_value() == !failed);
  }
  return acknowledged;
}

/// Slow enough for the next load to be worked on meanwhile.
class SlowLoads final : public StoreAround {
public:
  using StoreAround::StoreAround;
  Result<void> bulk_load(std::span<const store::Change> changes) override {
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
    return StoreAround::bulk_load(changes);
  }
};

/// Submits the story's batches past the log, none waiting for the one before; how many were
/// acknowledged.
std::size_t load_at_once(Registry& registry) {
  std::vector<std::future<bool>> answers;
  for (ImportBatch& batch : story()) {
    batch.bulk = true;
    auto answered = std::make_shared<std::promise<bool>>();
    answers.push_back(answered->get_future());
    submit_import(registry, std::move(batch),
                  [answered](auto&& counts) { answered->set_value(counts.has_value()); });
  }
  std::size_t acknowledged = 0;
  bool failed = false;
  for (auto& answered : answers) {
    const bool written = answered.get();
    CHECK_FALSE((failed && written));
    failed = failed || !written;
    acknowledged += written ? 1 : 0;
  }
  return acknowledged;
}

} // namespace

TEST_CASE("loads that begin while the one before is written end where they would singly") {
  const auto expected = expected_states();
  const std::size_t batches = expected.size() - 1;
  for (const bool after_writing : {false, true}) {
    for (std::uint64_t n = 0; n <= batches + 1; ++n) { // the first write is the stamp; 0: no fault
      CAPTURE(after_writing);
      CAPTURE(n);
      const Shared shared = store::make_memory_store();
      std::size_t acknowledged = 0;
      if (auto opened = Registry::open(
              std::make_unique<SlowLoads>(shared, WriteFault{n, after_writing}),
              Environment::test)) {
        acknowledged = load_at_once(**opened);
      }
      const auto registry = open(shared);
      REQUIRE(registry);
      const std::size_t there = progress_of(*registry);
      CHECK(acknowledged == (n == 0 ? batches : std::max<std::size_t>(n, 2) - 2));
      CHECK(there == acknowledged + (after_writing && n > 1 ? 1 : 0));
      CHECK(everything(*registry) == expected[there]);
      check_whole(*registry);
    }
  }
}

TEST_CASE("after a failed write, whichever: opens, nothing half applied, all acknowledged there") {
  const auto expected = expected_states();
  const std::size_t writes = expected.size() + 1;
  for (const bool after_writing : {false, true}) {
    for (std::uint64_t n = 1; n <= writes; ++n) {
      CAPTURE(after_writing);
      CAPTURE(n);
      const Shared shared = store::make_memory_store();
      const std::size_t acknowledged = run_until_failure(shared, {n, after_writing});
      const auto registry = open(shared);
      REQUIRE(registry);
      const std::size_t there = progress_of(*registry);
      CHECK(there >= acknowledged);
      CHECK(there <= acknowledged + (after_writing && n > 1 ? 1 : 0));
      CHECK(everything(*registry) == expected[there]);
      check_whole(*registry);
      // The rest of the story goes on from where the source was read to.
      auto rest = story();
      for (std::size_t i = there; i < rest.size(); ++i) {
        REQUIRE(import(*registry, std::move(rest[i])));
      }
      CHECK(everything(*registry) == expected.back());
    }
  }
}

TEST_CASE("a batch repeated after a crash changes nothing") {
  const auto expected = expected_states();
  const auto registry = open(store::make_memory_store());
  REQUIRE(registry);
  std::size_t at_batch = 0;
  for (const ImportBatch& batch : story()) {
    REQUIRE(import(*registry, batch));
    const auto newest = registry->newest_sequence();
    ImportBatch again = batch;
    std::erase_if(again.items, [](const auto& item) { return item.record.identifiers.empty(); });
    REQUIRE(import(*registry, std::move(again)));
    CHECK(registry->newest_sequence() == newest);
    CHECK(everything(*registry) == expected[++at_batch]);
  }
}

TEST_CASE("a read that fails is that error: never not found, and an import leaves nothing") {
  const auto expected = expected_states();
  const Shared inner = store::make_memory_store();
  {
    const auto registry = open(inner);
    auto batches = story();
    for (std::size_t i = 0; i < 3; ++i) REQUIRE(import(*registry, std::move(batches[i])));
  }
  const auto faulty = std::make_shared<store::testing::FaultyStore>(*inner);
  const auto registry = open(faulty);
  REQUIRE(registry);
  // Looking up and reading: one failing read after the other.
  for (std::uint64_t n = 1;; ++n) {
    const auto before = faulty->reads();
    faulty->fail_read(before + n, ErrorCode::storage);
    const std::string told = answer(*registry, fnr(1), true, {}, Access::legal_basis);
    const bool failed = faulty->reads() >= before + n;
    faulty->fail_read(store::testing::FaultyStore::never);
    CHECK(told == (failed ? "storage" : answer(*registry, fnr(1), true, {}, Access::legal_basis)));
    if (!failed) break;
    CHECK(n < 100);
  }
  for (const auto access : {Access::legal_basis, Access::no_legal_basis}) {
    faulty->fail_read(faulty->reads() + 1, ErrorCode::storage);
    CHECK(registry->events(0, 10, access).error().code == ErrorCode::storage);
    faulty->fail_read(faulty->reads() + 1, ErrorCode::storage);
    CHECK(registry->latest_event(access).error().code == ErrorCode::storage);
  }
  faulty->fail_read(faulty->reads() + 1, ErrorCode::storage);
  CHECK(registry->sequence_at(now()).error().code == ErrorCode::storage);
  // Importing the split: until it succeeds, nothing of it is there.
  for (std::uint64_t n = 1;; ++n) {
    faulty->fail_read(faulty->reads() + n, ErrorCode::corrupt);
    if (import(*registry, story()[3])) break;
    faulty->fail_read(store::testing::FaultyStore::never);
    CHECK(everything(*registry) == expected[3]);
    CHECK(n < 200);
  }
  faulty->fail_read(store::testing::FaultyStore::never);
  CHECK(everything(*registry) == expected[4]);
}

namespace {

struct Stored {
  store::Family family;
  std::string key, value;
};

std::vector<Stored> all_of(const store::Store& store, std::initializer_list<store::Family> wanted) {
  std::vector<Stored> all;
  for (const store::Family family : wanted) {
    const auto cursor = store.scan(family, nullptr);
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      all.push_back({family, std::string(cursor->key()), std::string(cursor->value())});
    }
  }
  return all;
}

void put(store::Store& store, const Stored& what, std::string value) {
  const std::vector<store::Change> changes{{what.family, what.key, std::move(value)}};
  REQUIRE(store.commit(changes, store::Durability::buffered).has_value());
}

/// Asks and changes everything; only that nothing crashes matters, and that an answer is whole.
void exercise(const Shared& shared) {
  const auto registry = open(shared);
  if (!registry) return;
  for (unsigned n = 1; n <= 4; ++n) {
    for (const Dialect dialect : {Dialect::persontjenesten_v2, Dialect::v1}) {
      Reading reading;
      ViewRequest request;
      request.parts.set();
      request.dialect = dialect;
      request.access = n % 2 == 0 ? Access::legal_basis : Access::no_legal_basis;
      std::string out;
      if (!registry->lookup(key_of_number_text(fnr(n)), reading)) continue;
      if (write_view(reading, request, out)) CHECK(out.back() == '}');
      request.history = true;
      out.clear();
      if (registry->load_past(reading) && write_view(reading, request, out)) {
        CHECK(out.back() == '}');
      }
      request.recorded_as_of = 4;
      request.as_of = at("2010-01-01");
      out.clear();
      if (write_view(reading, request, out)) CHECK(out.back() == '}');
    }
  }
  for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
    (void)registry->events(0, 100, access);
    (void)registry->latest_event(access);
  }
  (void)registry->sequence_at(now());
  (void)quarantined(*registry, 0, 10, true);
  (void)check(*registry, {});
}

/// A registry small enough to damage byte by byte.
Shared small_registry() {
  const Shared shared = store::make_memory_store();
  const auto registry = open(shared);
  REQUIRE(registry);
  auto batches = story();
  for (std::size_t i = 0; i < 3; ++i) REQUIRE(import(*registry, std::move(batches[i])));
  return shared;
}

constexpr std::initializer_list<store::Family> damaged_families{
    store::Family::current,    store::Family::past,       store::Family::source,
    store::Family::identifier, store::Family::relation,   store::Family::log,
    store::Family::clock,      store::Family::quarantine, store::Family::meta};

} // namespace

TEST_CASE("a value cut short anywhere crashes nothing, and a document cut short is corrupt") {
  const Shared shared = small_registry();
  const Shared whole = small_registry();
  for (const Stored& stored : all_of(*shared, damaged_families)) {
    const std::size_t step = stored.value.size() > 200 ? 7 : 1;
    for (std::size_t size = 0; size < stored.value.size(); size += step) {
      put(*shared, stored, stored.value.substr(0, size));
      exercise(shared);
    }
    if (stored.family == store::Family::current || stored.family == store::Family::log) {
      put(*shared, stored, stored.value.substr(0, stored.value.size() / 2));
      const auto registry = open(shared);
      REQUIRE(registry);
      const std::string all = everything(*registry);
      CHECK(all.find("corrupt") != std::string::npos);
    }
    put(*shared, stored, stored.value);
  }
}

TEST_CASE("a flipped byte anywhere in a value crashes nothing") {
  const Shared shared = small_registry();
  for (const Stored& stored : all_of(*shared, damaged_families)) {
    const std::size_t step = stored.value.size() > 400 ? 3 : 1;
    for (std::size_t i = 0; i < stored.value.size(); i += step) {
      std::string damaged = stored.value;
      damaged[i] = static_cast<char>(~damaged[i]);
      put(*shared, stored, std::move(damaged));
      exercise(shared);
    }
    put(*shared, stored, stored.value);
  }
}

TEST_CASE("a damaged value met by an import is corrupt and leaves the rest as it was") {
  const Shared shared = small_registry();
  for (const Stored& stored :
       all_of(*shared, {store::Family::current, store::Family::past, store::Family::source})) {
    for (const std::size_t at_byte : {std::size_t{0}, stored.value.size() / 2}) {
      std::string damaged = stored.value;
      damaged[at_byte] = static_cast<char>(~damaged[at_byte]);
      put(*shared, stored, damaged);
      const auto registry = open(shared);
      REQUIRE(registry);
      auto batches = story();
      (void)import(*registry, batches[3]); // may fail, must not crash
      (void)import(*registry, batches[4]);
    }
    put(*shared, stored, stored.value);
  }
}

TEST_CASE("bytes damaged on disk give an error or the right answer, never another") {
  ScratchDirectory made;
  ScratchDirectory beside;
  std::filesystem::create_directories(beside.path());
  const auto open_disk = [&beside](const std::filesystem::path& directory) {
    OpenOptions options;
    options.directory = directory;
    options.environment = Environment::test;
    options.create = false;
    options.cache_bytes = 1U << 20U;
    options.purge_register = beside.path() / "purges";
    return Registry::open(options);
  };
  std::string right;
  {
    OpenOptions options;
    options.directory = made.path();
    options.purge_register = beside.path() / "purges";
    auto registry = Registry::open(options);
    REQUIRE(registry.has_value());
    auto batches = story();
    for (std::size_t i = 0; i < 4; ++i) REQUIRE(import(**registry, std::move(batches[i])));
    REQUIRE((*registry)->store().flush().has_value());
    for (std::size_t i = 4; i < 6; ++i) REQUIRE(import(**registry, std::move(batches[i])));
    right = everything(**registry);
  }
  const auto lines_of = [](const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t begin = 0, end = 0; begin <= text.size(); begin = end + 1) {
      end = std::min(text.find('\n', begin), text.size());
      lines.push_back(text.substr(begin, end - begin));
    }
    return lines;
  };
  constexpr std::uintmax_t places_per_file = 5;
  for (const auto& file : std::filesystem::recursive_directory_iterator(made.path())) {
    const std::string name = file.path().filename().string();
    if (!file.is_regular_file() || file.file_size() == 0 || name.starts_with("LOG") ||
        name == "LOCK" || name.starts_with("OPTIONS") || name == "IDENTITY") {
      continue;
    }
    for (std::uintmax_t place = 0; place < places_per_file; ++place) {
      ScratchDirectory copy;
      std::filesystem::copy(made.path(), copy.path(), std::filesystem::copy_options::recursive);
      const auto damaged = copy.path() / std::filesystem::relative(file.path(), made.path());
      const auto offset =
          static_cast<std::streamoff>(file.file_size() * (2 * place + 1) / (2 * places_per_file));
      std::fstream bytes(damaged, std::ios::in | std::ios::out | std::ios::binary);
      bytes.seekg(offset);
      const int byte = bytes.get();
      bytes.seekp(offset);
      bytes.put(static_cast<char>(~byte));
      bytes.close();
      CAPTURE(name);
      CAPTURE(offset);
      const auto registry = open_disk(copy.path());
      if (!registry) {
        const ErrorCode code = registry.error().code;
        CHECK((code == ErrorCode::corrupt || code == ErrorCode::storage ||
               code == ErrorCode::not_found || code == ErrorCode::unsupported));
        continue;
      }
      const auto told = lines_of(everything(**registry));
      const auto expected = lines_of(right);
      for (std::size_t i = 0; i < std::min(told.size(), expected.size()); ++i) {
        CHECK((told[i] == expected[i] || told[i].find("corrupt") != std::string::npos ||
               told[i].find("storage") != std::string::npos));
      }
    }
  }
}
