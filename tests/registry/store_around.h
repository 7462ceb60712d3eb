// A store that outlives the registry over it, and whose writes fail when asked to.
#pragma once

#include "registry/store/store.h"

#include <atomic>
#include <memory>

namespace grunndata::registry::stories {

/// What the n-th write (counted from 1) does instead of working. Later writes are refused as a
/// failed engine refuses them.
struct WriteFault {
  std::uint64_t at = 0;       ///< 0: never
  bool after_writing = false; ///< the bytes arrive, yet the caller is told of a failure
};

/// Passes everything on to `inner`.
class StoreAround : public store::Store {
public:
  explicit StoreAround(std::shared_ptr<store::Store> inner, WriteFault fault = {})
      : inner_(std::move(inner)), fault_(fault) {}

  Result<bool> get(store::Family family, std::string_view key, store::Pinned& out,
                   const store::Snapshot* snapshot) const override {
    return inner_->get(family, key, out, snapshot);
  }
  Result<void> multi_get(store::Family family, std::span<const std::string_view> keys,
                         std::span<store::Pinned> out, std::span<bool> found,
                         const store::Snapshot* snapshot) const override {
    return inner_->multi_get(family, keys, out, found, snapshot);
  }
  std::unique_ptr<store::Cursor> scan(store::Family family,
                                      const store::Snapshot* snapshot) const override {
    return inner_->scan(family, snapshot);
  }
  std::unique_ptr<store::Snapshot> snapshot() const override { return inner_->snapshot(); }
  Result<void> commit(std::span<const store::Change> changes, store::Durability durability,
                      std::span<const store::Precondition> preconditions) override {
    return write([&] { return inner_->commit(changes, durability, preconditions); });
  }
  Result<void> bulk_load(std::span<const store::Change> changes) override {
    return write([&] { return inner_->bulk_load(changes); });
  }
  Result<void> flush() override { return inner_->flush(); }
  Result<void> compact(store::Family family) override { return inner_->compact(family); }
  Result<void> scrub(std::span<const store::KeyRange> ranges, std::atomic<bool>& stop) override {
    return inner_->scrub(ranges, stop);
  }
  Result<void> checkpoint(const std::filesystem::path& directory) override {
    return inner_->checkpoint(directory);
  }
  Result<store::StoreFigures> figures() const override { return inner_->figures(); }
  Result<void> verify() const override { return inner_->verify(); }

private:
  template <typename Write>
  Result<void> write(const Write& passed_on) {
    const std::uint64_t number = ++writes_;
    if (fault_.at == 0 || number < fault_.at) {
      return passed_on();
    }
    if (number > fault_.at) {
      return fail(ErrorCode::unavailable, "an earlier write failed");
    }
    if (fault_.after_writing) {
      if (auto written = passed_on(); !written) return written;
    }
    return fail(ErrorCode::storage, "the disk said no");
  }

  std::shared_ptr<store::Store> inner_;
  WriteFault fault_;
  std::atomic<std::uint64_t> writes_{0};
};

} // namespace grunndata::registry::stories
