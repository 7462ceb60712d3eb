// Any bytes as a connection's input. The first byte chooses how they are cut into pieces; the
// parser must find the same requests and fail at the same one however they are cut, stay within
// its limits, and never look at a piece that is gone (a sanitizer would tell).
#include "api/http/form.h"
#include "api/http/request_parser.h"
#include "api/http/route.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace http = grunndata::api::http;

namespace {

using State = http::RequestParser::State;

constexpr std::size_t body_bytes_max = 512;

void require(bool holds) {
  if (!holds) std::abort();
}

http::Limits small_limits() {
  http::Limits limits;
  limits.target_bytes_max = 256;
  limits.head_bytes_max = 1024;
  limits.header_count_max = 16;
  limits.chunk_extension_bytes_max = 64;
  limits.trailer_bytes_max = 64;
  return limits;
}

void require_sound(const http::Request& request, const http::Limits& limits) {
  require(!request.path.empty() && (request.path[0] == '/' || request.path == "*"));
  require(request.target.size() <= limits.target_bytes_max);
  require(request.headers.size() <= limits.header_count_max);
  require(request.body.size() <= body_bytes_max);
  require(request.path.find('\0') == std::string_view::npos);
  for (const http::Header& header : request.headers) {
    require(!header.name.empty());
    require(header.value.find_first_of(std::string_view("\0\r\n", 3)) == std::string_view::npos);
  }
}

void describe(const http::Request& request, std::string& out) {
  out.append(http::method_name(request.method)).append(" ").append(request.target);
  out.append("|").append(request.path).append("|").append(request.query).append("|");
  out.append(request.host).append("|").append(request.request_id).append("|");
  for (const http::Header& header : request.headers) {
    out.append(header.name).append("=").append(header.value).append(";");
  }
  for (const auto parameter : request.path_parameters) out.append(parameter).append(",");
  out.append(request.body).append("\n");
}

const http::RouteTable& routes() {
  static const auto handler = [](const http::Request&, http::Response&) {};
  static const http::RouteTable table =
      http::RouteTable::build({{http::Method::get, "/a/{x}", "a", {}, handler, {}},
                               {http::Method::post, "/a/b/{y}", "b", {}, handler, {}},
                               {http::Method::post, "/{x}/{y}/c", "c", {}, handler, {}}})
          .value();
  return table;
}

void read_forms(const http::Request& request) {
  for (const std::string_view text : {request.query, request.body}) {
    http::FormReader reader(text);
    std::size_t bytes = 0;
    while (reader.next()) bytes += reader.name().size() + reader.value().size();
    require(bytes <= text.size());
  }
}

/// What the parser makes of the input, cut into pieces of the given size.
std::string parse(std::string_view input, std::size_t piece_bytes) {
  static const http::Limits limits = small_limits();
  http::RequestParser parser(limits);
  std::string seen;
  while (!input.empty() && parser.state() != State::failed) {
    const std::size_t size = std::min(piece_bytes, input.size());
    // A copy of exactly that size on the heap, gone before the next piece.
    const auto piece = std::make_unique<char[]>(size);
    input.copy(piece.get(), size);
    input.remove_prefix(size);
    std::string_view bytes(piece.get(), size);
    for (;;) {
      const std::size_t taken = parser.consume(bytes);
      require(taken <= bytes.size());
      bytes.remove_prefix(taken);
      http::Request& request = parser.request();
      if (parser.state() == State::head_complete) {
        request.path_parameters = routes().match(request.method, request.path).parameters;
        parser.begin_body(body_bytes_max);
      } else if (parser.state() == State::complete) {
        require_sound(request, limits);
        read_forms(request);
        describe(request, seen);
        seen += parser.keep_alive() ? "stays\n" : "closes\n";
        parser.next();
      } else {
        break;
      }
    }
    require(bytes.empty() || parser.state() == State::failed);
  }
  // Which of several faults is met first may depend on the pieces.
  if (parser.state() == State::failed) seen += "failed";
  return seen;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  const std::string_view input(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string whole = parse(input, input.size() + 1);
  const std::string pieces = parse(input, std::size_t{data[0]} % 64 + 1);
  require(whole == pieces);
  return 0;
}
