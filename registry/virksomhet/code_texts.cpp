#include "registry/virksomhet/code_texts.h"

#include "registry/candidates/row_fields.h"
#include "registry/virksomhet/node_json.h"

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body

std::string text_in(std::string_view body, std::string_view property) {
  std::string room;
  return std::string(candidates::text_of(body, body_begin, property, room)
                         .value_or(std::string_view{}));
}

RowCode read_code(NodePart part, std::string_view body) {
  switch (part) {
    case NodePart::form: return {"organisasjonsform_brreg", text_in(body, "code")};
    case NodePart::industry:
    case NodePart::auxiliary_industry:
      return {text_in(body, "version") == "SN2007" ? "1303" : "1305", text_in(body, "code")};
    case NodePart::sector: return {"institusjonell_sektorkode", text_in(body, "code")};
    case NodePart::classification: return {text_in(body, "system"), text_in(body, "code")};
    case NodePart::role: return {"rolletype_brreg", text_in(body, "role")};
    case NodePart::electronic_address: return {"9044", text_in(body, "type")};
    default: return {};
  }
}

} // namespace

std::optional<RowCode> code_of_row(NodePart part, std::string_view body) {
  RowCode found = read_code(part, body);
  if (found.list.empty() || found.code.empty()) {
    return std::nullopt;
  }
  return found;
}

void CodeTexts::append(std::string& out, NodePart part, std::string_view body) const {
  const auto found = lists_ ? code_of_row(part, body) : std::nullopt;
  if (!found) {
    return;
  }
  const CodeAnswer answer = lists_->judge(found->list, found->code, {valid_, {}});
  if (!answer.text().empty()) {
    append_json_member(out, "codeText", answer.text());
  }
}

} // namespace grunndata::registry::virksomhet
