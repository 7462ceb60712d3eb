#include "registry/rebuild.h"

#include "registry/candidates/key_upkeep.h"
#include "registry/document.h"
#include "registry/edges.h"
#include "registry/keys.h"
#include "registry/loaded_entity.h"
#include "registry/person_protection.h"
#include "registry/purge/forgetting.h"
#include "registry/purge/shared_homes.h"
#include "registry/registry_impl.h"
#include "registry/row_grading.h"
#include "registry/virksomhet/rebuild_nodes.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::size_t batch_entities = 256;

/// One entity's bytes while it is rendered again. Rendered texts live in the records.
class EntityRebuild {
public:
  EntityRebuild(Transaction& transaction, const Renderer& renderer, RebuildFigures& figures,
                std::vector<purge::Note>& notes)
      : transaction_(transaction), renderer_(renderer), figures_(figures), notes_(notes) {}

  Result<void> run(const EntityId& id);

private:
  Result<std::optional<std::string_view>> read(Family family, std::string_view key,
                                               store::Pinned& pin) {
    return transaction_.get(family, key, pin);
  }
  bool render_live(const EntityId& id, SourceValue& said);
  void purge(const EntityId& id, SourceValue& said);
  void render_withdrawn(const SourceValue& said);
  Result<void> write(const EntityId& id, std::string_view current, std::string_view past,
                     std::string_view source, const SourceValue& said);
  Result<void> mend_index(const EntityId& id);
  Result<void> judge_shared_homes(const EntityId& id);

  Transaction& transaction_;
  const Renderer& renderer_;
  RebuildFigures& figures_;
  std::vector<purge::Note>& notes_;
  Entity entity_;
  SourceRecord record_;
  std::vector<TextSlice> elements_;
  std::vector<std::unique_ptr<SourceRecord>> withdrawn_records_;
};

void refresh(Row& row, const AssertionDraft& draft, const SourceRecord& record) {
  const auto stored = [](const std::optional<Instant>& instant) {
    return instant ? instant->microseconds : no_instant;
  };
  row.entry.validity = draft.validity;
  row.entry.grading = draft.grading;
  row.entry.valid_from = stored(draft.valid_from);
  row.entry.valid_to = stored(draft.valid_to);
  row.entry.registered_at = stored(draft.registered_at);
  row.entry.metadata_bytes = draft.metadata_bytes;
  row.text = record.view(draft.row);
  row.open = record.view(draft.open_row);
  row.v1 = record.view(draft.v1_row);
}

/// What may not be kept of the person goes, should this version see more in the record than the
/// one that stored it.
void EntityRebuild::purge(const EntityId& id, SourceValue& said) {
  Protection protection = Protection::of(entity_.header);
  if (entity_.header.successor == EntityId{}.bytes) { // else it is the survivor's
    protection.own = record_.removed_by_law ? Grading::strictly_confidential : record_.protection;
    protection.write_to(entity_.header);
  }
  purge::Storable storable = purge::storable(record_, protection);
  if (storable.differs) {
    record_ = std::move(storable.reduced);
  }
  std::size_t place = 0;
  std::vector<WithdrawnElement> withdrawn;
  const auto forgotten = std::erase_if(entity_.rows, [&](const Row& row) {
    if (row.entry.source != record_.source || row.entry.recorded_to == still_recorded) {
      return false;
    }
    const bool goes = storable.forgotten.test(static_cast<std::size_t>(row.entry.part));
    if (!goes && place < said.withdrawn.size()) {
      withdrawn.push_back(said.withdrawn[place]);
    }
    ++place;
    return goes;
  });
  said.withdrawn = std::move(withdrawn);
  const bool reduced = storable.differs && record_.raw != said.raw;
  if (!reduced && forgotten == 0) {
    return;
  }
  if (reduced) {
    said.raw = record_.raw;
    entity_.header.record_hash = hash_of_record(record_.raw);
  }
  purge::Note note{
      id, purge::Reason::strictly_confidential, Instant{entity_.header.extracted_at}, {}, true, {}};
  for (const HeldIdentifier& held : entity_.identifiers) {
    note.identifier_keys.push_back(key_of(held.key()));
  }
  notes_.push_back(std::move(note));
}

/// False when the kept record cannot be mapped any more.
bool EntityRebuild::render_live(const EntityId& id, SourceValue& said) {
  if (!renderer_(said.raw, false, record_)) {
    return false;
  }
  purge(id, said);
  std::map<std::pair<PersonPart, std::uint16_t>, Row> known;
  std::vector<Row> others;
  for (const Row& row : entity_.rows) {
    if (row.entry.source == record_.source && row.entry.recorded_to == still_recorded) {
      known[{row.entry.part, row.entry.ordinal}] = row;
    } else {
      others.push_back(row);
    }
  }
  entity_.rows = std::move(others);
  elements_.clear();
  std::uint16_t ordinal = 0;
  for (std::size_t i = 0; i < record_.assertions.size(); ++i) {
    const AssertionDraft& draft = record_.assertions[i];
    ordinal = i != 0 && record_.assertions[i - 1].part == draft.part
                  ? static_cast<std::uint16_t>(ordinal + 1)
                  : std::uint16_t{0};
    const auto before = known.find({draft.part, ordinal});
    Row row;
    row.entry.part = draft.part;
    row.entry.ordinal = ordinal;
    row.entry.source = record_.source;
    // A row that an earlier mapping did not make was known all the same since the record came.
    row.entry.recorded_from =
        before != known.end() ? before->second.entry.recorded_from : entity_.header.sequence_legal;
    refresh(row, draft, record_);
    entity_.rows.push_back(row);
    elements_.push_back(draft.element);
  }
  return true;
}

void EntityRebuild::render_withdrawn(const SourceValue& said) {
  std::size_t next = 0;
  for (Row& row : entity_.rows) {
    if (row.entry.source != record_.source || row.entry.recorded_to == still_recorded) {
      continue;
    }
    if (next >= said.withdrawn.size()) {
      return;
    }
    const WithdrawnElement& element = said.withdrawn[next++];
    const PersonPartFacts& facts = facts_of(element.part);
    std::string json = "{\"" + std::string(facts.source_element) + "\":";
    json += facts.is_list ? "[" : "";
    json += element.json;
    json += facts.is_list ? "]}" : "}";
    auto rendered = std::make_unique<SourceRecord>();
    if (renderer_(json, true, *rendered) && rendered->assertions.size() == 1 &&
        rendered->assertions.front().part == row.entry.part) {
      refresh(row, rendered->assertions.front(), *rendered);
      withdrawn_records_.push_back(std::move(rendered));
    }
  }
}

Result<void> EntityRebuild::mend_index(const EntityId& id) {
  for (const HeldIdentifier& held : entity_.identifiers) {
    store::Pinned pin;
    const std::string key = key_of(held.key());
    const auto value = read(Family::identifier, key, pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    auto entries = read_index(value->value_or(std::string_view{}));
    if (!entries) {
      return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
    }
    const bool listed = std::ranges::any_of(
        *entries, [&id](const IndexEntry& entry) { return entry.is_live() && entry.entity == id; });
    if (!listed) {
      IndexEntry entry;
      entry.entity = id;
      entry.in_use = held.in_use ? 1 : 0;
      entry.is_primary = held.is_primary ? 1 : 0;
      entry.is_own = held.is_own ? 1 : 0;
      entry.source = record_.source;
      entry.recorded_from = entity_.header.sequence_first;
      entries->push_back(entry);
      transaction_.put(Family::identifier, key, write_index(*entries));
      ++figures_.mended;
    }
  }
  return {};
}

/// Whether a relative hides, for directories that did not keep it.
Result<void> EntityRebuild::judge_shared_homes(const EntityId& id) {
  const bool has_any = std::ranges::any_of(
      entity_.rows, [](const Row& row) { return row.entry.part == PersonPart::shared_residence; });
  if (!has_any) {
    return {};
  }
  const auto relative = purge::strictest_relative(transaction_, id);
  if (!relative) {
    return tl::unexpected(relative.error());
  }
  Protection protection = Protection::of(entity_.header);
  protection.relative_hides = purge::hides(*relative);
  protection.write_to(entity_.header);
  return {};
}

Result<void> EntityRebuild::write(const EntityId& id, std::string_view current,
                                  std::string_view past, std::string_view source,
                                  const SourceValue& said) {
  entity_.sort_rows();
  std::string new_current = entity_.encode_current();
  std::string new_past = entity_.encode_past();
  std::string new_source = write_source({said.raw, elements_, said.withdrawn});
  if (new_current == current && new_past == past && new_source == source) {
    return {};
  }
  ++figures_.changed;
  transaction_.put(Family::current, key_of(id), std::move(new_current));
  transaction_.put(Family::source, key_of(id, record_.source), std::move(new_source));
  if (!new_past.empty()) {
    transaction_.put(Family::past, key_of(id), std::move(new_past));
  } else if (!past.empty()) {
    transaction_.erase(Family::past, key_of(id));
  }
  return {};
}

Result<void> EntityRebuild::run(const EntityId& id) {
  ++figures_.entities;
  store::Pinned current_pin;
  store::Pinned past_pin;
  store::Pinned source_pin;
  const auto current = read(Family::current, id.view(), current_pin);
  const auto past = read(Family::past, id.view(), past_pin);
  const auto source = read(Family::source, key_of(id, Source::folkeregisteret), source_pin);
  for (const auto* value : {&current, &past, &source}) {
    if (!*value) {
      return tl::unexpected(value->error());
    }
  }
  if (!*current || !*source) {
    return {}; // gone meanwhile, or nothing of this source
  }
  auto entity = Entity::decode(**current, past->value_or(std::string_view{}));
  auto said = read_source(**source);
  if (!entity || !said) {
    return fail(ErrorCode::corrupt, "an entity cannot be read for rebuilding");
  }
  entity_ = std::move(*entity);
  if (!render_live(id, *said)) {
    ++figures_.failed;
    return {};
  }
  render_withdrawn(*said);
  grade_withdrawn(entity_.rows);
  if (auto mended = mend_index(id); !mended) {
    return mended;
  }
  const auto edges = write_edges_of(transaction_, record_, id, entity_.header.sequence_legal, true);
  if (!edges) {
    return tl::unexpected(edges.error());
  }
  figures_.mended += *edges;
  if (auto judged = judge_shared_homes(id); !judged) {
    return judged;
  }
  return write(id, **current, past->value_or(std::string_view{}), **source, *said);
}

/// The next entities after `after`, in key order.
Result<std::vector<EntityId>> next_entities(const Registry& registry, std::string& after) {
  std::vector<EntityId> batch;
  const auto cursor = registry.impl().store->scan(Family::current);
  for (cursor->seek(after); cursor->valid() && batch.size() < batch_entities; cursor->next()) {
    EntityId id;
    if (cursor->key().size() != id.bytes.size()) {
      return fail(ErrorCode::corrupt, "an entity's key has a wrong size");
    }
    std::memcpy(id.bytes.data(), cursor->key().data(), id.bytes.size());
    batch.push_back(id);
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  if (!batch.empty()) {
    after = std::string(batch.back().view()) + '\0';
  }
  return batch;
}

} // namespace

Result<RebuildFigures> rebuild(Registry& registry, const Renderer& renderer,
                               const RebuildProgress& progress) {
  RebuildFigures figures;
  std::string after;
  while (true) {
    const auto batch = next_entities(registry, after);
    if (!batch) {
      return tl::unexpected(batch.error());
    }
    if (batch->empty()) {
      const auto mended = candidates::rebuild_search_keys(
          registry, [&] { return !progress || progress(figures); });
      figures.mended += mended.value_or(0);
      const auto nodes = mended ? virksomhet::rebuild_nodes(registry, figures, progress)
                                : Result<void>(tl::unexpected(mended.error()));
      return nodes ? Result<RebuildFigures>(figures) : tl::unexpected(nodes.error());
    }
    const auto done = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
      std::vector<purge::Note> notes;
      for (const EntityId& id : *batch) {
        EntityRebuild work(transaction, renderer, figures, notes);
        if (auto rendered = work.run(id); !rendered) {
          return rendered;
        }
      }
      return registry.impl().purges.record(transaction, notes);
    });
    if (!done) {
      return tl::unexpected(done.error());
    }
    if (progress && !progress(figures)) {
      return fail(ErrorCode::cancelled, "the rebuild was stopped; run it again to finish");
    }
  }
}

} // namespace grunndata::registry
