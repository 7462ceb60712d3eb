#include "tools/bench/measured_store.h"

#include "tools/bench/measuring.h"

namespace grunndata::tools::bench {

namespace {

namespace store = registry::store;
using registry::Result;

class MeasuredStore final : public store::Store {
public:
  MeasuredStore(std::unique_ptr<store::Store> inner, StoreWork& work)
      : inner_(std::move(inner)), work_(work) {}

  Result<bool> get(store::Family family, std::string_view key, store::Pinned& out,
                   const store::Snapshot* at) const override {
    return inner_->get(family, key, out, at);
  }
  Result<void> multi_get(store::Family family, std::span<const std::string_view> keys,
                         std::span<store::Pinned> out, std::span<bool> found,
                         const store::Snapshot* at) const override {
    return inner_->multi_get(family, keys, out, found, at);
  }
  std::unique_ptr<store::Cursor> scan(store::Family family,
                                      const store::Snapshot* at) const override {
    return inner_->scan(family, at);
  }
  std::unique_ptr<store::Snapshot> snapshot() const override { return inner_->snapshot(); }

  Result<void> commit(std::span<const store::Change> changes, store::Durability durability,
                      std::span<const store::Precondition> preconditions) override {
    enter(changes);
    const double begin = wall_seconds();
    auto done = inner_->commit(changes, durability, preconditions);
    leave(begin);
    return done;
  }
  Result<void> bulk_load(std::vector<store::Change>&& changes) override {
    enter(changes);
    const double begin = wall_seconds();
    auto done = inner_->bulk_load(std::move(changes));
    leave(begin);
    return done;
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
  void enter(std::span<const store::Change> changes) {
    if (work_.writer != std::this_thread::get_id()) {
      work_.writer = std::this_thread::get_id();
      work_.left_at_cpu_s = 0;
    }
    work_.writer_cpu_s += thread_cpu_seconds() - work_.left_at_cpu_s;
    ++work_.writes;
    for (const store::Change& change : changes) {
      work_.bytes += change.key.size() + (change.value ? change.value->size() : 0);
    }
  }
  void leave(double begin) {
    work_.engine_s += wall_seconds() - begin;
    work_.left_at_cpu_s = thread_cpu_seconds();
  }

  std::unique_ptr<store::Store> inner_;
  StoreWork& work_;
};

} // namespace

std::unique_ptr<store::Store> measured(std::unique_ptr<store::Store> store, StoreWork& work) {
  return std::make_unique<MeasuredStore>(std::move(store), work);
}

} // namespace grunndata::tools::bench
