#include "tests/http/raw_client.h"

#include "api/http/message.h"

#include <arpa/inet.h>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace grunndata::api::http::testing {

std::optional<std::string> Answer::header(std::string_view name) const {
  std::string_view rest = head;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(": ");
    if (colon != std::string_view::npos && equals_ignoring_case(line.substr(0, colon), name)) {
      return std::string(line.substr(colon + 2));
    }
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 2);
  }
  return std::nullopt;
}

RawClient::RawClient(std::uint16_t port, int receive_bytes) {
  fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{patience_seconds, 0};
  const int one = 1;
  ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (receive_bytes > 0) {
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_bytes, sizeof receive_bytes);
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
      !goes_on_connecting()) {
    note_failure("connect");
    close();
  }
}

/// A child process that ends interrupts; the kernel connects all the same.
bool RawClient::goes_on_connecting() const noexcept {
  if (errno != EINTR) return false;
  pollfd connecting{fd_, POLLOUT, 0};
  int ready = 0;
  do {
    ready = ::poll(&connecting, 1, patience_seconds * 1000);
  } while (ready < 0 && errno == EINTR);
  if (ready <= 0) return false;
  int failure = 0;
  socklen_t size = sizeof failure;
  ::getsockopt(fd_, SOL_SOCKET, SO_ERROR, &failure, &size);
  errno = failure;
  return failure == 0;
}

void RawClient::note_failure(const char* call) noexcept {
  failed_call_ = call;
  failure_ = errno;
}

std::string RawClient::how_it_ended() const {
  return std::string(failed_call_) + ": " + std::strerror(failure_) + ", " +
         std::to_string(buffer_.size()) + " bytes read";
}

RawClient::RawClient(RawClient&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), buffer_(std::move(other.buffer_)),
      failed_call_(other.failed_call_), failure_(other.failure_) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
  close();
  fd_ = std::exchange(other.fd_, -1);
  buffer_ = std::move(other.buffer_);
  failed_call_ = other.failed_call_;
  failure_ = other.failure_;
  return *this;
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) {
      if (fd_ >= 0) note_failure("send");
      return false;
    }
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

bool RawClient::read_some(std::size_t bytes_max) {
  std::array<char, 65536> chunk{};
  ssize_t count = 0;
  do { // a child process that ends interrupts
    count = ::recv(fd_, chunk.data(), std::min(bytes_max, chunk.size()), 0);
  } while (count < 0 && errno == EINTR);
  if (count <= 0) {
    if (count == 0) errno = 0; // the end, in peace
    note_failure("recv");
    return false;
  }
  buffer_.append(chunk.data(), static_cast<std::size_t>(count));
  return true;
}

std::optional<Answer> RawClient::read(bool to_head) {
  std::size_t end = buffer_.find("\r\n\r\n");
  while (end == std::string::npos) {
    if (!read_some()) return std::nullopt;
    end = buffer_.find("\r\n\r\n");
  }
  Answer answer;
  answer.head = buffer_.substr(0, end + 4);
  if (!answer.head.starts_with("HTTP/1.1 ")) return std::nullopt;
  std::from_chars(answer.head.data() + 9, answer.head.data() + 12, answer.status);
  if (answer.header("transfer-encoding") == "chunked" && !to_head) {
    buffer_.erase(0, answer.head.size());
    return read_chunks(answer.body) ? std::optional(std::move(answer)) : std::nullopt;
  }
  std::size_t length = 0;
  if (const auto value = answer.header("content-length"); value && !to_head) {
    std::from_chars(value->data(), value->data() + value->size(), length);
  }
  while (buffer_.size() < answer.head.size() + length) {
    if (!read_some()) return std::nullopt;
  }
  answer.body = buffer_.substr(answer.head.size(), length);
  buffer_.erase(0, answer.head.size() + length);
  return answer;
}

bool RawClient::read_chunks(std::string& body) {
  for (;;) {
    std::size_t end = 0;
    while ((end = buffer_.find("\r\n")) == std::string::npos) {
      if (!read_some()) return false;
    }
    std::size_t size = 0;
    const auto [rest, error] = std::from_chars(buffer_.data(), buffer_.data() + end, size, 16);
    if (error != std::errc{} || rest != buffer_.data() + end) return false;
    while (buffer_.size() < end + 2 + size + 2) {
      if (!read_some()) return false;
    }
    body.append(buffer_, end + 2, size);
    if (buffer_.compare(end + 2 + size, 2, "\r\n") != 0) return false;
    buffer_.erase(0, end + 2 + size + 2);
    if (size == 0) return true;
  }
}

std::optional<Answer> RawClient::ask(std::string_view bytes) {
  if (!send(bytes)) return std::nullopt;
  return read();
}

bool RawClient::is_closed_by_server() { return buffer_.empty() && !read_some(); }

std::string RawClient::read_all() {
  while (read_some()) {
  }
  return std::exchange(buffer_, {});
}

void RawClient::shut_write() noexcept { ::shutdown(fd_, SHUT_WR); }

void RawClient::close_abruptly() noexcept {
  const linger at_once{1, 0};
  ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

void RawClient::close() noexcept {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

} // namespace grunndata::api::http::testing
