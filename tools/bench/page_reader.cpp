#include "tools/bench/page_reader.h"

#include <algorithm>
#include <charconv>
#include <string_view>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace grunndata::tools::bench {

namespace {

constexpr std::size_t read_bytes = 256 * 1024;

registry::Result<void> broken() {
  return registry::fail(registry::ErrorCode::unavailable, "the server does not answer as it must");
}

} // namespace

PageReader::PageReader(std::uint16_t port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd_ >= 0 && ::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

PageReader::~PageReader() {
  if (fd_ >= 0) {
    ::close(fd_);
  }
}

/// Leaves the body of the answer in `body_`.
registry::Result<void> PageReader::ask(const std::string& cursor) {
  std::string request = "GET /v1/events?limit=1000";
  request.append(cursor.empty() ? "" : "&after=").append(cursor);
  request.append(" HTTP/1.1\r\nHost: localhost\r\n\r\n");
  if (::send(fd_, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    return broken();
  }
  constexpr std::string_view length_name = "Content-Length: ";
  std::string& text = body_;
  text.clear();
  std::size_t whole = std::string::npos;
  while (text.size() < whole) {
    const std::size_t had = text.size();
    text.resize(had + read_bytes);
    const ssize_t got = ::recv(fd_, text.data() + had, read_bytes, 0);
    text.resize(had + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got <= 0) {
      return broken();
    }
    const std::size_t head = whole == std::string::npos ? text.find("\r\n\r\n") : whole;
    if (whole == std::string::npos && head != std::string::npos) {
      const std::size_t at = text.find(length_name);
      if (!text.starts_with("HTTP/1.1 200") || at > head) {
        return broken();
      }
      std::size_t length = 0;
      std::from_chars(text.data() + at + length_name.size(), text.data() + head, length);
      whole = head + 4 + length;
    }
  }
  return {};
}

registry::Result<std::uint64_t> PageReader::read_all() {
  constexpr std::string_view event = R"("sequenceNumber":)";
  constexpr std::string_view next = R"("nextCursor":")";
  std::string cursor;
  std::uint64_t events = 0;
  for (bool more = true; more;) {
    if (auto answered = ask(cursor); !answered) {
      return tl::unexpected(answered.error());
    }
    for (std::size_t at = body_.find(event); at != std::string::npos;
         at = body_.find(event, at + event.size())) {
      ++events;
    }
    const std::size_t begin = body_.rfind(next) + next.size();
    cursor = body_.substr(begin, body_.find('"', begin) - begin);
    more = body_.ends_with(R"("more":true})");
  }
  return events;
}

} // namespace grunndata::tools::bench
