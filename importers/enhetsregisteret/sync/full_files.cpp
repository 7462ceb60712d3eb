#include "importers/enhetsregisteret/sync/full_files.h"

#include "importers/enhetsregisteret/personal_parents.h"
#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/sync/known_units.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/enhetsregisteret/unit_wrapping.h"
#include "importers/reading/record_reader.h"
#include "importers/virksomhet/node_load.h"
#include "registry/import_batch.h"
#include "registry/virksomhet/numbered_nodes.h"

#include <algorithm>
#include <mutex>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

namespace fs = std::filesystem;
using following::Meaning;
using registry::ErrorCode;
using registry::fail;
using registry::Instant;
using registry::Result;
using registry::virksomhet::NodeSource;
using virksomhet::NodeLoadEnd;
using virksomhet::NodeLoadFigures;
using virksomhet::NodeLoadOptions;

constexpr std::string_view main_name = "enheter.json.gz";
constexpr std::string_view sub_name = "underenheter.json.gz";
constexpr std::string_view roles_name = "roller.json.gz";
constexpr std::string_view units_cursor = "cursor/sync-files/enhetsregisteret";
constexpr std::string_view roles_cursor = "cursor/sync-files/enhetsregisteret-roller";
/// One that was fetched before a crash is not fetched again while it is younger.
constexpr std::int64_t young_us = std::int64_t{48} * 60 * 60 * 1'000'000;
constexpr std::int64_t micro = 1'000'000;
constexpr std::size_t page_nodes = 10'000;
/// Types of version 2; what else a source may call a packed file comes last.
const std::string accepted =
    "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip,"
    "application/vnd.brreg.enhetsregisteret.underenhet.v2+gzip;q=0.9,"
    "application/gzip;q=0.5,application/octet-stream;q=0.3";

following::TransportOptions file_transport(following::TransportOptions options) {
  options.accept = accepted;
  return options;
}

std::optional<Instant> written_at(const fs::path& place) {
  struct stat found {};
  if (::stat(place.c_str(), &found) != 0) return std::nullopt;
  return Instant{std::int64_t{found.st_mtim.tv_sec} * micro};
}

bool set_written_at(const fs::path& place, Instant when) {
  struct timespec times[2]{};
  for (auto& time : times) time.tv_sec = when.microseconds / micro;
  return ::utimensat(AT_FDCWD, place.c_str(), times, 0) == 0;
}

tl::unexpected<registry::Error> stopped() { return fail(ErrorCode::cancelled, "stopped"); }

reading::RecordReaderOptions reading_options() {
  reading::RecordReaderOptions options;
  options.envelopes = unit_envelopes();
  return options;
}

} // namespace

FullFiles::FullFiles(registry::Registry& registry, const SyncOptions& options)
    : registry_(registry), options_(options),
      transport_(file_transport(options.transport), options.patience, options.totals->fetch,
                 options.notice) {}

fs::path FullFiles::place_of(std::string_view name) const { return options_.folder / name; }

std::vector<std::string> FullFiles::unit_files() const {
  return {place_of(main_name).string(), place_of(sub_name).string()};
}

Result<void> FullFiles::wait_for_room() {
  while (options_.may_go_on) {
    const auto may = options_.may_go_on();
    if (may) break;
    if (options_.notice) options_.notice("waiting: " + may.error().message);
    if (!transport_.sleep(std::chrono::milliseconds(1'000))) return stopped();
  }
  return {};
}

/// Read to its end, and not empty: a register without units is a fault on the way.
Result<bool> FullFiles::is_whole(const fs::path& place) const {
  auto reader = reading::RecordReader::open({place.string()}, reading_options());
  if (!reader) return tl::unexpected(reader.error());
  reading::Record record;
  std::uint64_t records = 0;
  while (true) {
    if (transport_.stopped()) return stopped();
    const auto more = reader->next(record);
    if (!more) return false;
    if (!*more) return records != 0;
    records += record.fault.empty() ? 1 : 0;
  }
}

Result<Instant> FullFiles::fetch(const File& file) {
  const Instant now = options_.clock ? options_.clock() : registry::now();
  const fs::path place = place_of(file.name);
  const fs::path part = place.string() + ".part";
  if (const auto written = written_at(place);
      written && now.microseconds - written->microseconds < young_us) {
    return *written;
  }
  while (true) {
    if (auto room = wait_for_room(); !room) return tl::unexpected(room.error());
    const auto answer = transport_.download(file.path, part);
    if (!answer) return stopped();
    std::string why = answer->message;
    if (answer->meaning == Meaning::ok) {
      const auto whole = is_whole(part);
      if (!whole) return tl::unexpected(whole.error());
      const Instant written = answer->last_modified.value_or(now);
      std::error_code fault;
      if (*whole && set_written_at(part, written)) {
        fs::rename(part, place, fault);
        if (!fault) return written;
        return fail(ErrorCode::storage, "a full file cannot be kept in " + place.string());
      }
      why = "a full file is not whole";
    }
    if (!transport_.wait_for_better(why)) return stopped();
  }
}

Result<Instant> FullFiles::fetch() {
  std::error_code fault;
  fs::create_directories(options_.folder, fault);
  if (fault) {
    return fail(ErrorCode::storage,
                "the folder for full files cannot be made: " + options_.folder.string());
  }
  Instant oldest{INT64_MAX};
  std::vector<File> files{{"/enheter/lastned", main_name}, {"/underenheter/lastned", sub_name}};
  if (options_.roles) files.push_back({"/roller/totalbestand", roles_name});
  for (const File& file : files) {
    const auto written = fetch(file);
    if (!written) return tl::unexpected(written.error());
    oldest = std::min(oldest, *written);
  }
  return oldest;
}

namespace {

/// Counts what a load did, as it goes on.
std::function<void(const NodeLoadFigures&)> counting(SyncTotals& totals) {
  return [&totals, before = NodeLoadFigures{}](const NodeLoadFigures& now) mutable {
    totals.units += now.read - before.read;
    totals.unit_rate.add(now.read - before.read);
    totals.left_out += now.left_out - before.left_out;
    totals.written += now.counts.written - before.counts.written;
    totals.unchanged += now.counts.unchanged - before.counts.unchanged;
    totals.superseded += now.counts.superseded - before.counts.superseded;
    totals.quarantined += now.counts.quarantined - before.counts.quarantined;
    before = now;
  };
}

Result<void> load(registry::Registry& registry, const NodeLoadOptions& options,
                  virksomhet::NodeMapper& mapper) {
  const auto loaded = virksomhet::load_stream(registry, options, mapper);
  if (!loaded) return tl::unexpected(loaded.error());
  if (loaded->end == NodeLoadEnd::stopped) return stopped();
  if (loaded->source_fault) return fail(ErrorCode::not_found, *loaded->source_fault);
  return {};
}

} // namespace

Result<void> FullFiles::load_units(Instant stamp) {
  std::optional<Selection> selection;
  KnownUnits known(registry_);
  std::mutex mutex; // of `known`: documents are mapped on several threads
  std::function<bool(std::string_view)> is_selected;
  if (!options_.rules.empty()) {
    auto read = Selection::read(unit_files(), options_.rules,
                                [this] { return transport_.stopped(); });
    if (!read) return tl::unexpected(read.error());
    selection = std::move(*read);
    is_selected = [&](std::string_view orgnr) {
      if (selection->contains(orgnr)) return true;
      const std::lock_guard lock(mutex);
      return known.is_kept(orgnr);
    };
  }
  PersonalParents persons(registry_);
  UnitMapper mapper({stamp, [&persons](std::string_view orgnr) { return persons.contains(orgnr); },
                     is_selected});
  NodeLoadOptions options;
  options.source = NodeSource::enhetsregisteret;
  options.paths = unit_files();
  options.envelopes = unit_envelopes();
  options.extracted_at = stamp;
  options.resume = true;
  options.cursor_key = units_cursor;
  options.progress = counting(*options_.totals);
  options.may_go_on = [this] { return wait_for_room(); };
  options.stop_requested = [this] { return transport_.stopped(); };
  return load(registry_, options, mapper);
}

/// Of units that are alive alone: what ended or was taken away does not come back by its roles.
Result<void> FullFiles::load_roles(Instant stamp) {
  if (!options_.roles) return {};
  KnownUnits known(registry_);
  RolesMapper mapper([&known](std::string_view orgnr) {
    return known.standing_of(orgnr) == KnownUnits::Standing::alive;
  });
  NodeLoadOptions options;
  options.source = NodeSource::enhetsregisteret_roller;
  options.paths = {place_of(roles_name).string()};
  options.extracted_at = stamp;
  options.resume = true;
  options.cursor_key = roles_cursor;
  options.progress = counting(*options_.totals);
  options.may_go_on = [this] { return wait_for_room(); };
  options.stop_requested = [this] { return transport_.stopped(); };
  return load(registry_, options, mapper);
}

Result<std::vector<std::string>> FullFiles::unseen() {
  auto reader = reading::RecordReader::open(unit_files(), reading_options());
  if (!reader) return tl::unexpected(reader.error());
  std::vector<std::uint32_t> seen;
  reading::Record record;
  reading::JsonDocument document;
  while (true) {
    if (transport_.stopped()) return stopped();
    const auto more = reader->next(record);
    if (!more) return tl::unexpected(more.error());
    if (!*more) break;
    if (!record.fault.empty() || document.load(record.json)) continue;
    const auto number =
        reading::whole_number(reading::member(document.root(), "organisasjonsnummer"));
    if (number && *number <= UINT32_MAX) seen.push_back(static_cast<std::uint32_t>(*number));
  }
  std::ranges::sort(seen);
  KnownUnits known(registry_);
  std::vector<std::string> unseen;
  std::optional<std::string> from = std::string();
  while (from && !transport_.stopped()) {
    const auto page = registry::virksomhet::numbered_nodes(
        registry_, registry::virksomhet::IdentifierSystem::orgnr, *from, page_nodes);
    if (!page) return tl::unexpected(page.error());
    for (const auto& node : page->nodes) {
      const auto number = number_of(node.number);
      if (number && !std::ranges::binary_search(seen, *number) &&
          known.standing_of(node.number) == KnownUnits::Standing::alive) {
        unseen.push_back(node.number);
      }
    }
    from = page->next;
  }
  return unseen;
}

Result<void> FullFiles::forget() {
  std::error_code ignored;
  fs::remove_all(options_.folder, ignored);
  for (const std::string_view key : {units_cursor, roles_cursor}) {
    const auto kept = registry::read_mark(registry_, key);
    if (!kept) return tl::unexpected(kept.error());
    if (!*kept) continue;
    if (auto removed = registry::write_mark(registry_, key, {}); !removed) return removed;
  }
  return {};
}

} // namespace grunndata::importers::enhetsregisteret::sync
