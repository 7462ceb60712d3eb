#include "tools/commands/hjelpenummer_block_lines.h"

#include "api/v1/admin/json_members.h"
#include "api/v1/hjelpenummer/block_requests.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace grunndata::tools {

namespace {

namespace v1 = api::v1;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using v1::MemberKind;
using v1::MemberValue;

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF"; ///< spreadsheets write one

tl::unexpected<registry::Error> invalid(const api::Refusal& refusal) {
  std::string text(refusal.detail.empty() ? refusal.kind->title : refusal.detail);
  if (!refusal.field.empty() && !text.starts_with(refusal.field.substr(1))) {
    text.append(": ").append(refusal.field.substr(1));
  }
  return fail(ErrorCode::invalid, std::move(text));
}

/// The cells of a record; nothing when quotes do not close.
std::optional<std::vector<std::string>> cells_of(std::string_view text, char separator) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (quoted && c == '"' && i + 1 < text.size() && text[i + 1] == '"') {
      cells.back() += text[++i];
    } else if (c == '"' && (quoted || cells.back().empty())) {
      quoted = !quoted;
    } else if (c == separator && !quoted) {
      cells.emplace_back();
    } else {
      cells.back() += c;
    }
  }
  return quoted ? std::nullopt : std::optional(std::move(cells));
}

Result<void> read_used(std::vector<MemberValue> values, const identifiers::Rules& rules,
                       registry::hjelpenummer::UsedNumber& used) {
  std::erase(values[0].text, ' '); // `number` is the first rule
  used = {};
  const auto refusal =
      v1::read_used(v1::NumberBody(v1::used_rules(), std::move(values)), rules, used);
  return refusal ? Result<void>(invalid(refusal)) : Result<void>{};
}

} // namespace

Result<void> UsedLines::read_header(const std::string& text) {
  separator_ = text.find(';') == std::string::npos ? ',' : ';';
  const auto names = cells_of(text, separator_);
  const auto rules = v1::used_rules();
  for (const std::string& name : names.value_or(std::vector<std::string>{})) {
    const auto rule = std::ranges::find(rules, name, &v1::MemberRule::name);
    const auto place = static_cast<std::size_t>(rule - rules.begin());
    if (rule == rules.end() || std::ranges::find(columns_, place) != columns_.end()) {
      columns_.clear();
      break;
    }
    columns_.push_back(place);
  }
  const auto has = [this](std::size_t rule) {
    return std::ranges::find(columns_, rule) != columns_.end();
  };
  if (has(0) && has(1)) {
    return {};
  }
  lost_ = true;
  std::string known;
  for (const v1::MemberRule& rule : rules) {
    known.append(known.empty() ? "" : ", ").append(rule.name);
  }
  return fail(ErrorCode::invalid,
              "a header names number and used, and may name, each once: " + known);
}

Result<void> UsedLines::read_cells(const std::string& text, UsedLine& line) const {
  auto cells = cells_of(text, separator_);
  if (!cells || cells->size() != columns_.size()) {
    return fail(ErrorCode::invalid, "a record has as many cells as the header, and whole quotes");
  }
  const auto rules = v1::used_rules();
  std::vector<MemberValue> values(rules.size());
  for (std::size_t i = 0; i < cells->size(); ++i) {
    MemberValue& value = values[columns_[i]];
    value.text = std::move((*cells)[i]);
    value.given = !value.text.empty();
    if (!value.given || rules[columns_[i]].kind != MemberKind::number) {
      continue;
    }
    const char* const end = value.text.data() + value.text.size();
    const auto read = std::from_chars(value.text.data(), end, value.number);
    if (read.ec != std::errc{} || read.ptr != end) {
      return fail(ErrorCode::invalid, std::string(rules[columns_[i]].name) + " is a whole number");
    }
  }
  return read_used(std::move(values), rules_, line.used);
}

Result<void> UsedLines::read_object(const std::string& text, UsedLine& line) const {
  const std::array<api::http::Header, 1> headers{{{"content-type", "application/json"}}};
  api::http::Request request;
  request.headers = headers;
  request.body = text;
  std::string pointer;
  std::vector<MemberValue> values(v1::used_rules().size());
  if (const auto refusal = v1::read_members(request, v1::used_rules(), values, pointer)) {
    return invalid(refusal);
  }
  return read_used(std::move(values), rules_, line.used);
}

Result<bool> UsedLines::next(UsedLine& line) {
  std::string text;
  while (true) {
    const bool more = static_cast<bool>(std::getline(in_, text));
    if (in_.bad()) { // a directory, for one
      return fail(ErrorCode::storage, "the report cannot be read");
    }
    if (!more) {
      return false;
    }
    line.line = ++lines_;
    if (text.ends_with('\r')) {
      text.pop_back();
    }
    if (lines_ == 1 && text.starts_with(byte_order_mark)) {
      text.erase(0, byte_order_mark.size());
    }
    if (text.empty()) {
      continue;
    }
    if (std::exchange(begun_, true) || text.starts_with('{')) {
      break;
    }
    if (auto read = read_header(text); !read) {
      return tl::unexpected(read.error());
    }
  }
  const auto read = separator_ == '\0' ? read_object(text, line) : read_cells(text, line);
  return read ? Result<bool>(true) : tl::unexpected(read.error());
}

} // namespace grunndata::tools
