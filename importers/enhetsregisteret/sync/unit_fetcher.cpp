#include "importers/enhetsregisteret/sync/unit_fetcher.h"

#include "registry/threads/thread_priority.h"

#include <algorithm>
#include <thread>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

using following::Answer;
using following::Meaning;
using registry::ErrorCode;
using registry::Result;

constexpr int fetching_niceness = 15;
/// So often what is unknown is asked for before it is believed.
constexpr int unknown_tries = 3;
/// A search shows no more than 10,000, whatever its pages are.
constexpr std::size_t search_size = 1'000;
constexpr std::size_t search_pages_max = 10;

/// What an answer about a unit is.
enum class Told : std::uint8_t { unit, removed, damaged };

/// A number, when it was taken away, and links: what stands in place of a unit behind a 410.
bool tells_removal(const reading::JsonDocument& document) {
  bool has_date = false;
  reading::MemberWalk walk(document.root());
  while (walk.next()) {
    if (walk.key() == "slettedato") {
      has_date = walk.value().is_string();
    } else if (walk.key() != "organisasjonsnummer" && walk.key() != "_links") {
      return false;
    }
  }
  return has_date;
}

} // namespace

UnitFetcher::UnitFetcher(const Options& options) {
  for (unsigned i = 0; i < std::max(1U, options.connections); ++i) {
    lines_.push_back(std::make_unique<Line>(options));
  }
}

/// Calls `work(line, place)` for all places on several threads; false when one was stopped.
template <typename Work>
bool UnitFetcher::for_each(std::size_t count, const Work& work) {
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stopped{false};
  const auto run = [&](Line& line) {
    registry::run_behind_lookups(fetching_niceness);
    for (std::size_t place = next++; place < count && !stopped; place = next++) {
      if (!work(line, place)) stopped = true;
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < std::min(lines_.size(), count); ++i) {
    threads.emplace_back(run, std::ref(*lines_[i]));
  }
  for (std::thread& thread : threads) thread.join();
  return !stopped;
}

bool UnitFetcher::fetch_unit(Line& line, FetchedUnit& unit) {
  const auto read = [&line, &unit](const Answer& answer) {
    if (line.document.load(answer.body) ||
        reading::characters(reading::member(line.document.root(), "organisasjonsnummer"),
                            line.scratch) != unit.number) {
      return Told::damaged;
    }
    return tells_removal(line.document) ? Told::removed : Told::unit;
  };
  const Kind own = unit.kind;
  for (int tries = 1;; ++tries) {
    for (const Kind kind : {own, own == Kind::enheter ? Kind::underenheter : Kind::enheter}) {
      const std::string path = std::string("/").append(name_of(kind)).append("/") + unit.number;
      auto answer = line.transport.get(path, {}, true);
      if (!answer) return false;
      const bool has_document = answer->meaning == Meaning::ok || answer->meaning == Meaning::gone;
      if (!has_document) continue;
      const Told told = read(*answer);
      // A unit behind a 410, and a removal that is no 410, contradict themselves.
      if (told == Told::damaged || (told == Told::removed) != (answer->meaning == Meaning::gone)) {
        continue;
      }
      unit.kind = kind;
      unit.is_removed = told == Told::removed;
      unit.document = std::move(answer->body);
      return true;
    }
    if (tries == unknown_tries) return true;
    if (!line.transport.wait_for_better("the source does not give a unit")) return false;
  }
}

Result<std::vector<FetchedUnit>> UnitFetcher::units(std::span<const Asked> asked) {
  std::vector<FetchedUnit> units;
  units.reserve(asked.size());
  for (const Asked& one : asked) units.push_back({one.number, one.kind, {}, false});
  const bool whole = for_each(
      units.size(), [&units](Line& line, std::size_t at) { return fetch_unit(line, units[at]); });
  if (!whole) return registry::fail(ErrorCode::cancelled, "stopped");
  return units;
}

Result<std::vector<UnitFetcher::Asked>> UnitFetcher::below(const std::string& number) {
  following::PatientTransport& transport = lines_.front()->transport;
  std::vector<Asked> all;
  for (const Kind kind : kinds) {
    for (std::size_t page = 0; page < search_pages_max;) {
      const std::string path = std::string("/")
                                   .append(name_of(kind))
                                   .append("?overordnetEnhet=")
                                   .append(number)
                                   .append("&size=" + std::to_string(search_size))
                                   .append("&page=" + std::to_string(page));
      const auto answer = transport.get(path);
      if (!answer) return registry::fail(ErrorCode::cancelled, "stopped");
      const auto found = answer->meaning == Meaning::ok
                             ? read_search(answer->body, kind)
                             : Result<FoundUnits>(registry::fail(ErrorCode::unavailable,
                                                                 answer->message));
      if (!found) {
        if (!transport.wait_for_better(found.error().message)) {
          return registry::fail(ErrorCode::cancelled, "stopped");
        }
        continue;
      }
      for (const std::string& unit : found->numbers) all.push_back({unit, kind});
      if (!found->more) break;
      ++page;
    }
  }
  return all;
}

bool UnitFetcher::fetch_roles(Line& line, const std::string& number, std::string& document) {
  constexpr std::string_view groups = "rollegrupper";
  for (int tries = 1;; ++tries) {
    const auto answer = line.transport.get("/enheter/" + number + "/roller", {}, true);
    if (!answer) return false;
    if (answer->meaning == Meaning::ok && !line.document.load(answer->body)) {
      const reading::JsonSlot list = reading::member(line.document.root(), groups);
      if (list.is_array()) {
        document.assign(R"({"organisasjonsnummer":")").append(number).append(R"(",")");
        document.append(groups).append("\":").append(list.text()).append(1, '}');
        return true;
      }
    }
    if (tries == unknown_tries) return true;
    if (!line.transport.wait_for_better("the source does not give the roles of a unit")) {
      return false;
    }
  }
}

Result<std::vector<std::string>> UnitFetcher::roles(std::span<const std::string> numbers) {
  std::vector<std::string> documents(numbers.size());
  const bool whole = for_each(numbers.size(), [&](Line& line, std::size_t at) {
    return fetch_roles(line, numbers[at], documents[at]);
  });
  if (!whole) return registry::fail(ErrorCode::cancelled, "stopped");
  return documents;
}

} // namespace grunndata::importers::enhetsregisteret::sync
