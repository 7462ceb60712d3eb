#include "importers/reading/table_rows.h"

#include "importers/reading/json_text.h"

#include <algorithm>
#include <array>

namespace grunndata::importers::reading {

namespace {

constexpr std::array separators{';', ',', '\t', '|'};

std::string_view without_line_end(std::string_view row) noexcept {
  if (row.ends_with('\n')) row.remove_suffix(1);
  if (row.ends_with('\r')) row.remove_suffix(1);
  return row;
}

std::string_view trimmed(std::string_view text) noexcept {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

char separator_of(std::string_view header) noexcept {
  return *std::ranges::max_element(separators, {}, [header](char separator) {
    return std::ranges::count(header, separator);
  });
}

} // namespace

std::optional<std::size_t> TableRows::row_end(std::string_view text) noexcept {
  bool in_quotes = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '"') in_quotes = !in_quotes;
    if (text[at] == '\n' && !in_quotes) return at + 1;
  }
  return std::nullopt;
}

registry::Result<void> TableRows::start(std::string_view header) {
  columns_.clear();
  separator_ = separator_of(header);
  const bool whole = split(without_line_end(header));
  for (std::size_t i = 0; whole && i < cells_count_; ++i) {
    const std::string name(trimmed(cells_[i]));
    if (name.empty() || std::ranges::count(columns_, name) > 0) break;
    columns_.push_back(name);
  }
  if (columns_.size() == cells_count_) return {};
  columns_.clear();
  return registry::fail(registry::ErrorCode::invalid,
                        "the first row of a table names its columns, each once");
}

bool TableRows::split(std::string_view row) {
  cells_count_ = 0;
  bool in_quotes = false;
  const auto next_cell = [this]() -> std::string& {
    if (cells_count_ == cells_.size()) cells_.emplace_back();
    std::string& cell = cells_[cells_count_++];
    cell.clear();
    return cell;
  };
  std::string* cell = &next_cell();
  for (std::size_t at = 0; at < row.size(); ++at) {
    const char c = row[at];
    if (c == '"') {
      const bool doubled = in_quotes && at + 1 < row.size() && row[at + 1] == '"';
      if (doubled) {
        cell->push_back(row[++at]);
      } else {
        in_quotes = !in_quotes;
      }
    } else if (c == separator_ && !in_quotes) {
      cell = &next_cell();
    } else {
      cell->push_back(c);
    }
  }
  return !in_quotes;
}

std::string_view TableRows::render(std::string_view row, std::string& json) {
  json.assign(1, '{');
  if (!split(without_line_end(row))) return "open_quote";
  if (cells_count_ != columns_.size()) return "wrong_columns";
  for (std::size_t i = 0; i < cells_count_; ++i) {
    const std::string_view cell = trimmed(cells_[i]);
    if (cell.empty()) continue;
    if (json.size() > 1) json.push_back(',');
    append_json_string(columns_[i], json);
    json.push_back(':');
    append_json_string(cell, json);
  }
  json.push_back('}');
  return {};
}

} // namespace grunndata::importers::reading
