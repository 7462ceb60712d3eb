#include "registry/log_tips.h"

#include <algorithm>

namespace grunndata::registry {

namespace {
constexpr std::uint64_t read_at_most = 10'000;
constexpr std::size_t page_events = 1'000;
} // namespace

bool LogTips::may_have_beyond(std::uint64_t sequence, const EventFilter& filter, Access access) {
  const std::uint64_t newest = registry_.newest_sequence();
  if (newest <= sequence) {
    return false;
  }
  const std::lock_guard lock(mutex_);
  if (newest > read_to_) {
    read_on(newest);
  }
  const Newest& tips = newest_[static_cast<std::size_t>(access)];
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    if (filter.kind && static_cast<std::size_t>(*filter.kind) != kind) {
      continue;
    }
    for (std::size_t type = 0; type < event_type_count; ++type) {
      const bool is_wanted = filter.types.none() || filter.types.test(type);
      if (is_wanted && tips[kind][type] > sequence) {
        return true;
      }
    }
  }
  return false;
}

void LogTips::read_on(std::uint64_t newest) {
  if (newest - read_to_ > read_at_most) {
    return take_all_as_new(newest);
  }
  for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
    Newest& tips = newest_[static_cast<std::size_t>(access)];
    std::uint64_t next = read_to_ + 1;
    for (bool more = true; more && next <= newest;) {
      const auto page = registry_.events(next, page_events, access);
      if (!page) {
        return take_all_as_new(newest);
      }
      for (const Event& event : page->events) {
        const auto kind = std::min<std::size_t>(static_cast<std::size_t>(event.kind), kinds - 1);
        tips[kind][static_cast<std::size_t>(event.type)] = event.sequence;
      }
      next = page->next;
      more = page->more;
    }
  }
  read_to_ = newest;
}

void LogTips::take_all_as_new(std::uint64_t newest) {
  for (Newest& of_access : newest_) {
    for (auto& of_kind : of_access) {
      of_kind.fill(newest);
    }
  }
  read_to_ = newest;
}

} // namespace grunndata::registry
