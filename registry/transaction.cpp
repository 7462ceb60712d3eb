#include "registry/transaction.h"

#include "registry/candidates/search_keys.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <utility>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {
/// The clock is only appended to, the log has lists of its own, and keys of persons to be searched
/// for follow from their rows: no need to find their changes again by key.
constexpr bool is_read_back(store::Family family, std::string_view key) noexcept {
  return family != store::Family::log && family != store::Family::clock &&
         (family != store::Family::search || !candidates::is_key_of_entity(key));
}
/// More than any string keeps inside itself.
constexpr std::size_t in_place_bytes = 32;

std::uint32_t hash_of(store::Family family, std::string_view key) noexcept {
  return static_cast<std::uint32_t>(
      XXH3_64bits_withSeed(key.data(), key.size(), static_cast<XXH64_hash_t>(family)));
}
} // namespace

Transaction::Transaction(const store::Store& store, std::uint64_t newest_sequence, Instant time,
                         EntityIdSource& ids, EarlierTransaction earlier,
                         const LoadMemory* memory)
    : store_(store), sequence_before_(newest_sequence), newest_sequence_(newest_sequence),
      time_(time), ids_(ids), earlier_(std::move(earlier)), memory_(memory) {}

Result<void> Transaction::await_earlier() const {
  return earlier_.transaction ? earlier_.written.get() : Result<void>{};
}

EarlierTransaction Transaction::close() {
  ahead_places_.clear();
  ahead_.clear();
  ahead_values_.clear();
  earlier_in_order_.clear();
  earlier_family_.reset();
  return std::exchange(earlier_, {});
}

const store::Change* Transaction::change_of(store::Family family, std::string_view key,
                                            std::uint32_t hash) const noexcept {
  const auto place = newest_.find(hash, [&](PlaceTable::Place at) {
    return changes_[at - 1].family == family && changes_[at - 1].key == key;
  });
  return place == PlaceTable::nowhere ? nullptr : &changes_[place - 1];
}

Result<std::optional<std::string_view>> Transaction::get(store::Family family, std::string_view key,
                                                         store::Pinned& scratch) const {
  const bool is_ahead = !ahead_places_.empty() && family == ahead_family_;
  if (is_read_back(family, key) &&
      (is_ahead || !newest_.empty() || earlier_.transaction || memory_ != nullptr)) {
    const std::uint32_t hash = hash_of(family, key);
    const store::Change* change = change_of(family, key, hash);
    if (change == nullptr && earlier_.transaction) {
      change = earlier_.transaction->change_of(family, key, hash);
    }
    if (change != nullptr) {
      return change->value ? std::optional<std::string_view>(*change->value) : std::nullopt;
    }
    if (const auto known = recall(family, key); known.is_known) {
      return known.value;
    }
    const std::uint32_t read = is_ahead ? place_ahead(key, hash) : 0;
    if (read != 0) {
      return ahead_[read - 1].is_there ? std::optional(ahead_values_[read - 1].view())
                                       : std::nullopt;
    }
  }
  const auto stored = store_.get(family, key, scratch);
  if (!stored) {
    return tl::unexpected(stored.error());
  }
  if (!*stored) {
    return std::nullopt;
  }
  return scratch.view();
}

std::uint32_t Transaction::place_ahead(std::string_view key, std::uint32_t hash) const noexcept {
  return ahead_places_.find(hash,
                            [&](PlaceTable::Place at) { return ahead_[at - 1].key == key; });
}

LoadMemory::Known Transaction::recall(store::Family family, std::string_view key) const noexcept {
  return memory_ == nullptr ? LoadMemory::Known{} : memory_->find(family, key);
}

Result<void> Transaction::read_ahead(store::Family family,
                                     std::span<const std::string_view> wanted) {
  std::vector<std::string_view> keys;
  keys.reserve(wanted.size());
  std::ranges::copy_if(wanted, std::back_inserter(keys), [&](std::string_view key) {
    return !recall(family, key).is_known;
  });
  ahead_places_.clear();
  ahead_values_.resize(keys.size());
  const auto found = std::make_unique<bool[]>(keys.size());
  if (auto read = store_.multi_get(family, keys, ahead_values_, {found.get(), keys.size()});
      !read) {
    return read;
  }
  ahead_family_ = family;
  ahead_.resize(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) {
    ahead_[i].key = keys[i];
    ahead_[i].is_there = found[i];
    const std::uint32_t hash = hash_of(family, keys[i]);
    ahead_places_.set(hash, static_cast<std::uint32_t>(i + 1), [&](PlaceTable::Place at) {
      return ahead_[at - 1].key == keys[i];
    });
  }
  return {};
}

void Transaction::note(store::Family family, std::string key, std::optional<std::string> value) {
  change_bytes_ += key.size() + (value ? value->size() : 0);
  if (value && is_read_back(family, key)) {
    value->reserve(in_place_bytes); // views of it must outlive moves of the list of changes
  }
  changes_.push_back({family, std::move(key), std::move(value)});
  remember(changes_.size() - 1);
}

/// The newest change of a key takes the place of an older one.
void Transaction::remember(std::size_t place) {
  const store::Change& change = changes_[place];
  if (!is_read_back(change.family, change.key)) {
    return;
  }
  newest_.set(hash_of(change.family, change.key), static_cast<std::uint32_t>(place + 1),
              [&](PlaceTable::Place at) {
                return changes_[at - 1].family == change.family &&
                       changes_[at - 1].key == change.key;
              });
}

void Transaction::put(store::Family family, std::string key, std::string value) {
  note(family, std::move(key), std::move(value));
}

void Transaction::erase(store::Family family, std::string key) {
  note(family, std::move(key), std::nullopt);
}

std::span<const store::Change* const> Transaction::earlier_of(store::Family family) const {
  if (earlier_family_ == family) {
    return earlier_in_order_;
  }
  earlier_in_order_.clear();
  if (earlier_.transaction) {
    for (const store::Change& change : earlier_.transaction->changes()) {
      if (change.family == family) {
        earlier_in_order_.push_back(&change);
      }
    }
  }
  // Of the same key the newest comes first, and stays.
  const auto key_of_change = [](const store::Change* change) -> const std::string& {
    return change->key;
  };
  std::ranges::reverse(earlier_in_order_);
  std::ranges::stable_sort(earlier_in_order_, {}, key_of_change);
  const auto rest = std::ranges::unique(earlier_in_order_, {}, key_of_change);
  earlier_in_order_.erase(rest.begin(), rest.end());
  earlier_family_ = family;
  return earlier_in_order_;
}

Result<void> Transaction::scan_before(
    store::Family family, std::string_view prefix,
    const std::function<void(std::string_view key, std::string_view value)>& take) const {
  const auto changed = earlier_of(family);
  auto change = std::ranges::lower_bound(
      changed, prefix, {},
      [](const store::Change* one) { return std::string_view(one->key); });
  const auto cursor = store_.scan(family);
  for (cursor->seek(prefix);;) {
    const bool is_stored = cursor->valid() && cursor->key().starts_with(prefix);
    const bool is_changed = change != changed.end() && (*change)->key.starts_with(prefix);
    if (!is_stored && !is_changed) {
      return cursor->status();
    }
    const int order = is_stored && is_changed ? cursor->key().compare((*change)->key)
                                              : (is_stored ? -1 : 1);
    if (order < 0) {
      take(cursor->key(), cursor->value());
    } else if ((*change)->value) {
      take((*change)->key, *(*change)->value);
    }
    if (order >= 0) {
      ++change;
    }
    if (order <= 0) {
      cursor->next();
    }
  }
}

std::uint64_t Transaction::append_event(const EntityId& entity, const NewEvent& event,
                                        std::uint64_t last) {
  LogEntry entry;
  entry.entity = entity;
  entry.recorded_at = time_.microseconds;
  entry.type = event.type;
  entry.domain = event.domain;
  entry.open_type = event.open_type;
  entry.set_cause(event.cause);
  entry.corrects = event.corrects;
  ++newest_sequence_;
  if (last != 0) {
    entry.back =
        static_cast<std::uint32_t>(std::min<std::uint64_t>(newest_sequence_ - last, back_max));
  }
  appended_.push_back(changes_.size());
  put(store::Family::log, key_of_number(newest_sequence_), write_log(entry));
  return newest_sequence_;
}

void Transaction::withhold(LoggedEvent event) {
  event.entry.withhold();
  withheld_.insert_or_assign(event.sequence, changes_.size());
  put(store::Family::log, key_of_number(event.sequence), write_log(event.entry));
}

Result<std::uint64_t> Transaction::told_in_commit(const EntityId& entity, std::uint64_t first,
                                                  EventType type) const {
  std::int64_t commit_time = 0;
  for (std::uint64_t next = first; next != 0 && next <= newest_sequence_; ++next) {
    const auto entry = find_event(next);
    if (!entry) {
      return tl::unexpected(entry.error());
    }
    const bool same_commit = *entry && (*entry)->entity == entity &&
                             (next == first || (*entry)->recorded_at == commit_time);
    if (!same_commit) {
      break;
    }
    commit_time = (*entry)->recorded_at;
    if ((*entry)->type == type || (is_about_status(type) && is_about_status((*entry)->type))) {
      return next;
    }
  }
  return 0;
}

Result<LogEntry> Transaction::event(std::uint64_t sequence) const {
  const auto found = find_event(sequence);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return fail(ErrorCode::corrupt, "a record of the log is missing");
  }
  return **found;
}

std::optional<std::string_view> Transaction::own_event(std::uint64_t sequence) const {
  if (const auto anew = withheld_.find(sequence); anew != withheld_.end()) {
    return *changes_[anew->second].value;
  }
  if (sequence > sequence_before_ && sequence <= newest_sequence_) {
    return *changes_[appended_[sequence - sequence_before_ - 1]].value;
  }
  return std::nullopt;
}

Result<std::optional<LogEntry>> Transaction::find_event(std::uint64_t sequence) const {
  store::Pinned pin;
  std::string_view value;
  auto written = own_event(sequence);
  if (!written && earlier_.transaction) {
    written = earlier_.transaction->own_event(sequence);
  }
  if (written) {
    value = *written;
  } else if (const auto found = store_.get(store::Family::log, key_of_number(sequence), pin);
             !found) {
    return tl::unexpected(found.error());
  } else if (!*found) {
    return std::nullopt;
  } else {
    value = pin.view();
  }
  const auto entry = read_log(value);
  if (!entry) {
    return fail(ErrorCode::corrupt, "a record of the log cannot be read");
  }
  return entry;
}

Result<void> Transaction::scan_events(const EntityId& entity, std::uint64_t first,
                                      std::uint64_t end, std::vector<LoggedEvent>& events) const {
  if (auto earlier = await_earlier(); !earlier) {
    return earlier;
  }
  const std::size_t known = events.size();
  const auto cursor = store_.scan(store::Family::log);
  for (cursor->seek(key_of_number(first)); cursor->valid(); cursor->next()) {
    const std::uint64_t sequence = number_of_key(cursor->key());
    if (sequence >= end) {
      break;
    }
    const auto entry = read_log(cursor->value());
    if (!entry) {
      return fail(ErrorCode::corrupt, "a record of the log cannot be read");
    }
    if (entry->entity == entity) {
      events.push_back({sequence, *entry});
    }
  }
  std::reverse(events.begin() + static_cast<std::ptrdiff_t>(known), events.end());
  return cursor->status();
}

Result<std::vector<LoggedEvent>>
Transaction::events_of(const EntityId& entity, std::uint64_t newest, std::uint64_t first) const {
  std::vector<LoggedEvent> events;
  std::uint64_t next = newest;
  while (next != 0 && next >= first) {
    const auto entry = event(next);
    if (!entry) {
      return tl::unexpected(entry.error());
    }
    if (entry->entity != entity) {
      return fail(ErrorCode::corrupt, "a record of the log is another person's");
    }
    events.push_back({next, *entry});
    const bool says_where = entry->back != 0 && entry->back != back_max && entry->back < next;
    if (!says_where && next > first) {
      if (auto scanned = scan_events(entity, first, next, events); !scanned) {
        return tl::unexpected(scanned.error());
      }
      break;
    }
    next = says_where ? next - entry->back : 0;
  }
  return events;
}

void Transaction::roll_back(const Mark& mark) {
  newest_.clear();
  changes_.resize(mark.changes);
  newest_sequence_ = mark.newest_sequence;
  appended_.resize(newest_sequence_ - sequence_before_);
  std::erase_if(withheld_, [&mark](const auto& one) { return one.second >= mark.changes; });
  for (std::size_t place = 0; place < changes_.size(); ++place) {
    remember(place);
  }
}

} // namespace grunndata::registry
