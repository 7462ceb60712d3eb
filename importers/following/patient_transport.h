// A source that is asked until it answers.
#pragma once

#include "importers/following/transport.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::importers::following {

/// How long to wait before asking again.
struct Patience {
  std::chrono::milliseconds first{500};
  std::chrono::milliseconds longest{60'000};
};

/// For `sync status` and /metrics. Thread-safe; counted since the program began.
struct FetchTotals {
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> retries{0};
  std::atomic<std::uint64_t> busy{0};    ///< answers 429
  std::atomic<std::uint64_t> failing{0}; ///< no answer, 5xx, HTML, 404 where there should be some
  std::atomic<std::uint64_t> bytes{0};   ///< of answers
};

/// One thing asked for until it is answered. For one thread; ends when `stop` is set.
class PatientTransport {
public:
  using Notice = std::function<void(const std::string&)>;

  PatientTransport(const TransportOptions& options, const Patience& patience, FetchTotals& totals,
                   Notice notice);

  /// Asks again while the meaning is `busy`, `failing`, `forbidden`, or `not_found` unless
  /// `may_be_missing`. Nothing when it was stopped.
  [[nodiscard]] std::optional<Answer> get(std::string_view path, std::string_view etag = {},
                                          bool may_be_missing = false);
  [[nodiscard]] std::optional<Answer> post(std::string_view path, const std::string& body);
  /// As `Transport::download`.
  [[nodiscard]] std::optional<Answer> download(std::string_view path,
                                               const std::filesystem::path& to);

  /// Counts the answer just given as none, and waits before the next. False when stopped.
  bool wait_for_better(const std::string& why);
  /// True when the time has passed, false when stopped meanwhile.
  bool sleep(std::chrono::milliseconds time) const;
  [[nodiscard]] bool stopped() const noexcept;

private:
  std::optional<Answer> until_answered(const std::function<Answer()>& ask, bool may_be_missing);

  TransportOptions options_;
  Patience patience_;
  FetchTotals& totals_;
  Notice notice_;
  Transport transport_;
  unsigned failures_ = 0; ///< in a row
};

} // namespace grunndata::importers::following
