#include "api/v1/virksomhet/node_body.h"

#include "api/v1/parameters.h"
#include "api/v1/virksomhet/problems.h"

namespace grunndata::api::v1 {

Refusal set_node_recorded_as_of(const Context& context, std::string_view text,
                                registry::ViewRequest& view) {
  Refusal refusal = set_recorded_as_of(context, text, view);
  if (refusal.kind == &api::problem::not_known_then) refusal.kind = &problem::node_not_known_then;
  return refusal;
}

Refusal read_times(const Context& context, const MemberValue& as_of,
                   const MemberValue& recorded_as_of, registry::virksomhet::AsOf& times) {
  registry::ViewRequest view;
  Refusal refusal;
  if (as_of.given) refusal = set_as_of(as_of.text, view);
  if (!refusal && recorded_as_of.given) {
    refusal = set_node_recorded_as_of(context, recorded_as_of.text, view);
  }
  times = {view.as_of, view.recorded_as_of};
  return refusal;
}

} // namespace grunndata::api::v1
