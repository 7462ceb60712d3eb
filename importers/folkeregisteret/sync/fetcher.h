// Fetches persons from Folkeregisteret on several connections, and asks again until it has them.
#pragma once

#include "importers/following/patient_transport.h"
#include "registry/error.h"
#include "registry/time.h"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace grunndata::importers::folkeregisteret::sync {

using following::Answer;
using following::FetchTotals;
using following::Meaning;
using following::Patience;
using following::PatientTransport;
using following::TransportOptions;

/// Most persons in one bulk look-up (the source's limit).
inline constexpr std::size_t bulk_persons_max = 1'000;

enum class Wanted : std::uint8_t {
  persons_now,      ///< by identifier, as they are now
  archived_persons, ///< by the document's id
};

/// What a bulk look-up gave.
struct Fetched {
  Wanted wanted{};
  std::vector<std::string> bodies;         ///< answers; the documents point into them
  std::vector<std::string_view> documents; ///< persons, in the order delivered
  std::vector<std::string> unknown;        ///< asked for, and the source says it has none
  registry::Instant stamp;                 ///< taken before it was asked for
};

struct FetcherOptions {
  TransportOptions transport;
  Patience patience;
  unsigned connections = 4;
  std::string part_query;        ///< "part=…&part=…"; empty: the source's default
  FetchTotals* totals = nullptr; ///< needed
  std::function<registry::Instant()> next_stamp; ///< each later than the one before; thread-safe
  PatientTransport::Notice notice;               ///< one sentence for a log; thread-safe
};

/// Thread-safe. A fetch that is stopped gives `cancelled`.
class Fetcher {
public:
  explicit Fetcher(FetcherOptions options);
  /// Waits for its threads; `transport.stop` should be set, or they go on until they are answered.
  ~Fetcher();
  Fetcher(const Fetcher&) = delete;
  Fetcher& operator=(const Fetcher&) = delete;

  /// At most `bulk_persons_max`. `urgent` goes before what waits.
  [[nodiscard]] std::future<registry::Result<Fetched>>
  fetch(Wanted wanted, std::vector<std::string> ids, bool urgent = false);

private:
  using Task = std::packaged_task<registry::Result<Fetched>(PatientTransport&)>;
  void loop();
  [[nodiscard]] registry::Result<void> fetch_into(PatientTransport& transport, Wanted wanted,
                                                  std::vector<std::string> ids,
                                                  Fetched& fetched) const;
  [[nodiscard]] registry::Result<void> fetch_halves(PatientTransport& transport, Wanted wanted,
                                                    const std::vector<std::string>& ids,
                                                    Fetched& fetched) const;

  FetcherOptions options_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> waiting_;
  bool closing_ = false;
  std::vector<std::thread> threads_;
};

} // namespace grunndata::importers::folkeregisteret::sync
