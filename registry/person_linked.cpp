// The fourth part of PersonWriter: what records mean to those whom people have linked.
#include "registry/person_writer.h"
#include "registry/purge/beside.h"
#include "registry/purge/shared_homes.h"

#include <algorithm>

namespace grunndata::registry {

namespace {

EntityId successor_of(const DocumentHeader& header) noexcept { return EntityId{header.successor}; }

/// A record that says nothing but the numbers that the entity goes or went by.
SourceRecord with_identifiers_of(const Entity& entity) {
  SourceRecord record;
  for (const HeldIdentifier& held : entity.identifiers) {
    IdentifierClaim claim;
    claim.type = held.type;
    claim.text = {static_cast<std::uint32_t>(record.text.size()),
                  static_cast<std::uint32_t>(held.text.size())};
    record.text += held.text;
    record.identifiers.push_back(claim);
  }
  return record;
}

} // namespace

Result<bool> PersonWriter::comes_back(const EntityId& id, const DocumentHeader& before) {
  const auto merged = links::merged_by_source(transaction_, id, before);
  return merged ? Result<bool>(merged->has_value()) : Result<bool>(tl::unexpected(merged.error()));
}

Result<void> PersonWriter::settle_links(const EntityId& id, const DocumentHeader& before,
                                        bool came_back, std::uint64_t sequence) {
  if (came_back) {
    return identity(sequence).after_split(id, {successor_of(before), before.successor_since});
  }
  return successor_of(before) == EntityId{} ? Result<void>{} : identity(sequence).after_numbers(id);
}

Result<std::vector<EntityId>> PersonWriter::linked_with(const EntityId& id) {
  auto chain = identity(0).chain_of(id);
  if (!chain) {
    return tl::unexpected(chain.error());
  }
  const auto linked = links::linked_to(transaction_, ids_, chain->back());
  if (!linked) {
    return tl::unexpected(linked.error());
  }
  for (const EntityId& other : linked->entities) {
    if (std::ranges::find(*chain, other) == chain->end()) {
      chain->push_back(other);
    }
  }
  chain->erase(chain->begin());
  return chain;
}

Result<Grading> PersonWriter::strictest_of_linked(const EntityId& id,
                                                  const DocumentHeader& header) {
  const auto back = comes_back(id, header);
  if (!back || *back) {
    return back ? Result<Grading>(Grading::unclassified)
                : Result<Grading>(tl::unexpected(back.error()));
  }
  const auto others = linked_with(id);
  if (!others) {
    return tl::unexpected(others.error());
  }
  Grading strictest = Grading::unclassified;
  for (const EntityId& other : *others) {
    const auto now = header_of(transaction_, other);
    if (!now || !*now) {
      return now ? fail(ErrorCode::corrupt, "a link names a person who is not there")
                 : Result<Grading>(tl::unexpected(now.error()));
    }
    const Protection protection = Protection::of(**now);
    strictest =
        std::max(strictest, protection.withheld ? Grading::strictly_confidential : protection.own);
  }
  return strictest;
}

Result<void> PersonWriter::raise(const EntityId& id, const Standing& standing,
                                 std::vector<std::string>& keys) {
  Loaded before;
  if (auto read = load(id, Source::folkeregisteret, before); !read) {
    return read;
  }
  if (auto covered = protect(id, standing, keys); !covered) {
    return covered;
  }
  if (static_cast<Grading>(before.entity.header.protection) >= standing.protection.holds()) {
    return {};
  }
  Loaded now;
  if (auto read = load(id, Source::folkeregisteret, now); !read) {
    return read;
  }
  RowChanges changes; // who may see the rows, and rows that are forgotten
  changes.rows = now.entity.rows;
  changes.changed.set(static_cast<std::size_t>(PersonPart::address_protection));
  append_events(transaction_, id,
                events_of(before.entity, changes, Protection::of(now.entity.header)),
                now.entity.header);
  const SourceRecord goes_by = with_identifiers_of(now.entity);
  put_entity(transaction_, id, now.entity);
  return judge_homes_of_relatives(id, goes_by);
}

Result<void> PersonWriter::protect_linked(const EntityId& id, const Standing& standing) {
  const auto others = linked_with(id);
  if (!others) {
    return tl::unexpected(others.error());
  }
  if (others->empty()) {
    return {};
  }
  std::vector<std::string> keys;
  for (const EntityId& other : *others) {
    if (auto raised = raise(other, standing, keys); !raised) {
      return raised;
    }
  }
  const auto root = identity(0).end_of(id);
  if (!root) {
    return tl::unexpected(root.error());
  }
  return protect_by_keys(*root, std::move(keys), standing);
}

Result<void> PersonWriter::protect_alike(const EntityId& entity) {
  auto all = linked_with(entity);
  if (!all) {
    return tl::unexpected(all.error());
  }
  all->push_back(entity);
  Standing strictest;
  for (const EntityId& id : *all) {
    const auto header = header_of(transaction_, id);
    if (!header || !*header) {
      return header ? fail(ErrorCode::corrupt, "a link names a person who is not there")
                    : Result<void>(tl::unexpected(header.error()));
    }
    const Grading holds = Protection::of(**header).holds();
    if (holds > strictest.protection.linked) {
      strictest.protection.linked = holds;
      strictest.extracted_at = Instant{(*header)->extracted_at};
    }
  }
  const Grading holds = strictest.protection.holds();
  if (holds == Grading::unclassified) {
    return {};
  }
  strictest.purges = holds == Grading::strictly_confidential;
  std::vector<std::string> keys;
  if (auto raised = raise(entity, strictest, keys); !raised) {
    return raised;
  }
  const auto root = identity(0).end_of(entity);
  if (!root) {
    return tl::unexpected(root.error());
  }
  if (auto linked = protect_linked(entity, strictest); !linked) {
    return linked;
  }
  return protect_by_keys(*root, std::move(keys), strictest);
}

Result<void> PersonWriter::forget_beside(const EntityId& id) {
  return store_ == nullptr ? Result<void>{} : purge::forget_beside(transaction_, *store_, ids_, id);
}

} // namespace grunndata::registry
