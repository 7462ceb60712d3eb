#include "tests/access/loopback_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace grunndata::tests {

namespace {

void require(bool holds) {
  if (!holds) throw std::runtime_error("the loopback server cannot be set up");
}

} // namespace

LoopbackServer::LoopbackServer(Handler handler) : handler_(std::move(handler)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  require(listener_ >= 0 && ::pipe(stop_) == 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  require(::bind(listener_, generic, size) == 0 && ::listen(listener_, 64) == 0);
  require(::getsockname(listener_, generic, &size) == 0);
  url_ = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  thread_ = std::thread([this] { serve(); });
}

LoopbackServer::~LoopbackServer() {
  ::close(stop_[1]);
  thread_.join();
  ::close(stop_[0]);
  ::close(listener_);
  for (const int connection : left_open_) ::close(connection);
}

void LoopbackServer::serve() {
  for (;;) {
    std::array<pollfd, 2> events{{{listener_, POLLIN, 0}, {stop_[0], POLLIN, 0}}};
    if (::poll(events.data(), events.size(), -1) < 0) continue;
    if (events[1].revents != 0) return;
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection >= 0) answer(connection);
  }
}

void LoopbackServer::answer(int connection) {
  std::string request;
  std::array<char, 4096> buffer{};
  while (request.find("\r\n\r\n") == std::string::npos) {
    const ssize_t count = ::recv(connection, buffer.data(), buffer.size(), 0);
    if (count <= 0) break;
    request.append(buffer.data(), static_cast<std::size_t>(count));
  }
  ++requests_;
  const std::size_t begin = std::min(request.find(' '), request.size() - 1) + 1;
  const std::string response =
      handler_(std::string_view(request).substr(begin, request.find(' ', begin) - begin));
  if (response.empty()) {
    left_open_.push_back(connection);
    return;
  }
  std::string_view rest = response;
  while (!rest.empty()) {
    const ssize_t count = ::send(connection, rest.data(), rest.size(), MSG_NOSIGNAL);
    if (count <= 0) break;
    rest.remove_prefix(static_cast<std::size_t>(count));
  }
  ::close(connection);
}

std::string http_response(std::string_view status, std::string_view body,
                          std::string_view headers) {
  std::string out("HTTP/1.1 ");
  out.append(status).append("\r\nContent-Length: ").append(std::to_string(body.size()));
  out.append("\r\nConnection: close\r\n").append(headers).append("\r\n").append(body);
  return out;
}

} // namespace grunndata::tests
