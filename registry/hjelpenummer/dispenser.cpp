#include "registry/hjelpenummer/dispenser.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <openssl/rand.h>

#include <algorithm>
#include <charconv>

namespace grunndata::registry::hjelpenummer {

namespace {

using store::Family;

/// Counters for each number asked for: 82.6 of 100 have one, and a lease must hold a whole request.
constexpr std::size_t counters_per_number = 2;

std::string range_key(const PrefixRange& range) {
  return std::string(meta::issuing_prefix) + std::to_string(range.first);
}

std::string range_value(const PrefixRange& range, std::uint32_t end) {
  return key_of_number(range.last) + key_of_number(end);
}

Closed closed_by(const Error& error) noexcept {
  switch (error.code) {
    case ErrorCode::not_found: return Closed::mark_missing;
    case ErrorCode::conflict: return Closed::mark_foreign;
    default: return Closed::mark_unusable;
  }
}

tl::unexpected<Error> refusal(Closed closed) {
  return fail(ErrorCode::unavailable, "no hjelpenummer is issued: " + std::string(name_of(closed)));
}

} // namespace

std::string_view name_of(Closed closed) noexcept {
  switch (closed) {
    case Closed::none: return "open";
    case Closed::no_range: return "no range of numbers was delegated to this installation";
    case Closed::mark_missing: return "the issuing mark's file is missing";
    case Closed::mark_foreign: return "the issuing mark belongs to another installation";
    case Closed::mark_ahead:
      return "the issuing mark and the data directory contradict each other, and no restore was "
             "noted";
    case Closed::mark_unusable: return "the issuing mark's file cannot be used";
    case Closed::exhausted: return "every number of the delegated ranges was used";
  }
  return {};
}

Dispenser::Dispenser(Registry& registry, HelpNumbersOptions options)
    : registry_(registry), options_(std::move(options)) {}

Result<DatabaseRecord> Dispenser::recorded() const {
  DatabaseRecord record;
  store::Pinned pin;
  const auto generation =
      registry_.impl().store->get(Family::meta, meta::issuing_generation, pin, nullptr);
  if (!generation) {
    return tl::unexpected(generation.error());
  }
  record.generation = *generation ? number_of_key(pin.view()) : 0;
  const auto cursor = registry_.impl().store->scan(Family::meta, nullptr);
  for (cursor->seek(meta::issuing_prefix);
       cursor->valid() && cursor->key().starts_with(meta::issuing_prefix); cursor->next()) {
    const std::string_view digits = cursor->key().substr(meta::issuing_prefix.size());
    RangeMark range;
    const auto parsed =
        std::from_chars(digits.data(), digits.data() + digits.size(), range.range.first);
    if (parsed.ec != std::errc{} || cursor->value().size() != 2 * sizeof(std::uint64_t)) {
      return fail(ErrorCode::corrupt, "the record of an issuing range cannot be read");
    }
    range.range.last = static_cast<std::uint32_t>(number_of_key(cursor->value().substr(0, 8)));
    range.reserved_up_to = static_cast<std::uint32_t>(number_of_key(cursor->value().substr(8)));
    record.ranges.push_back(range);
  }
  if (auto status = cursor->status(); !status) {
    return tl::unexpected(status.error());
  }
  return record;
}

Result<void> Dispenser::record_marks(const MarkState& state) {
  return registry_.impl().queue->run([&state](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, std::string(meta::issuing_generation),
                    key_of_number(state.generation));
    for (const RangeMark& range : state.ranges) {
      transaction.put(Family::meta, range_key(range.range),
                      range_value(range.range, range.reserved_up_to));
    }
    return {};
  });
}

Result<void> Dispenser::make_installation() {
  InstallationId made{};
  if (RAND_bytes(made.data(), static_cast<int>(made.size())) != 1) {
    return fail(ErrorCode::unavailable, "the system gives no randomness");
  }
  const std::string value(reinterpret_cast<const char*>(made.data()), made.size());
  auto written = registry_.impl().queue->run([&value](Transaction& transaction) -> Result<void> {
    transaction.put(Family::meta, std::string(meta::installation), value);
    return {};
  });
  if (written) {
    installation_ = made;
  }
  return written;
}

Result<void> Dispenser::open() {
  const std::lock_guard changing(changing_);
  store::Pinned pin;
  const auto found = registry_.impl().store->get(Family::meta, meta::installation, pin, nullptr);
  if (!found) {
    return tl::unexpected(found.error());
  }
  if (!*found) {
    return {}; // nothing was ever delegated
  }
  if (pin.view().size() != sizeof(InstallationId)) {
    return fail(ErrorCode::corrupt, "the installation's id has a wrong size");
  }
  installation_.emplace();
  std::copy_n(pin.view().begin(), installation_->size(), installation_->begin());
  auto mark = IssuingMark::open(options_.mark_file, *installation_);
  if (!mark) {
    const auto record = recorded();
    if (!record) {
      return tl::unexpected(record.error());
    }
    const std::lock_guard lock(mutex_);
    closed_ = record->ranges.empty() && mark.error().code == ErrorCode::not_found
                  ? Closed::no_range
                  : closed_by(mark.error());
    return {};
  }
  mark_ = std::move(*mark);
  return use_mark();
}

Result<void> Dispenser::use_mark() {
  const auto record = recorded();
  if (!record) {
    return tl::unexpected(record.error());
  }
  const MarkState state = mark_->state();
  if (const auto agree = check_record(state, *record); !agree) {
    if (agree.error().code != ErrorCode::conflict) {
      return agree;
    }
    const std::lock_guard lock(mutex_);
    closed_ = Closed::mark_ahead;
    return {};
  }
  if (auto written = record_marks(state); !written) {
    return written;
  }
  for (const RangeMark& range : state.ranges) {
    if (auto used = use_range(range); !used) {
      return used;
    }
  }
  return {};
}

Result<void> Dispenser::use_range(const RangeMark& range) {
  auto numbers = NumberSpace::make(mark_->key(), range.range);
  if (!numbers) {
    return tl::unexpected(numbers.error());
  }
  const std::lock_guard lock(mutex_);
  spaces_.push_back({range.range, std::move(*numbers)});
  if (closed_ != Closed::none) {
    closed_ = range.reserved_up_to < range.range.size() ? Closed::none : Closed::exhausted;
  }
  return {};
}

Result<void> Dispenser::delegate(PrefixRange range) {
  const std::lock_guard changing(changing_);
  const Closed why = closed();
  if (why != Closed::none && why != Closed::no_range && why != Closed::exhausted) {
    return refusal(why);
  }
  if (mark_) {
    if (auto added = mark_->add_range(range); !added) {
      return added;
    }
    const RangeMark added{range, 0};
    MarkState state = mark_->state();
    state.ranges = {added};
    auto written = record_marks(state);
    return written ? use_range(added) : written;
  }
  if (!installation_) {
    if (auto made = make_installation(); !made) {
      return made;
    }
  }
  auto mark = IssuingMark::create(options_.mark_file, *installation_, range);
  if (!mark) {
    return tl::unexpected(mark.error());
  }
  mark_ = std::move(*mark);
  return use_mark();
}

Closed Dispenser::closed() const {
  const std::lock_guard lock(mutex_);
  return closed_;
}

SpaceFigures Dispenser::space() const {
  SpaceFigures figures;
  const Closed why = closed(); // nobody sets `mark_` behind it
  if (why == Closed::none || why == Closed::exhausted) {
    figures.ranges = mark_->state().ranges;
    for (const RangeMark& range : figures.ranges) {
      figures.delegated += range.range.size();
      figures.used += range.reserved_up_to;
    }
  }
  return figures;
}

Result<void> Dispenser::lease(std::size_t count) {
  const std::size_t wanted = std::clamp<std::size_t>(count * counters_per_number,
                                                     options_.lease_counters, lease_counters_max);
  auto lease = mark_->reserve(static_cast<std::uint32_t>(wanted));
  if (!lease) {
    if (lease.error().code == ErrorCode::unavailable) {
      closed_ = Closed::exhausted;
      return refusal(closed_);
    }
    closed_ = Closed::mark_unusable;
    return tl::unexpected(lease.error());
  }
  lease_ = *lease;
  next_ = lease->first;
  lease_recorded_ = false;
  return {};
}

Result<bool> Dispenser::is_free(const Transaction& transaction, const std::string& number) const {
  store::Pinned pin;
  const auto record = transaction.get(Family::hjelpenummer, number, pin);
  const auto claim =
      record && !*record
          ? transaction.get(Family::identifier, key_of({IdentifierType::fhn, number, {}}), pin)
          : record;
  if (!claim) {
    return tl::unexpected(claim.error());
  }
  return !claim->has_value();
}

Result<std::vector<std::string>> Dispenser::take(Transaction& transaction, std::size_t count,
                                                 bool& again) {
  const std::lock_guard lock(mutex_);
  again = false;
  if (closed_ != Closed::none) {
    return refusal(closed_);
  }
  std::vector<std::string> taken;
  while (taken.size() < count) {
    if (!lease_ || next_ == lease_->end()) {
      again = !lease_recorded_;
      if (again) {
        return fail(ErrorCode::unavailable, "a lease of numbers is being written; ask again");
      }
      if (auto leased = lease(count - taken.size()); !leased) {
        return tl::unexpected(leased.error());
      }
    }
    const auto space = std::ranges::find(spaces_, lease_->range, &Space::range);
    const auto number = space->numbers.number_at(next_++);
    if (!number) {
      continue;
    }
    std::string text(number->text());
    const auto free = is_free(transaction, text);
    if (!free) {
      return tl::unexpected(free.error());
    }
    if (*free && std::ranges::find(taken, text) == taken.end()) {
      taken.push_back(std::move(text));
    }
  }
  if (!lease_recorded_) {
    transaction.put(Family::meta, range_key(lease_->range),
                    range_value(lease_->range, lease_->end()));
  }
  return taken;
}

void Dispenser::record(Transaction& transaction) {
  const std::lock_guard lock(mutex_);
  if (lease_ && !lease_recorded_) {
    transaction.put(Family::meta, range_key(lease_->range),
                    range_value(lease_->range, lease_->end()));
  }
}

void Dispenser::written() noexcept {
  const std::lock_guard lock(mutex_);
  lease_recorded_ = true;
}

} // namespace grunndata::registry::hjelpenummer
