// A client that sends exactly the bytes it is told to and reads strictly what comes back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::http::testing {

/// An answer as it was on the wire.
struct Answer {
  int status{0};
  std::string head; ///< with the empty line
  std::string body;

  /// The first header of that name, in any case.
  [[nodiscard]] std::optional<std::string> header(std::string_view name) const;
};

/// One blocking connection to 127.0.0.1. Nothing waits longer than `patience_seconds`, which is
/// only there so that a hang fails instead of hanging the test.
class RawClient {
public:
  static constexpr int patience_seconds = 20;

  RawClient() = default;
  /// `receive_bytes` above 0 sets the kernel's receive buffer, before connecting.
  explicit RawClient(std::uint16_t port, int receive_bytes = 0);
  ~RawClient() { close(); }
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&& other) noexcept;

  [[nodiscard]] bool is_connected() const noexcept { return fd_ >= 0; }
  /// False when the server has gone.
  bool send(std::string_view bytes);
  /// The next answer; nothing at the end of the connection or when something that is no answer
  /// arrived. `to_head`: the answer of a HEAD request, without a body.
  [[nodiscard]] std::optional<Answer> read(bool to_head = false);
  /// `send` and `read`.
  [[nodiscard]] std::optional<Answer> ask(std::string_view bytes);
  /// True when the server ends the connection without a further byte.
  [[nodiscard]] bool is_closed_by_server();
  /// Reads at least one byte more into the buffer; false at the end.
  bool read_some(std::size_t bytes_max = 65536);
  /// Everything until the end of the connection.
  [[nodiscard]] std::string read_all();

  /// For the message of a failed test: what the last call that failed was told.
  [[nodiscard]] std::string how_it_ended() const;

  void shut_write() noexcept;
  /// Ends with a reset instead of a farewell.
  void close_abruptly() noexcept;
  void close() noexcept;

private:
  [[nodiscard]] bool goes_on_connecting() const noexcept;
  void note_failure(const char* call) noexcept;
  [[nodiscard]] bool read_chunks(std::string& body);

  int fd_{-1};
  std::string buffer_;
  const char* failed_call_{"nothing failed"};
  int failure_{0}; ///< errno
};

} // namespace grunndata::api::http::testing
