#include "registry/virksomhet/node_diff.h"

#include <algorithm>
#include <functional>
#include <iterator>

namespace grunndata::registry::virksomhet {

namespace {

/// All that holds of a node on a day.
struct Standing {
  std::vector<DiffRow> rows;
  std::vector<OwnedNodeKey> numbers;
  std::vector<NodeUpper> uppers;
  std::vector<Descendant> lowers;
};

Result<Standing> standing_of(const Structure& structure, const EntityId& id) {
  Standing standing;
  Structure::NodeRoom room;
  const auto node = structure.node(id, room);
  if (!node) {
    return tl::unexpected(node.error());
  }
  for (const NodeRow& row : node->rows) {
    standing.rows.push_back({row.entry.part, row.entry.source,
                             (row.entry.marks & mark::personal) != 0, std::string(row.text)});
  }
  for (const HeldNumber& number : node->numbers) {
    if (holds_at(number.entry.valid_from, number.entry.valid_to, structure.valid())) {
      standing.numbers.push_back(
          {number.entry.system, std::string(number.text), std::string(number.assigner)});
    }
  }
  auto uppers = structure.uppers(id);
  if (!uppers) {
    return tl::unexpected(uppers.error());
  }
  standing.uppers = std::move(*uppers);
  for (const NodeRelation type :
       {NodeRelation::juridisk, NodeRelation::eierskap, NodeRelation::organisatorisk}) {
    SubtreeOrder order;
    order.types = set_of({type});
    order.depth_max = 1;
    const auto below = structure.subtree(id, order);
    if (!below) {
      return tl::unexpected(below.error());
    }
    standing.lowers.insert(standing.lowers.end(), below->begin(), below->end());
  }
  return standing;
}

template <typename T, typename Same>
void compare(const std::vector<T>& before, const std::vector<T>& after, std::vector<T>& gone,
             std::vector<T>& come, const Same& same) {
  const auto missing = [&same](const std::vector<T>& from, const std::vector<T>& in,
                               std::vector<T>& out) {
    std::ranges::copy_if(from, std::back_inserter(out), [&](const T& one) {
      return std::ranges::none_of(in, [&](const T& other) { return same(one, other); });
    });
  };
  missing(before, after, gone);
  missing(after, before, come);
}

} // namespace

Result<NodeDiff> diff_of(const Registry& registry, const NodeKey& key, Instant before,
                         Instant after, std::optional<std::uint64_t> recorded) {
  const Structure then(registry, {before, recorded});
  const Structure later(registry, {after, recorded});
  const auto id = later.find(key);
  if (!id) {
    return tl::unexpected(id.error());
  }
  return diff_of(then, later, *id);
}

Result<NodeDiff> diff_of(const Structure& before, const Structure& after, const EntityId& node) {
  const auto was = standing_of(before, node);
  const auto is = was ? standing_of(after, node) : was;
  if (!is) {
    return tl::unexpected(is.error());
  }
  NodeDiff diff;
  compare(was->rows, is->rows, diff.rows_gone, diff.rows_come, std::equal_to<>{});
  compare(was->numbers, is->numbers, diff.numbers_gone, diff.numbers_come, std::equal_to<>{});
  compare(was->uppers, is->uppers, diff.relations_gone, diff.relations_come,
          [](const NodeUpper& a, const NodeUpper& b) {
            return a.upper == b.upper && a.type == b.type && a.kind == b.kind &&
                   a.source == b.source && a.details == b.details;
          });
  compare(was->lowers, is->lowers, diff.lowers_gone, diff.lowers_come,
          [](const Descendant& a, const Descendant& b) {
            return a.id == b.id && a.type == b.type;
          });
  return diff;
}

} // namespace grunndata::registry::virksomhet
