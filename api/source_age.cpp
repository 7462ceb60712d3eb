#include "api/source_age.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>
#include <string_view>

namespace grunndata::api {
namespace {
constexpr std::int64_t microseconds_per_second = 1'000'000;
} // namespace

void SourceAge::refresh(std::int64_t now_s) const {
  std::int64_t last = refreshed_s_.load(std::memory_order_relaxed);
  if (last == now_s || !refreshed_s_.compare_exchange_strong(last, now_s)) return;
  const auto figures = registry_.figures();
  if (!figures) return;
  newest_s_.store(figures->newest_extracted_at
                      ? figures->newest_extracted_at->microseconds / microseconds_per_second
                      : nothing_loaded,
                  std::memory_order_release);
}

std::optional<std::int64_t> SourceAge::seconds() const {
  const std::int64_t now_s = std::time(nullptr); // read from memory, not from a clock
  refresh(now_s);
  const std::int64_t newest_s = newest_s_.load(std::memory_order_acquire);
  if (newest_s == nothing_loaded) return std::nullopt;
  return std::max<std::int64_t>(0, now_s - newest_s);
}

void SourceAge::stamp(http::Response& response) const {
  if (stands_still()) response.add_header(source_frozen_header, "true");
  const auto age_s = seconds();
  if (!age_s) return;
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), *age_s).ptr;
  response.add_header(source_age_header, std::string_view(text.data(), end));
}

} // namespace grunndata::api
