#include "importers/following/patient_transport.h"

#include <algorithm>
#include <thread>

namespace grunndata::importers::following {

namespace {

using std::chrono::milliseconds;

constexpr milliseconds busy_wait_min{50};
constexpr milliseconds nap{50};
constexpr unsigned doublings_max = 16;

milliseconds doubled(const Patience& patience, unsigned failures) {
  const auto factor = std::int64_t{1} << std::min(failures, doublings_max);
  return std::min(patience.longest, patience.first * factor);
}

} // namespace

PatientTransport::PatientTransport(const TransportOptions& options, const Patience& patience,
                                   FetchTotals& totals, Notice notice)
    : options_(options), patience_(patience), totals_(totals), notice_(std::move(notice)),
      transport_(options) {}

bool PatientTransport::stopped() const noexcept {
  return options_.stop != nullptr && options_.stop->load();
}

bool PatientTransport::sleep(milliseconds time) const {
  const auto until = std::chrono::steady_clock::now() + time;
  while (!stopped()) {
    const auto left =
        std::chrono::duration_cast<milliseconds>(until - std::chrono::steady_clock::now());
    if (left <= milliseconds(0)) return true;
    std::this_thread::sleep_for(std::min(left, nap));
  }
  return false;
}

bool PatientTransport::wait_for_better(const std::string& why) {
  const milliseconds wait = doubled(patience_, failures_++);
  ++totals_.failing;
  ++totals_.retries;
  if (notice_ && !stopped()) {
    notice_(why + "; asking again in " + std::to_string(wait.count()) + " ms");
  }
  return sleep(wait);
}

std::optional<Answer> PatientTransport::until_answered(const std::function<Answer()>& ask,
                                                       bool may_be_missing) {
  while (!stopped()) {
    ++totals_.requests;
    Answer answer = ask();
    totals_.bytes += answer.body.size();
    switch (answer.meaning) {
      case Meaning::busy:
        ++totals_.busy;
        ++totals_.retries;
        if (!sleep(std::max(answer.retry_after, busy_wait_min))) return std::nullopt;
        continue;
      case Meaning::not_found:
        if (may_be_missing) return answer;
        [[fallthrough]];
      case Meaning::failing:
      case Meaning::forbidden:
        if (!wait_for_better(answer.message)) return std::nullopt;
        continue;
      default: break;
    }
    failures_ = 0;
    return answer;
  }
  return std::nullopt;
}

std::optional<Answer> PatientTransport::get(std::string_view path, std::string_view etag,
                                            bool may_be_missing) {
  return until_answered([&] { return transport_.get(path, etag); }, may_be_missing);
}

std::optional<Answer> PatientTransport::download(std::string_view path,
                                                 const std::filesystem::path& to) {
  return until_answered([&] { return transport_.download(path, to); }, false);
}

std::optional<Answer> PatientTransport::post(std::string_view path, const std::string& body) {
  return until_answered([&] { return transport_.post(path, body); }, false);
}

} // namespace grunndata::importers::following
