#include "api/http/response_head.h"

#include <array>
#include <atomic>
#include <ctime>
#include <random>
#include <string>

namespace grunndata::api::http {
namespace {

constexpr std::string_view status_line_200 = "HTTP/1.1 200 OK\r\n";
constexpr std::size_t fixed_head_bytes_max = 1024; ///< all but what the handler chose
constexpr std::size_t second_lines_bytes_max = 512;
static_assert(protective_lines.size() + 64 < second_lines_bytes_max);
static_assert(second_lines_bytes_max + nothing_allowed_line.size() + personal_lines.size() + 256 <
              fixed_head_bytes_max);

/// The lines that are the same for every answer of this second.
struct SecondLines {
  std::time_t second{-1};
  std::array<char, second_lines_bytes_max> text{};
  std::size_t size{0};

  void write(std::time_t now) {
    constexpr std::array<const char*, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    constexpr std::array<const char*, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                 "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm parts{};
    gmtime_r(&now, &parts);
    const std::size_t before = protective_lines.copy(text.data(), text.size());
    const int length = std::snprintf(
        text.data() + before, text.size() - before, "Date: %s, %02d %s %04d %02d:%02d:%02d GMT\r\n",
        days[static_cast<std::size_t>(parts.tm_wday)], parts.tm_mday,
        months[static_cast<std::size_t>(parts.tm_mon)], parts.tm_year + 1900, parts.tm_hour,
        parts.tm_min, parts.tm_sec);
    size = before + static_cast<std::size_t>(length);
    second = now;
  }
};

std::string_view second_lines() {
  thread_local SecondLines lines;
  const std::time_t now = std::time(nullptr);
  if (now != lines.second) lines.write(now);
  return {lines.text.data(), lines.size};
}

void put_hex(char* to, std::uint64_t value, int digits) noexcept {
  constexpr std::string_view hex = "0123456789abcdef";
  for (int i = digits - 1; i >= 0; --i) {
    to[i] = hex[value & 15U];
    value >>= 4U;
  }
}

/// Threads draw numbers from one counter in blocks, so that they never share a cache line per
/// request and never repeat each other.
struct RequestIdSource {
  static constexpr std::uint64_t block = 1U << 16U;
  std::array<char, 8 + 1 + 12> text{};
  std::uint64_t next{0};
  std::uint64_t end{0};

  RequestIdSource() {
    static const std::uint32_t process = std::random_device{}();
    put_hex(text.data(), process, 8);
    text[8] = '-';
  }
  std::string_view draw() {
    static std::atomic<std::uint64_t> counter{0};
    if (next == end) {
      next = counter.fetch_add(block, std::memory_order_relaxed);
      end = next + block;
    }
    put_hex(text.data() + 9, next++, 12);
    return {text.data(), text.size()};
  }
};

} // namespace

std::string_view make_request_id() {
  thread_local RequestIdSource source;
  return source.draw();
}

std::string_view reason_phrase(int status) noexcept {
  switch (status) {
    case 200: return "OK";
    case 201: return "Created";
    case 202: return "Accepted";
    case 204: return "No Content";
    case 206: return "Partial Content";
    case 301: return "Moved Permanently";
    case 302: return "Found";
    case 303: return "See Other";
    case 304: return "Not Modified";
    case 307: return "Temporary Redirect";
    case 308: return "Permanent Redirect";
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 412: return "Precondition Failed";
    case 413: return "Content Too Large";
    case 414: return "URI Too Long";
    case 415: return "Unsupported Media Type";
    case 417: return "Expectation Failed";
    case 421: return "Misdirected Request";
    case 422: return "Unprocessable Content";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 505: return "HTTP Version Not Supported";
    default: return "Status";
  }
}

void append_response_head(OutputBuffer& out, const Response& response, BodyFraming framing,
                          std::string_view request_id, ConnectionHeader connection) {
  const int status = response.status;
  out.reserve(fixed_head_bytes_max + response.content_type.size() + request_id.size() +
              response.cache_control.size() + response.header_lines().size());
  if (status == 200) {
    out.put(status_line_200);
  } else {
    out.put("HTTP/1.1 ");
    out.put_number(static_cast<unsigned>(status));
    out.put(" ");
    out.put(reason_phrase(status));
    out.put("\r\n");
  }
  if (status != 204 && status != 304 && status >= 200) {
    const bool has_length = framing.kind == BodyFraming::Kind::length;
    if (!has_length || framing.bytes > 0) {
      out.put("Content-Type: ");
      out.put(response.content_type);
      out.put("\r\n");
    }
    if (has_length) {
      out.put("Content-Length: ");
      out.put_number(framing.bytes);
      out.put("\r\n");
    } else if (framing.kind == BodyFraming::Kind::chunked) {
      out.put("Transfer-Encoding: chunked\r\n");
    }
  }
  if (response.cache_control == no_store) {
    out.put(personal_lines);
  } else if (!response.cache_control.empty()) {
    out.put("Cache-Control: ");
    out.put(response.cache_control);
    out.put("\r\n");
  }
  out.put(second_lines());
  if (!response.has_own_policy()) out.put(nothing_allowed_line);
  out.put("X-Request-Id: ");
  out.put(request_id);
  out.put("\r\n");
  out.put(response.header_lines());
  if (connection == ConnectionHeader::close) out.put("Connection: close\r\n");
  if (connection == ConnectionHeader::keep_alive) out.put("Connection: keep-alive\r\n");
  out.put("\r\n");
}

} // namespace grunndata::api::http
