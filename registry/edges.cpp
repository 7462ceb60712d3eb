#include "registry/edges.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

using store::Family;

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

std::vector<Edge> edges_of(const SourceRecord& record, std::uint64_t sequence) {
  std::vector<Edge> edges;
  edges.reserve(record.relations.size());
  for (const RelationClaim& claim : record.relations) {
    if (claim.identifier.size == 0 || claim.identifier.size > identifier_text_bytes_max) {
      continue;
    }
    Edge edge;
    edge.type = claim.type;
    edge.current = claim.current;
    edge.identifier_type = claim.identifier_type;
    edge.identifier = record.view(claim.identifier);
    edge.valid_from = stored(claim.valid_from);
    edge.valid_to = stored(claim.valid_to);
    edge.recorded_from = sequence;
    if (std::ranges::none_of(edges, [&](const Edge& e) { return e.same_as(edge); })) {
      edges.push_back(std::move(edge));
    }
  }
  return edges;
}

bool same_end(const Edge& a, const Edge& b) noexcept {
  return a.identifier_type == b.identifier_type && a.identifier == b.identifier;
}

Result<std::vector<Edge>> known_edges(Transaction& transaction, const EntityId& entity) {
  store::Pinned pin;
  const auto value = transaction.get(Family::relation, edges_key(entity), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  auto known = read_edges(value->value_or(std::string_view{}));
  if (!known) {
    return fail(ErrorCode::corrupt, "an entity's edges cannot be read");
  }
  return std::move(*known);
}

/// Writes the second key of every end of `edges`; with `only_missing` those that differ.
Result<std::uint64_t> write_ends(Transaction& transaction, const std::vector<Edge>& edges,
                                 const EntityId& entity, bool only_missing) {
  std::uint64_t written = 0;
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const auto first = std::ranges::find_if(
        edges, [&](const Edge& other) { return same_end(other, edges[i]); });
    if (static_cast<std::size_t>(first - edges.begin()) != i) {
      continue;
    }
    std::vector<Edge> together;
    std::ranges::copy_if(edges, std::back_inserter(together),
                         [&](const Edge& other) { return same_end(other, edges[i]); });
    std::string key = pointed_key(edges[i].identifier_type, edges[i].identifier, entity);
    std::string value = write_edges(together);
    if (only_missing) {
      store::Pinned pin;
      const auto there = transaction.get(Family::relation, key, pin);
      if (!there) {
        return tl::unexpected(there.error());
      }
      if (*there && **there == value) {
        continue;
      }
    }
    transaction.put(Family::relation, std::move(key), std::move(value));
    ++written;
  }
  return written;
}

} // namespace

Result<std::uint64_t> write_edges_of(Transaction& transaction, const SourceRecord& record,
                                     const EntityId& entity, std::uint64_t sequence,
                                     bool look_everywhere) {
  std::vector<Edge> edges = edges_of(record, sequence);
  const auto before = known_edges(transaction, entity);
  if (!before) {
    return tl::unexpected(before.error());
  }
  for (Edge& edge : edges) {
    const auto same =
        std::ranges::find_if(*before, [&](const Edge& old) { return old.same_as(edge); });
    if (same != before->end()) {
      edge.recorded_from = same->recorded_from;
    }
  }
  std::string value = write_edges(edges);
  if (value == write_edges(*before)) {
    return look_everywhere ? write_ends(transaction, edges, entity, true)
                           : Result<std::uint64_t>(0);
  }
  for (const Edge& old : *before) {
    if (std::ranges::none_of(edges, [&](const Edge& edge) { return same_end(edge, old); })) {
      transaction.erase(Family::relation,
                        pointed_key(old.identifier_type, old.identifier, entity));
    }
  }
  const auto ends = write_ends(transaction, edges, entity, false);
  if (!ends) {
    return ends;
  }
  transaction.put(Family::relation, edges_key(entity), std::move(value));
  return look_everywhere ? *ends + 1 : 0;
}

Result<std::uint64_t> write_first_edges_of(Transaction& transaction, const SourceRecord& record,
                                           const EntityId& entity, std::uint64_t sequence) {
  const std::vector<Edge> edges = edges_of(record, sequence);
  if (edges.empty()) {
    return 0;
  }
  const auto ends = write_ends(transaction, edges, entity, false);
  if (ends) {
    transaction.put(Family::relation, edges_key(entity), write_edges(edges));
  }
  return ends;
}

} // namespace grunndata::registry
