#include "importers/reading/load_cursor.h"

#include <charconv>

namespace grunndata::importers::reading {

std::string joined_paths(const std::vector<std::string>& paths) {
  std::string text;
  for (const std::string& path : paths) {
    text += path;
    text += '\n';
  }
  return text;
}

std::string write_cursor(const LoadCursor& cursor) {
  return std::to_string(cursor.extracted_at.microseconds) + ' ' + std::to_string(cursor.records) +
         '\n' + cursor.paths;
}

std::optional<LoadCursor> read_cursor(std::string_view text) {
  LoadCursor cursor;
  const char* end = text.data() + text.size();
  const auto time = std::from_chars(text.data(), end, cursor.extracted_at.microseconds);
  if (time.ec != std::errc{} || time.ptr == end || *time.ptr != ' ') {
    return std::nullopt;
  }
  const auto records = std::from_chars(time.ptr + 1, end, cursor.records);
  if (records.ec != std::errc{} || records.ptr == end || *records.ptr != '\n') {
    return std::nullopt;
  }
  cursor.paths.assign(records.ptr + 1, end);
  return cursor;
}

} // namespace grunndata::importers::reading
