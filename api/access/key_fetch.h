// Small documents from an issuer over HTTP.
#pragma once

#include <tl/expected.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace grunndata::api::access {

inline constexpr std::size_t fetched_bytes_max = 256 * 1024;

/// When to give up: at the deadline, or soon after somebody sets `stop`.
struct FetchLimits {
  std::chrono::steady_clock::time_point deadline;
  const std::atomic<bool>& stop;
};

/// The body, or a sentence saying why there is none.
using FetchResult = tl::expected<std::string, std::string_view>;
using Fetch = std::function<FetchResult(const std::string& url, const FetchLimits& limits)>;

/// GET by libcurl. https, or http to a loopback host; no redirects; status 200 only; a body of at
/// most `fetched_bytes_max` bytes. Thread-safe.
[[nodiscard]] FetchResult fetch_over_http(const std::string& url, const FetchLimits& limits);

} // namespace grunndata::api::access
