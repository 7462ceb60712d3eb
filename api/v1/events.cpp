#include "api/v1/events.h"

#include "api/audit_trail.h"
#include "api/http/form.h"
#include "api/number_text.h"
#include "api/problems.h"
#include "api/v1/cursor.h"
#include "api/v1/parameters.h"

#include <charconv>
#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

constexpr std::string_view cursor_field = "cursor";
constexpr std::string_view limit_field = "limit";
constexpr std::string_view types_field = "types";

struct EventsQuery {
  std::optional<Cursor> cursor;
  std::optional<std::size_t> limit;
  registry::EventTypeSet types;
};

Refusal read_limit(std::string_view text, EventsQuery& query) {
  if (query.limit) return {&problem::parameter_repeated, {}, limit_field};
  std::size_t limit = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), limit);
  if (error != std::errc{} || end != text.data() + text.size() || limit < 1 || limit > events_max) {
    return {&problem::parameter_invalid, "limit is a number from 1 to 1000", limit_field};
  }
  query.limit = limit;
  return {};
}

Refusal add_types(std::string_view names, EventsQuery& query) {
  while (true) {
    const std::size_t comma = names.find(',');
    const auto type = registry::find_event_type(names.substr(0, comma));
    if (!type) return {&problem::event_type_unknown, "A value of types is unknown", types_field};
    query.types.set(static_cast<std::size_t>(*type));
    if (comma == std::string_view::npos) return {};
    names.remove_prefix(comma + 1);
  }
}

Refusal set_cursor(std::string_view text, EventsQuery& query) {
  if (query.cursor) return {&problem::parameter_repeated, {}, cursor_field};
  query.cursor = read_cursor(text);
  if (!query.cursor) return {&problem::cursor_invalid, {}, cursor_field};
  return {};
}

Refusal read_query(std::string_view text, EventsQuery& query) {
  http::FormReader reader(text);
  while (reader.next()) {
    Refusal refusal{&problem::parameter_unknown, "Known are cursor, limit and types", {}};
    if (reader.name() == cursor_field) refusal = set_cursor(reader.value(), query);
    if (reader.name() == limit_field) refusal = read_limit(reader.value(), query);
    if (reader.name() == types_field) refusal = add_types(reader.value(), query);
    if (refusal) return refusal;
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  return {};
}

void append_event(std::string& out, const registry::Event& event) {
  out += R"({"sequenceNumber":)";
  append_number(out, event.sequence);
  out += R"(,"personId":")";
  out += registry::view_of(event.person);
  out += R"(","eventType":")";
  out += registry::name_of(event.type);
  out += R"(","recordedAt":")";
  out += registry::format_instant(event.recorded);
  out += R"("})";
}

} // namespace

void list_events(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  EventsQuery query;
  if (const Refusal refusal = read_query(request.query, query)) {
    return refuse(request, response, refusal);
  }
  const std::uint64_t epoch = context.registry.epoch();
  if (query.cursor && query.cursor->epoch != epoch) {
    return refuse(request, response, problem::history_changed);
  }
  const auto page =
      context.registry.events(query.cursor ? query.cursor->from : 0,
                              query.limit.value_or(events_default), call.access, query.types);
  if (!page) return refuse(request, response, page.error());
  if (!page->events.empty()) {
    const auto noted = call.audit.delivered(context.registry, page->events.front().sequence,
                                            page->events.back().sequence + 1, call.access);
    if (!noted) return refuse(request, response, noted.error());
  }
  std::string& out = response.body;
  out += R"({"events":[)";
  bool first = true;
  for (const registry::Event& event : page->events) {
    if (!first) out += ',';
    first = false;
    append_event(out, event);
  }
  out += R"(],"nextCursor":")";
  append_cursor(out, {.epoch = epoch, .from = page->next});
  out += page->more ? R"(","more":true})" : R"(","more":false})";
}

void latest_cursor(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  const auto newest = context.registry.newest_told(call.access);
  if (!newest) return refuse(request, response, newest.error());
  std::string& out = response.body;
  out += R"({"nextCursor":")";
  append_cursor(out, {.epoch = context.registry.epoch(), .from = *newest + 1});
  out += R"("})";
}

} // namespace grunndata::api::v1
