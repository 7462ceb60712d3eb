#include "registry/virksomhet/code_texts.h"

#include "registry/candidates/row_fields.h"
#include "registry/virksomhet/node_json.h"

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t body_begin = 1; ///< rows of nodes have no metadata before their body

std::string_view text_in(std::string_view body, std::string_view property, std::string& room) {
  return candidates::text_of(body, body_begin, property, room).value_or(std::string_view{});
}

RowCode read_code(NodePart part, std::string_view body, RowCodeRoom& room) {
  const auto text = [&](std::string_view property) { return text_in(body, property, room.code); };
  switch (part) {
    case NodePart::form: return {"organisasjonsform_brreg", text("code")};
    case NodePart::industry:
    case NodePart::auxiliary_industry:
      return {text_in(body, "version", room.list) == "SN2007" ? "1303" : "1305", text("code")};
    case NodePart::sector: return {"institusjonell_sektorkode", text("code")};
    case NodePart::classification: return {text_in(body, "system", room.list), text("code")};
    case NodePart::role: return {"rolletype_brreg", text("role")};
    case NodePart::electronic_address: return {"9044", text("type")};
    default: return {};
  }
}

} // namespace

std::optional<RowCode> code_of_row(NodePart part, std::string_view body, RowCodeRoom& room) {
  const RowCode found = read_code(part, body, room);
  if (found.list.empty() || found.code.empty()) {
    return std::nullopt;
  }
  return found;
}

void CodeTexts::append(std::string& out, NodePart part, std::string_view body) const {
  RowCodeRoom room;
  const auto found = lists_ ? code_of_row(part, body, room) : std::nullopt;
  if (!found) {
    return;
  }
  const CodeAnswer answer = lists_->judge(found->list, found->code, {valid_, {}});
  if (!answer.text().empty()) {
    append_json_member(out, "codeText", answer.text());
  }
}

} // namespace grunndata::registry::virksomhet
