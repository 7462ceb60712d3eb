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
    work_.note_reader();
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
    note(changes);
    const double begin = wall_seconds();
    auto done = inner_->commit(changes, durability, preconditions);
    work_.engine_s += wall_seconds() - begin;
    return done;
  }
  Result<void> bulk_load(std::span<const store::Change> changes) override {
    note(changes);
    const double begin = wall_seconds();
    auto done = inner_->bulk_load(changes);
    work_.engine_s += wall_seconds() - begin;
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
  void note(std::span<const store::Change> changes) {
    ++work_.writes;
    for (const store::Change& change : changes) {
      work_.bytes += change.key.size() + (change.value ? change.value->size() : 0);
    }
  }

  std::unique_ptr<store::Store> inner_;
  StoreWork& work_;
};

} // namespace

void StoreWork::note_reader() noexcept {
  if (!has_writer && std::this_thread::get_id() != opener) {
    has_writer = ::pthread_getcpuclockid(::pthread_self(), &writer_clock) == 0;
  }
}

double StoreWork::writer_cpu_seconds() const noexcept {
  return has_writer ? seconds_of(writer_clock) : 0;
}

std::unique_ptr<store::Store> measured(std::unique_ptr<store::Store> store, StoreWork& work) {
  return std::make_unique<MeasuredStore>(std::move(store), work);
}

} // namespace grunndata::tools::bench
