// A whole copy of the enterprise structure, line by line, and where in the feed to go on.
#pragma once

#include "api/v1/cursor.h"
#include "registry/access.h"
#include "registry/entity_id.h"
#include "registry/error.h"
#include "registry/virksomhet/node_walk.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry {
class Registry;
} // namespace grunndata::registry

namespace grunndata::api::v1 {

struct NodeExportOrder {
  registry::Access access{}; ///< of who goes on with the feed
  registry::EntityId from{}; ///< the first
  std::optional<registry::EntityId> to{}; ///< the first that is not asked for any more
  std::size_t piece_bytes = std::size_t{256} << 10U; ///< a piece ends with the line that reaches it
};

/// Lines of JSON, each ending in "\n", in the order of `registry::virksomhet::NodeWalk`:
///
///     {"export":"begin","entity":"virksomhet","nextCursor":"…"}
///     {"id":"…","system":"ENH","number":"…",…}     a node, as it is now
///     {"export":"end","nextCursor":"…","virksomheter":…}
///
/// The cursor was taken before the first node was read, as of `PersonExport`. Rows that tell of
/// natural persons, and units whose names would tell what is treated, are left out whoever asks.
///
/// One thread at a time. Holds a piece, never a state of the store. The registry must outlive it.
class NodeExport {
public:
  /// Errors: `corrupt`, `storage`.
  [[nodiscard]] static registry::Result<NodeExport> begin(const registry::Registry& registry,
                                                          const NodeExportOrder& order);

  /// Appends the next lines, whole ones. False: the last line is among them. After an error what
  /// was appended is of no use, and nothing more comes. Errors: `corrupt`, `storage`.
  [[nodiscard]] registry::Result<bool> next(std::string& out);

  [[nodiscard]] const Cursor& cursor() const noexcept { return cursor_; }
  [[nodiscard]] std::uint64_t nodes() const noexcept { return nodes_; } ///< lines made so far
  /// The node of the last line, for whoever goes on later; all zeros before any.
  [[nodiscard]] const registry::ExternalId& last() const noexcept { return last_; }

private:
  NodeExport(const registry::Registry& registry, const NodeExportOrder& order, Cursor cursor);
  registry::Result<void> append_line(const registry::virksomhet::Structure& structure,
                                     const registry::EntityId& node, std::string& out);

  Cursor cursor_;
  std::size_t piece_bytes_;
  registry::virksomhet::NodeWalk walk_;
  std::uint64_t nodes_ = 0;
  registry::ExternalId last_{};
  bool has_begun_ = false;
};

} // namespace grunndata::api::v1
