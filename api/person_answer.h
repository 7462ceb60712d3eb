// The one way a person gets into an answer: within the agreement, through the View, and noted for
// the audit log.
#pragma once

#include "api/context.h"
#include "api/problems.h"
#include "registry/view.h"

#include <string>

namespace grunndata::api {

/// Null: all went well. Else what the request, or this person's place in it, is answered with.
using Failure = const http::ProblemKind*;

/// Refuses parts that the client has no agreement for, unless an emergency opened them for
/// somebody. The refusal is noted.
[[nodiscard]] Refusal check_parts(const Context& context, const Call& call,
                                  const registry::PersonPartSet& parts, std::string_view field);

/// Writes the person pinned in `reading` to the end of `out`. Nothing is written on a failure.
[[nodiscard]] Failure write_person(const Context& context, Call& call, registry::Reading& reading,
                                   const registry::ViewRequest& view, std::string& out);

/// Notes that the request is refused for who asks.
void note_denied(const Call& call, const http::ProblemKind& why,
                 const registry::PersonPartSet& parts_asked = {});

/// Notes that nobody was found or shown.
void note_missed(Call& call, const registry::ViewRequest& view, const http::ProblemKind& why);

} // namespace grunndata::api
