#include "api/persontjenesten/events.h"

#include "api/audit_trail.h"
#include "api/number_text.h"
#include "api/persontjenesten/query.h"
#include "api/problems.h"

#include <string>

namespace grunndata::api::persontjenesten {
namespace {

void append_event(std::string& out, const registry::Event& event) {
  out += R"({"sequenceNumber":")";
  append_number(out, event.sequence);
  out += R"(","personId":")";
  out += registry::view_of(event.person);
  out += R"(","eventType":")";
  out += registry::name_of(event.type);
  out += R"("})";
}

/// Whether `from` lies beyond the next event. What counts is the newest event the caller may see:
/// the place of the limit must not tell of others.
registry::Result<bool> is_ahead(const Context& context, std::uint64_t from,
                                registry::Access access) {
  if (from == 0) return false;
  const auto newest = context.registry.newest_told(access);
  if (!newest) return tl::unexpected(newest.error());
  return from > *newest + 1;
}

} // namespace

void events_from(Context& context, Call& call, const http::Request& request,
                 http::Response& response) {
  if (const Refusal refusal = check_api_version(request)) {
    refuse(request, response, refusal);
    return;
  }
  const EventQuery query = read_event_query(request.query);
  if (query.unknown_fields != 0) context.metrics.count_unknown_fields(query.unknown_fields);
  if (query.refusal) {
    refuse(request, response, query.refusal);
    return;
  }
  const auto ahead = is_ahead(context, query.from, call.access);
  if (!ahead) {
    refuse(request, response, ahead.error());
    return;
  }
  if (*ahead) {
    refuse(request, response, problem::sequence_ahead, {}, "sequenceNumber");
    return;
  }
  const auto page = context.registry.events(
      query.from, events_max, call.access,
      {.types = query.types, .kind = registry::EntityKind::person});
  if (!page) {
    refuse(request, response, page.error());
    return;
  }
  if (!page->events.empty()) {
    const auto noted = call.audit.delivered(context.registry, page->events.front().sequence,
                                            page->events.back().sequence + 1, call.access);
    if (!noted) {
      refuse(request, response, noted.error());
      return;
    }
  }
  std::string& out = response.body;
  out += R"({"results":[)";
  bool first = true;
  for (const registry::Event& event : page->events) {
    if (!first) out += ',';
    first = false;
    append_event(out, event);
  }
  out += R"(],"startIndex":0,"endIndex":)";
  append_number(out, page->events.empty() ? 0 : page->events.size() - 1);
  out += '}';
}

void newest_event(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  if (const Refusal refusal = check_api_version(request)) {
    refuse(request, response, refusal);
    return;
  }
  const auto event = context.registry.latest_event(call.access, registry::EntityKind::person);
  if (!event) {
    refuse(request, response, event.error());
  } else if (!*event) {
    refuse(request, response, problem::event_not_found);
  } else if (const auto noted = call.audit.delivered(context.registry, (*event)->sequence,
                                                     (*event)->sequence + 1, call.access);
             !noted) {
    refuse(request, response, noted.error());
  } else {
    append_event(response.body, **event);
  }
}

} // namespace grunndata::api::persontjenesten
