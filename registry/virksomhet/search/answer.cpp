// What a search finds; how the index is kept up stands in node_search.cpp.
#include "registry/virksomhet/search/node_search.h"

#include <algorithm>

namespace grunndata::registry::virksomhet::search {

namespace {

using store::Family;

/// False when there is no such node.
Result<bool> read_facts(const Structure& then, const EntityId& node, NodeFacts& out) {
  store::Pinned current_pin;
  store::Pinned past_pin;
  const auto current = then.read(Family::node, node.view(), current_pin);
  const auto past = then.read(Family::node_past, node.view(), past_pin);
  if (!current || !past) {
    return tl::unexpected(current ? past.error() : current.error());
  }
  if (!*current) {
    return false;
  }
  const auto decoded = Node::decode(**current, past->value_or(std::string_view{}));
  if (!decoded) {
    return tl::unexpected(decoded.error());
  }
  facts_of(*decoded, {then.valid(), then.recorded(), false}, out);
  return true;
}

/// Those of `nodes` that fit then, all of them, best first.
Result<std::vector<Found>> fitting(const Structure& then, const std::vector<EntityId>& nodes,
                                   const Query& query, bool misspelt_too) {
  std::vector<Found> found;
  NodeFacts facts;
  for (const EntityId& node : nodes) {
    const auto there = read_facts(then, node, facts);
    if (!there) {
      return tl::unexpected(there.error());
    }
    const auto how = *there ? fit(query, facts, misspelt_too) : std::nullopt;
    if (how) {
      found.push_back({{place_of(*how, facts.is_open(), facts.size, facts.type), node}, *how});
    }
  }
  std::ranges::sort(found, {}, &Found::place);
  return found;
}

FoundPage page_of(std::vector<Found> all, const Request& request) {
  FoundPage page;
  page.fitting = all.size();
  if (request.after) {
    std::erase_if(all, [&request](const Found& one) { return one.place <= *request.after; });
  }
  page.more = all.size() > request.limit;
  all.resize(std::min(all.size(), request.limit));
  page.found = std::move(all);
  return page;
}

} // namespace

FoundPage NodeSearch::find_now(const Request& request) const {
  const std::shared_lock lock(mutex_);
  const Place* const after = request.after ? &*request.after : nullptr;
  FoundPage page = index_->find(request.query, false, after, request.limit);
  if (page.fitting < misspelt_below && !request.query.words.empty()) {
    page = index_->find(request.query, true, after, request.limit);
  }
  return page;
}

Result<FoundPage> NodeSearch::find_then(const Request& request) const {
  const Structure then(registry_, request.as_of);
  std::vector<Found> found;
  for (const bool misspelt_too : {false, true}) {
    WordIndex::Ever ever;
    {
      const std::shared_lock lock(mutex_);
      ever = index_->find_ever(request.query, misspelt_too, nodes_read_max);
    }
    if (ever.more) {
      return fail(ErrorCode::invalid, "too many nodes have gone by these words; give more of them");
    }
    auto all = fitting(then, ever.nodes, request.query, misspelt_too);
    if (!all) {
      return tl::unexpected(all.error());
    }
    found = std::move(*all);
    if (found.size() >= misspelt_below || request.query.words.empty()) {
      break;
    }
  }
  return page_of(std::move(found), request);
}

Result<FoundPage> NodeSearch::find_numbered(const Request& request) const {
  const Structure then(registry_, request.as_of);
  std::vector<EntityId> nodes;
  for (const OwnedNodeKey& number : request.numbers) {
    const auto owners = then.owners(number.view());
    if (!owners) {
      return tl::unexpected(owners.error());
    }
    nodes.insert(nodes.end(), owners->begin(), owners->end());
  }
  std::ranges::sort(nodes);
  const auto rest = std::ranges::unique(nodes);
  nodes.erase(rest.begin(), rest.end());
  Query query = request.query;
  query.words.clear(); // the number is all that was asked for
  auto all = fitting(then, nodes, query, false);
  return all ? Result<FoundPage>(page_of(std::move(*all), request))
             : Result<FoundPage>(tl::unexpected(all.error()));
}

Result<SearchPage> NodeSearch::search(const SearchOrder& order) {
  const auto request = read_order(order, registry_.ids());
  if (!request) {
    return tl::unexpected(request.error());
  }
  if (!is_ready()) {
    return fail(ErrorCode::unavailable, "the nodes are being read for search; try again soon");
  }
  if (is_behind(registry_.newest_sequence())) {
    if (auto caught = catch_up(); !caught) {
      return tl::unexpected(caught.error());
    }
  }
  Result<FoundPage> page;
  if (!request->numbers.empty()) {
    page = find_numbered(*request);
  }
  if (page && page->fitting == 0) {
    page = request->is_of_now() ? Result<FoundPage>(find_now(*request)) : find_then(*request);
  }
  return page ? answer(*page, *request) : Result<SearchPage>(tl::unexpected(page.error()));
}

/// On a state that is as new as what was found, or newer.
Result<SearchPage> NodeSearch::answer(const FoundPage& page, const Request& request) const {
  const Structure then(registry_, request.as_of, request.sight);
  SearchPage answer;
  for (const Found& found : page.found) {
    auto node = then.summary(found.place.node);
    if (!node) {
      return tl::unexpected(node.error());
    }
    answer.hits.push_back({std::move(*node), found.fit.kind, found.fit.by_former_name});
  }
  if (page.more) {
    answer.next = text_of(page.found.back().place, request, registry_.ids());
  }
  return answer;
}

} // namespace grunndata::registry::virksomhet::search
