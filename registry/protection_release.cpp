// A human's part in how persons are protected.
#include "registry/loaded_entity.h"
#include "registry/person_events.h"
#include "registry/person_protection.h"
#include "registry/purge/shared_homes.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

namespace {

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

Result<void> judge_relatives(Transaction& transaction, const EntityId& id,
                             const SourceRecord& record) {
  const auto relatives = purge::relatives_of(transaction, id, record);
  if (!relatives) {
    return tl::unexpected(relatives.error());
  }
  for (const EntityId& relative : *relatives) {
    if (auto judged = purge::judge_shared_homes(transaction, relative); !judged) {
      return judged;
    }
  }
  return {};
}

} // namespace

Result<void> release_protection(Registry& registry, std::string_view external_id) {
  const auto id = registry.ids().open(external_id);
  if (!id) {
    return fail(ErrorCode::not_found, "no such person");
  }
  return registry.impl().queue->run([&id](Transaction& transaction) {
    return release_protection(transaction, *id);
  });
}

Result<void> release_protection(Transaction& transaction, const EntityId& id) {
  const auto known = header_of(transaction, id);
  if (!known || !*known) {
    return known ? fail(ErrorCode::not_found, "no such person")
                 : Result<void>(tl::unexpected(known.error()));
  }
  LoadedEntity loaded;
  if (auto read = load_entity(transaction, id, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  Protection protection = Protection::of(loaded.entity.header);
  if (protection.linked == Grading::unclassified) {
    return fail(ErrorCode::conflict, "the person has no protection from a link");
  }
  protection.linked = Grading::unclassified;
  RowChanges changes; // none: only who may see the rows changes
  changes.rows = loaded.entity.rows;
  changes.changed.set(static_cast<std::size_t>(PersonPart::address_protection));
  auto events = events_of(loaded.entity, changes, protection);
  protection.write_to(loaded.entity.header);
  append_events(transaction, id, std::move(events), loaded.entity.header);
  const SourceRecord goes_by = with_identifiers_of(loaded.entity);
  put_entity(transaction, id, loaded.entity);
  return judge_relatives(transaction, id, goes_by);
}

} // namespace grunndata::registry
