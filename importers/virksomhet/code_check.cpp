#include "importers/virksomhet/code_check.h"

#include "registry/candidates/row_fields.h"

#include <algorithm>

namespace grunndata::importers::virksomhet {

using registry::CodeStanding;
using registry::virksomhet::NodeItem;
using registry::virksomhet::NodePart;

namespace {

constexpr std::size_t body_begin = 1;
constexpr std::size_t code_bytes_shown = 12;
constexpr std::string_view any_code = "…";

std::string text_of(std::string_view body, std::string_view property) {
  std::string room;
  return std::string(registry::candidates::text_of(body, body_begin, property, room)
                         .value_or(std::string_view{}));
}

/// A code as it may be repeated: no number that could be somebody's, no free text.
std::string shown(std::string_view code) {
  const bool is_plain = code.size() <= 8 ||
                        (code.size() <= code_bytes_shown &&
                         std::ranges::none_of(code, [](char c) { return c == ' '; }));
  const auto digits = std::ranges::count_if(code, [](char c) { return c >= '0' && c <= '9'; });
  return is_plain && digits <= 6 ? std::string(code) : "*";
}

/// The list that a row's code is of; empty: of none.
std::string list_of(NodePart part, std::string_view body) {
  switch (part) {
  case NodePart::form: return "organisasjonsform_brreg";
  case NodePart::industry: return text_of(body, "version") == "SN2007" ? "1303" : "1305";
  case NodePart::classification: return text_of(body, "system");
  default: return {};
  }
}

} // namespace

std::string_view name_of(CodeStanding standing) noexcept {
  switch (standing) {
  case CodeStanding::ended: return "ended";
  case CodeStanding::unknown_code: return "unknown_code";
  case CodeStanding::unknown_list: return "unknown_list";
  case CodeStanding::valid: break;
  }
  return {};
}

void CodeCheck::judge(std::string_view list, std::string_view code) {
  const registry::CodeAnswer answer = lists_->judge(list, code, {when_, {}});
  if (answer.standing == CodeStanding::valid) return;
  const bool told_by_code = answer.standing != CodeStanding::unknown_list &&
                            (answer.standing == CodeStanding::ended || answer.list_complete);
  Key key{shown(list), told_by_code ? shown(code) : std::string(any_code), answer.standing};
  add(std::move(key), 1);
}

void CodeCheck::add(Key key, std::uint64_t times) {
  if (counts_.size() >= codes_max && !counts_.contains(key)) key.code = any_code;
  counts_[std::move(key)] += times;
}

void CodeCheck::merge(const CodeCheck& other) {
  for (const auto& [key, times] : other.counts_) add(key, times);
}

void CodeCheck::look_at(const registry::virksomhet::NodeRecord& record) {
  if (!lists_) return;
  for (const NodeItem& item : record.items) {
    const std::string_view body = record.view(item.body);
    const std::string list = list_of(item.part, body);
    if (list.empty()) continue;
    const std::string code = text_of(body, "code");
    if (!code.empty()) judge(list, code);
  }
}

} // namespace grunndata::importers::virksomhet
