#include "tests/registry/town.h"

#include "registry/check.h"
#include "registry/purge/replay.h"
#include "tests/registry/store_around.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>

#include <unistd.h>

namespace grunndata::registry::stories {

namespace {

constexpr std::size_t disk_cache_bytes = 4U << 20U;
constexpr std::size_t disk_write_buffer_bytes = 4U << 20U;

constexpr std::string_view name_of(Engine engine) {
  switch (engine) {
    case Engine::memory: return "in memory";
    case Engine::memory_reopened: return "in memory, reopened";
    case Engine::disk: return "on disk";
    case Engine::disk_flushed: return "on disk, flushed";
    case Engine::disk_reopened: return "on disk, reopened";
  }
  return "";
}

ViewRequest request_of(const Ask& ask) {
  ViewRequest request;
  request.parts = ask.parts;
  request.history = ask.history;
  request.access = ask.access;
  request.dialect = ask.dialect;
  request.as_of = ask.as_of;
  request.recorded_as_of = ask.recorded_as_of;
  return request;
}

Result<std::string> write_answer(Registry& registry, Reading& reading, const Ask& ask) {
  if (ask.history || ask.as_of || ask.recorded_as_of) {
    if (auto past = registry.load_past(reading); !past) return tl::unexpected(past.error());
  }
  std::string out;
  if (auto written = write_view(reading, request_of(ask), out); !written) {
    return tl::unexpected(written.error());
  }
  return out;
}

} // namespace

Ask openly() {
  Ask ask;
  ask.access = Access::no_legal_basis;
  return ask;
}
Ask with_history(Ask ask) {
  ask.history = true;
  return ask;
}
Ask as_of(std::string_view when, Ask ask) {
  ask.as_of = at(when);
  return ask;
}
Ask recorded_as_of(std::uint64_t sequence, Ask ask) {
  ask.recorded_as_of = sequence;
  return ask;
}
Ask on_v1(Ask ask) {
  ask.dialect = Dialect::v1;
  return ask;
}
Ask only(std::initializer_list<PersonPart> parts, Ask ask) {
  ask.parts.reset();
  for (const PersonPart part : parts) ask.parts.set(static_cast<std::size_t>(part));
  return ask;
}

Texts values_of(std::string_view json, std::string_view property) {
  const std::string opening = '"' + std::string(property) + R"(":")";
  Texts values;
  for (auto found = json.find(opening); found != std::string_view::npos;
       found = json.find(opening, found + 1)) {
    const auto begin = found + opening.size();
    values.emplace_back(json.substr(begin, json.find('"', begin) - begin));
  }
  return values;
}

ScratchDirectory::ScratchDirectory() {
  static std::atomic<unsigned> number{0};
  // Memory where there is such a file system: nothing here depends on a sync.
  const std::filesystem::path quick = "/dev/shm";
  const auto parent =
      std::filesystem::is_directory(quick) ? quick : std::filesystem::temp_directory_path();
  path_ = parent /
          ("grunndata-registry-test-" + std::to_string(getpid()) + "-" + std::to_string(++number));
  std::filesystem::remove_all(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

Town::Town(Engine engine) : engine_(engine), data_(directory_.path()) {
  if (engine == Engine::memory || engine == Engine::memory_reopened) {
    memory_ = store::make_memory_store();
  }
  reopen();
}

Town::Town(std::filesystem::path data, std::filesystem::path purge_register)
    : engine_(Engine::disk), data_(std::move(data)), purge_register_(std::move(purge_register)) {
  reopen();
}

std::unique_ptr<store::Store> Town::open_store() {
  if (memory_) return std::make_unique<StoreAround>(memory_);
  store::EngineOptions options;
  options.cache_bytes = disk_cache_bytes;
  options.write_buffer_bytes = disk_write_buffer_bytes;
  options.compress = purge_register_.empty();
  auto opened = store::open_rocksdb(data_, options);
  REQUIRE(opened.has_value());
  return std::move(*opened);
}

void Town::reopen() {
  registry_.reset();
  auto opened = Registry::open(open_store(), Environment::test);
  REQUIRE(opened.has_value());
  registry_ = std::move(*opened);
  if (!purge_register_.empty()) {
    const auto attached = purge::attach_register(*registry_, {purge_register_, false});
    if (!attached) FAIL(attached.error().message);
  }
}

void Town::befall() {
  ++imports_;
  const bool flushed =
      engine_ == Engine::disk_flushed || (engine_ == Engine::disk_reopened && imports_ % 2 == 0);
  if (flushed) {
    REQUIRE(registry_->store().flush().has_value());
  }
  if (engine_ == Engine::memory_reopened || engine_ == Engine::disk_reopened) reopen();
}

ImportCounts Town::import(std::vector<SourceRecord> records, std::string_view day) {
  ImportBatch batch;
  batch.origins = {"-"};
  batch.stamp.extracted_at = at(day);
  for (SourceRecord& record : records) {
    batch.items.push_back({std::move(record), batch.items.size() + 1, 0});
  }
  std::promise<Result<ImportCounts>> answer;
  submit_import(*registry_, std::move(batch),
                [&answer](Result<ImportCounts> counts) { answer.set_value(std::move(counts)); });
  const auto counts = answer.get_future().get();
  if (!counts) FAIL(counts.error().message);
  befall();
  return *counts;
}

WriteOutcome Town::import(const PersonBuilder& person, std::string_view day) {
  const ImportCounts counts = import({person.record()}, day);
  REQUIRE(counts.quarantined == 0);
  return counts.written != 0     ? WriteOutcome::written
         : counts.unchanged != 0 ? WriteOutcome::unchanged
                                 : WriteOutcome::superseded;
}

Result<std::string> Town::read(const IdentifierKey& key, const Ask& ask) {
  Reading reading;
  if (auto found = registry_->lookup(key, reading, ask.recorded_as_of); !found) {
    return tl::unexpected(found.error());
  }
  return write_answer(*registry_, reading, ask);
}

std::string Town::view(const std::string& number, const Ask& ask) {
  return view(key_of_number_text(number), ask);
}

std::string Town::view(const IdentifierKey& key, const Ask& ask) {
  const auto answer = read(key, ask);
  if (!answer) FAIL(answer.error().message);
  return *answer;
}

ErrorCode Town::refusal(const IdentifierKey& key, const Ask& ask) {
  const auto answer = read(key, ask);
  REQUIRE_FALSE(answer.has_value());
  return answer.error().code;
}

ErrorCode Town::refusal(const std::string& number, const Ask& ask) {
  return refusal(key_of_number_text(number), ask);
}

Texts Town::told(const std::string& number, std::string_view property, const Ask& ask) {
  return values_of(view(number, ask), property);
}

Result<Match> Town::match(const IdentifierKey& key, std::optional<std::uint64_t> recorded) {
  Reading reading;
  return registry_->lookup(key, reading, recorded);
}

Match Town::match(const std::string& number) {
  const auto found = match(key_of_number_text(number));
  if (!found) FAIL(found.error().message);
  return *found;
}

std::string Town::id_of(const std::string& number) {
  return std::string(view_of(registry_->ids().seal(match(number).entity)));
}

std::string Town::view_by_id(std::string_view id, const Ask& ask) {
  Reading reading;
  const auto found = registry_->get(id, reading);
  if (!found) FAIL(found.error().message);
  const auto answer = write_answer(*registry_, reading, ask);
  if (!answer) FAIL(answer.error().message);
  return *answer;
}

std::uint64_t Town::sequence_of(const std::string& number, Access access) {
  Reading reading;
  REQUIRE(registry_->lookup(key_of_number_text(number), reading).has_value());
  return visible_sequence(reading, access);
}

Texts Town::events(std::uint64_t from, Access access) {
  const auto page = registry_->events(from, 1000, access);
  if (!page) FAIL(page.error().message);
  Texts names;
  for (const Event& event : page->events) {
    names.emplace_back(registry::name_of(event.type));
  }
  return names;
}

bool Town::holds_no(std::string_view text) {
  for (const auto& facts : store::families) {
    const auto cursor = registry_->store().scan(facts.family);
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      if (cursor->key().find(text) != std::string_view::npos ||
          cursor->value().find(text) != std::string_view::npos) {
        return false;
      }
    }
    REQUIRE(cursor->status().has_value());
  }
  return true;
}

IdentifierKey key_of_number_text(const std::string& number) {
  return {number.starts_with('4') ? IdentifierType::dnr : IdentifierType::fnr, number, {}};
}

void on_every_engine(const std::function<void(Town&)>& story) {
  for (const Engine engine : {Engine::memory, Engine::memory_reopened, Engine::disk,
                              Engine::disk_flushed, Engine::disk_reopened}) {
    const std::string name(name_of(engine));
    CAPTURE(name);
    Town town(engine);
    story(town);
    check_whole(town.registry());
  }
}

void check_whole(Registry& registry) {
  const auto report = check(registry, {});
  REQUIRE(report.has_value());
  for (const Finding& finding : report->findings) {
    FAIL_CHECK(finding.family << ' ' << finding.place << ": " << finding.what);
  }
  CHECK(report->figures.faults == 0);
}

} // namespace grunndata::registry::stories
