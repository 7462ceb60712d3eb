#include "api/persontjenesten/query.h"

#include "api/http/form.h"
#include "api/persontjenesten/list.h"
#include "api/problems.h"

#include <array>
#include <charconv>
#include <string>

namespace grunndata::api::persontjenesten {
namespace {

constexpr std::string_view information_parts = "informationParts";
constexpr std::string_view include_history = "includeHistory";
constexpr std::string_view sequence_number = "sequenceNumber";
constexpr std::string_view event_types = "eventTypes";
constexpr std::string_view api_version = "2";

/// Longer queries are parsed each time.
constexpr std::size_t remembered_query_bytes_max = 2048;
constexpr std::size_t remembered_queries = 4;

Refusal undecodable() {
  return {&problem::form_invalid, "The query is not percent-encoded UTF-8", {}};
}

bool read_boolean(std::string_view text, bool& value) noexcept {
  value = http::equals_ignoring_case(text, "true");
  return value || http::equals_ignoring_case(text, "false");
}

Refusal read_parts(std::string_view list, registry::PersonPartSet& parts) {
  if (without_blanks(list).empty()) return {};
  const bool all_known = for_each_item(list, [&parts](std::string_view name) {
    const auto part = registry::find_information_part(name);
    if (part) parts.set(static_cast<std::size_t>(*part));
    return part.has_value();
  });
  if (all_known) return {};
  return {&problem::part_unknown, "A value of informationParts is unknown", information_parts};
}

PersonQuery parse_person_query(std::string_view query) {
  PersonQuery parsed;
  http::FormReader reader(query);
  while (reader.next()) {
    if (http::equals_ignoring_case(reader.name(), information_parts)) {
      parsed.refusal = read_parts(reader.value(), parsed.parts);
    } else if (http::equals_ignoring_case(reader.name(), include_history)) {
      if (!read_boolean(without_blanks(reader.value()), parsed.history)) {
        parsed.refusal = {&problem::parameter_invalid, "includeHistory is true or false",
                          include_history};
      }
    } else {
      ++parsed.unknown_fields;
    }
    if (parsed.refusal) return parsed;
  }
  if (reader.error()) {
    parsed.refusal = undecodable();
  } else if (parsed.parts.none()) {
    parsed.refusal = {&problem::parts_required, "informationParts is missing", information_parts};
  }
  return parsed;
}

Refusal read_types(std::string_view list, registry::EventTypeSet& types) {
  if (without_blanks(list).empty()) return {};
  const bool all_known = for_each_item(list, [&types](std::string_view name) {
    const auto type = registry::find_event_type(name);
    if (!type || !registry::is_of_person(*type)) return false;
    types.set(static_cast<std::size_t>(*type));
    return true;
  });
  if (all_known) return {};
  return {&problem::event_type_unknown, "A value of eventTypes is unknown", event_types};
}

Refusal read_sequence(std::string_view text, std::uint64_t& value) {
  std::int64_t number = 0; // int64 in the contract
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number < 1) {
    return {&problem::parameter_invalid, "sequenceNumber is a positive integer", sequence_number};
  }
  value = static_cast<std::uint64_t>(number);
  return {};
}

} // namespace

PersonQuery read_person_query(std::string_view query) {
  struct Remembered {
    std::string query;
    PersonQuery parsed;
  };
  struct Memory {
    std::array<Remembered, remembered_queries> entries;
    std::size_t next = 0;
  };
  static thread_local Memory memory;
  if (query.empty() || query.size() > remembered_query_bytes_max) return parse_person_query(query);
  for (const Remembered& entry : memory.entries) {
    if (entry.query == query) return entry.parsed;
  }
  Remembered& oldest = memory.entries[memory.next];
  memory.next = (memory.next + 1) % remembered_queries;
  oldest.parsed = parse_person_query(query);
  oldest.query.assign(query);
  return oldest.parsed;
}

EventQuery read_event_query(std::string_view query) {
  EventQuery parsed;
  http::FormReader reader(query);
  while (reader.next()) {
    if (http::equals_ignoring_case(reader.name(), sequence_number)) {
      parsed.refusal = read_sequence(without_blanks(reader.value()), parsed.from);
    } else if (http::equals_ignoring_case(reader.name(), event_types)) {
      parsed.refusal = read_types(reader.value(), parsed.types);
    } else {
      ++parsed.unknown_fields;
    }
    if (parsed.refusal) return parsed;
  }
  if (reader.error()) parsed.refusal = undecodable();
  return parsed;
}

Refusal check_api_version(const http::Request& request) noexcept {
  const auto version = request.header("api-version");
  if (version && *version == api_version) return {};
  return {&problem::api_version_required, "The header api-version must be 2", "api-version"};
}

} // namespace grunndata::api::persontjenesten
