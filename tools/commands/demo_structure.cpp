#include "tools/commands/demo_structure.h"

#include "importers/virksomhet/node_load.h"
#include "tools/commands/structure_sources.h"
#include "tools/generate/virksomhet/files.h"

#include <array>
#include <string_view>
#include <vector>

namespace grunndata::tools {

namespace {

namespace sources = importers::virksomhet;
namespace virksomhet = generate::virksomhet;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using registry::virksomhet::NodeSource;

constexpr virksomhet::NationOptions nation{
    .enheter = 700, .underenheter = 500, .resh = 250, .her = 700};

struct Told {
  NodeSource source{};
  bool is_stream = false;
  std::array<std::string_view, 2> files{};
};
constexpr std::array told{
    Told{NodeSource::enhetsregisteret, true, {"enheter.json.gz", "underenheter.json.gz"}},
    Told{NodeSource::resh, false, {"resh.json"}},
    Told{NodeSource::adresseregisteret, true, {"adresseregisteret.ndjson.gz"}},
    Told{NodeSource::gln, false, {"gln.csv"}},
    Told{NodeSource::kuratert, false, {"kuraterte_relasjoner.json", "etterfolgere.json"}},
};

Result<sources::NodeLoadResult> load(OpenedRegistry& opened, const Told& source,
                                     const std::filesystem::path& directory,
                                     const std::function<bool()>& stop_requested) {
  const config::StructureConfig& config = opened.config.values.structure;
  sources::NodeLoadOptions options;
  options.source = source.source;
  for (const std::string_view file : source.files) {
    if (!file.empty()) options.paths.push_back((directory / file).string());
  }
  options.extracted_at = registry::now();
  options.stop_requested = stop_requested;
  set_wrapping(options, config);
  if (source.is_stream) {
    const auto mapper = structure_mapper(source.source, options.extracted_at, config);
    if (!mapper) return tl::unexpected(mapper.error());
    return sources::load_stream(*opened.registry, options, **mapper);
  }
  const auto list = structure_list(source.source, options.extracted_at, config);
  if (!list) return tl::unexpected(list.error());
  return sources::load_list(*opened.registry, options, **list);
}

/// The first health region.
std::string number_to_show(const virksomhet::Nation& made) {
  std::string number;
  made.for_each_of_sector([&](const virksomhet::Concern& concern) {
    if (number.empty() && concern.kind == virksomhet::ConcernKind::region) {
      number = made.unit(concern, 0).number;
    }
  });
  return number;
}

} // namespace

Result<std::string> load_demo_structure(OpenedRegistry& opened,
                                        const std::filesystem::path& directory,
                                        std::uint64_t seed,
                                        const std::function<bool()>& stop_requested) {
  virksomhet::NationOptions options = nation;
  options.seed = seed;
  const virksomhet::Nation made(options);
  std::vector<virksomhet::WrittenFile> written;
  if (virksomhet::write_files(made, directory, written) != 0) {
    return fail(ErrorCode::storage, "cannot write to " + directory.string());
  }
  for (const Told& source : told) {
    const auto loaded = load(opened, source, directory, stop_requested);
    if (!loaded) return tl::unexpected(loaded.error());
    if (loaded->end == sources::NodeLoadEnd::stopped) return std::string();
    if (loaded->source_fault || loaded->figures.counts.quarantined != 0) {
      return fail(ErrorCode::invalid, "the demo's own enterprises were not taken whole");
    }
  }
  std::error_code ignored;
  std::filesystem::remove_all(directory, ignored);
  return number_to_show(made);
}

} // namespace grunndata::tools
