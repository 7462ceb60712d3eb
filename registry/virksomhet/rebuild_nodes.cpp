#include "registry/virksomhet/rebuild_nodes.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"
#include "registry/virksomhet/down_values.h"
#include "registry/virksomhet/node_document.h"
#include "registry/virksomhet/stored.h"
#include "registry/virksomhet/structure_rules.h"

#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::size_t batch_keys = 1'000;

tl::unexpected<Error> corrupt(const char* what) { return fail(ErrorCode::corrupt, what); }

EntityId entity_of(std::string_view key) noexcept {
  EntityId id;
  std::memcpy(id.bytes.data(), key.data(), std::min(key.size(), id.bytes.size()));
  return id;
}

/// One batch of keys in a transaction: each is looked at as it is by then.
class Mending {
public:
  Mending(Transaction& transaction, RebuildFigures& figures)
      : transaction_(transaction), figures_(figures) {}

  Result<void> node(std::string_view key);
  Result<void> number(std::string_view key);
  Result<void> structure(std::string_view key);

private:
  using Value = Result<std::optional<std::string>>;
  [[nodiscard]] Value get(Family family, std::string_view key) const;
  void put(Family family, std::string key, std::string value) {
    transaction_.put(family, std::move(key), std::move(value));
    ++figures_.mended;
  }
  void erase(Family family, std::string_view key) {
    transaction_.erase(family, std::string(key));
    ++figures_.mended;
  }
  Result<void> put_missing(std::string key);
  Result<void> numbers_of(const EntityId& id, const Node& node);
  Result<void> relations_of(const EntityId& id, const NodeHeader& header);
  Result<void> note_legal_parent(const EntityId& upper);
  Result<void> sources_of(const EntityId& id);
  Result<void> happened(std::string_view key);
  Result<void> down(std::string_view key);
  Result<void> said(std::string_view key);
  Result<void> happened_to(std::string_view key);

  Transaction& transaction_;
  RebuildFigures& figures_;
};

Mending::Value Mending::get(Family family, std::string_view key) const {
  store::Pinned pin;
  const auto value = transaction_.get(family, key, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  return *value ? std::optional(std::string(**value)) : std::nullopt;
}

/// A key of `structure` whose being there is all it says.
Result<void> Mending::put_missing(std::string key) {
  const auto there = get(Family::structure, key);
  if (!there) {
    return tl::unexpected(there.error());
  }
  if (!*there) {
    put(Family::structure, std::move(key), {});
  }
  return {};
}

Result<void> Mending::numbers_of(const EntityId& id, const Node& node) {
  for (const HeldNumber& held : node.numbers) {
    const std::string key = virksomhet::key_of(held.key());
    const auto value = get(Family::node_key, key);
    if (!value) {
      return tl::unexpected(value.error());
    }
    auto owners = read_owners(value->value_or(std::string{}));
    if (!owners) {
      return corrupt("who has a number cannot be read");
    }
    auto owner = std::ranges::find(*owners, id, &NumberOwner::node);
    const std::uint8_t is_key = held.is_key() ? 1 : 0;
    const NodeType type = held.is_key() ? node.header.type : NodeType::unknown;
    if (owner == owners->end()) {
      NumberOwner missing;
      missing.node = id;
      missing.recorded_from = held.entry.recorded_from;
      owner = owners->insert(owners->end(), missing);
    } else if (owner->is_key == is_key && owner->type == type) {
      continue;
    }
    owner->is_key = is_key;
    owner->type = type;
    put(Family::node_key, key, write_owners(*owners));
  }
  return {};
}

/// Somebody has it as a legal parent, or had it.
Result<void> Mending::note_legal_parent(const EntityId& upper) {
  const auto value = get(Family::node, upper.view());
  if (!value || !*value) {
    return value ? Result<void>{} : tl::unexpected(value.error());
  }
  const auto node = Node::decode(**value, {});
  if (!node) {
    return tl::unexpected(node.error());
  }
  const auto own = std::ranges::find_if(node->numbers, &HeldNumber::is_key);
  if (own == node->numbers.end()) {
    return corrupt("a node without a number");
  }
  const std::string key = virksomhet::key_of(own->key());
  const auto listed = get(Family::node_key, key);
  if (!listed) {
    return tl::unexpected(listed.error());
  }
  auto owners = read_owners(listed->value_or(std::string{}));
  const auto owner = owners ? std::ranges::find(*owners, upper, &NumberOwner::node)
                            : std::vector<NumberOwner>::iterator{};
  if (!owners || owner == owners->end() || owner->is_legal_parent != 0) {
    return {}; // its own turn mends that it has its number
  }
  owner->is_legal_parent = 1;
  put(Family::node_key, key, write_owners(*owners));
  return {};
}

Result<void> Mending::relations_of(const EntityId& id, const NodeHeader& header) {
  const auto relations = relations_in(transaction_, id);
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  for (DownValue& wanted : down_values(id, *relations, header)) {
    const auto value = get(Family::structure, wanted.key);
    if (!value) {
      return tl::unexpected(value.error());
    }
    std::string written = write_down(wanted.entries);
    if (*value != written) {
      put(Family::structure, std::move(wanted.key), std::move(written));
    }
  }
  for (const RelationRow& row : *relations) {
    if (row.entry.type == NodeRelation::juridisk) {
      if (auto noted = note_legal_parent(row.entry.upper); !noted) {
        return noted;
      }
    }
  }
  return {};
}

Result<void> Mending::sources_of(const EntityId& id) {
  for (unsigned number = static_cast<unsigned>(NodeSource::enhetsregisteret) + 1;
       !name_of(static_cast<NodeSource>(number)).empty(); ++number) {
    const auto source = static_cast<NodeSource>(number);
    const auto value = get(Family::node_source, source_key(id, source));
    if (!value) {
      return tl::unexpected(value.error());
    }
    if (*value) {
      if (auto put = put_missing(said_by_key(source, id)); !put) {
        return put;
      }
    }
  }
  return {};
}

Result<void> Mending::node(std::string_view key) {
  ++figures_.entities;
  const EntityId id = entity_of(key);
  const auto value = get(Family::node, key);
  if (!value || !*value) {
    return value ? Result<void>{} : tl::unexpected(value.error());
  }
  const auto node = Node::decode(**value, {});
  if (!node) {
    return tl::unexpected(node.error());
  }
  if (auto mended = numbers_of(id, *node); !mended) {
    return mended;
  }
  if (auto mended = relations_of(id, node->header); !mended) {
    return mended;
  }
  return sources_of(id);
}

/// Who is not there does not have it; a number that its node gave up, or a removed one had, stays
/// blocked.
Result<void> Mending::number(std::string_view key) {
  const auto value = get(Family::node_key, key);
  if (!value || !*value) {
    return value ? Result<void>{} : tl::unexpected(value.error());
  }
  auto owners = read_owners(**value);
  if (!owners) {
    return corrupt("who has a number cannot be read");
  }
  std::vector<NumberOwner> there;
  for (const NumberOwner& owner : *owners) {
    const auto node = get(Family::node, owner.node.view());
    if (!node) {
      return tl::unexpected(node.error());
    }
    if (*node) {
      there.push_back(owner);
    }
  }
  if (there.empty()) {
    erase(Family::node_key, key);
  } else if (there.size() != owners->size()) {
    put(Family::node_key, std::string(key), write_owners(there));
  }
  return {};
}

Result<void> Mending::happened(std::string_view key) {
  const auto value = get(Family::structure, key);
  const auto events = value && *value ? read_node_events(**value) : std::nullopt;
  if (!events) {
    return !value   ? tl::unexpected(value.error())
           : *value ? Result<void>(corrupt("what happened to a node cannot be read"))
                    : Result<void>{};
  }
  const EntityId event = entity_of(key.substr(1));
  for (const StoredNodeEvent& told : *events) {
    for (const auto* side : {&told.from, &told.to}) {
      for (const EntityId& node : *side) {
        if (auto put = put_missing(event_of_key(node, event)); !put) {
          return put;
        }
      }
    }
  }
  return {};
}

Result<void> Mending::down(std::string_view key) {
  if (key.size() != down_key_bytes) {
    return corrupt("a key of a relation has a wrong size");
  }
  const EntityId upper = entity_of(key.substr(1));
  const auto type = static_cast<NodeRelation>(key[17]);
  const auto relations = relations_in(transaction_, entity_of(key.substr(18)));
  if (!relations) {
    return tl::unexpected(relations.error());
  }
  const bool is_said = std::ranges::any_of(*relations, [&](const RelationRow& row) {
    return row.entry.upper == upper && row.entry.type == type;
  });
  if (!is_said) {
    erase(Family::structure, key);
  }
  return {};
}

Result<void> Mending::said(std::string_view key) {
  const auto source = static_cast<NodeSource>(key.size() < 2 ? 0 : key[1]);
  const auto kept = get(Family::node_source, source_key(entity_of(key.substr(2)), source));
  if (!kept) {
    return tl::unexpected(kept.error());
  }
  if (!*kept) {
    erase(Family::structure, key);
  }
  return {};
}

Result<void> Mending::happened_to(std::string_view key) {
  const EntityId node = entity_of(key.substr(1));
  const auto value = get(Family::structure, event_key(entity_of(key.substr(17))));
  if (!value) {
    return tl::unexpected(value.error());
  }
  const auto events = read_node_events(value->value_or(std::string{}));
  const bool is_told = *value && events &&
                       std::ranges::any_of(*events, [&node](const StoredNodeEvent& event) {
                         return std::ranges::count(event.from, node) != 0 ||
                                std::ranges::count(event.to, node) != 0;
                       });
  if (!is_told) {
    erase(Family::structure, key);
  }
  return {};
}

Result<void> Mending::structure(std::string_view key) {
  switch (key.empty() ? '\0' : key.front()) {
  case 'd': return down(key);
  case 's': return said(key);
  case 'h': return happened_to(key);
  case 'e': return happened(key);
  default: return {}; // relations themselves follow from nothing
  }
}

using Mend = std::function<Result<void>(Mending&, std::string_view key)>;

/// Every key of the family, batch by batch.
Result<void> mend_all(Registry& registry, Family family, RebuildFigures& figures,
                      const RebuildProgress& progress, const Mend& mend) {
  const Registry::Impl& impl = registry.impl();
  std::string after;
  while (true) {
    std::vector<std::string> keys;
    {
      const auto cursor = impl.store->scan(family);
      for (cursor->seek(after); cursor->valid() && keys.size() < batch_keys; cursor->next()) {
        keys.emplace_back(cursor->key());
      }
      if (auto status = cursor->status(); !status) {
        return status;
      }
    }
    if (keys.empty()) {
      return {};
    }
    after = keys.back() + '\0';
    const auto done = impl.queue->run([&](Transaction& transaction) -> Result<void> {
      Mending mending(transaction, figures);
      for (const std::string& key : keys) {
        if (auto mended = mend(mending, key); !mended) {
          return mended;
        }
      }
      return {};
    });
    if (!done) {
      return done;
    }
    if (progress && !progress(figures)) {
      return fail(ErrorCode::cancelled, "the rebuild was stopped; run it again to finish");
    }
  }
}

} // namespace

Result<void> rebuild_nodes(Registry& registry, RebuildFigures& figures,
                           const RebuildProgress& progress) {
  const std::pair<Family, Mend> steps[] = {
      {Family::node_key,
       [](Mending& mending, std::string_view key) { return mending.number(key); }},
      {Family::node, [](Mending& mending, std::string_view key) { return mending.node(key); }},
      {Family::structure,
       [](Mending& mending, std::string_view key) { return mending.structure(key); }},
  };
  for (const auto& [family, mend] : steps) {
    if (auto done = mend_all(registry, family, figures, progress, mend); !done) {
      return done;
    }
  }
  return {};
}

} // namespace grunndata::registry::virksomhet
