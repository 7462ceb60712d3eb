// The keys of one issuer: fetched when needed, kept while they are good.
#pragma once

#include "api/access/key_fetch.h"
#include "api/access/key_set.h"
#include "registry/time.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

namespace grunndata::api::access {

struct IssuerKeysOptions {
  std::string issuer_url;
  std::string metadata_url;
  std::chrono::microseconds kept{};
  std::chrono::microseconds refreshed{};
  std::chrono::microseconds retry{};
  std::chrono::milliseconds fetch_timeout{};
  std::function<registry::Instant()> clock;
  Fetch fetch;
};

/// Why there is no key.
struct KeyFault {
  enum class Kind : std::uint8_t { unknown_kid, wrong_algorithm, unavailable };
  Kind kind{};
  std::uint32_t retry_after_seconds = 0; ///< of `unavailable`
};

struct FoundKey {
  std::shared_ptr<const KeySet> set; ///< owns the key
  const PublicKey* key = nullptr;
  std::uint64_t generation = 0;
};

/// Thread-safe. One thread of its own does the fetches, one after the other, so that whoever has
/// good keys never waits for newer ones, and all who need them wait for the same fetch. Two fetches
/// begin at least `retry` apart. A failed fetch leaves the last good keys in place until they are
/// older than `kept`.
class IssuerKeys {
public:
  /// With keys at hand nobody waits longer than this to see whether a kid is a new one.
  static constexpr std::chrono::milliseconds unknown_kid_wait_max{1'000};

  explicit IssuerKeys(IssuerKeysOptions options);
  ~IssuerKeys();
  IssuerKeys(const IssuerKeys&) = delete;
  IssuerKeys& operator=(const IssuerKeys&) = delete;

  /// May wait for a fetch, at most `fetch_timeout`.
  [[nodiscard]] tl::expected<FoundKey, KeyFault> find(std::string_view kid, Algorithm algorithm);

  /// Whether what was found under `generation` still stands. Changes when, and only when, the set
  /// of keys does. Does not wait.
  [[nodiscard]] bool stands(std::uint64_t generation, registry::Instant now) const noexcept;
  /// Has the keys fetched in the background when there are none, or old ones.
  void refresh_if_due(registry::Instant now);
  [[nodiscard]] bool has_keys(registry::Instant now) const noexcept;

  [[nodiscard]] std::uint64_t fetches() const noexcept { return fetches_.load(); }
  [[nodiscard]] std::uint64_t failures() const noexcept { return failures_.load(); }

private:
  static constexpr std::int64_t never = INT64_MIN;

  void work();
  [[nodiscard]] tl::expected<std::shared_ptr<const KeySet>, std::string_view> fetch_keys() const;
  void take(tl::expected<std::shared_ptr<const KeySet>, std::string_view> fetched);
  // The rest with mutex_ held.
  [[nodiscard]] bool ask(registry::Instant now);
  bool wait(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds longest);
  [[nodiscard]] KeyFault unavailable(registry::Instant now) const noexcept;

  const IssuerKeysOptions options_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> generation_{0}; ///< 0: no keys yet
  std::atomic<std::int64_t> fetched_at_{never};
  std::atomic<std::int64_t> attempted_at_{never};
  std::atomic<std::uint64_t> fetches_{0};
  std::atomic<std::uint64_t> failures_{0};
  std::mutex mutex_;
  std::condition_variable wake_; ///< the thread: somebody asks
  std::condition_variable done_; ///< those who wait: a fetch has ended
  std::shared_ptr<const KeySet> set_;
  bool asked_ = false; ///< until the fetch has ended
  bool last_failed_ = false;
  std::uint64_t ended_ = 0; ///< fetches so far
  std::thread thread_;
};

} // namespace grunndata::api::access
