// A server on loopback that sends whatever a test wants, HTTP or not.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace grunndata::tests {

/// One request after the other, each on a connection of its own.
class LoopbackServer {
public:
  /// The bytes to answer a GET of `path` with; empty: no answer, connection left open. Called on
  /// the server's thread.
  using Handler = std::function<std::string(std::string_view path)>;

  explicit LoopbackServer(Handler handler);
  ~LoopbackServer();
  LoopbackServer(const LoopbackServer&) = delete;
  LoopbackServer& operator=(const LoopbackServer&) = delete;

  /// http://127.0.0.1:<port>
  [[nodiscard]] const std::string& url() const noexcept { return url_; }
  [[nodiscard]] int requests() const noexcept { return requests_.load(); }

private:
  void serve();
  void answer(int connection);

  Handler handler_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};
  std::string url_;
  std::atomic<int> requests_{0};
  std::vector<int> left_open_;
  std::thread thread_;
};

/// A whole response with that body.
[[nodiscard]] std::string http_response(std::string_view status, std::string_view body,
                                        std::string_view headers = "");

} // namespace grunndata::tests
