#include "api/v1/export/node_export.h"

#include "api/number_text.h"
#include "registry/registry.h"
#include "registry/virksomhet/node_json.h"

namespace grunndata::api::v1 {

using registry::Result;

Result<NodeExport> NodeExport::begin(const registry::Registry& registry,
                                     const NodeExportOrder& order) {
  const auto newest = registry.newest_told(order.access);
  if (!newest) return tl::unexpected(newest.error());
  return NodeExport(registry, order, {.epoch = registry.epoch(), .from = *newest + 1});
}

NodeExport::NodeExport(const registry::Registry& registry, const NodeExportOrder& order,
                       Cursor cursor)
    : cursor_(cursor), piece_bytes_(order.piece_bytes), walk_(registry, order.from, order.to) {}

Result<void> NodeExport::append_line(const registry::virksomhet::Structure& structure,
                                     const registry::EntityId& node, std::string& out) {
  const auto summary = structure.summary(node);
  if (!summary) return tl::unexpected(summary.error());
  if (summary->name_is_withheld) return {};
  if (auto written = registry::virksomhet::append_node(out, structure, node); !written) {
    return tl::unexpected(written.error());
  }
  out += '\n';
  last_ = summary->external_id;
  ++nodes_;
  return {};
}

Result<bool> NodeExport::next(std::string& out) {
  const std::size_t begin = out.size();
  if (!has_begun_) {
    out += R"({"export":"begin","entity":"virksomhet","nextCursor":")";
    append_cursor(out, cursor_);
    out += "\"}\n";
  }
  has_begun_ = true;
  const auto more = walk_.step([&](const registry::virksomhet::Structure& structure,
                                   const registry::EntityId& node) -> Result<bool> {
    if (auto line = append_line(structure, node, out); !line) return tl::unexpected(line.error());
    return out.size() - begin < piece_bytes_;
  });
  if (!more || *more) return more;
  out += R"({"export":"end","nextCursor":")";
  append_cursor(out, cursor_);
  out += R"(","virksomheter":)";
  append_number(out, nodes_);
  out += "}\n";
  return false;
}

} // namespace grunndata::api::v1
