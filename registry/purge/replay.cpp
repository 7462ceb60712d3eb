#include "registry/purge/replay.h"

#include "registry/keys.h"
#include "registry/loaded_entity.h"
#include "registry/person_events.h"
#include "registry/person_protection.h"
#include "registry/purge/beside.h"
#include "registry/purge/forgetting.h"
#include "registry/purge/ledger.h"
#include "registry/purge/quarantined.h"
#include "registry/purge/register.h"
#include "registry/purge/shared_homes.h"
#include "registry/registry_impl.h"
#include "registry/virksomhet/removed_nodes.h"
#include "registry/virksomhet/stored.h"
#include "registry/withheld_events.h"

#include <algorithm>
#include <map>

namespace grunndata::registry::purge {

namespace {

using store::Family;

/// Who is to be purged again, and why.
struct Again {
  EntityId entity{};
  const RegisterEntry* entry = nullptr;
  bool is_node = false;
};

std::string text_of(const IdentifierHash& hash) { return {hash.data(), hash.size()}; }

class Replay {
public:
  Replay(Transaction& transaction, Registry::Impl& impl) : transaction_(transaction), impl_(impl) {}

  Result<void> run(const std::vector<Again>& wanted, std::uint64_t newest);

private:
  Result<void> purge(const Again& again);
  Result<void> withhold(const Again& again);
  Result<void> remove_node(const Again& again);
  Result<void> forget_everything(const EntityId& id, LoadedEntity& loaded, bool strict);
  void note(const Again& again, const Entity& entity);

  Transaction& transaction_;
  Registry::Impl& impl_;
  std::vector<Note> notes_;
  std::vector<std::uint64_t> numbers_; ///< of the notes
};

void Replay::note(const Again& again, const Entity& entity) {
  Note made{again.entity, again.entry->reason, again.entry->extracted_at, {}, true, {}};
  for (const HeldIdentifier& held : entity.identifiers) {
    made.identifier_keys.push_back(key_of(held.key()));
  }
  notes_.push_back(std::move(made));
  numbers_.push_back(again.entry->number);
}

Result<void> Replay::forget_everything(const EntityId& id, LoadedEntity& loaded, bool strict) {
  const auto goes = [strict](const Row& row) {
    return strict ? is_forgotten_when_strict(row) : locates(row.entry.part);
  };
  Entity& entity = loaded.entity;
  entity.sort_rows();
  for (const Source source :
       {Source::folkeregisteret, Source::hjelpenummer, Source::kontaktregisteret}) {
    store::Pinned pin;
    const auto value = transaction_.get(Family::source, key_of(id, source), pin);
    if (!value) {
      return tl::unexpected(value.error());
    }
    const auto said = *value ? read_source(**value) : std::optional<SourceValue>(SourceValue{});
    if (!said) {
      return fail(ErrorCode::corrupt, "a source value cannot be read");
    }
    const Remainder left = strict ? forget_places(entity, *said, source, goes, loaded.texts)
                                  : forget(entity, *said, source, goes);
    if (!*value) {
      continue;
    }
    transaction_.put(Family::source, key_of(id, source),
                     write_source({left.record.raw, left.record.elements, left.withdrawn}));
    if (source == Source::folkeregisteret) {
      entity.header.record_hash = hash_of_record(left.record.raw);
    }
  }
  return {};
}

/// The person's own rows.
Result<void> Replay::withhold(const Again& again) {
  if (auto beside = forget_beside(transaction_, *impl_.store, impl_.ids, again.entity); !beside) {
    return beside;
  }
  LoadedEntity loaded;
  if (auto read = load_entity(transaction_, again.entity, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  Entity& entity = loaded.entity;
  const bool strict = again.entry->reason != Reason::graded_row;
  if (auto forgotten = forget_everything(again.entity, loaded, strict); !forgotten) {
    return forgotten;
  }
  if (strict) {
    Protection protection = Protection::of(entity.header);
    protection.withheld = true;
    protection.write_to(entity.header);
  }
  entity.header.extracted_at =
      std::max(entity.header.extracted_at, again.entry->extracted_at.microseconds);
  if (auto withheld = withhold_events(transaction_, again.entity, entity); !withheld) {
    return tl::unexpected(withheld.error());
  }
  append_events(transaction_, again.entity,
                {{EventType::change_in_address_protection, Sight::generalised}}, entity.header);
  note(again, entity);
  put_entity(transaction_, again.entity, entity);
  return {};
}

Result<void> Replay::purge(const Again& again) {
  if (again.entry->reason != Reason::shared_home) {
    return withhold(again);
  }
  const auto forgot = forget_shared_homes(transaction_, again.entity, {});
  if (!forgot) {
    return tl::unexpected(forgot.error());
  }
  LoadedEntity loaded;
  if (auto read = load_entity(transaction_, again.entity, Source::folkeregisteret, loaded); !read) {
    return read;
  }
  note(again, loaded.entity);
  return {};
}

Result<void> Replay::remove_node(const Again& again) {
  auto removed = virksomhet::remove_again(transaction_, *impl_.store, impl_.ids, again.entity,
                                          again.entry->extracted_at);
  if (!removed) {
    return tl::unexpected(removed.error());
  }
  notes_.push_back(std::move(*removed));
  numbers_.push_back(again.entry->number);
  return {};
}

Result<void> Replay::run(const std::vector<Again>& wanted, std::uint64_t newest) {
  for (const Again& again : wanted) {
    if (auto purged = again.is_node ? Result<void>{} : purge(again); !purged) {
      return purged;
    }
  }
  if (auto purged = purge_quarantined(transaction_, *impl_.store, impl_.ids, notes_, {}); !purged) {
    return purged;
  }
  for (const Again& again : wanted) {
    if (auto removed = again.is_node ? remove_node(again) : Result<void>{}; !removed) {
      return removed;
    }
  }
  for (std::size_t i = 0; i < notes_.size(); ++i) {
    put_pending(transaction_,
                {numbers_[i], transaction_.time(), notes_[i].entity, notes_[i].quarantine});
  }
  transaction_.put(Family::meta, std::string(meta::purge_newest), key_of_number(newest));
  return {};
}

/// Entries by the hashes of their identifiers, of entities that the directory does not have.
using Unresolved = std::multimap<std::string, const RegisterEntry*>;

/// Which family has the entity: of persons, or of nodes; nothing when neither.
Result<std::optional<Family>> family_of(const store::Store& store, const EntityId& entity) {
  for (const Family family : {Family::current, Family::node}) {
    store::Pinned pin;
    const auto found = store.get(family, entity.view(), pin);
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (*found) {
      return family;
    }
  }
  return std::nullopt;
}

Result<Unresolved> unresolved_of(const Register& kept, const store::Store& store) {
  Unresolved unresolved;
  for (const RegisterEntry& entry : kept.entries()) {
    const auto family = family_of(store, entry.entity);
    if (!family) {
      return tl::unexpected(family.error());
    }
    for (std::size_t i = 0; !*family && i < entry.identifiers.size(); ++i) {
      unresolved.emplace(text_of(entry.identifiers[i]), &entry);
    }
  }
  return unresolved;
}

/// Others who have an identifier of an entity that is not there.
class Holders {
public:
  Holders(const Register& kept, const store::Store& store, const Unresolved& unresolved,
          std::uint64_t known, std::vector<Again>& wanted)
      : kept_(kept), store_(store), unresolved_(unresolved), known_(known), wanted_(wanted) {}

  Result<void> find() {
    const auto is_new = [this](const auto& one) { return one.second->number > known_; };
    if (std::ranges::none_of(unresolved_, is_new)) {
      return {};
    }
    const auto persons = store_.scan(Family::identifier);
    for (persons->seek(""); persons->valid(); persons->next()) {
      for (const RegisterEntry* entry : named_by(persons->key())) {
        const auto holders = read_index(persons->value());
        for (const IndexEntry& holder : holders.value_or(std::vector<IndexEntry>{})) {
          add({holder.entity, entry, false});
        }
      }
    }
    if (auto status = persons->status(); !status) {
      return status;
    }
    const auto nodes = store_.scan(Family::node_key);
    for (nodes->seek(""); nodes->valid(); nodes->next()) {
      for (const RegisterEntry* entry : named_by(virksomhet::purge_key_of_stored(nodes->key()))) {
        const auto owners = virksomhet::read_owners(nodes->value());
        for (const auto& owner : owners.value_or(std::vector<virksomhet::NumberOwner>{})) {
          if (owner.is_key != 0) {
            add({owner.node, entry, true});
          }
        }
      }
    }
    return nodes->status();
  }

private:
  [[nodiscard]] std::vector<const RegisterEntry*> named_by(std::string_view key) const {
    std::vector<const RegisterEntry*> entries;
    const auto [begin, end] = unresolved_.equal_range(text_of(kept_.hash_of(key)));
    for (auto one = begin; one != end; ++one) {
      if (one->second->number > known_) {
        entries.push_back(one->second);
      }
    }
    return entries;
  }
  void add(const Again& again) {
    const bool twice = std::ranges::any_of(wanted_, [&again](const Again& other) {
      return other.entity == again.entity && other.entry == again.entry;
    });
    if (!twice) {
      wanted_.push_back(again);
    }
  }

  const Register& kept_;
  const store::Store& store_;
  const Unresolved& unresolved_;
  const std::uint64_t known_;
  std::vector<Again>& wanted_;
};

Result<std::vector<Again>> wanted_of(const Register& kept, const store::Store& store,
                                     const Unresolved& unresolved, std::uint64_t known) {
  std::vector<Again> wanted;
  for (const RegisterEntry& entry : kept.entries()) {
    if (entry.number <= known || entry.reason == Reason::accepted_missing) {
      continue;
    }
    const auto family = family_of(store, entry.entity);
    if (!family) {
      return tl::unexpected(family.error());
    }
    if (*family) {
      wanted.push_back({entry.entity, &entry, **family == Family::node});
    }
  }
  if (auto others = Holders(kept, store, unresolved, known, wanted).find(); !others) {
    return tl::unexpected(others.error());
  }
  return wanted;
}

Result<std::unique_ptr<Register>> open_register(const RegisterOptions& options,
                                                const IdCipher::Key& id_key, std::uint64_t known) {
  auto kept = Register::open(options.file, id_key);
  const bool stands_aside =
      !kept && kept.error().code == ErrorCode::conflict && (known == 0 || options.accept_missing);
  if (stands_aside) {
    std::error_code fault;
    std::filesystem::rename(options.file, options.file.string() + ".other", fault);
    kept = Register::open(options.file, id_key);
  }
  if (!kept || (*kept)->newest() >= known) {
    return kept;
  }
  if (!options.accept_missing) {
    return fail(ErrorCode::conflict,
                "the purge register " + options.file.string() +
                    " is missing or lacks purges that this data directory knows of; name the one "
                    "that belongs to it (purge.register), or accept that persons purged since "
                    "this copy was made are shown again");
  }
  RegisterEntry begun;
  begun.number = known;
  begun.time = now();
  begun.reason = Reason::accepted_missing;
  if (auto written = (*kept)->append({&begun, 1}); !written) {
    return tl::unexpected(written.error());
  }
  return kept;
}

} // namespace

std::filesystem::path default_register(const std::filesystem::path& directory) {
  std::error_code fault;
  auto path = std::filesystem::absolute(directory, fault).lexically_normal();
  if (!path.has_filename()) {
    path = path.parent_path();
  }
  return path.string() + ".purges";
}

Result<void> attach_register(Registry& registry, const RegisterOptions& options) {
  Registry::Impl& impl = registry.impl();
  store::Pinned pin;
  const auto key = impl.store->get(Family::meta, meta::id_key, pin);
  const auto known = newest_purge(*impl.store);
  if (!key || !known) {
    return tl::unexpected(key ? known.error() : key.error());
  }
  IdCipher::Key id_key{};
  if (!*key || pin.view().size() != id_key.size()) {
    return fail(ErrorCode::corrupt, "the data directory's stamp is damaged");
  }
  std::memcpy(id_key.data(), pin.view().data(), id_key.size());
  auto kept = open_register(options, id_key, *known);
  if (!kept) {
    return tl::unexpected(kept.error());
  }
  const auto unresolved = unresolved_of(**kept, *impl.store);
  if (!unresolved) {
    return tl::unexpected(unresolved.error());
  }
  const auto wanted = wanted_of(**kept, *impl.store, *unresolved, *known);
  if (!wanted) {
    return tl::unexpected(wanted.error());
  }
  const std::uint64_t newest = (*kept)->newest();
  if (newest > *known) {
    const auto done = impl.queue->run(
        [&](Transaction& transaction) { return Replay(transaction, impl).run(*wanted, newest); });
    if (!done) {
      return done;
    }
  }
  std::map<std::string, Instant> void_until;
  for (const auto& [hash, entry] : *unresolved) {
    const auto place = void_until.emplace(hash, entry->extracted_at).first;
    place->second = std::max(place->second, entry->extracted_at);
  }
  impl.purges.attach(std::move(*kept), std::move(void_until));
  return {};
}

} // namespace grunndata::registry::purge
