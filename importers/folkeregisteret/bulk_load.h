// Loads person documents into the registry: reads, maps on several threads, writes in order.
#pragma once

#include "importers/folkeregisteret/load_totals.h"
#include "importers/folkeregisteret/person_mapping.h"
#include "importers/reading/mapping_report.h"
#include "registry/import_batch.h"
#include "registry/rebuild.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::importers::folkeregisteret {

struct LoadFigures {
  std::uint64_t read = 0; ///< the sum of the four that follow
  std::uint64_t written = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t superseded = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t bytes = 0;                  ///< taken from the inputs, as they lie on disk
  std::optional<std::uint64_t> bytes_total; ///< of all inputs, when they are files
};

struct LoadOptions {
  std::vector<std::string> paths;   ///< files, folders, or "-"
  std::string standard_input = "-"; ///< another file may be read where a path is "-"
  registry::Instant extracted_at; ///< when the source was read
  MappingOptions mapping;
  std::uint32_t batch_records = 2'000; ///< one commit; a bulk load takes at least 6,000
  std::uint32_t mapping_threads = 2;
  std::optional<std::uint64_t> errors_max; ///< stops when more records are quarantined
  /// Goes on after the records an interrupted load of the same paths wrote; begins at the beginning
  /// when there was none.
  bool resume = false;
  std::function<void(const LoadFigures&)> progress; ///< on the calling thread
  LoadTotals* totals = nullptr; ///< added to after each commit, when set; must outlive the load
  /// Asked before each batch; an error, for want of room, ends the load with it. What was handed on
  /// before is written, so that the load can be resumed.
  std::function<registry::Result<void>()> may_go_on;
  std::function<bool()> stop_requested; ///< what was not handed on for mapping is then left
};

enum class LoadEnd : std::uint8_t { complete, stopped, too_many_errors };

struct LoadResult {
  LoadFigures figures;
  MappingReport report;
  LoadEnd end = LoadEnd::complete;
  registry::Instant extracted_at;          ///< of the interrupted load, when it was resumed
  std::uint64_t records_before = 0;        ///< that an interrupted load had dealt with
  std::optional<std::string> source_fault; ///< the source could not be read to its end
};

/// A registry that is empty at the start is loaded past the write-ahead log. Position, counts and
/// extracted-at are committed with each batch; after a stop or a crash `resume` goes on from there.
/// Errors: `not_found` (a path), `invalid` (another load was interrupted than the one to resume),
/// and those of the registry.
[[nodiscard]] registry::Result<LoadResult> load(registry::Registry& registry,
                                                const LoadOptions& options);

/// Maps one quarantined record again; released when that succeeds, else left as it is.
/// Errors: `invalid` with the reason it is still refused, `not_found`, those of the registry.
[[nodiscard]] registry::Result<registry::WriteOutcome>
retry_quarantined(registry::Registry& registry, std::uint64_t number,
                  const MappingOptions& mapping);

/// What a rebuild and a deep check render with.
[[nodiscard]] registry::Renderer make_renderer(const MappingOptions& mapping);

} // namespace grunndata::importers::folkeregisteret
