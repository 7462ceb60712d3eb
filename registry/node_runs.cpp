#include "registry/node_runs.h"

#include "registry/keys.h"

#include <string>

namespace grunndata::registry {

namespace {

using store::Family;

std::string key_of_run(std::uint64_t first) {
  return std::string(meta::node_run_prefix).append(key_of_number(first));
}

/// The last run that begins at `sequence` or before.
Result<std::optional<NodeRun>> run_before(const store::Store& store, std::uint64_t sequence) {
  const auto cursor = store.scan(Family::meta);
  cursor->seek_before(key_of_run(sequence));
  if (!cursor->valid()) {
    if (auto status = cursor->status(); !status) {
      return tl::unexpected(status.error());
    }
    return std::nullopt;
  }
  if (!cursor->key().starts_with(meta::node_run_prefix)) {
    return std::nullopt;
  }
  const std::string_view first = cursor->key().substr(meta::node_run_prefix.size());
  if (first.size() != sizeof(std::uint64_t) || cursor->value().size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "a run of events cannot be read");
  }
  return NodeRun{number_of_key(first), number_of_key(cursor->value())};
}

} // namespace

Result<void> note_node_run(Transaction& transaction, const store::Store& store,
                           std::uint64_t before) {
  const std::uint64_t last = transaction.newest_sequence();
  if (last == before) {
    return {};
  }
  NodeRun run{before + 1, last};
  // Of a run that this commit notes, or the load before it that is still being written, the store
  // knows nothing: then there are two, one behind the other.
  const auto known = run_before(store, before);
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (*known && (*known)->last == before) {
    run.first = (*known)->first;
  } else if (last - before < node_run_events_min) {
    return {};
  }
  transaction.put(Family::meta, key_of_run(run.first), key_of_number(run.last));
  return {};
}

Result<std::optional<NodeRun>> node_run_at(const store::Store& store, std::uint64_t sequence) {
  auto run = run_before(store, sequence);
  if (run && *run && (*run)->last < sequence) {
    return std::nullopt;
  }
  return run;
}

} // namespace grunndata::registry
