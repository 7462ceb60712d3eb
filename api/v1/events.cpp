#include "api/v1/events.h"

#include "api/audit_trail.h"
#include "api/http/form.h"
#include "api/problems.h"
#include "api/v1/cursor.h"
#include "api/v1/parameters.h"
#include "registry/event_json.h"

#include <charconv>
#include <chrono>
#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

constexpr std::string_view after_field = "after";
/// A page of few matches is not searched for longer than about a tenth of a second.
constexpr std::size_t looked_at_max = 100'000;
constexpr std::string_view limit_field = "limit";
constexpr std::string_view types_field = "types";
constexpr std::string_view entity_field = "entity";

struct EventsQuery {
  std::optional<Cursor> after;
  std::optional<std::size_t> limit;
  std::optional<std::chrono::seconds> wait;
  registry::EventFilter filter{.types = {}, .kind = {}, .looked_at_max = looked_at_max};
};

std::optional<std::size_t> read_number(std::string_view text) {
  std::size_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Refusal read_limit(std::string_view text, EventsQuery& query) {
  if (query.limit) return {&problem::parameter_repeated, {}, limit_field};
  query.limit = read_number(text);
  if (query.limit && *query.limit >= 1 && *query.limit <= events_max) return {};
  return {&problem::parameter_invalid, "limit is a number from 1 to 1000", limit_field};
}

Refusal add_types(std::string_view names, EventsQuery& query) {
  while (true) {
    const std::size_t comma = names.find(',');
    const std::string_view name = names.substr(0, comma);
    if (const auto type = registry::find_event_type(name)) {
      query.filter.types.set(static_cast<std::size_t>(*type));
    } else if (const auto group = registry::find_event_group(name)) {
      query.filter.types |= *group;
    } else {
      return {&problem::event_type_unknown, "A value of types is unknown", types_field};
    }
    if (comma == std::string_view::npos) return {};
    names.remove_prefix(comma + 1);
  }
}

Refusal set_after(std::string_view text, EventsQuery& query) {
  if (query.after) return {&problem::parameter_repeated, {}, after_field};
  query.after = read_cursor(text);
  if (!query.after) return {&problem::cursor_invalid, {}, after_field};
  return {};
}

Refusal set_entity(std::string_view name, EventsQuery& query) {
  if (query.filter.kind) return {&problem::parameter_repeated, {}, entity_field};
  query.filter.kind = registry::find_entity_kind(name);
  if (query.filter.kind) return {};
  return {&problem::parameter_invalid, "entity is person, personell or virksomhet", entity_field};
}

Refusal read_query(std::string_view text, EventsQuery& query) {
  http::FormReader reader(text);
  while (reader.next()) {
    Refusal refusal{
        &problem::parameter_unknown, "Known are after, entity, limit, types and wait", {}};
    if (reader.name() == after_field) refusal = set_after(reader.value(), query);
    if (reader.name() == entity_field) refusal = set_entity(reader.value(), query);
    if (reader.name() == limit_field) refusal = read_limit(reader.value(), query);
    if (reader.name() == types_field) refusal = add_types(reader.value(), query);
    if (reader.name() == wait_field) refusal = read_wait(reader.value(), query.wait);
    if (refusal) return refusal;
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  return {};
}

/// Puts the request aside until there may be something after `newest`.
void wait_for_events(const Context& context, const Call& call, const EventsQuery& query,
                     std::uint64_t newest, http::Response& response) {
  response.waiting.at_most = *query.wait;
  response.waiting.has_news = [&tips = context.tips, filter = query.filter, access = call.access,
                               newest] { return tips.may_have_beyond(newest, filter, access); };
}

} // namespace

Refusal read_wait(std::string_view text, std::optional<std::chrono::seconds>& wait) {
  if (wait) return {&problem::parameter_repeated, {}, wait_field};
  const auto seconds = read_number(text);
  if (!seconds || *seconds > static_cast<std::size_t>(wait_max.count())) {
    return {&problem::parameter_invalid, "wait is a number of seconds from 0 to 30", wait_field};
  }
  wait = std::chrono::seconds(*seconds);
  return {};
}

void list_events(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  EventsQuery query;
  if (const Refusal refusal = read_query(request.query, query)) {
    return refuse(request, response, refusal);
  }
  const std::uint64_t epoch = context.registry.epoch();
  if (query.after && query.after->epoch != epoch) {
    return refuse(request, response, problem::history_changed);
  }
  const std::uint64_t newest = context.registry.newest_sequence(); // before the page is read
  const auto page =
      context.registry.events(query.after ? query.after->from : 0,
                              query.limit.value_or(events_default), call.access, query.filter);
  if (!page) return refuse(request, response, page.error());
  const bool is_caught_up = page->events.empty() && !page->more;
  const bool may_wait = request.in_pool && !request.must_answer;
  if (is_caught_up && may_wait && query.wait && query.wait->count() > 0) {
    return wait_for_events(context, call, query, newest, response);
  }
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
    registry::append_json(out, event);
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
