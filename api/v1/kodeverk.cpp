#include "api/v1/kodeverk.h"

#include "api/http/form.h"
#include "api/path_segment.h"
#include "api/problems.h"
#include "api/v1/etag.h"
#include "api/v1/kodeverk_json.h"
#include "api/v1/parameters.h"

#include <memory>
#include <optional>
#include <string>

namespace grunndata::api::v1 {
namespace {

using registry::CodeLists;
using registry::Instant;

/// What every operation here is asked with.
struct Question {
  std::optional<Instant> as_of;
  std::optional<Instant> known;
  std::shared_ptr<const CodeLists> lists;

  [[nodiscard]] registry::ListTime when() const {
    return {as_of.value_or(registry::now()), known};
  }
};

Refusal set_time(std::string_view name, std::string_view value, std::optional<Instant>& time) {
  if (time) return {&problem::parameter_repeated, {}, name};
  time = registry::parse_instant(value);
  if (time) return {};
  return {&problem::parameter_invalid, "It is a date, or a date-time with its offset", name};
}

Refusal read_times(std::string_view query, Question& question) {
  http::FormReader reader(query);
  while (reader.next()) {
    Refusal refusal;
    if (reader.name() == as_of_field) {
      refusal = set_time(as_of_field, reader.value(), question.as_of);
    } else if (reader.name() == recorded_as_of_field) {
      refusal = set_time(recorded_as_of_field, reader.value(), question.known);
    } else {
      refusal = {&problem::parameter_unknown, "Known are asOf and recordedAsOf", {}};
    }
    if (refusal) return refusal;
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  return {};
}

/// False, with the refusal written, when it cannot be answered.
bool read_question(const Context& context, const http::Request& request, http::Response& response,
                   Question& question) {
  if (const Refusal refusal = read_times(request.query, question)) {
    refuse(request, response, refusal);
    return false;
  }
  if (context.options.kodeverk == nullptr) {
    refuse(request, response, problem::unavailable, "this server has no code lists");
    return false;
  }
  question.lists = context.options.kodeverk->lists();
  return true;
}

} // namespace

void list_code_lists(Context& context, Call&, const http::Request& request,
                     http::Response& response) {
  Question question;
  if (!read_question(context, request, response, question)) return;
  std::string& out = response.body;
  out += R"({"kodeverk":[)";
  for (const auto& [number, versions] : question.lists->all()) {
    const registry::ListVersion* version = question.lists->find(number, question.when());
    if (version == nullptr) continue;
    if (out.back() != '[') out += ',';
    append_list_head(out, *version);
  }
  out += "]}";
  tag_answer(request, response);
}

void code_list_by_number(Context& context, Call&, const http::Request& request,
                         http::Response& response) {
  Question question;
  if (!read_question(context, request, response, question)) return;
  std::string room;
  const auto number = decoded_segment(request.path_parameter(0), room);
  const registry::ListVersion* version =
      number ? question.lists->find(*number, question.when()) : nullptr;
  if (version == nullptr) return refuse(request, response, problem::kodeverk_not_found);
  append_code_list(response.body, *question.lists->versions(*number), *version, question.as_of);
  tag_answer(request, response);
}

void code_of_list(Context& context, Call&, const http::Request& request,
                  http::Response& response) {
  Question question;
  if (!read_question(context, request, response, question)) return;
  std::string number_room;
  std::string code_room;
  const auto number = decoded_segment(request.path_parameter(0), number_room);
  const auto code = decoded_segment(request.path_parameter(1), code_room);
  if (!number || !code) return refuse(request, response, problem::kodeverk_not_found);
  const registry::CodeAnswer answer = question.lists->judge(*number, *code, question.when());
  if (answer.version == nullptr) return refuse(request, response, problem::kodeverk_not_found);
  if (answer.code == nullptr) {
    return refuse(request, response, problem::code_not_found,
                  answer.list_complete ? "The list has all its codes"
                                       : "The list is not complete: the code may exist");
  }
  append_code(response.body, answer);
  tag_answer(request, response);
}

} // namespace grunndata::api::v1
