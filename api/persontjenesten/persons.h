// The person operations of Persontjenesten v2. The call says what may be seen.
#pragma once

#include "api/context.h"
#include "registry/access.h"

#include <cstddef>

namespace grunndata::api::persontjenesten {

inline constexpr std::size_t bulk_items_max = 100;
inline constexpr std::size_t person_id_bytes_max = 64;
inline constexpr std::size_t nin_bytes_max = 12;

void person_by_id(Context& context, Call& call, const http::Request& request,
                  http::Response& response);
void person_by_nin(Context& context, Call& call, const http::Request& request,
                   http::Response& response);
void persons_by_id(Context& context, Call& call, const http::Request& request,
                   http::Response& response);
void persons_by_nin(Context& context, Call& call, const http::Request& request,
                    http::Response& response);

} // namespace grunndata::api::persontjenesten
