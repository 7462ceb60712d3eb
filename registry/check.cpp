#include "registry/check.h"

#include "registry/candidates/key_upkeep.h"
#include "registry/candidates/newborns.h"
#include "registry/candidates/search_keys.h"
#include "registry/document.h"
#include "registry/keys.h"
#include "registry/kodeverk/stored.h"
#include "registry/links/check_links.h"
#include "registry/quarantine.h"
#include "registry/registry_impl.h"
#include "registry/subscriptions/check_subscriptions.h"
#include "registry/virksomhet/check_nodes.h"

#include <algorithm>
#include <cstring>
#include <map>

namespace grunndata::registry {

namespace {

using store::Family;

constexpr std::string_view advice_rebuild = "run `grunndata rebuild`";
constexpr std::string_view advice_restore = "restore from a backup, or import the source again";
constexpr std::uint64_t progress_every = 4'096;

EntityId entity_of(std::string_view key) noexcept {
  EntityId id;
  std::memcpy(id.bytes.data(), key.data(), std::min(key.size(), id.bytes.size()));
  return id;
}

class Checker {
public:
  Checker(Registry& registry, const CheckOptions& options)
      : registry_(registry), store_(*registry.impl().store), options_(options),
        snapshot_(store_.snapshot()), newest_(registry.newest_sequence()),
        nodes_(registry, *snapshot_,
               [this](const EntityId& node, std::string what, virksomhet::Remedy remedy) {
                 add("node", node == EntityId{} ? std::string{} : outside(node), std::move(what),
                     remedy == virksomhet::Remedy::rebuild ? advice_rebuild : advice_restore);
               }) {}

  Result<CheckReport> run();

private:
  using Visit = std::function<Result<void>(std::string_view key, std::string_view value)>;
  Result<void> walk(Family family, const Visit& visit);
  void add(std::string_view family, std::string place, std::string what, std::string_view advice);
  std::string outside(const EntityId& id) const {
    return std::string(view_of(registry_.ids().seal(id)));
  }
  Result<bool> get(Family family, std::string_view key, store::Pinned& pin) const {
    return store_.get(family, key, pin, snapshot_.get());
  }

  Result<void> check_entity(std::string_view key, std::string_view value);
  Result<void> check_held(const EntityId& id, const DocumentBytes& document);
  Result<void> check_source(const EntityId& id, const Entity& entity);
  void check_rows(const EntityId& id, const Entity& entity);
  void check_rendering(const EntityId& id, const Entity& entity, const SourceValue& said);
  Result<void> check_past(std::string_view key);
  Result<void> check_identifier(std::string_view key, std::string_view value);
  Result<void> check_event(std::string_view key, std::string_view value);
  Result<void> check_clock(std::string_view value);
  Result<void> check_edge(std::string_view key, std::string_view value);
  void check_quarantine(std::string_view key, std::string_view value);
  Result<void> check_link(std::string_view key, std::string_view value);
  Result<void> check_search_keys(const EntityId& id, const Entity& entity);
  Result<void> check_search_key(std::string_view key, std::string_view value);

  Registry& registry_;
  store::Store& store_;
  const CheckOptions& options_;
  std::unique_ptr<store::Snapshot> snapshot_;
  const std::uint64_t newest_; ///< read after the snapshot: nothing in it is newer
  virksomhet::NodeChecker nodes_;
  CheckReport report_;
  std::uint64_t steps_ = 0;
  std::uint64_t clock_before_ = 0;
  bool is_searchable_ = false; ///< its search keys were built
};

void Checker::add(std::string_view family, std::string place, std::string what,
                  std::string_view advice) {
  ++report_.figures.faults;
  if (report_.findings.size() < findings_max) {
    report_.findings.push_back(
        {std::string(family), std::move(place), std::move(what), std::string(advice)});
  }
}

Result<void> Checker::walk(Family family, const Visit& visit) {
  const auto cursor = store_.scan(family, snapshot_.get());
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    if (auto visited = visit(cursor->key(), cursor->value()); !visited) {
      return visited;
    }
    if (++steps_ % progress_every == 0 && options_.progress &&
        !options_.progress(report_.figures)) {
      return fail(ErrorCode::cancelled, "the check was stopped");
    }
  }
  return cursor->status();
}

void Checker::check_rows(const EntityId& id, const Entity& entity) {
  for (const Row& row : entity.rows) {
    const bool framed = row.text.size() >= 2 && row.text.front() == '{' && row.text.back() == '}';
    const bool recorded =
        row.entry.recorded_from != 0 && row.entry.recorded_from <= row.entry.recorded_to &&
        row.entry.recorded_from <= newest_ &&
        (row.entry.recorded_to == still_recorded || row.entry.recorded_to <= newest_);
    if (!framed || row.entry.metadata_bytes >= row.text.size()) {
      add("current", outside(id), "a row's text is not an object", advice_rebuild);
    }
    if (!recorded) {
      add("current", outside(id), "a row's recorded interval is impossible", advice_restore);
    }
  }
}

Result<void> Checker::check_held(const EntityId& id, const DocumentBytes& document) {
  const auto identifiers = document.identifiers();
  if (!identifiers) {
    add("current", outside(id), "identifiers cannot be read", advice_restore);
    return {};
  }
  for (const HeldIdentifier& held : *identifiers) {
    store::Pinned pin;
    const auto found = get(Family::identifier, key_of(held.key()), pin);
    if (!found) {
      return tl::unexpected(found.error());
    }
    const auto entries = read_index(*found ? pin.view() : std::string_view{});
    const bool listed = entries && std::ranges::any_of(*entries, [&id](const IndexEntry& entry) {
                          return entry.is_live() && entry.entity == id;
                        });
    if (!listed) {
      add("identifier", outside(id), "an identifier of the person is not in the index",
          advice_rebuild);
    }
  }
  return {};
}

void Checker::check_rendering(const EntityId& id, const Entity& entity, const SourceValue& said) {
  SourceRecord record;
  if (!options_.renderer || !options_.renderer(said.raw, false, record)) {
    add("source", outside(id), "the kept record cannot be mapped", advice_restore);
    return;
  }
  std::map<std::pair<PersonPart, std::uint16_t>, std::string_view> stored;
  for (const Row& row : entity.rows) {
    if (row.entry.recorded_to == still_recorded && row.entry.source == record.source) {
      stored[{row.entry.part, row.entry.ordinal}] = row.text;
    }
  }
  std::uint16_t ordinal = 0;
  bool same = stored.size() == record.assertions.size();
  for (std::size_t i = 0; i < record.assertions.size() && same; ++i) {
    const AssertionDraft& draft = record.assertions[i];
    ordinal = i != 0 && record.assertions[i - 1].part == draft.part
                  ? static_cast<std::uint16_t>(ordinal + 1)
                  : std::uint16_t{0};
    const auto found = stored.find({draft.part, ordinal});
    same = found != stored.end() && found->second == record.view(draft.row);
  }
  if (!same) {
    add("source", outside(id), "the rows are not what the kept record gives", advice_rebuild);
  }
}

Result<void> Checker::check_source(const EntityId& id, const Entity& entity) {
  store::Pinned pin;
  const auto found = get(Family::source, key_of(id, Source::folkeregisteret), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto live = std::ranges::count_if(entity.rows, [](const Row& row) {
    return row.entry.source == Source::folkeregisteret && row.entry.recorded_to == still_recorded;
  });
  const auto withdrawn = std::ranges::count_if(entity.rows, [](const Row& row) {
    return row.entry.source == Source::folkeregisteret && row.entry.recorded_to != still_recorded;
  });
  if (!*found) {
    if (live + withdrawn != 0) {
      add("source", outside(id), "rows without the record they came from", advice_restore);
    }
    return {};
  }
  const auto said = read_source(pin.view());
  if (!said) {
    add("source", outside(id), "the kept record cannot be read", advice_restore);
    return {};
  }
  if (said->elements.size() != static_cast<std::size_t>(live) ||
      said->withdrawn.size() != static_cast<std::size_t>(withdrawn)) {
    add("source", outside(id), "the kept elements and the rows are not as many", advice_rebuild);
  }
  if (options_.deep) {
    check_rendering(id, entity, *said);
  }
  return {};
}

Result<void> Checker::check_entity(std::string_view key, std::string_view value) {
  ++report_.figures.entities;
  const EntityId id = entity_of(key);
  store::Pinned past;
  const auto found = get(Family::past, key, past);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto entity = Entity::decode(value, *found ? past.view() : std::string_view{});
  const auto document = DocumentBytes::current(value);
  if (!entity || !document) {
    add("current", outside(id), "the value cannot be read", advice_restore);
    return {};
  }
  const DocumentHeader& header = entity->header;
  if (header.external_id != registry_.ids().seal(id)) {
    add("current", outside(id), "the outside id is another one", advice_restore);
  }
  if (header.sequence_first == 0 || header.sequence_first > header.sequence_legal ||
      header.sequence_open > header.sequence_legal || header.sequence_legal > newest_) {
    add("current", outside(id), "the sequence numbers are impossible", advice_restore);
  }
  if (header.successor != EntityId{}.bytes) {
    store::Pinned pin;
    const auto there = get(Family::current, EntityId{header.successor}.view(), pin);
    if (!there) {
      return tl::unexpected(there.error());
    }
    if (!*there) {
      add("current", outside(id), "merged into a person that is not there", advice_restore);
    }
  }
  check_rows(id, *entity);
  if (auto held = check_held(id, *document); !held) {
    return held;
  }
  if (auto keys = check_search_keys(id, *entity); !keys) {
    return keys;
  }
  return check_source(id, *entity);
}

Result<void> Checker::check_past(std::string_view key) {
  store::Pinned pin;
  const auto found = get(Family::current, key, pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    add("past", outside(entity_of(key)), "history of a person that is not there", advice_restore);
  }
  return {};
}

Result<void> Checker::check_identifier(std::string_view key, std::string_view value) {
  ++report_.figures.identifiers;
  const auto entries = read_index(value);
  const std::size_t assigner_size = key.size() < 2 ? 0 : static_cast<std::uint8_t>(key[1]);
  if (!entries || key.size() < 2 + assigner_size) {
    add("identifier", "", "an index value cannot be read", advice_restore);
    return {};
  }
  const IdentifierKey identifier{static_cast<IdentifierType>(key[0]), key.substr(2 + assigner_size),
                                 key.substr(2, assigner_size)};
  for (const IndexEntry& entry : *entries) {
    store::Pinned pin;
    const auto found = get(Family::current, entry.entity.view(), pin);
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (!*found) {
      add("identifier", outside(entry.entity), "the index names a person that is not there",
          advice_restore);
      continue;
    }
    const auto document = DocumentBytes::current(pin.view());
    if (entry.is_live() && document && !document->holds(identifier)) {
      add("identifier", outside(entry.entity),
          "the index names a person who does not hold the identifier", advice_restore);
    }
  }
  return {};
}

Result<void> Checker::check_event(std::string_view key, std::string_view value) {
  ++report_.figures.events;
  const std::uint64_t sequence = number_of_key(key);
  const auto entry = read_log(value);
  if (!entry || key.size() != 8) {
    add("log", std::to_string(sequence), "the record cannot be read", advice_restore);
    return {};
  }
  if (entry->domain == static_cast<std::uint8_t>(EntityKind::virksomhet)) {
    return nodes_.check_event(sequence, *entry);
  }
  store::Pinned pin;
  const auto found = get(Family::current, entry->entity.view(), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto document = *found ? DocumentBytes::current(pin.view())
                               : Result<DocumentBytes>(fail(ErrorCode::not_found, ""));
  if (!document) {
    add("log", std::to_string(sequence), "an event of a person that is not there", advice_restore);
  } else if (document->header().sequence_legal < sequence) {
    add("log", std::to_string(sequence), "an event newer than its person", advice_restore);
  }
  return {};
}

Result<void> Checker::check_clock(std::string_view value) {
  const std::uint64_t sequence = number_of_key(value);
  if (value.size() != 8 || sequence < clock_before_) {
    add("clock", std::to_string(sequence), "time and sequence do not rise together",
        advice_restore);
  }
  clock_before_ = sequence;
  return {};
}

Result<void> Checker::check_edge(std::string_view key, std::string_view value) {
  const auto edges = read_edges(value);
  if (!edges || key.size() < 17) {
    add("relation", "", "an edge cannot be read", advice_rebuild);
    return {};
  }
  const EntityId from = entity_of(key.substr(key.size() - 16));
  if (key.front() == 'e') {
    for (const Edge& edge : *edges) {
      store::Pinned pin;
      const auto found =
          get(Family::relation, pointed_key(edge.identifier_type, edge.identifier, from), pin);
      if (!found) {
        return tl::unexpected(found.error());
      }
      if (!*found) {
        add("relation", outside(from), "an edge is missing under the one it points at",
            advice_rebuild);
      }
    }
    return {};
  }
  store::Pinned pin;
  const auto found = get(Family::relation, edges_key(from), pin);
  if (!found) {
    return tl::unexpected(found.error());
  }
  const auto own = read_edges(*found ? pin.view() : std::string_view{});
  const bool known =
      own && std::ranges::all_of(*edges, [&](const Edge& edge) {
        return std::ranges::any_of(*own, [&](const Edge& other) { return other.same_as(edge); });
      });
  if (!known) {
    add("relation", outside(from), "an edge stands only under the one it points at",
        advice_rebuild);
  }
  return {};
}

void Checker::check_quarantine(std::string_view key, std::string_view value) {
  if (!read_quarantine(number_of_key(key), value, false)) {
    add("quarantine", std::to_string(number_of_key(key)), "the record cannot be read",
        "show and retry will fail for it; import its source again");
  }
}

Result<void> Checker::check_link(std::string_view key, std::string_view value) {
  return links::check_link(registry_, *snapshot_, key, value,
                           [this](const EntityId& entity, std::string what) {
                             add("link", entity == EntityId{} ? std::string{} : outside(entity),
                                 std::move(what), advice_restore);
                           });
}

Result<void> Checker::check_search_keys(const EntityId& id, const Entity& entity) {
  if (!is_searchable_) {
    return {};
  }
  const auto complete = candidates::has_all_keys(store_, snapshot_.get(), id, entity.rows);
  if (!complete) {
    return tl::unexpected(complete.error());
  }
  if (!*complete) {
    add("search", outside(id), "a search key that the rows give is missing", advice_rebuild);
  }
  return {};
}

Result<void> Checker::check_search_key(std::string_view key, std::string_view value) {
  const auto fault = candidates::is_key_of_entity(key)
                         ? candidates::fault_of_key(store_, snapshot_.get(), key)
                         : candidates::fault_of_newborn_key(store_, snapshot_.get(), key, value);
  if (!fault && fault.error().code != ErrorCode::corrupt) {
    return tl::unexpected(fault.error());
  }
  if (fault && *fault) { // what makes rows unreadable is found with them
    add("search", "", std::string(**fault), advice_rebuild);
  }
  return {};
}

Result<CheckReport> Checker::run() {
  const auto built = candidates::are_keys_built(store_);
  if (!built) {
    return tl::unexpected(built.error());
  }
  is_searchable_ = *built;
  if (!is_searchable_) {
    add("search", "", "an older version wrote this directory: nobody can be searched for",
        advice_rebuild);
  }
  const std::array<std::pair<Family, Visit>, 16> walks{{
      {Family::meta,
       [this](auto key, auto value) {
         if (key.starts_with(list_prefix) && !read_list_version(key, value)) {
           add("kodeverk", "", "a version of a code list cannot be read", advice_restore);
         }
         return Result<void>{};
       }},
      {Family::current, [this](auto key, auto value) { return check_entity(key, value); }},
      {Family::past, [this](auto key, auto) { return check_past(key); }},
      {Family::identifier, [this](auto key, auto value) { return check_identifier(key, value); }},
      {Family::relation, [this](auto key, auto value) { return check_edge(key, value); }},
      {Family::log, [this](auto key, auto value) { return check_event(key, value); }},
      {Family::clock, [this](auto, auto value) { return check_clock(value); }},
      {Family::link, [this](auto key, auto value) { return check_link(key, value); }},
      {Family::quarantine,
       [this](auto key, auto value) {
         check_quarantine(key, value);
         return Result<void>{};
       }},
      {Family::search, [this](auto key, auto value) { return check_search_key(key, value); }},
      {Family::subscription,
       [this](auto key, auto value) {
         return check_subscription(registry_, *snapshot_, key, value, [this](std::string what) {
           add("subscription", "", std::move(what), advice_restore);
         });
       }},
      {Family::node, [this](auto key, auto value) { return nodes_.check_node(key, value); }},
      {Family::node_past, [this](auto key, auto) { return nodes_.check_beside(key); }},
      {Family::node_source, [this](auto key, auto) { return nodes_.check_source(key); }},
      {Family::node_key, [this](auto key, auto value) { return nodes_.check_number(key, value); }},
      {Family::structure,
       [this](auto key, auto value) { return nodes_.check_structure(key, value); }},
  }};
  for (const auto& [family, visit] : walks) {
    if (auto walked = walk(family, visit); !walked) {
      return tl::unexpected(walked.error());
    }
  }
  if (options_.deep) {
    if (auto verified = store_.verify(); !verified) {
      add("store", "", verified.error().message, advice_restore);
    }
  }
  return std::move(report_);
}

} // namespace

Result<CheckReport> check(Registry& registry, const CheckOptions& options) {
  return Checker(registry, options).run();
}

} // namespace grunndata::registry
