#include "tests/subscriptions/receiver.h"

#include "api/webhooks/signature.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <stdexcept>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grunndata::tests {

namespace {

std::string lower(std::string_view text) {
  std::string copy(text);
  std::ranges::transform(copy, copy.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return copy;
}

bool send_all(int connection, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(connection, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

/// False when no whole request comes any more.
bool read_request(int connection, std::string& buffer, Received& received) {
  const auto more = [&] {
    char bytes[16384];
    const ssize_t got = ::recv(connection, bytes, sizeof bytes, 0);
    if (got > 0) buffer.append(bytes, static_cast<std::size_t>(got));
    return got > 0;
  };
  std::size_t end = 0;
  while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return false;
  }
  received = {};
  const std::string_view head = std::string_view(buffer).substr(0, end + 2);
  const std::size_t first = head.find(' ') + 1;
  received.path = head.substr(first, head.find(' ', first) - first);
  for (std::size_t at = head.find("\r\n") + 2; at < head.size();) {
    const std::size_t stop = head.find("\r\n", at);
    const std::string_view line = head.substr(at, stop - at);
    const std::size_t colon = line.find(": ");
    received.headers[lower(line.substr(0, colon))] = line.substr(colon + 2);
    at = stop + 2;
  }
  const std::size_t size = std::stoul(received.headers["content-length"]);
  while (buffer.size() < end + 4 + size) {
    if (!more()) return false;
  }
  received.body = buffer.substr(end + 4, size);
  buffer.erase(0, end + 4 + size);
  return true;
}

} // namespace

Receiver::Receiver(std::function<Reply(const Received&)> answer) : answer_(std::move(answer)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      ::listen(listener_, 128) != 0 ||
      ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    throw std::runtime_error("no receiver can listen");
  }
  port_ = ntohs(address.sin_port);
  accepting_ = std::thread([this] { accept_all(); });
}

Receiver::~Receiver() {
  stopping_ = true;
  ::shutdown(listener_, SHUT_RDWR);
  accepting_.join();
  {
    const std::lock_guard lock(mutex_);
    for (const int connection : open_) ::shutdown(connection, SHUT_RDWR);
  }
  for (std::thread& thread : serving_) thread.join();
  ::close(listener_);
}

std::string Receiver::url(std::string_view path) const {
  return std::string("http://127.0.0.1:").append(std::to_string(port_)).append(path);
}

void Receiver::accept_all() {
  while (!stopping_) {
    const int connection = ::accept(listener_, nullptr, nullptr);
    if (connection < 0) continue;
    const int on = 1;
    ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    ++connections_;
    const std::lock_guard lock(mutex_);
    open_.push_back(connection);
    serving_.emplace_back([this, connection] { serve(connection); });
  }
}

void Receiver::serve(int connection) {
  std::string buffer;
  Received received;
  while (!stopping_ && read_request(connection, buffer, received)) {
    const Reply reply = answer_(received);
    const auto until = std::chrono::steady_clock::now() + reply.delay;
    while (!stopping_ && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    if (reply.cut) break;
    std::string head = "HTTP/1.1 ";
    head.append(std::to_string(reply.status)).append(" Said\r\n").append(reply.headers);
    head.append("Content-Length: ").append(std::to_string(reply.body.size())).append("\r\n\r\n");
    if (!send_all(connection, head.append(reply.body))) break;
  }
  const std::lock_guard lock(mutex_);
  std::erase(open_, connection);
  ::close(connection);
}

std::vector<std::uint64_t> sequences_in(std::string_view body) {
  constexpr std::string_view mark = R"({"sequenceNumber":)";
  std::vector<std::uint64_t> sequences;
  for (auto at = body.find(mark); at != std::string_view::npos; at = body.find(mark, at)) {
    at += mark.size();
    if (body.substr(0, at).ends_with(R"("correctedBy":{"sequenceNumber":)")) continue;
    std::uint64_t sequence = 0;
    std::from_chars(body.data() + at, body.data() + body.size(), sequence);
    sequences.push_back(sequence);
  }
  return sequences;
}

bool is_signed(const Received& received, std::string_view secret) {
  const auto header = [&received](const char* name) {
    const auto found = received.headers.find(name);
    return found == received.headers.end() ? std::string() : found->second;
  };
  const std::string time = header("webhook-timestamp");
  const auto raw = api::webhooks::secret_of_text(secret);
  if (!raw || time.empty() || header("webhook-id").empty()) return false;
  const std::string wanted = api::webhooks::signature_of(*raw, header("webhook-id"),
                                                         std::stoll(time), received.body);
  std::istringstream given(header("webhook-signature"));
  for (std::string one; given >> one;) {
    if (one == wanted) return true;
  }
  return false;
}

bool eventually(const std::function<bool()>& holds, std::chrono::milliseconds within) {
  const auto until = std::chrono::steady_clock::now() + within;
  while (std::chrono::steady_clock::now() < until) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
  return holds();
}

} // namespace grunndata::tests
