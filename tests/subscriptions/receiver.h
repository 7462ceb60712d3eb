// A receiver of webhooks that answers as the test says: a real HTTP server on loopback.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace grunndata::tests {

struct Received {
  std::string path;
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;
};

struct Reply {
  int status = 204;
  std::string headers{}; ///< whole lines
  std::string body{};
  std::chrono::milliseconds delay{0};
  bool cut = false; ///< closes without an answer
};

/// Keeps connections. Each request is answered by `answer`, called from many threads.
class Receiver {
public:
  explicit Receiver(std::function<Reply(const Received&)> answer);
  ~Receiver();
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  [[nodiscard]] std::string url(std::string_view path = "/hook") const;
  [[nodiscard]] std::size_t connections() const noexcept { return connections_; }

private:
  void accept_all();
  void serve(int connection);

  std::function<Reply(const Received&)> answer_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stopping_{false};
  std::atomic<std::size_t> connections_{0};
  std::mutex mutex_;
  std::vector<int> open_;
  std::vector<std::thread> serving_;
  std::thread accepting_;
};

/// The numbers of the events in a delivery, in their order.
[[nodiscard]] std::vector<std::uint64_t> sequences_in(std::string_view body);

/// What a receiver checks: the signature of a delivery under the secret (`whsec_…`).
[[nodiscard]] bool is_signed(const Received& received, std::string_view secret);

/// True as soon as `holds`, false when that takes too long.
[[nodiscard]] bool eventually(const std::function<bool()>& holds,
                              std::chrono::milliseconds within = std::chrono::seconds(20));

} // namespace grunndata::tests
