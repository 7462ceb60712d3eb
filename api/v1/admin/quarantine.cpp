#include "api/v1/admin/quarantine.h"

#include "api/http/problem.h"
#include "api/number_text.h"
#include "api/problems.h"
#include "api/v1/admin/client_json.h"
#include "api/v1/admin/list_query.h"
#include "api/v1/parameters.h"
#include "registry/import_batch.h"
#include "registry/quarantine_counts.h"
#include "registry/virksomhet/node_source.h"

#include <array>
#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

namespace grunndata::api::v1 {
namespace {

using registry::QuarantineEntry;
using registry::Source;
using registry::virksomhet::NodeSource;

constexpr std::size_t entries_each = 256; ///< read at a time
constexpr std::string_view source_field = "source";
constexpr std::array<std::pair<Source, std::string_view>, 2> sources_of_persons{
    {{Source::folkeregisteret, "folkeregisteret"},
     {Source::kontaktregisteret, "kontaktregisteret"}}};

std::string_view source_name(Source source) noexcept {
  for (const auto& [known, name] : sources_of_persons) {
    if (known == source) return name;
  }
  return registry::virksomhet::name_of(static_cast<NodeSource>(source));
}

std::optional<Source> find_source(std::string_view name) noexcept {
  for (const auto& [source, known] : sources_of_persons) {
    if (known == name) return source;
  }
  const auto of_nodes = registry::virksomhet::find_node_source(name);
  return of_nodes ? std::optional(static_cast<Source>(*of_nodes)) : std::nullopt;
}

/// What is asked of a list.
struct Page {
  std::optional<Source> source;
  std::uint64_t from = 0; ///< number
  std::size_t limit = list_limit_default;
};

Refusal read_page(std::string_view text, Page& page) {
  ListQuery query;
  if (const Refusal refusal = read_list_query(text, source_field, query)) return refusal;
  page.limit = query.limit.value_or(list_limit_default);
  if (query.word) {
    page.source = find_source(*query.word);
    if (!page.source) {
      return {&problem::parameter_invalid, "It is folkeregisteret, enhetsregisteret, resh …",
              source_field};
    }
  }
  if (!query.cursor) return {};
  const std::string& place = *query.cursor;
  const auto [end, error] =
      std::from_chars(place.data(), place.data() + place.size(), page.from);
  if (error == std::errc{} && end == place.data() + place.size()) return {};
  return {&problem::cursor_invalid, {}, "cursor"};
}

void append_entry(std::string& out, const QuarantineEntry& entry) {
  out += R"({"number":)";
  append_number(out, entry.number);
  out.append(R"(,"source":")").append(source_name(entry.source)).append("\"");
  append_text_member(out, "reason", entry.reason);
  append_text_member(out, "jsonPath", entry.json_path);
  append_text_member(out, "message", entry.message);
  append_text_member(out, "origin", entry.origin);
  out += R"(,"record":)";
  append_number(out, entry.record);
  out += R"(,"byteOffset":)";
  append_number(out, entry.byte_offset);
  append_time_member(out, "quarantinedAt", entry.when);
  append_time_member(out, "extractedAt", entry.extracted_at);
  out += '}';
}

} // namespace

void list_quarantine(Context& context, Call&, const http::Request& request,
                     http::Response& response) {
  Page page;
  if (const Refusal refusal = read_page(request.query, page)) {
    return refuse(request, response, refusal);
  }
  std::string body = R"({"records":[)";
  std::size_t count = 0;
  std::optional<std::uint64_t> next;
  for (bool more = true; more && !next;) {
    const auto entries =
        registry::quarantined(context.registry, page.from, entries_each, false);
    if (!entries) return refuse(request, response, entries.error());
    more = entries->size() == entries_each;
    for (const QuarantineEntry& entry : *entries) {
      page.from = entry.number + 1;
      if (page.source && entry.source != *page.source) continue;
      if (count == page.limit) {
        next = entry.number;
        break;
      }
      if (count++ != 0) body += ',';
      append_entry(body, entry);
    }
  }
  body += ']';
  if (next) append_next_cursor(body, std::to_string(*next));
  response.body = body.append("}");
}

void count_quarantine(Context& context, Call&, const http::Request& request,
                      http::Response& response) {
  if (const Refusal refusal = refuse_parameters(request.query)) {
    return refuse(request, response, refusal);
  }
  const auto counts = registry::quarantine_counts(context.registry);
  if (!counts) return refuse(request, response, counts.error());
  std::uint64_t total = 0;
  std::string list;
  for (const auto& [key, records] : *counts) {
    total += records;
    list += list.empty() ? "{" : ",{";
    list.append(R"("source":")").append(source_name(key.first)).append("\"");
    append_text_member(list, "reason", key.second);
    list += R"(,"records":)";
    append_number(list, records);
    list += '}';
  }
  response.body = R"({"total":)";
  append_number(response.body, total);
  response.body.append(R"(,"counts":[)").append(list).append("]}");
}

} // namespace grunndata::api::v1
