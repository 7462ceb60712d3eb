// Where in the log so many events of nodes stand together that a reader of other events should not
// have to pass them one by one: after the load of a national register.
#pragma once

#include "registry/error.h"
#include "registry/store/store.h"
#include "registry/transaction.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::registry {

namespace meta {
inline constexpr std::string_view node_run_prefix = "node_run/"; ///< + first number
} // namespace meta

/// All numbers of the log from `first` to `last` that are given tell of nodes.
struct NodeRun {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

/// Fewer at once are not worth a look at where they end.
inline constexpr std::uint64_t node_run_events_min = 1'000;

/// Notes that `transaction` has appended events of nodes alone since `before` was the newest.
/// They lengthen the run that ends right before; else those from `node_run_events_min` on are kept.
/// Errors: `corrupt`, `storage`.
[[nodiscard]] Result<void> note_node_run(Transaction& transaction, const store::Store& store,
                                         std::uint64_t before);

/// The run that `sequence` is in; nothing when it is in none that is kept. Errors as above.
[[nodiscard]] Result<std::optional<NodeRun>> node_run_at(const store::Store& store,
                                                         std::uint64_t sequence);

} // namespace grunndata::registry
