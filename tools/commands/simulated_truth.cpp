#include "tools/commands/simulated_truth.h"

#include "importers/folkeregisteret/mapping_pool.h"
#include "importers/following/transport.h"
#include "registry/import_batch.h"
#include "registry/numbered_persons.h"
#include "registry/store/store.h"
#include "registry/view.h"

#include <algorithm>
#include <future>

namespace grunndata::tools {

namespace {

namespace freg = importers::folkeregisteret;
namespace following = importers::following;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::size_t lines_told_max = 20;
constexpr std::size_t batch_documents = 1'000;
constexpr std::size_t truth_bytes_max = std::size_t{8} << 30U;
constexpr std::size_t page_persons = 1'000;
constexpr std::chrono::milliseconds truth_timeout{600'000};

Result<std::string> fetch_truth(const std::string& address) {
  if (auto checked = following::check_base_url(address, "the simulator"); !checked) {
    return fail(ErrorCode::invalid, "the simulator's address is http://HOST:PORT on loopback");
  }
  following::TransportOptions options;
  options.base_url = address;
  options.timeout = truth_timeout;
  options.answer_bytes_max = truth_bytes_max;
  auto answer = following::Transport(options).get("/simulator/truth");
  if (answer.meaning != following::Meaning::ok) {
    return fail(ErrorCode::unavailable, "the simulator did not answer: " + answer.message);
  }
  return std::move(answer.body);
}

Result<void> load(registry::Registry& into, const freg::MappingOptions& mapping,
                  std::string_view lines) {
  freg::MappingPool pool(mapping, 2, std::make_shared<freg::SpareMemory>());
  const registry::ImportStamp stamp{registry::now()};
  while (!lines.empty()) {
    freg::RawBatch raw;
    while (!lines.empty() && raw.records.size() < batch_documents) {
      const std::size_t end = std::min(lines.find('\n'), lines.size());
      freg::Record record;
      record.json = lines.substr(0, end);
      record.path = "truth";
      record.record_number = raw.records.size() + 1;
      raw.add(record);
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    registry::ImportBatch batch;
    static_cast<registry::ImportPart&>(batch) = pool.submit(std::move(raw)).get().part;
    batch.stamp = stamp;
    std::promise<Result<registry::ImportCounts>> promise;
    auto done = promise.get_future();
    registry::submit_import(into, std::move(batch),
                            [&promise](auto counts) { promise.set_value(std::move(counts)); });
    if (auto counts = done.get(); !counts) return tl::unexpected(counts.error());
  }
  return {};
}

struct Shown {
  std::string text; ///< the person's id and number in the log left out
  registry::Grading protection{};
};

Result<Shown> shown(const registry::Registry& registry, const std::string& number) {
  registry::Reading reading;
  const auto type = number.front() >= '4' && number.front() <= '7' ? registry::IdentifierType::dnr
                                                                   : registry::IdentifierType::fnr;
  if (const auto found = registry.lookup({type, number}, reading); !found) {
    return tl::unexpected(found.error());
  }
  registry::ViewRequest view;
  view.parts.set();
  view.history = true;
  view.access = registry::Access::legal_basis;
  std::string text;
  if (auto written = registry::write_view(reading, view, text); !written) {
    return tl::unexpected(written.error());
  }
  const std::size_t sequence = text.find("\"sequenceNumber\":");
  const std::size_t rest = text.find(',', sequence);
  if (sequence != std::string::npos && rest != std::string::npos) text.erase(0, rest);
  return Shown{std::move(text), reading.protection()};
}

struct WithoutSharedHomes {
  std::string text;
  bool had_any = false;
};

WithoutSharedHomes without_shared_homes(const std::string& text) {
  constexpr std::string_view begin = R"("sharedResidence":[)";
  constexpr std::string_view end = R"(],"presentAddress":[)";
  const std::size_t from = text.find(begin);
  const std::size_t to = from == std::string::npos ? from : text.find(end, from);
  if (to == std::string::npos) return {text};
  const std::size_t rows = from + begin.size();
  return {text.substr(0, rows) + text.substr(to), to > rows};
}

/// Which shared residences are forgotten for a strictly protected relative depends on which homes
/// of theirs were ever known (registry/purge/shared_homes.h): who followed knows more of them than
/// who reads the newest documents only, and does not get back what it forgot for somebody who hides
/// no more before the person's own record comes again. True when one has some, the other none, and
/// that is all in which two differ.
bool differ_in_forgotten_homes(const std::string& found, const std::string& expected) {
  const auto left = without_shared_homes(found);
  const auto right = without_shared_homes(expected);
  return left.had_any != right.had_any && left.text == right.text;
}

/// Where two texts part, without what stands there.
std::string part_at(const std::string& one, const std::string& other) {
  const auto apart = std::mismatch(one.begin(), one.end(), other.begin(), other.end());
  const std::string_view before(one.data(), static_cast<std::size_t>(apart.first - one.begin()));
  const std::size_t list = before.rfind(":[{");
  const std::size_t name = list == std::string_view::npos ? list : before.rfind('"', list - 2);
  return name == std::string_view::npos ? "somewhere"
                                        : std::string(before.substr(name + 1, list - name - 2));
}

} // namespace

Result<Comparison> compare_with_simulator(const registry::Registry& registry,
                                          const freg::MappingOptions& mapping,
                                          const std::string& address) {
  const auto lines = fetch_truth(address);
  if (!lines) return tl::unexpected(lines.error());
  auto truth =
      registry::Registry::open(registry::store::make_memory_store(), registry.environment());
  if (!truth) return tl::unexpected(truth.error());
  if (auto loaded = load(**truth, mapping, *lines); !loaded) {
    return tl::unexpected(loaded.error());
  }
  Comparison comparison;
  const auto differ = [&comparison](std::string line) {
    ++comparison.differences;
    if (comparison.differing.size() < lines_told_max) {
      comparison.differing.push_back(std::move(line));
    }
  };
  std::optional<registry::EntityId> at = registry::EntityId{};
  while (at) {
    const auto page = registry::numbered_persons(**truth, *at, page_persons);
    if (!page) return tl::unexpected(page.error());
    for (const registry::NumberedPerson& person : page->persons) {
      ++comparison.persons;
      const auto expected = shown(**truth, person.number);
      if (!expected) return tl::unexpected(expected.error());
      const auto found = shown(registry, person.number);
      if (!found) {
        differ("person " + std::to_string(comparison.persons) + ": " + found.error().message);
      } else if (found->protection > expected->protection ||
                 differ_in_forgotten_homes(found->text, expected->text)) {
        ++comparison.held_back;
      } else if (found->text != expected->text) {
        differ("person " + std::to_string(comparison.persons) + ": differs in " +
               part_at(expected->text, found->text));
      }
    }
    at = page->next;
  }
  at = registry::EntityId{};
  while (at) {
    const auto page = registry::numbered_persons(registry, *at, page_persons);
    if (!page) return tl::unexpected(page.error());
    for (const registry::NumberedPerson& person : page->persons) {
      registry::Reading reading;
      const auto type = person.number.front() >= '4' ? registry::IdentifierType::dnr
                                                     : registry::IdentifierType::fnr;
      if (!(*truth)->lookup({type, person.number}, reading)) {
        differ("a person of the registry is not in the source");
      }
    }
    at = page->next;
  }
  return comparison;
}

} // namespace grunndata::tools
