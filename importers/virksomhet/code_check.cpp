#include "importers/virksomhet/code_check.h"

#include "registry/virksomhet/code_texts.h"

#include <algorithm>

namespace grunndata::importers::virksomhet {

using registry::CodeStanding;
using registry::virksomhet::NodeItem;

namespace {

constexpr std::size_t code_bytes_shown = 12;
constexpr std::string_view any_code = "…";

/// A code as it may be repeated: no number that could be somebody's, no free text.
std::string shown(std::string_view code) {
  const bool is_plain = code.size() <= 8 ||
                        (code.size() <= code_bytes_shown &&
                         std::ranges::none_of(code, [](char c) { return c == ' '; }));
  const auto digits = std::ranges::count_if(code, [](char c) { return c >= '0' && c <= '9'; });
  return is_plain && digits <= 6 ? std::string(code) : "*";
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
  registry::virksomhet::RowCodeRoom room;
  for (const NodeItem& item : record.items) {
    const auto code = registry::virksomhet::code_of_row(item.part, record.view(item.body), room);
    if (code) judge(code->list, code->code);
  }
}

} // namespace grunndata::importers::virksomhet
