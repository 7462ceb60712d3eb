// Memory that was used and is to be used again: a load then takes it from the system once, not for
// every record.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

namespace grunndata::importers::reading {

/// `Raw` is cleared when it is given back; `Part` is taken as it is, with what its `items` hold.
/// Thread-safe.
template <typename Raw, typename Part>
class SpareMemory {
public:
  [[nodiscard]] Raw raw() { return take_last(raws_); }
  [[nodiscard]] Part part() { return take_last(parts_); }
  void give(Raw&& raw) {
    raw.clear();
    const std::lock_guard lock(mutex_);
    raws_.push_back(std::move(raw));
  }
  void give(Part&& part) {
    if (part.items.capacity() == 0) return;
    const std::lock_guard lock(mutex_);
    parts_.push_back(std::move(part));
  }

private:
  template <typename Kept>
  Kept take_last(std::vector<Kept>& spare) {
    const std::lock_guard lock(mutex_);
    if (spare.empty()) return {};
    Kept last = std::move(spare.back());
    spare.pop_back();
    return last;
  }

  std::mutex mutex_;
  std::vector<Raw> raws_;
  std::vector<Part> parts_;
};

} // namespace grunndata::importers::reading
