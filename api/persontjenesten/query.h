// What the query of a person or event operation says, in Persontjenesten's lenient way: names,
// booleans and enum values ignore case, unknown names are counted and otherwise ignored.
#pragma once

#include "api/http/message.h"
#include "api/problems.h"
#include "registry/event_type.h"
#include "registry/person_part.h"

#include <cstdint>
#include <optional>
#include <string_view>

namespace grunndata::api::persontjenesten {

struct PersonQuery {
  registry::PersonPartSet parts;
  bool history = false;
  std::uint32_t unknown_fields = 0;
  Refusal refusal;
};

/// `informationParts` and `includeHistory`. Clients send the same query again and again: each
/// thread remembers the last few, so that it is usually not parsed at all.
[[nodiscard]] PersonQuery read_person_query(std::string_view query);

struct EventQuery {
  std::uint64_t from = 0;        ///< 0: the oldest
  registry::EventTypeSet types;  ///< none: all
  std::uint32_t unknown_fields = 0;
  Refusal refusal;
};

/// `sequenceNumber` and `eventTypes`.
[[nodiscard]] EventQuery read_event_query(std::string_view query);

/// The header api-version, which must be 2.
[[nodiscard]] Refusal check_api_version(const http::Request& request) noexcept;

} // namespace grunndata::api::persontjenesten
