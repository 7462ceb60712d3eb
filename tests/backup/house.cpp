#include "tests/backup/house.h"

#include "registry/check.h"
#include "registry/import_batch.h"
#include "registry/view.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <iterator>
#include <random>

namespace grunndata::registry::backup::tests {

namespace {

constexpr std::size_t cache_bytes = std::size_t{8} << 20U;
constexpr std::size_t segment_bytes = 4'096;

std::string random_text(unsigned seed) {
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; i < 1'000; ++i) {
    text += static_cast<char>('a' + random() % 26);
  }
  return text;
}

} // namespace

std::string bytes_in(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void put_bytes(const fs::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out << bytes;
  REQUIRE(out.flush().good());
}

std::vector<fs::path> files_below(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

Key key_of(std::uint8_t byte) {
  std::array<std::uint8_t, 32> secret{};
  secret.fill(byte);
  return Key(secret);
}

House::House(bool with_log) : with_log_(with_log) { open(); }

audit::LogOptions House::log_options() const {
  audit::LogOptions options;
  options.directory = data / "audit";
  options.segment_bytes = segment_bytes;
  options.checkpoint_copies = copies;
  return options;
}

void House::open() {
  OpenOptions options;
  options.directory = data;
  options.cache_bytes = cache_bytes;
  auto opened = Registry::open(options);
  if (!opened) FAIL(opened.error().message);
  registry = std::move(*opened);
  if (!with_log_) return;
  auto made = audit::Log::open(log_options());
  if (!made) FAIL(made.error().message);
  log = std::move(*made);
}

void House::close() {
  log.reset();
  registry.reset();
}

void House::lose_data() {
  close();
  fs::remove_all(data);
}

void House::import(const stories::PersonBuilder& person, std::string_view day) {
  ImportBatch batch;
  batch.origins = {"-"};
  batch.stamp.extracted_at = stories::at(day);
  batch.items.push_back({person.record(), 1, 0});
  std::promise<Result<ImportCounts>> answer;
  submit_import(*registry, std::move(batch),
                [&answer](Result<ImportCounts> counts) { answer.set_value(std::move(counts)); });
  const auto counts = answer.get_future().get();
  if (!counts) FAIL(counts.error().message);
}

void House::settle(unsigned first, unsigned last) {
  for (unsigned n = first; n <= last; ++n) {
    stories::PersonBuilder person(stories::fnr(n));
    person.named("Olsen").lives_at("Storgata " + std::to_string(n));
    person.remark(R"("x":")" + random_text(n) + '"');
    import(person);
  }
}

void House::read_whole(std::string_view day) {
  REQUIRE(note_extracted(*registry, Source::folkeregisteret, stories::at(day)).has_value());
}

bool House::knows(const std::string& number) const {
  Reading reading;
  return registry->lookup(stories::key_of_number_text(number), reading).has_value();
}

std::string House::view(const std::string& number, bool history) const {
  Reading reading;
  REQUIRE(registry->lookup(stories::key_of_number_text(number), reading).has_value());
  if (history) REQUIRE(registry->load_past(reading).has_value());
  ViewRequest request;
  request.history = history;
  request.parts.set();
  request.access = Access::legal_basis;
  std::string out;
  REQUIRE(write_view(reading, request, out).has_value());
  return out;
}

bool House::holds_no(std::string_view text) const {
  for (const auto& facts : store::families) {
    const auto cursor = registry->store().scan(facts.family);
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      if (cursor->value().find(text) != std::string_view::npos) return false;
    }
  }
  return true;
}

void House::look_up(unsigned times) {
  audit::Record record;
  record.operation = "getPerson";
  record.actor.client_id = "story";
  for (unsigned i = 0; i < times; ++i) {
    REQUIRE(log->append({&record, 1}).has_value());
  }
}

CreateOptions House::create_options() const {
  CreateOptions options;
  options.directory = data;
  options.folder = folder;
  return options;
}

Result<Manifest> House::try_create() {
  return backup::create(*registry, log.get(), key, create_options());
}

Manifest House::create() {
  auto made = try_create();
  if (!made) FAIL(made.error().message);
  return std::move(*made);
}

RestoreOptions House::restore_options() const {
  RestoreOptions options;
  options.folder = folder;
  options.directory = data;
  if (with_log_) options.log = log_options();
  return options;
}

Result<RestoreReport> House::try_restore(const std::string& id) {
  auto options = restore_options();
  options.id = id;
  return backup::restore(key, options);
}

RestoreReport House::restore(const std::string& id) {
  auto done = try_restore(id);
  if (!done) FAIL(done.error().message);
  return std::move(*done);
}

std::vector<std::string> House::faults() {
  VerifyOptions options;
  options.folder = folder;
  auto report = verify(key, options);
  return report ? report->faults : std::vector<std::string>{report.error().message};
}

std::vector<Listed> House::list() {
  const auto opened = Repository::open(folder, key, Use::look);
  auto all = opened ? opened->list() : tl::unexpected(opened.error());
  if (!all) FAIL(all.error().message);
  return std::move(*all);
}

} // namespace grunndata::registry::backup::tests
