// Short texts that callers write: path segments, form fields, hosts, cursors, entity tags, times.
// Each reader gets all of the input; what one accepts must read the same when it is written again.
#include "api/http/form.h"
#include "api/http/host.h"
#include "api/http/message.h"
#include "api/path_segment.h"
#include "api/v1/cursor.h"
#include "api/v1/etag.h"
#include "registry/time.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace grunndata;

void require(bool holds) {
  if (!holds) std::abort();
}

void read_segment(std::string_view text) {
  std::string room;
  const auto decoded = api::decoded_segment(text, room);
  require(!decoded || decoded->size() <= text.size());
  std::string out = "before";
  const auto fault = api::http::percent_decode(text, out);
  require(!fault || out.empty());
  require(fault || out.find('\0') == std::string::npos);
}

void read_form(std::string_view text) {
  api::http::FormReader reader(text);
  std::size_t pairs = 0;
  while (reader.next()) {
    require(reader.name().size() + reader.value().size() <= text.size());
    ++pairs;
  }
  require(pairs <= text.size());
  require(!reader.next()); // the end stays the end
}

void read_cursor(std::string_view text) {
  const auto cursor = api::v1::read_cursor(text);
  if (!cursor) return;
  std::string again;
  api::v1::append_cursor(again, *cursor);
  require(again == text);
}

void read_tag(std::string_view text) {
  const api::v1::EntityTag tag(text);
  const bool matches = api::v1::matches_none_match(text, tag.text());
  require(!matches || text.find('*') != text.npos || text.find(tag.text()) != text.npos);
  std::string list = "\"a\", W/";
  list += tag.text();
  require(api::v1::matches_none_match(list, tag.text()));
}

void read_time(std::string_view text) {
  const auto instant = registry::parse_instant(text);
  if (!instant) return;
  const auto again = registry::parse_instant(registry::format_instant(*instant));
  require(again && again->microseconds == instant->microseconds);
}

void read_host(std::string_view text) {
  const auto name = api::http::host_name(text);
  require(!name || (!name->empty() && text.starts_with(*name)));
  if (name) static_cast<void>(api::http::is_loopback_name(*name));
}

void write_header(std::string_view text) {
  api::http::Response response;
  const std::size_t half = text.size() / 2;
  if (!response.add_header(text.substr(0, half), text.substr(half))) {
    return require(response.header_lines().empty());
  }
  const std::string_view lines = response.header_lines();
  require(lines.find('\n') == lines.size() - 1 && lines.find('\r') == lines.size() - 2);
  require(response.header(text.substr(0, half)).has_value());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  read_segment(text);
  read_form(text);
  read_cursor(text);
  read_tag(text);
  read_time(text);
  read_host(text);
  write_header(text);
  return 0;
}
