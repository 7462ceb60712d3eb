// What the operations share that carry out a steward's instruction.
#pragma once

#include "api/access/caller.h"
#include "api/actor.h"
#include "api/audit_trail.h"
#include "api/v1/hjelpenummer/asking.h"
#include "api/v1/virksomhet/curation_problems.h"
#include "registry/loaded_entity.h"
#include "registry/virksomhet/conflicts.h"
#include "registry/virksomhet/curated_relations.h"
#include "registry/virksomhet/suggestions.h"

#include <string>
#include <string_view>
#include <type_traits>

namespace grunndata::api::v1 {

/// Which table of whose word counts the service has.
[[nodiscard]] const registry::virksomhet::Authority& authority_of(const Context& context) noexcept;

/// Errors of the services of stewards.
void refuse_curation(const http::Request& request, http::Response& response,
                     const registry::Error& error, const http::ProblemKind& not_found);

/// `T` as JSON, read from the registry as it is.
template <typename T>
[[nodiscard]] registry::Result<std::string> json_of(const Context& context, const T& what) {
  const registry::virksomhet::Structure structure(context.registry, {});
  std::string out;
  auto written = [&] {
    if constexpr (std::is_same_v<T, registry::virksomhet::Conflict>) {
      return append_json(out, structure, what, authority_of(context));
    } else {
      return append_json(out, structure, what);
    }
  }();
  return written ? registry::Result<std::string>(std::move(out))
                 : registry::Result<std::string>(tl::unexpected(written.error()));
}

/// Carries out `work(told)`, which gives a `Result<CarriedOut<T>>`; answers with `T`, and leaves a
/// record of it. What the request asks for is its path and its body.
template <typename T, typename Work>
void carry_out_instruction(Context& context, Call& call, const http::Request& request,
                           http::Response& response, std::string_view operation,
                           std::string reason, int status, const http::ProblemKind& not_found,
                           Work work) {
  registry::virksomhet::Instruction<T> told;
  told.key = idempotency_key(call, request, response, operation);
  if (!told.key) return;
  told.by = actor_of(call.caller);
  told.reason = std::move(reason);
  std::string asked(request.body);
  for (const std::string_view segment : {request.path_parameter(0), request.path_parameter(1)}) {
    asked.append("\n").append(segment);
  }
  told.request_hash = registry::hash_of_record(asked);
  told.answer = [&](const T& what) {
    return registry::KeptAnswer{told.request_hash, registry::now(), status,
                                json_of(context, what).value_or(std::string()), {}};
  };
  const auto outcome = work(told);
  if (outcome && outcome->replayed) {
    return answer_replayed(call, request, response, registry::audit::Act::administered,
                           *outcome->replayed);
  }
  registry::audit::Record& record = call.audit.add(registry::audit::Act::administered);
  record.kind = registry::audit::Class::important;
  record.reason.text = told.reason;
  record.outcome = outcome ? "ok" : std::string(code_name(outcome.error().code));
  if (!outcome) return refuse_curation(request, response, outcome.error(), not_found);
  auto body = json_of(context, outcome->what);
  if (!body) return refuse(request, response, body.error());
  response.status = status;
  response.body = std::move(*body);
}

} // namespace grunndata::api::v1
