// Loads a source of the enterprise structure into the registry: reads, maps, writes in order.
#pragma once

#include "importers/reading/envelope.h"
#include "importers/reading/mapping_report.h"
#include "importers/virksomhet/code_check.h"
#include "importers/virksomhet/node_list.h"
#include "importers/virksomhet/node_mapper.h"
#include "registry/registry.h"
#include "registry/virksomhet/node_import.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::importers::virksomhet {

struct NodeLoadFigures {
  std::uint64_t read = 0;
  std::uint64_t left_out = 0; ///< not wanted, or nothing to be kept
  registry::virksomhet::NodeImportCounts counts;
  std::uint64_t bytes = 0;                  ///< taken from the inputs, as they lie on disk
  std::optional<std::uint64_t> bytes_total; ///< of all inputs, when they are files
};

struct NodeLoadOptions {
  registry::virksomhet::NodeSource source{};
  std::vector<std::string> paths;   ///< files, folders, or "-"
  std::string standard_input = "-"; ///< another file may be read where a path is "-"
  reading::Envelopes envelopes;     ///< what the source wraps its documents in
  bool tables = false;              ///< the source gives tables too
  registry::Instant extracted_at;   ///< when the source was read
  std::uint32_t batch_records = 2'000;     ///< one commit; a bulk load takes at least 20,000
  std::optional<std::uint64_t> errors_max; ///< stops when more records are quarantined
  /// Goes on after the records an interrupted load of the same paths wrote. Of streams alone.
  bool resume = false;
  /// The paths are all that the source says: what it said before and says no more is withdrawn. Of
  /// lists alone.
  bool complete = false;
  /// Where the position of a stream is kept among the marks of the registry; empty: where imports
  /// of the source keep it.
  std::string cursor_key;
  std::function<void(const NodeLoadFigures&)> progress; ///< on the calling thread
  /// Asked before each batch; an error, for want of room, ends the load with it.
  std::function<registry::Result<void>()> may_go_on;
  std::function<bool()> stop_requested;
  std::shared_ptr<const registry::CodeLists> code_lists; ///< codes are judged by; null: by none
};

enum class NodeLoadEnd : std::uint8_t { complete, stopped, too_many_errors };

struct NodeLoadResult {
  NodeLoadFigures figures;
  reading::MappingReport report;
  CodeCheck codes; ///< those that their lists do not have
  NodeLoadEnd end = NodeLoadEnd::complete;
  registry::Instant extracted_at;          ///< of the interrupted load, when it was resumed
  std::uint64_t records_before = 0;        ///< that an interrupted load had dealt with
  std::optional<std::string> source_fault; ///< the source could not be read to its end
};

/// Batch by batch, one being written while the next is read and mapped, on several threads where
/// the mapper allows it; memory is that of two batches. Files of more than 16 MB are loaded past
/// the write-ahead log. Position and extracted-at are committed with each batch. A record that
/// breaks a rule is quarantined alone. Errors: `not_found` (a path), `invalid` (another load was
/// interrupted than the one to resume), and those of the registry.
[[nodiscard]] registry::Result<NodeLoadResult>
load_stream(registry::Registry& registry, const NodeLoadOptions& options, NodeMapper& mapper);

/// All in one commit: a list that breaks a rule is quarantined whole. Written only when it could be
/// read to its end; `complete` counts only when every document of it was good.
[[nodiscard]] registry::Result<NodeLoadResult>
load_list(registry::Registry& registry, const NodeLoadOptions& options, NodeList& list);

/// Maps one quarantined record again; released when that succeeds, else left as it is.
/// Errors: `invalid` with the reason it is still refused, `not_found`, those of the registry.
[[nodiscard]] registry::Result<registry::WriteOutcome>
retry_quarantined(registry::Registry& registry, const registry::QuarantineEntry& entry,
                  NodeMapper& mapper);

} // namespace grunndata::importers::virksomhet
