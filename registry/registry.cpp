#include "registry/registry.h"

#include "registry/document.h"
#include "registry/keys.h"
#include "registry/links/identity.h"
#include "registry/registry_impl.h"

#include <cstring>

namespace grunndata::registry {

namespace {

using store::Family;
using store::Pinned;

constexpr int successors_max = links::chain_steps_max;

bool is_recorded(const IndexEntry& entry, std::optional<std::uint64_t> sequence) noexcept {
  return sequence ? entry.recorded_from <= *sequence && *sequence < entry.recorded_to
                  : entry.is_live();
}

/// What an identifier's index value says at a point of the recorded axis.
struct IndexAnswer {
  EntityId first;                  ///< who had the identifier first
  std::optional<IndexEntry> entry; ///< who has it: rather in use than ceased
  bool several = false;            ///< others have it just as well
};

/// Touches no heap. `corrupt` when the bytes are no list of entries.
Result<IndexAnswer> answer_of(std::string_view value, std::optional<std::uint64_t> sequence) {
  if (value.empty() || value.size() % sizeof(IndexEntry) != 0) {
    return fail(ErrorCode::corrupt, "an identifier's index value has a wrong size");
  }
  IndexAnswer answer;
  std::memcpy(answer.first.bytes.data(), value.data(), answer.first.bytes.size());
  for (std::size_t at = 0; at < value.size(); at += sizeof(IndexEntry)) {
    IndexEntry entry;
    std::memcpy(static_cast<void*>(&entry), value.data() + at, sizeof entry);
    if (!is_recorded(entry, sequence) || (answer.entry && entry.in_use < answer.entry->in_use)) {
      continue;
    }
    if (!answer.entry || entry.in_use > answer.entry->in_use) {
      answer.entry = entry;
      answer.several = false;
    } else {
      answer.several = answer.several || entry.entity != answer.entry->entity;
    }
  }
  return answer;
}

} // namespace

std::string_view Reading::external_id() const noexcept {
  const std::string_view bytes = current();
  return bytes.size() < sizeof(DocumentHeader)
             ? std::string_view{}
             : bytes.substr(offsetof(DocumentHeader, external_id), sizeof(ExternalId));
}

Grading Reading::protection() const noexcept {
  const std::string_view bytes = current();
  return bytes.size() < sizeof(DocumentHeader)
             ? Grading::strictly_confidential
             : static_cast<Grading>(bytes[offsetof(DocumentHeader, protection)]);
}

Registry::Registry(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Registry::~Registry() = default;

Environment Registry::environment() const noexcept { return impl_->environment; }
const IdCipher& Registry::ids() const noexcept { return impl_->ids; }
std::uint64_t Registry::epoch() const noexcept { return impl_->epoch; }
store::Store& Registry::store() noexcept { return *impl_->store; }
std::uint64_t Registry::newest_sequence() const noexcept { return impl_->queue->newest_sequence(); }
CommitListeners& Registry::commit_listeners() const noexcept { return impl_->listeners; }

Result<bool> Registry::read_value(Family family, const EntityId& id, Pinned& out) const {
  if (impl_->values->find({family, id}, out)) {
    return true;
  }
  const auto ticket = impl_->values->ticket();
  auto found = impl_->store->get(family, id.view(), out);
  if (found && *found) {
    impl_->values->remember(ticket, {family, id}, out.view());
  }
  return found;
}

Result<void> Registry::read_entity(EntityId id, std::optional<std::uint64_t> recorded_as_of,
                                   const store::Snapshot* snapshot, Reading& reading) const {
  reading.asked_ = id;
  reading.version_ = impl_->values->ticket().version;
  reading.places_withheld_ = impl_->places_withheld.load(std::memory_order_acquire);
  for (int step = 0; step < successors_max; ++step) {
    const auto found = snapshot == nullptr ? read_value(Family::current, id, reading.current_)
                                           : impl_->store->get(Family::current, id.view(),
                                                               reading.current_, snapshot);
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (!*found) {
      return fail(ErrorCode::not_found, "no such person");
    }
    const auto document = DocumentBytes::current(reading.current_.view());
    if (!document) {
      return tl::unexpected(document.error());
    }
    const DocumentHeader header = document->header();
    const bool carried_on = header.successor != EntityId{}.bytes &&
                            (!recorded_as_of || header.successor_since <= *recorded_as_of);
    if (const auto linked = carried_on || !recorded_as_of
                                ? Result<std::optional<EntityId>>(std::nullopt)
                                : links::carried_then(*impl_->store, snapshot, id, *recorded_as_of);
        !linked) {
      return tl::unexpected(linked.error());
    } else if (*linked) {
      id = **linked;
      continue;
    }
    if (!carried_on) {
      reading.entity_ = id;
      reading.past_.reset();
      reading.past_loaded_ = false;
      return {};
    }
    id.bytes = header.successor;
  }
  return fail(ErrorCode::corrupt, "merged persons point at each other in a circle");
}

Result<IndexEntry> Registry::agreed_owner(std::uint8_t in_use,
                                          std::optional<std::uint64_t> recorded_as_of,
                                          const store::Snapshot* snapshot, Reading& reading) const {
  std::optional<IndexEntry> agreed;
  std::optional<EntityId> survivor;
  const auto entries = read_index(reading.index_.view());
  for (const IndexEntry& entry : *entries) {
    if (!is_recorded(entry, recorded_as_of) || entry.in_use != in_use) {
      continue;
    }
    if (auto read = read_entity(entry.entity, recorded_as_of, snapshot, reading); !read) {
      return tl::unexpected(read.error());
    }
    if (survivor && *survivor != reading.entity_) {
      return fail(ErrorCode::ambiguous, "the identifier fits more than one person");
    }
    survivor = reading.entity_;
    if (!agreed || entry.entity == *survivor) {
      agreed = entry;
    }
  }
  return *agreed;
}

std::optional<Match> Registry::remembered(std::uint64_t hash, const IdentifierKey& key,
                                          Reading& reading) const {
  const auto owner = impl_->identifiers.find(hash);
  if (!owner || !read_entity(*owner, {}, nullptr, reading) || reading.entity_ != *owner) {
    return std::nullopt;
  }
  const auto held = DocumentBytes::current(reading.current())->held(key);
  if (!held) {
    return std::nullopt;
  }
  return Match{*owner, key.type, held->in_use, false};
}

Result<Match> Registry::lookup(const IdentifierKey& key, Reading& reading,
                               std::optional<std::uint64_t> recorded_as_of) const {
  IdentifierKeyRoom room;
  const std::string_view stored_key = key_of(key, room);
  const auto hash = IdentifierCache::hash_of(stored_key);
  if (!recorded_as_of) {
    if (auto match = remembered(hash, key, reading)) {
      return *match;
    }
  }
  const auto ticket = impl_->identifiers.ticket(hash);
  std::unique_ptr<store::Snapshot> snapshot; // only when a merge came in between
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto found =
        impl_->store->get(Family::identifier, stored_key, reading.index_, snapshot.get());
    if (!found) {
      return tl::unexpected(found.error());
    }
    if (!*found) {
      return fail(ErrorCode::not_found, "no person has or had that identifier");
    }
    const auto answer = answer_of(reading.index_.view(), recorded_as_of);
    if (!answer) {
      return tl::unexpected(answer.error());
    }
    if (!answer->entry) {
      return fail(recorded_as_of ? ErrorCode::not_known_then : ErrorCode::not_found,
                  "no person had that identifier");
    }
    IndexEntry entry = *answer->entry;
    if (answer->several) {
      auto agreed = agreed_owner(entry.in_use, recorded_as_of, snapshot.get(), reading);
      if (!agreed) {
        return tl::unexpected(agreed.error());
      }
      entry = *agreed;
    }
    const EntityId owner = entry.entity;
    const auto read = read_entity(owner, recorded_as_of, snapshot.get(), reading);
    if (!read && read.error().code != ErrorCode::not_found) {
      return tl::unexpected(read.error());
    }
    const bool survived = read && reading.entity_ != owner;
    const bool holds = read && (recorded_as_of || survived ||
                                DocumentBytes::current(reading.current())->holds(key));
    if (holds) {
      if (!recorded_as_of && !survived && !answer->several && answer->first == owner && !snapshot) {
        impl_->identifiers.remember(ticket, owner);
      }
      return Match{reading.entity_, key.type, entry.in_use != 0 && !survived,
                   answer->first != reading.entity_};
    }
    snapshot = impl_->store->snapshot();
  }
  return fail(ErrorCode::corrupt, "the identifier index names a person who does not hold it");
}

Result<void> Registry::get(const EntityId& id, Reading& reading,
                           std::optional<std::uint64_t> recorded_as_of) const {
  if (auto read = read_entity(id, recorded_as_of, nullptr, reading); !read) {
    return read;
  }
  const auto document = DocumentBytes::current(reading.current());
  if (!recorded_as_of && document &&
      document->header().identifier_bytes == 0) { // a cancelled hjelpenummer
    return fail(ErrorCode::not_found, "no such person");
  }
  return {};
}

Result<void> Registry::get(std::string_view external_id, Reading& reading,
                           std::optional<std::uint64_t> recorded_as_of) const {
  if (const auto id = impl_->ids.open(external_id)) {
    auto read = get(*id, reading, recorded_as_of);
    if (read || read.error().code != ErrorCode::not_found) {
      return read;
    }
  }
  const auto alias = lookup({IdentifierType::alias, external_id, {}}, reading, recorded_as_of);
  return alias ? Result<void>{} : Result<void>(tl::unexpected(alias.error()));
}

Result<void> Registry::load_past(Reading& reading) const {
  if ((reading.version_ & 1U) == 0) {
    const auto past = read_value(Family::past, reading.entity_, reading.past_);
    if (!past) {
      return tl::unexpected(past.error());
    }
    // Whoever read what a commit wrote has seen that it began: it raises the version before it
    // writes, and both the cache and the store publish what they hold by a release.
    if (impl_->values->ticket().version == reading.version_) {
      if (!*past) {
        reading.past_.reset();
      }
      reading.past_loaded_ = true;
      return {};
    }
  }
  // Something was committed meanwhile: the two values must be of one moment.
  const auto snapshot = impl_->store->snapshot();
  const auto current =
      impl_->store->get(Family::current, reading.entity_.view(), reading.current_, snapshot.get());
  if (!current || !*current) {
    return current ? fail(ErrorCode::not_found, "no such person")
                   : Result<void>(tl::unexpected(current.error()));
  }
  const auto past =
      impl_->store->get(Family::past, reading.entity_.view(), reading.past_, snapshot.get());
  if (!past) {
    return tl::unexpected(past.error());
  }
  if (!*past) {
    reading.past_.reset();
  }
  reading.past_loaded_ = true;
  return {};
}

Result<RegistryFigures> Registry::figures() const {
  const auto stored = impl_->store->figures();
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  RegistryFigures figures;
  figures.entities_estimate = stored->keys_estimate[static_cast<std::size_t>(Family::current)];
  figures.quarantined = stored->keys_estimate[static_cast<std::size_t>(Family::quarantine)];
  figures.newest_sequence = newest_sequence();
  figures.disk_bytes = stored->disk_bytes;
  figures.cache_bytes_used = stored->cache_bytes_used;
  figures.memtable_bytes = stored->memtable_bytes;
  figures.write_stalled = stored->write_stalled;
  const std::string key = std::string(meta::extracted_prefix) +
                          std::to_string(static_cast<unsigned>(Source::folkeregisteret));
  const auto extracted = meta::value(*impl_->store, key);
  if (extracted && *extracted && (*extracted)->size() == sizeof(std::int64_t)) {
    Instant when;
    std::memcpy(&when.microseconds, (*extracted)->data(), sizeof when.microseconds);
    figures.newest_extracted_at = when;
  }
  return figures;
}

Result<void> Registry::healthy() const {
  const auto format = meta::value(*impl_->store, meta::format);
  if (!format) {
    return tl::unexpected(format.error());
  }
  if (!impl_->queue->can_write()) {
    return fail(ErrorCode::unavailable, "writing failed; the registry only reads");
  }
  return {};
}

} // namespace grunndata::registry
