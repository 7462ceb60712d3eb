#include "api/access/issuer_keys.h"

#include <algorithm>

namespace grunndata::api::access {

namespace {

// A clock that was set back makes an age negative: as good as no time at all.
bool is_within(std::int64_t begin, registry::Instant now, std::chrono::microseconds span) noexcept {
  return begin != INT64_MIN && now.microseconds - begin < span.count();
}

constexpr std::int64_t microseconds_per_second = 1'000'000;

} // namespace

IssuerKeys::IssuerKeys(IssuerKeysOptions options)
    : options_(std::move(options)), thread_([this] { work(); }) {}

IssuerKeys::~IssuerKeys() {
  {
    const std::lock_guard lock(mutex_);
    stop_.store(true);
  }
  wake_.notify_all();
  done_.notify_all();
  thread_.join();
}

void IssuerKeys::work() {
  std::unique_lock lock(mutex_);
  for (;;) {
    wake_.wait(lock, [this] { return asked_ || stop_.load(); });
    if (stop_.load()) return;
    lock.unlock();
    fetches_.fetch_add(1);
    auto fetched = fetch_keys();
    lock.lock();
    take(std::move(fetched));
    done_.notify_all();
  }
}

tl::expected<std::shared_ptr<const KeySet>, std::string_view> IssuerKeys::fetch_keys() const {
  const FetchLimits limits{std::chrono::steady_clock::now() + options_.fetch_timeout, stop_};
  const auto metadata = options_.fetch(options_.metadata_url, limits);
  if (!metadata) return tl::unexpected(metadata.error());
  const auto uri = jwks_uri_of(*metadata, options_.issuer_url);
  if (!uri) return tl::unexpected(uri.error());
  const auto keys = options_.fetch(*uri, limits);
  if (!keys) return tl::unexpected(keys.error());
  return KeySet::parse(*keys);
}

void IssuerKeys::take(tl::expected<std::shared_ptr<const KeySet>, std::string_view> fetched) {
  asked_ = false;
  ++ended_;
  last_failed_ = !fetched;
  attempted_at_.store(options_.clock().microseconds);
  if (!fetched) {
    failures_.fetch_add(1);
    return;
  }
  if (!set_ || !set_->equals(**fetched)) generation_.fetch_add(1);
  set_ = std::move(*fetched);
  fetched_at_.store(attempted_at_.load());
}

// False when a fetch ended so lately that there will be none for now.
bool IssuerKeys::ask(registry::Instant now) {
  if (asked_) return true;
  const std::int64_t attempted = attempted_at_.load();
  const bool lately = is_within(attempted, now, options_.retry) && now.microseconds >= attempted;
  if (lately) return false;
  asked_ = true;
  wake_.notify_one();
  return true;
}

// False when the fetch under way did not end in that time.
bool IssuerKeys::wait(std::unique_lock<std::mutex>& lock, std::chrono::milliseconds longest) {
  const std::uint64_t before = ended_;
  const auto until = std::chrono::steady_clock::now() + longest;
  return done_.wait_until(lock, until, [&] { return ended_ != before || stop_.load(); }) &&
         !stop_.load();
}

KeyFault IssuerKeys::unavailable(registry::Instant now) const noexcept {
  const std::int64_t next = attempted_at_.load() == never
                                ? now.microseconds
                                : attempted_at_.load() + options_.retry.count();
  const std::int64_t seconds =
      (next - now.microseconds + microseconds_per_second - 1) / microseconds_per_second;
  return {KeyFault::Kind::unavailable,
          static_cast<std::uint32_t>(std::clamp<std::int64_t>(seconds, 1, 3'600))};
}

tl::expected<FoundKey, KeyFault> IssuerKeys::find(std::string_view kid, Algorithm algorithm) {
  const registry::Instant now = options_.clock();
  refresh_if_due(now);
  std::unique_lock lock(mutex_);
  for (bool waited = false;; waited = true) {
    const bool usable = has_keys(options_.clock());
    if (usable) {
      const KeySet::Match match = set_->find(kid, algorithm);
      if (match.key != nullptr) return FoundKey{set_, match.key, generation_.load()};
      if (match.kid_known) return tl::unexpected(KeyFault{KeyFault::Kind::wrong_algorithm});
    }
    const bool asked = !waited && ask(now);
    const auto longest =
        usable ? std::min(unknown_kid_wait_max, options_.fetch_timeout) : options_.fetch_timeout;
    if (asked && wait(lock, longest)) continue;
    // A kid that nobody has is the token's fault; keys that may be there, but were not had, ours.
    if (usable && !asked && !last_failed_) {
      return tl::unexpected(KeyFault{KeyFault::Kind::unknown_kid});
    }
    return tl::unexpected(unavailable(now));
  }
}

bool IssuerKeys::stands(std::uint64_t generation, registry::Instant now) const noexcept {
  return generation == generation_.load() && has_keys(now);
}

bool IssuerKeys::has_keys(registry::Instant now) const noexcept {
  return is_within(fetched_at_.load(), now, options_.kept);
}

void IssuerKeys::refresh_if_due(registry::Instant now) {
  const std::int64_t fetched = fetched_at_.load();
  if (is_within(fetched, now, options_.refreshed) && now.microseconds >= fetched) return;
  const std::int64_t attempted = attempted_at_.load();
  if (is_within(attempted, now, options_.retry) && now.microseconds >= attempted) return;
  const std::lock_guard lock(mutex_);
  static_cast<void>(ask(now));
}

} // namespace grunndata::api::access
