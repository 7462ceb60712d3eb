// Many short lists in one piece of memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace grunndata::registry::virksomhet {

/// Where a list stands in its pool, and how much fits there. Zeros: an empty one.
struct Run {
  std::uint32_t begin = 0;
  std::uint32_t count = 0;
  std::uint32_t room = 0;
};

/// Spans into it live until the next change. Not thread-safe. A list that outgrows its room moves
/// to the end; what it leaves behind is `wasted` until `squeeze`.
template <typename T>
class RunPool {
public:
  [[nodiscard]] std::span<const T> of(const Run& run) const noexcept {
    return {items_.data() + run.begin, run.count};
  }
  [[nodiscard]] std::span<T> of(const Run& run) noexcept {
    return {items_.data() + run.begin, run.count};
  }
  void assign(Run& run, const std::vector<T>& items) {
    if (items.size() > run.room) {
      move_to_end(run, static_cast<std::uint32_t>(items.size()));
    }
    std::ranges::copy(items, items_.begin() + run.begin);
    run.count = static_cast<std::uint32_t>(items.size());
  }
  void insert(Run& run, std::size_t at, const T& item) {
    if (run.count == run.room) {
      move_to_end(run, std::max<std::uint32_t>(2 * run.room, 1));
    }
    const auto begin = items_.begin() + run.begin;
    std::move_backward(begin + static_cast<std::ptrdiff_t>(at), begin + run.count,
                       begin + run.count + 1);
    items_[run.begin + at] = item;
    ++run.count;
  }
  /// There must be room.
  void append(Run& run, const T& item) noexcept { items_[run.begin + run.count++] = item; }
  void erase(Run& run, std::size_t at) {
    const auto begin = items_.begin() + run.begin;
    std::move(begin + static_cast<std::ptrdiff_t>(at) + 1, begin + run.count,
              begin + static_cast<std::ptrdiff_t>(at));
    --run.count;
  }
  /// Empties the pool and makes room for as many as each owner's list counts, one behind the other.
  /// The lists are empty then.
  template <typename Owner>
  void lay_out(std::vector<Owner>& owners, Run Owner::*list) {
    std::size_t size = 0;
    for (Owner& owner : owners) {
      Run& run = owner.*list;
      run.begin = static_cast<std::uint32_t>(size);
      run.room = std::exchange(run.count, 0);
      size += run.room;
    }
    items_ = std::vector<T>(size);
    wasted_ = 0;
  }
  /// Brings the lists of all owners together again.
  template <typename Owner>
  void squeeze(std::vector<Owner>& owners, Run Owner::*list) {
    std::vector<T> items;
    items.reserve(size());
    for (Owner& owner : owners) {
      Run& run = owner.*list;
      const auto begin = static_cast<std::uint32_t>(items.size());
      const std::span<const T> old = std::as_const(*this).of(run);
      items.insert(items.end(), old.begin(), old.end());
      run.begin = begin;
      run.room = run.count;
    }
    items_.swap(items);
    wasted_ = 0;
  }
  void clear() noexcept {
    items_ = {};
    wasted_ = 0;
  }
  [[nodiscard]] std::size_t size() const noexcept { return items_.size() - wasted_; }
  [[nodiscard]] std::size_t wasted() const noexcept { return wasted_; }
  [[nodiscard]] std::size_t bytes() const noexcept { return items_.capacity() * sizeof(T); }

private:
  void move_to_end(Run& run, std::uint32_t room) {
    const auto begin = static_cast<std::uint32_t>(items_.size());
    items_.resize(items_.size() + room);
    std::copy_n(items_.begin() + run.begin, run.count, items_.begin() + begin);
    wasted_ += run.room;
    run.begin = begin;
    run.room = room;
  }

  std::vector<T> items_;
  std::size_t wasted_ = 0;
};

} // namespace grunndata::registry::virksomhet
