// The one table of what the service answers; api/openapi.yaml says the same in words.
#pragma once

#include "api/access/right.h"
#include "api/context.h"
#include "api/http/route.h"

#include <cstddef>
#include <span>
#include <string_view>

namespace grunndata::api {

/// Which conventions an operation follows.
enum class Interface : std::uint8_t { persontjenesten, v1, operations };

/// What a caller must bring. Nothing at all for operations that tell of no person.
struct Requirement {
  bool token = false;           ///< a token of a registered client
  access::RightSet any_right{}; ///< one of these; none: any token will do
  int user_level = 0;           ///< above 0: a token for a user with at least this security level
};

/// What the answer may hold of persons.
enum class Sight : std::uint8_t {
  by_agreement,   ///< with legal basis if both token and agreement have it
  legal_basis,    ///< the path says so; refused without
  no_legal_basis, ///< the path says so
};

struct RouteFacts {
  http::Method method;
  std::string_view path;
  std::string_view operation_id; ///< `operationId` in openapi.yaml, label in metrics
  Requirement requirement;
  Sight sight;
  Interface interface;
  http::Lane lane;
  std::size_t body_bytes_max;
  HandlerFunction handler;
};

[[nodiscard]] std::span<const RouteFacts> route_facts() noexcept;

} // namespace grunndata::api
