// A system that follows the registry: reads every event, and keeps a copy of whom they are about.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <string>
#include <thread>

namespace grunndata::tests {

/// Goes on by itself from construction, with whatever server there is, until it is destroyed.
class FollowingClient {
public:
  FollowingClient() : thread_([this] { run(); }) {}
  ~FollowingClient() { stop(); }
  FollowingClient(const FollowingClient&) = delete;
  FollowingClient& operator=(const FollowingClient&) = delete;

  /// Where the server listens now; 0: it is down.
  void ask_at(std::uint16_t port) { port_ = port; }
  /// Until it has read all that there is, twice in a row. False when that takes too long.
  [[nodiscard]] bool catch_up() const;
  void stop();

  /// Whoever carries on, by id: what `GET /v1/person/{id}` said. After `stop`.
  [[nodiscard]] const std::map<std::string, std::string>& copy() const { return copy_; }
  [[nodiscard]] std::uint64_t events() const { return events_; }
  /// Numbers that came out of order, or a second time: there are none.
  [[nodiscard]] std::uint64_t disordered() const { return disordered_; }

  /// Path of what is kept of a person.
  [[nodiscard]] static std::string path_of(const std::string& id);

private:
  void run();
  bool read_page(std::uint16_t port);

  std::atomic<bool> stop_{false};
  std::atomic<std::uint16_t> port_{0};
  std::atomic<std::uint64_t> rests_{0}; ///< times that there was nothing more
  std::atomic<std::uint64_t> events_{0};
  std::atomic<std::uint64_t> disordered_{0};
  std::uint64_t newest_ = 0;
  std::string cursor_;
  std::map<std::string, std::string> copy_;
  std::thread thread_; ///< last: it uses the others
};

} // namespace grunndata::tests
