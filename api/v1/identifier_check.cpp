#include "api/v1/identifier_check.h"

#include "api/problems.h"
#include "api/v1/parameters.h"
#include "api/v1/request_body.h"
#include "identifiers/check.h"
#include "identifiers/check_json.h"

#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

using identifiers::Kind;
using identifiers::Rules;

/// How all identifiers of one request are judged.
struct Judgement {
  Rules rules;
  Kind target = Kind::none; ///< none: a person's number
};

Refusal refuse_value(std::string_view detail, std::string_view field) {
  return {&problem::body_invalid, detail, field};
}

Refusal read_judgement(const Context& context, const CheckBody& body, Judgement& judgement) {
  judgement.rules = *context.options.rules;
  if (body.environment == "test") {
    judgement.rules = identifiers::rules_for(identifiers::Environment::test);
  } else if (body.environment == "production") {
    judgement.rules = identifiers::rules_for(identifiers::Environment::production);
  } else if (!body.environment.empty()) {
    return refuse_value("environment is test or production", "/environment");
  }
  if (body.rule == "pre2032") {
    judgement.rules.check_rule = identifiers::CheckRule::pre2032;
  } else if (body.rule == "2032") {
    judgement.rules.check_rule = identifiers::CheckRule::from2032;
  } else if (!body.rule.empty()) {
    return refuse_value("rule is pre2032 or 2032", "/rule");
  }
  if (body.target.empty() || body.target == "person") return {};
  const auto kind = identifiers::kind_named(body.target);
  if (!kind || *kind < Kind::duf) {
    return refuse_value("target is person, duf, orgnr, gln, hpr, her or resh", "/target");
  }
  judgement.target = *kind;
  return {};
}

identifiers::Check check_one(const AskedIdentifier& asked, const Judgement& judgement) {
  if (!asked.is_text) return identifiers::refused(identifiers::Reason::json);
  return identifiers::check_declared(asked.value, judgement.rules, judgement.target);
}

} // namespace

void check_identifiers(Context& context, Call&, const http::Request& request,
                       http::Response& response) {
  CheckBody body;
  PointerText pointer;
  Judgement judgement;
  Refusal refusal = refuse_parameters(request.query);
  if (!refusal) refusal = read_check_body(request, body, pointer);
  if (!refusal) refusal = read_judgement(context, body, judgement);
  if (refusal) return refuse(request, response, refusal);
  std::string& out = response.body;
  out.reserve(out.size() + body.identifiers.size() * identifiers::check_json_bytes_max);
  out += R"({"results":[)";
  std::size_t line = 0;
  for (const AskedIdentifier& asked : body.identifiers) {
    if (line != 0) out += ',';
    identifiers::append_check_json(out, ++line, check_one(asked, judgement));
  }
  out += "]}";
}

} // namespace grunndata::api::v1
