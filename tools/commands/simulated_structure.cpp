#include "tools/commands/simulated_structure.h"

#include "importers/enhetsregisteret/roles_mapping.h"
#include "importers/enhetsregisteret/unit_mapping.h"
#include "importers/following/transport.h"
#include "registry/store/store.h"
#include "registry/virksomhet/node_import.h"
#include "registry/virksomhet/numbered_nodes.h"
#include "registry/virksomhet/structure.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <optional>
#include <string_view>

#include <cstdlib>
#include <unistd.h>

namespace grunndata::tools {

namespace {

namespace er = importers::enhetsregisteret;
namespace following = importers::following;
namespace nodes = registry::virksomhet;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::size_t lines_told_max = 20;
constexpr std::size_t batch_records = 2'000;
constexpr std::size_t page_nodes = 10'000;
constexpr std::size_t truth_bytes_max = std::size_t{4} << 30U;
constexpr std::chrono::milliseconds truth_timeout{600'000};

Result<std::string> fetch(const std::string& address, std::string_view path) {
  if (auto checked = following::check_base_url(address, "the simulator"); !checked) {
    return tl::unexpected(checked.error());
  }
  following::TransportOptions options;
  options.base_url = address;
  options.source_name = "the simulator";
  options.timeout = truth_timeout;
  options.answer_bytes_max = truth_bytes_max;
  auto answer = following::Transport(options).get(path);
  if (answer.meaning != following::Meaning::ok) {
    return fail(ErrorCode::unavailable, "the simulator did not answer: " + answer.message);
  }
  return std::move(answer.body);
}

/// Maps every line and writes it.
Result<void> load(registry::Registry& into, nodes::NodeSource source,
                  importers::virksomhet::NodeMapper& mapper, registry::Instant stamp,
                  std::string_view lines) {
  importers::reading::MappingReport report;
  while (!lines.empty()) {
    nodes::NodeBatch batch;
    batch.source = source;
    batch.stamp = {stamp};
    batch.refusal = nodes::Refusal::record;
    while (!lines.empty() && batch.items.size() < batch_records) {
      const std::size_t end = std::min(lines.find('\n'), lines.size());
      auto& item = batch.items.emplace_back();
      item.number = batch.items.size();
      const auto mapped = mapper.map(lines.substr(0, end), item.record, report);
      if (!mapped) return fail(ErrorCode::corrupt, "the simulator's truth cannot be mapped");
      lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    const auto counts = nodes::import_nodes(into, std::move(batch));
    if (!counts) return tl::unexpected(counts.error());
    if (counts->quarantined != 0) return fail(ErrorCode::corrupt, "the truth breaks a rule");
  }
  return {};
}

/// A file that is gone at the end.
class ScratchFile {
public:
  explicit ScratchFile(std::string_view text) {
    std::string name = (std::filesystem::temp_directory_path() / "grunndata-truth-XXXXXX").string();
    const int file = ::mkstemp(name.data());
    if (file < 0) return;
    ::close(file);
    path_ = name;
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~ScratchFile() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove(path_, ignored);
  }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;
  [[nodiscard]] const std::string& path() const noexcept { return path_; }

private:
  std::string path_;
};

/// What a registry shows of a unit today, a line each; empty when nothing is told of it.
class Shower {
public:
  explicit Shower(const registry::Registry& registry) : now_(registry, nodes::AsOf{}) {}

  Result<std::vector<std::string>> lines_of(const std::string& number) {
    const auto id = now_.find({nodes::IdentifierSystem::orgnr, number, {}});
    if (!id) {
      return id.error().code == ErrorCode::not_found ? Result<std::vector<std::string>>({})
                                                     : tl::unexpected(id.error());
    }
    nodes::Structure::NodeRoom room;
    const auto node = now_.node(*id, room);
    if (!node) return tl::unexpected(node.error());
    std::vector<std::string> lines;
    for (const nodes::NodeRow& row : node->rows) {
      std::string line(facts_of(row.entry.part).property);
      line.append(row.entry.marks & nodes::mark::personal ? " (personal) " : " ");
      lines.push_back(line.append(row.text));
    }
    const auto uppers = now_.uppers(*id);
    if (!uppers) return tl::unexpected(uppers.error());
    for (const nodes::NodeUpper& upper : *uppers) {
      const auto above = now_.summary(upper.upper);
      if (!above) return tl::unexpected(above.error());
      lines.push_back(std::string(name_of(upper.type)).append(" ").append(to_text(
          above->key.view())));
    }
    std::ranges::sort(lines);
    return lines;
  }
  /// Closed: it may have been so before it was first asked for, and is then in no full file.
  static bool has_ended(const std::vector<std::string>& lines) {
    return std::ranges::any_of(lines, [](const std::string& line) {
      return line.starts_with("life ") && line.find("\"OPPHORT\"") != std::string::npos;
    });
  }
  /// Nothing is left of it but that it was taken away.
  static bool is_removed(const std::vector<std::string>& lines) {
    return lines.size() == 1 && lines.front().find("\"FJERNET\"") != std::string::npos;
  }

private:
  nodes::Structure now_;
};

class Comparing {
public:
  Comparing(const registry::Registry& registry, const registry::Registry& truth,
            const std::optional<er::Selection>& selection)
      : registry_(registry), truth_(truth), found_(registry), expected_(truth),
        selection_(selection) {}

  Result<StructureComparison> run() {
    const auto of_truth = each(truth_, [this](const std::string& number) { return unit(number); });
    if (!of_truth) return tl::unexpected(of_truth.error());
    const auto others = each(registry_, [this](const std::string& number) -> Result<void> {
      const auto expected = expected_.lines_of(number);
      const auto found = found_.lines_of(number);
      if (!expected || !found) return tl::unexpected((expected ? found : expected).error());
      if (expected->empty() && !found->empty()) differ(number + ": is not in the source");
      return {};
    });
    if (!others) return tl::unexpected(others.error());
    return std::move(comparison_);
  }

private:
  template <typename Use>
  static Result<void> each(const registry::Registry& registry, const Use& use) {
    std::optional<std::string> from = std::string();
    while (from) {
      const auto page =
          nodes::numbered_nodes(registry, nodes::IdentifierSystem::orgnr, *from, page_nodes);
      if (!page) return tl::unexpected(page.error());
      for (const auto& node : page->nodes) {
        if (auto used = use(node.number); !used) return used;
      }
      from = page->next;
    }
    return {};
  }

  Result<void> unit(const std::string& number) {
    const auto expected = expected_.lines_of(number);
    const auto found = found_.lines_of(number);
    if (!expected || !found) return tl::unexpected((expected ? found : expected).error());
    const bool is_removed = Shower::is_removed(*expected);
    const bool may_be_missing = is_removed || Shower::has_ended(*expected) || expected->empty() ||
                                (selection_ && !selection_->contains(number));
    if (found->empty() && may_be_missing) {
      ++comparison_.left_out;
      return {};
    }
    ++comparison_.units;
    if (*expected == *found || (is_removed && Shower::is_removed(*found))) return {};
    std::vector<std::string> apart;
    std::ranges::set_symmetric_difference(*expected, *found, std::back_inserter(apart));
    differ(number + ": " + (found->empty() ? "is missing" : "differs in " + apart.front()));
    return {};
  }

  void differ(std::string line) {
    ++comparison_.differences;
    if (comparison_.differing.size() < lines_told_max) {
      comparison_.differing.push_back(std::move(line));
    }
  }

  const registry::Registry& registry_;
  const registry::Registry& truth_;
  Shower found_;
  Shower expected_;
  const std::optional<er::Selection>& selection_;
  StructureComparison comparison_;
};

} // namespace

Result<StructureComparison> compare_structure_with_simulator(const registry::Registry& registry,
                                                             const er::SelectionRules& rules,
                                                             const std::string& address) {
  const auto units = fetch(address, "/simulator/truth");
  if (!units) return tl::unexpected(units.error());
  const auto roles = fetch(address, "/simulator/truth/roles");
  if (!roles) return tl::unexpected(roles.error());
  auto truth =
      registry::Registry::open(registry::store::make_memory_store(), registry.environment());
  if (!truth) return tl::unexpected(truth.error());
  const registry::Instant now = registry::now();
  er::UnitMapper unit_mapper({now, {}, {}});
  if (auto loaded =
          load(**truth, nodes::NodeSource::enhetsregisteret, unit_mapper, now, *units);
      !loaded) {
    return tl::unexpected(loaded.error());
  }
  er::RolesMapper roles_mapper(nullptr);
  if (auto loaded = load(**truth, nodes::NodeSource::enhetsregisteret_roller, roles_mapper, now,
                         *roles);
      !loaded) {
    return tl::unexpected(loaded.error());
  }
  std::optional<er::Selection> selection;
  if (!rules.empty()) {
    const ScratchFile file(*units);
    auto read = er::Selection::read({file.path()}, rules, {});
    if (!read) return tl::unexpected(read.error());
    selection = std::move(*read);
  }
  return Comparing(registry, **truth, selection).run();
}

} // namespace grunndata::tools
