#include "importers/enhetsregisteret/sync/wire.h"

#include <simdjson.h>

#include <algorithm>

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

namespace dom = simdjson::dom;
using registry::ErrorCode;
using registry::Result;

constexpr std::size_t event_id_bytes_max = 64;
constexpr std::size_t milliseconds_end = 23; ///< in "2026-10-04T05:00:12.345678Z"

tl::unexpected<registry::Error> bad(std::string what) {
  return registry::fail(ErrorCode::invalid, std::move(what));
}

std::string_view text_of(const dom::element& object, std::string_view name) {
  std::string_view text;
  return object[name].get_string().get(text) == simdjson::SUCCESS ? text : std::string_view{};
}

bool read_event(const dom::element& row, UnitEvent& event) {
  if (row["oppdateringsid"].get_uint64().get(event.id) != simdjson::SUCCESS) return false;
  event.number = text_of(row, "organisasjonsnummer");
  event.type = text_of(row, "endringstype");
  event.when = registry::parse_date_time(text_of(row, "dato"));
  return event.id != 0 && is_number(event.number);
}

bool is_event_id(std::string_view id) noexcept {
  return !id.empty() && id.size() <= event_id_bytes_max && std::ranges::all_of(id, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

} // namespace

bool is_number(std::string_view text) noexcept {
  constexpr std::size_t digits = 9;
  return text.size() == digits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string feed_time(registry::Instant when) {
  return registry::format_instant(when).substr(0, milliseconds_end).append(1, 'Z');
}

Result<UnitFeedPage> read_unit_feed(std::string_view json, Kind kind) {
  dom::parser parser;
  dom::element document;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS) {
    return bad("a page of a feed is no JSON, or cut off");
  }
  UnitFeedPage page;
  if (document["page"]["totalElements"].get_uint64().get(page.waiting) != simdjson::SUCCESS) {
    return bad("a page of a feed does not tell how much waits");
  }
  dom::element embedded;
  if (document["_embedded"].get(embedded) != simdjson::SUCCESS) {
    if (page.waiting != 0) return bad("a page of a feed lacks its events");
    return page;
  }
  const std::string_view list =
      kind == Kind::enheter ? "oppdaterteEnheter" : "oppdaterteUnderenheter";
  dom::array rows;
  if (embedded[list].get_array().get(rows) != simdjson::SUCCESS) {
    return bad("a page of a feed holds no list of its kind");
  }
  for (const dom::element row : rows) {
    UnitEvent event;
    if (!read_event(row, event)) return bad("an event of a feed lacks its id or its unit");
    page.events.push_back(std::move(event));
  }
  if (page.events.empty() != (page.waiting == 0)) {
    return bad("a page of a feed and what it says of itself do not fit together");
  }
  return page;
}

Result<std::vector<RoleEvent>> read_role_feed(std::string_view json) {
  dom::parser parser;
  dom::array rows;
  if (parser.parse(json.data(), json.size()).get_array().get(rows) != simdjson::SUCCESS) {
    return bad("a page of the feed of roles is no JSON array, or cut off");
  }
  std::vector<RoleEvent> events;
  for (const dom::element row : rows) {
    RoleEvent event;
    event.id = text_of(row, "id");
    const auto when = registry::parse_date_time(text_of(row, "time"));
    dom::element data;
    if (row["data"].get(data) == simdjson::SUCCESS) {
      event.number = text_of(data, "organisasjonsnummer");
    }
    if (!is_event_id(event.id) || !when || !is_number(event.number)) {
      return bad("an event of the feed of roles lacks its id, its time or its unit");
    }
    event.when = *when;
    events.push_back(std::move(event));
  }
  return events;
}

Result<FoundUnits> read_search(std::string_view json, Kind kind) {
  dom::parser parser;
  dom::element document;
  std::uint64_t pages = 0;
  std::uint64_t number = 0;
  FoundUnits found;
  if (parser.parse(json.data(), json.size()).get(document) != simdjson::SUCCESS ||
      document["page"]["totalPages"].get_uint64().get(pages) != simdjson::SUCCESS ||
      document["page"]["number"].get_uint64().get(number) != simdjson::SUCCESS) {
    return bad("a page of a search is no JSON, or cut off");
  }
  found.more = number + 1 < pages;
  dom::array rows;
  if (document["_embedded"][name_of(kind)].get_array().get(rows) != simdjson::SUCCESS) {
    return found;
  }
  for (const dom::element row : rows) {
    const std::string_view unit = text_of(row, "organisasjonsnummer");
    if (!is_number(unit)) return bad("a search found a unit without its number");
    found.numbers.emplace_back(unit);
  }
  return found;
}

} // namespace grunndata::importers::enhetsregisteret::sync
