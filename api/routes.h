// The one table of what the service answers; api/openapi.yaml says the same in words.
#pragma once

#include "api/context.h"
#include "api/http/route.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace grunndata::api {

/// Which conventions an operation follows.
enum class Interface : std::uint8_t { persontjenesten, v1, operations };

struct RouteFacts {
  http::Method method;
  std::string_view path;
  std::string_view operation_id; ///< `operationId` in openapi.yaml, label in metrics
  std::string_view scope;        ///< what a caller will have to hold; empty: open
  Interface interface;
  http::Lane lane;
  std::size_t body_bytes_max;
  HandlerFunction handler;
};

[[nodiscard]] std::span<const RouteFacts> route_facts() noexcept;

namespace scope {
inline constexpr std::string_view legal_basis = "persontjenesten/read-with-legal-basis";
inline constexpr std::string_view no_legal_basis = "persontjenesten/read-no-legal-basis";
inline constexpr std::string_view person = "person/read";
inline constexpr std::string_view events = "events/read";
inline constexpr std::string_view identifier = "identifier/check";
} // namespace scope

} // namespace grunndata::api
