// A store that fails when told to; for the tests of everything above the port.
#pragma once

#include "registry/store/store.h"

#include <atomic>
#include <limits>

namespace grunndata::registry::store::testing {

/// Wraps any store. A failing call does nothing at all: a commit is never torn, as in the engines.
/// Counts from 1 over the whole life of the object. Thread-safe. The inner store must outlive it.
class FaultyStore final : public Store {
public:
  static constexpr std::uint64_t never = std::numeric_limits<std::uint64_t>::max();

  explicit FaultyStore(Store& inner) : inner_(inner) {}

  /// The `n`-th write (commit, bulk load, flush, compact, scrub, checkpoint) fails. As in the
  /// engines, all later writes are refused with `unavailable`, unless `recovers`.
  void fail_write(std::uint64_t n, ErrorCode code = ErrorCode::storage, bool recovers = false) {
    write_code_ = code;
    recovers_ = recovers;
    failing_write_ = n;
  }
  /// The `n`-th read (get, multi-get, cursor) fails, and no other.
  void fail_read(std::uint64_t n, ErrorCode code = ErrorCode::corrupt) {
    read_code_ = code;
    failing_read_ = n;
  }
  [[nodiscard]] std::uint64_t writes() const { return writes_; }
  [[nodiscard]] std::uint64_t reads() const { return reads_; }

  Result<bool> get(Family family, std::string_view key, Pinned& out,
                   const Snapshot* at) const override {
    if (auto fine = read(); !fine) {
      out.reset();
      return tl::unexpected(fine.error());
    }
    return inner_.get(family, key, out, at);
  }
  Result<void> multi_get(Family family, std::span<const std::string_view> keys,
                         std::span<Pinned> out, std::span<bool> found,
                         const Snapshot* at) const override {
    if (auto fine = read(); !fine) {
      for (Pinned& value : out) {
        value.reset();
      }
      return fine;
    }
    return inner_.multi_get(family, keys, out, found, at);
  }
  std::unique_ptr<Cursor> scan(Family family, const Snapshot* at) const override {
    if (auto fine = read(); !fine) {
      return std::make_unique<FailedCursor>(fine.error());
    }
    return inner_.scan(family, at);
  }
  std::unique_ptr<Snapshot> snapshot() const override { return inner_.snapshot(); }
  Result<void> commit(std::span<const Change> changes, Durability durability,
                      std::span<const Precondition> preconditions) override {
    auto fine = write();
    return fine ? inner_.commit(changes, durability, preconditions) : fine;
  }
  Result<void> bulk_load(std::span<const Change> changes) override {
    auto fine = write();
    return fine ? inner_.bulk_load(changes) : fine;
  }
  Result<void> flush() override {
    auto fine = write();
    return fine ? inner_.flush() : fine;
  }
  Result<void> compact(Family family) override {
    auto fine = write();
    return fine ? inner_.compact(family) : fine;
  }
  Result<void> scrub(std::span<const KeyRange> ranges, std::atomic<bool>& stop) override {
    auto fine = write();
    return fine ? inner_.scrub(ranges, stop) : fine;
  }
  Result<void> checkpoint(const std::filesystem::path& directory) override {
    auto fine = write();
    return fine ? inner_.checkpoint(directory) : fine;
  }
  Result<StoreFigures> figures() const override {
    auto figures = inner_.figures();
    if (figures) {
      figures->read_only = figures->read_only || refused_;
    }
    return figures;
  }
  Result<void> verify() const override { return inner_.verify(); }

private:
  class FailedCursor final : public Cursor {
  public:
    explicit FailedCursor(Error error) : error_(std::move(error)) {}
    void seek(std::string_view) override {}
    void seek_before(std::string_view) override {}
    void seek_last() override {}
    void next() override {}
    void previous() override {}
    [[nodiscard]] bool valid() const override { return false; }
    [[nodiscard]] std::string_view key() const override { return {}; }
    [[nodiscard]] std::string_view value() const override { return {}; }
    [[nodiscard]] Result<void> status() const override { return tl::unexpected(error_); }

  private:
    Error error_;
  };

  Result<void> write() {
    const std::uint64_t n = ++writes_;
    if (n == failing_write_) {
      refused_ = !recovers_;
      return fail(write_code_, "a write failed on purpose");
    }
    if (refused_) {
      return fail(ErrorCode::unavailable, "the store only reads since a write failed on purpose");
    }
    return {};
  }
  Result<void> read() const {
    return ++reads_ == failing_read_ ? Result<void>(fail(read_code_, "a read failed on purpose"))
                                     : Result<void>();
  }

  Store& inner_;
  std::atomic<std::uint64_t> failing_write_{never};
  std::atomic<std::uint64_t> failing_read_{never};
  std::atomic<ErrorCode> write_code_{ErrorCode::storage};
  std::atomic<ErrorCode> read_code_{ErrorCode::corrupt};
  std::atomic<bool> recovers_{false};
  std::atomic<bool> refused_{false};
  std::atomic<std::uint64_t> writes_{0};
  mutable std::atomic<std::uint64_t> reads_{0};
};

} // namespace grunndata::registry::store::testing
