#include "tools/administration/job_request.h"

#include <charconv>

namespace grunndata::tools {

namespace {

void append(std::string& body, std::string_view text) {
  body += text;
  body += '\0';
}

std::optional<std::string_view> take(std::string_view& body) {
  const auto end = body.find('\0');
  if (end == std::string_view::npos) {
    return std::nullopt;
  }
  const std::string_view text = body.substr(0, end);
  body.remove_prefix(end + 1);
  return text;
}

} // namespace

std::string write_job_request(const JobRequest& request) {
  std::string body;
  append(body, request.directory.string());
  append(body, request.input_path);
  append(body, std::to_string(request.settings.size()));
  for (const auto& [key, value] : request.settings) {
    append(body, key);
    append(body, value);
  }
  for (const std::string& word : request.words) {
    append(body, word);
  }
  return body;
}

std::optional<JobRequest> read_job_request(std::string_view body) {
  JobRequest request;
  const auto directory = take(body);
  const auto input = take(body);
  const auto count_text = take(body);
  std::size_t count = 0;
  if (!directory || !input || !count_text ||
      std::from_chars(count_text->data(), count_text->data() + count_text->size(), count).ec !=
          std::errc{}) {
    return std::nullopt;
  }
  request.directory = *directory;
  request.input_path = *input;
  for (; count > 0; --count) {
    const auto key = take(body);
    const auto value = take(body);
    if (!key || !value) {
      return std::nullopt;
    }
    request.settings.emplace_back(*key, *value);
  }
  while (const auto word = take(body)) {
    request.words.emplace_back(*word);
  }
  return body.empty() ? std::optional(std::move(request)) : std::nullopt;
}

} // namespace grunndata::tools
