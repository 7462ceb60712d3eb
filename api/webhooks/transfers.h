// Requests to receivers, many at a time on one thread.
#pragma once

#include "api/webhooks/address.h"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::webhooks {

inline constexpr std::size_t answer_bytes_max = 16 * 1024; ///< more of a receiver's is cut off

struct TransferOptions {
  AddressRules addresses{};
  std::chrono::milliseconds timeout{10'000}; ///< of a whole exchange
  std::chrono::milliseconds connect_timeout{5'000};
  std::string ca_file; ///< certificates that are trusted besides; empty: the system's alone
};

/// What is sent. Texts are copied.
struct Post {
  std::string url;
  std::vector<std::string> headers; ///< "name: value"
  std::string body;
};

/// How it ended. `problem`: a stable word, empty when an answer came: "address" (not one that may
/// be connected to), "connect", "timeout", "tls", "cut", "answer" (no HTTP, or too long), "url".
struct Ended {
  std::uint64_t tag = 0;
  int status = 0; ///< 0: no answer came
  std::string_view problem{};
  std::chrono::seconds retry_after{0}; ///< that the receiver asked for; 0: nothing
};

/// One thread at a time, except `wake`. Redirects are not followed, no proxy is used, credentials
/// of the environment are not sent, and every connection is judged by the address it is made to,
/// after the name was resolved.
class Transfers {
public:
  explicit Transfers(TransferOptions options);
  /// Cuts what is under way.
  ~Transfers();
  Transfers(const Transfers&) = delete;
  Transfers& operator=(const Transfers&) = delete;

  /// Begins; `ended` tells of it by `tag`, also when it cannot begin.
  void begin(std::uint64_t tag, Post post);
  void cancel(std::uint64_t tag);
  [[nodiscard]] std::size_t under_way() const noexcept;
  /// Waits until something happens, `wake` is called or `at_most` is over.
  void wait(std::chrono::milliseconds at_most);
  /// From any thread.
  void wake() noexcept;
  /// Those that ended since the last call.
  [[nodiscard]] std::vector<Ended> ended();

private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

} // namespace grunndata::api::webhooks
