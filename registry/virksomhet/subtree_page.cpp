#include "registry/virksomhet/subtree_page.h"

#include <algorithm>
#include <map>

namespace grunndata::registry::virksomhet {

namespace {

class Pager {
public:
  Pager(const Structure& structure, const EntityId& root, const std::vector<Descendant>& all)
      : structure_(structure), root_(root) {
    for (const Descendant& one : all) {
      parents_.emplace(one.id, one.parent);
    }
  }

  /// Nothing when the node is hidden.
  Result<std::optional<SubtreeLine>> line_of(const Descendant& one) {
    auto summary = structure_.summary(one.id);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    if (summary->is_hidden) {
      return std::nullopt;
    }
    SubtreeLine line{std::move(*summary), one.parent, one.depth, one.type};
    bool is_nearest = true;
    for (EntityId above = one.parent; above != root_; above = parents_.at(above)) {
      const auto hidden = is_hidden(above);
      if (!hidden) {
        return tl::unexpected(hidden.error());
      }
      line.depth -= *hidden ? 1 : 0;
      is_nearest = is_nearest && *hidden;
      line.parent = is_nearest ? parents_.at(above) : line.parent;
    }
    return line;
  }

private:
  Result<bool> is_hidden(const EntityId& node) {
    const auto known = hidden_.find(node);
    if (known != hidden_.end()) {
      return known->second;
    }
    const auto summary = structure_.summary(node);
    if (!summary) {
      return tl::unexpected(summary.error());
    }
    hidden_.emplace(node, summary->is_hidden);
    return summary->is_hidden;
  }

  const Structure& structure_;
  EntityId root_;
  std::map<EntityId, EntityId> parents_;
  std::map<EntityId, bool> hidden_;
};

} // namespace

Result<SubtreePage> subtree_page(const Structure& structure, const EntityId& root,
                                 const SubtreePageOrder& asked) {
  const auto all = structure.subtree(root, asked.order);
  if (!all) {
    return tl::unexpected(all.error());
  }
  auto at = all->begin();
  if (asked.after) {
    at = std::ranges::find(*all, *asked.after, &Descendant::id);
    if (at == all->end()) {
      return fail(ErrorCode::out_of_range, "the node to go on from is not in the subtree");
    }
    ++at;
  }
  Pager pager(structure, root, *all);
  SubtreePage page;
  for (; at != all->end(); ++at) {
    if (asked.node_types.any() && !asked.node_types.test(static_cast<std::size_t>(at->node_type))) {
      continue;
    }
    auto line = pager.line_of(*at);
    if (!line) {
      return tl::unexpected(line.error());
    }
    if (!*line) {
      continue;
    }
    if (page.lines.size() == asked.limit) {
      page.has_more = true;
      break;
    }
    page.lines.push_back(std::move(**line));
  }
  return page;
}

} // namespace grunndata::registry::virksomhet
