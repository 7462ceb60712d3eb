#include "tools/bench/webhooks.h"

#include "api/webhooks/dispatcher.h"
#include "registry/audit/log.h"
#include "registry/hjelpenummer/help_numbers.h"
#include "registry/subscriptions/subscriptions.h"
#include "tools/bench/flags.h"
#include "tools/bench/measuring.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <condition_variable>
#include <iostream>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grunndata::tools::bench {

namespace {

namespace hn = registry::hjelpenummer;
using registry::Result;

constexpr std::uint64_t backlog_numbers = 20'000;
constexpr std::size_t waiting_max = 512;
constexpr double events_per_second_min = 2'000;
constexpr double delay_ms_max = 100;
constexpr double patience_s = 120;
constexpr std::int64_t tick_ms = 10;

/// Takes deliveries on one connection after the other, and notes when each event came.
class Receiver {
public:
  Receiver() {
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    listens_ = ::bind(listener_, at, size) == 0 && ::listen(listener_, 4) == 0 &&
               ::getsockname(listener_, at, &size) == 0;
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
  }
  ~Receiver() {
    stopping_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    ::shutdown(connection_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  [[nodiscard]] bool listens() const noexcept { return listens_; }
  [[nodiscard]] std::string url() const {
    return std::string("http://127.0.0.1:").append(std::to_string(port_)).append("/");
  }
  /// False when `events` have not come in time.
  bool wait_for(std::uint64_t events) {
    std::unique_lock lock(mutex_);
    return came_.wait_for(lock, std::chrono::duration<double>(patience_s),
                          [&] { return events_ >= events; });
  }
  /// Milliseconds between commit and arrival of every event since the last call.
  std::vector<double> take_delays() {
    const std::lock_guard lock(mutex_);
    return std::exchange(delays_, {});
  }

private:
  void run() {
    while (!stopping_) {
      const int connection = ::accept(listener_, nullptr, nullptr);
      if (connection < 0) continue;
      connection_ = connection;
      while (take_one()) {
      }
      connection_ = -1;
      ::close(connection);
      buffer_.clear();
    }
  }

  bool more() {
    char bytes[65536];
    const ssize_t got = ::recv(connection_, bytes, sizeof bytes, 0);
    if (got > 0) buffer_.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  }

  bool take_one() {
    constexpr std::string_view length = "Content-Length: ";
    constexpr std::string_view answer = "HTTP/1.1 204 Taken\r\nContent-Length: 0\r\n\r\n";
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!more()) return false;
    }
    std::size_t size = 0;
    const std::size_t at = buffer_.find(length) + length.size();
    std::from_chars(buffer_.data() + at, buffer_.data() + end, size);
    while (buffer_.size() < end + 4 + size) {
      if (!more()) return false;
    }
    note(std::string_view(buffer_).substr(end + 4, size));
    buffer_.erase(0, end + 4 + size);
    return ::send(connection_, answer.data(), answer.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(answer.size());
  }

  void note(std::string_view body) {
    constexpr std::string_view mark = R"("recordedAt":")";
    constexpr std::size_t time_bytes = 27;
    const std::int64_t came_us = registry::now().microseconds;
    const std::lock_guard lock(mutex_);
    for (auto at = body.find(mark); at != std::string_view::npos; at = body.find(mark, at)) {
      at += mark.size();
      const auto recorded = registry::parse_date_time(body.substr(at, time_bytes));
      if (recorded) {
        delays_.push_back(static_cast<double>(came_us - recorded->microseconds) / 1'000);
      }
      ++events_;
    }
    came_.notify_all();
  }

  int listener_ = -1;
  std::atomic<int> connection_{-1};
  bool listens_ = false;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::string buffer_;
  std::mutex mutex_;
  std::condition_variable came_;
  std::uint64_t events_ = 0;
  std::vector<double> delays_;
  std::thread thread_;
};

/// Issues hjelpenumre, each of which is an event or more, many at a time.
class Source {
public:
  explicit Source(hn::HelpNumbers& numbers) : numbers_(numbers) {}
  ~Source() { settle(); }
  Source(const Source&) = delete;
  Source& operator=(const Source&) = delete;

  void issue(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return waiting_ < waiting_max; });
      ++waiting_;
      lock.unlock();
      hn::IssueRequest request;
      request.by.client_id = "bench";
      request.organisation = "974760673";
      request.reason = "measuring";
      request.facts.resize(1);
      request.facts[0].given_name = "Ola";
      request.facts[0].birth_date = "1980";
      numbers_.issue(std::move(request), [this](const Result<hn::IssueOutcome>& outcome) {
        const std::lock_guard held(mutex_);
        --waiting_;
        failed_ = failed_ || !outcome;
        changed_.notify_all();
      });
    }
  }
  /// Waits for all; whether all were issued.
  bool settle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_ == 0; });
    return !failed_;
  }

private:
  hn::HelpNumbers& numbers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t waiting_ = 0;
  bool failed_ = false;
};

/// Everything a server would have, without the server.
struct Stage {
  std::unique_ptr<registry::Registry> registry;
  std::unique_ptr<hn::HelpNumbers> numbers;
  std::unique_ptr<registry::Subscriptions> subscriptions;
  std::unique_ptr<registry::audit::Log> audit;
  api::ApiOptions api;
};

template <typename T>
bool keep(Result<std::unique_ptr<T>> opened, std::unique_ptr<T>& place, Result<void>& done) {
  if (!opened) {
    done = tl::unexpected(opened.error());
    return false;
  }
  place = std::move(*opened);
  return true;
}

Result<void> open(const std::filesystem::path& folder, Stage& stage) {
  Result<void> done;
  registry::OpenOptions options;
  options.directory = folder / "data";
  registry::audit::LogOptions log;
  log.directory = folder / "audit";
  const bool opened =
      keep(registry::Registry::open(options), stage.registry, done) &&
      keep(hn::HelpNumbers::open(*stage.registry, {.mark_file = folder / "mark", .clock = {}}),
           stage.numbers, done) &&
      keep(registry::Subscriptions::open(*stage.registry), stage.subscriptions, done) &&
      keep(registry::audit::Log::open(log), stage.audit, done);
  if (!opened) {
    return done;
  }
  stage.api.subscriptions = stage.subscriptions.get();
  stage.api.audit = stage.audit.get();
  const auto delegated = stage.numbers->delegate({});
  return delegated ? Result<void>{} : tl::unexpected(delegated.error());
}

Result<void> subscribe(Stage& stage, const Receiver& receiver) {
  constexpr std::int64_t day_us = 86'400'000'000;
  registry::Subscription wanted;
  wanted.client_id = "bench";
  wanted.purpose = "Measuring";
  wanted.everyone = true;
  wanted.legal_basis = true;
  wanted.expires = registry::Instant{registry::now().microseconds + day_us};
  wanted.webhook = registry::Webhook{receiver.url(), std::string(32, 's')};
  const auto made = stage.subscriptions->add(std::move(wanted), 1);
  return made ? Result<void>{} : tl::unexpected(made.error());
}

double percentile(std::vector<double>& values, double part) {
  if (values.empty()) return 0;
  const auto place = static_cast<std::size_t>(part * static_cast<double>(values.size() - 1));
  std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(place));
  return values[place];
}

tl::unexpected<registry::Error> late() {
  return registry::fail(registry::ErrorCode::unavailable, "the receiver was not sent everything");
}

} // namespace

Result<std::vector<Figure>> measure_webhooks(const std::filesystem::path& folder, double seconds) {
  Stage stage;
  if (auto opened = open(folder, stage); !opened) {
    return tl::unexpected(opened.error());
  }
  Receiver receiver;
  Source source(*stage.numbers);
  source.issue(backlog_numbers);
  if (!source.settle() || !receiver.listens()) {
    return late();
  }
  if (auto subscribed = subscribe(stage, receiver); !subscribed) {
    return tl::unexpected(subscribed.error());
  }
  api::webhooks::DispatcherOptions options;
  options.transfers.addresses = {.allow_http = true, .allow_private = true};
  const std::uint64_t backlog = stage.registry->newest_sequence();
  const double begin = wall_seconds();
  const api::webhooks::Dispatcher dispatcher(*stage.registry, stage.api, options);
  if (!receiver.wait_for(backlog)) {
    return late();
  }
  const double rate = static_cast<double>(backlog) / (wall_seconds() - begin);

  receiver.take_delays();
  const double events_each = static_cast<double>(backlog) / static_cast<double>(backlog_numbers);
  const double steady_begin = wall_seconds();
  double issued = 0;
  while (wall_seconds() - steady_begin < seconds) {
    const double wanted = (wall_seconds() - steady_begin) * events_per_second_min / events_each;
    const auto count = static_cast<std::uint64_t>(std::max(0.0, wanted - issued));
    source.issue(count);
    issued += static_cast<double>(count);
    std::this_thread::sleep_for(std::chrono::milliseconds(tick_ms));
  }
  const bool whole = source.settle();
  const double offered = static_cast<double>(stage.registry->newest_sequence() - backlog) /
                         (wall_seconds() - steady_begin);
  if (!whole || !receiver.wait_for(stage.registry->newest_sequence())) {
    return late();
  }
  std::vector<double> delays = receiver.take_delays();
  return std::vector<Figure>{
      {"webhookEvents", "webhooks: events sent, of a backlog", rate, 0, "/s",
       events_per_second_min},
      {"webhookOffered", "webhooks: events committed meanwhile", offered, 0, "/s"},
      {"webhookDelayMedian", "  from commit to receiver, median", percentile(delays, 0.5), 1, "ms"},
      {"webhookDelayP99", "  99 of 100", percentile(delays, 0.99), 1, "ms", delay_ms_max, true}};
}

} // namespace grunndata::tools::bench

namespace grunndata::tools {

namespace {

struct WebhookBenchOptions {
  double seconds = 5;
  std::string directory;
  bool json = false;
};

int run_webhook_bench(const WebhookBenchOptions& options) {
  const bench::TemporaryDirectory folder(options.directory);
  const auto figures = bench::measure_webhooks(folder.path(), options.seconds);
  if (!figures) {
    return report_error(figures.error());
  }
  bench::print_report(std::cout, options.json, "events sent to one receiver, signed and logged",
                      *figures);
  return exit_ok;
}

} // namespace

void add_bench_webhooks(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<WebhookBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "webhooks", "Events sent to a receiver: how many a second, and how long after their commit");
  command->add_option("--seconds", options->seconds, "how long the delay is measured")
      ->check(CLI::Range(0.1, 600.0))
      ->capture_default_str();
  bench::add_directory_flag(*command, options->directory);
  bench::add_json_flag(*command, options->json);
  command->callback([options, &exit_status] { exit_status = run_webhook_bench(*options); });
}

} // namespace grunndata::tools
