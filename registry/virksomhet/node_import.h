// Many node records in one commit, with what could not be read and how far the source was read.
#pragma once

#include "registry/import_batch.h"
#include "registry/virksomhet/node_record.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// A record that was mapped, and where it stood in its source.
struct NodeImportItem {
  NodeRecord record;
  std::uint64_t number = 0; ///< counted from 1
  std::uint64_t byte_offset = 0;
  std::uint32_t origin = 0; ///< index into its part's `origins`
};

/// What goes to quarantine when a rule of the structure (virksomhet.md 4.3) would be broken.
enum class Refusal : std::uint8_t {
  /// Everything in the batch: for sources whose records mean something only together (an export of
  /// RESH, a reviewed file).
  batch,
  /// The record that breaks it: for a national register, whose records stand each by itself. A
  /// record whose parent was refused stays, and shows a parent of which only the number is known.
  record,
};

/// Records that stood together in the source.
struct NodeImportPart {
  std::vector<NodeImportItem> items;
  std::vector<QuarantineDraft> quarantine; ///< records that could not be mapped
  std::vector<std::string> origins;        ///< file names or "-"
};

struct NodeBatch : NodeImportPart {
  /// When set, gives more of the same batch, as `ImportBatch::next` does; not with
  /// `Refusal::batch`.
  std::function<bool(NodeImportPart&)> next;
  NodeSource source{};
  ImportStamp stamp; ///< when the source was read; of two records of a node the newer one counts
  std::vector<NodeEventClaim> events;
  std::string cursor_key;                  ///< where the position is kept; empty: not kept
  std::string cursor_value;                ///< committed with the data
  Refusal refusal = Refusal::batch;
  /// The batch is all that the source says, of nodes and events: what it said before of those that
  /// are not in it is withdrawn. Not for `enhetsregisteret`, from whose files nothing follows about
  /// who is not in them (`invalid`).
  bool complete = false;
  /// Past the write-ahead log; for large loads. Good sizes are 20,000 records a batch.
  bool bulk = false;
};

struct NodeImportCounts {
  std::uint64_t written = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t superseded = 0; ///< older than what was known
  std::uint64_t withdrawn = 0;  ///< nodes of which the source says nothing any more
  std::uint64_t events = 0;     ///< claims of events that were new or changed
  std::uint64_t quarantined = 0;
  std::uint64_t identifiers_refused = 0; ///< kept as `invalid`; of relations left out

  NodeImportCounts& operator+=(const NodeImportCounts& other) noexcept;
};

using NodeImportDone = std::function<void(Result<NodeImportCounts>)>;

/// Writes the batch; `done` is called on the thread that wrote, after the sync. A record is known
/// again by source and key; equal ones change nothing, not even the log. What is refused is
/// quarantined, not failed: reason `structure`, and the rule in the message. Errors: `invalid`
/// (see `complete` and `next`), `corrupt`, `storage`, `unavailable`; then nothing of the batch was
/// written.
void submit_nodes(Registry& registry, NodeBatch batch, NodeImportDone done);
/// Submits and waits; not from the writer's thread.
[[nodiscard]] Result<NodeImportCounts> import_nodes(Registry& registry, NodeBatch batch);

/// After a large load: puts in one piece what it wrote in many. Errors: `storage`, `corrupt`.
[[nodiscard]] Result<void> settle_after_node_bulk(Registry& registry);

} // namespace grunndata::registry::virksomhet
