// Of nodes.h: many nodes at once.
#include "api/access/problems.h"
#include "api/audit_trail.h"
#include "api/number_text.h"
#include "api/person_answer.h"
#include "api/v1/parameters.h"
#include "api/v1/virksomhet/node_body.h"
#include "api/v1/virksomhet/nodes.h"
#include "api/v1/virksomhet/question.h"
#include "registry/virksomhet/node_json.h"

#include <array>
#include <utility>
#include <vector>

namespace grunndata::api::v1 {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::ErrorCode;
using structure::Structure;

namespace {

constexpr std::array<MemberRule, 4> body_rules{{{"asOf", MemberKind::text},
                                                {"recordedAsOf", MemberKind::text},
                                                {"history", MemberKind::flag},
                                                {"personal", MemberKind::flag}}};
constexpr std::array<MemberRule, 4> identifier_rules{{{"system", MemberKind::text},
                                                      {"number", MemberKind::text},
                                                      {"assigner", MemberKind::text},
                                                      {"id", MemberKind::text}}};

void append_status(std::string& out, std::string_view status) {
  out.append(R"(,"status":")").append(status).append("\"");
}

/// One result, behind its index.
class Results {
public:
  Results(Call& call, const Structure& asked, structure::NodeTelling telling, std::string& out)
      : call_(call), asked_(asked), telling_(std::move(telling)), out_(out) {}

  void append(const std::vector<MemberValue>& identifier) {
    const MemberValue& id = identifier[3];
    const bool has_number = identifier[0].given && identifier[1].given;
    const bool has_any = identifier[0].given || identifier[1].given || identifier[2].given;
    if (id.given ? has_any : !has_number) return append_status(out_, "invalid");
    if (id.given) return append_found(asked_.find(id.text), {});
    const auto system = structure::find_identifier_system(identifier[0].text);
    const structure::NodeKey key{system.value_or(structure::IdentifierSystem{}),
                                 identifier[1].text, identifier[2].text};
    if (!system || !check(key)) return append_status(out_, "invalid");
    append_found(asked_.find(key), key);
  }

private:
  void append_found(const registry::Result<EntityId>& found,
                    const std::optional<structure::NodeKey>& key) {
    if (!found) return append_missed(found.error().code, key);
    Structure::ToldNode told;
    if (auto read = asked_.tell(*found, told); !read) return append_missed(read.error().code, key);
    if (told.summary.is_removed) {
      append_status(out_, "gone");
      out_ += R"(,"node":)";
      return structure::append_json(out_, told.summary);
    }
    if (told.summary.is_personnel && !call_.caller.claims->has(access::Right::personell_read)) {
      note_denied(call_, access::problem::scope_insufficient);
      return append_status(out_, "denied");
    }
    const std::size_t before = out_.size();
    append_status(out_, "found");
    out_ += R"(,"node":)";
    const auto written = structure::append_node(out_, asked_, told, telling_);
    if (!written) {
      out_.resize(before);
      return append_missed(written.error().code, key);
    }
    if (told.summary.is_personnel || *written) call_.audit.shown(*found, call_.access);
  }

  void append_missed(ErrorCode code, const std::optional<structure::NodeKey>& key) {
    if (code == ErrorCode::not_found) return append_status(out_, "notFound");
    if (code == ErrorCode::not_known_then) return append_status(out_, "notKnownThen");
    if (code == ErrorCode::ambiguous && key) return append_several(*key);
    append_status(out_, "failed");
    out_.append(R"(,"code":")").append(node_problem_of(code).code).append("\"");
  }

  void append_several(const structure::NodeKey& key) {
    const auto owners = asked_.owners(key);
    const auto summaries =
        owners ? asked_.summaries(*owners)
               : registry::Result<std::vector<structure::NodeSummary>>(
                     tl::unexpected(owners.error()));
    if (!summaries) return append_missed(summaries.error().code, {});
    append_status(out_, "ambiguous");
    out_ += R"(,"nodes":[)";
    for (const structure::NodeSummary& node : *summaries) {
      if (node.is_hidden) continue;
      out_ += out_.back() == '[' ? "" : ",";
      structure::append_json(out_, node);
    }
    out_ += ']';
  }

  Call& call_;
  const Structure& asked_;
  structure::NodeTelling telling_;
  std::string& out_;
};

} // namespace

void look_up_nodes(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  std::array<MemberValue, body_rules.size()> values;
  std::vector<std::vector<MemberValue>> identifiers;
  std::string pointer;
  structure::AsOf as_of;
  const ObjectsRule objects{"identifiers", identifier_rules, nodes_asked_max};
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_members(request, body_rules, values, objects, identifiers, pointer);
  if (!refusal) refusal = read_times(context, values[0], values[1], as_of);
  if (!refusal) refusal = check_personal(call, values[3].flag);
  if (refusal) return refuse(request, response, refusal);
  Structure asked(context.registry, as_of, sight_of(call));
  if (values[3].flag) asked.see_personal();
  std::string& out = response.body;
  Results results(call, asked, {values[2].flag, texts_of(context, asked)}, out);
  out += R"({"results":[)";
  for (std::size_t index = 0; index < identifiers.size(); ++index) {
    out += index == 0 ? R"({"index":)" : R"(,{"index":)";
    append_number(out, index);
    results.append(identifiers[index]);
    out += '}';
  }
  out += "]}";
}

} // namespace grunndata::api::v1
