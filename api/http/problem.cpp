#include "api/http/problem.h"

#include "api/http/utf8.h"

#include <array>
#include <charconv>

namespace grunndata::api::http {
namespace {

constexpr std::array<ProblemKind, 18> kinds{
    problem::bad_request,     problem::bad_target,         problem::bad_header,
    problem::bad_framing,     problem::bad_chunk,          problem::bad_host,
    problem::route_not_found, problem::method_not_allowed, problem::request_timeout,
    problem::body_too_large,  problem::target_too_long,    problem::expectation_failed,
    problem::misdirected,     problem::head_too_large,     problem::internal,
    problem::method_unknown,  problem::overloaded,         problem::version_unsupported};

void append_escaped(std::string& out, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  switch (c) {
    case '"': out += "\\\""; break;
    case '\\': out += "\\\\"; break;
    case '\n': out += "\\n"; break;
    case '\r': out += "\\r"; break;
    case '\t': out += "\\t"; break;
    default:
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4U];
      out += hex[static_cast<unsigned char>(c) & 15U];
  }
}

void append_member(std::string& out, std::string_view name, std::string_view value) {
  if (value.empty()) return;
  out += ",\"";
  out += name;
  out += "\":";
  append_json_string(out, value);
}

} // namespace

std::span<const ProblemKind> transport_problems() noexcept { return kinds; }

void append_json_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t length = utf8_sequence_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    const char c = text.front();
    const bool is_control = static_cast<unsigned char>(c) < 0x20;
    const bool plain = length > 1 || (!is_control && c != '"' && c != '\\');
    if (plain) {
      out.append(text.substr(0, length));
    } else {
      append_escaped(out, c);
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void append_problem_json(std::string& out, const Problem& problem) {
  std::array<char, 12> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), problem.kind.status).ptr;
  out += "{\"type\":\"";
  out += problem_type_prefix;
  out += problem.kind.code;
  out += "\",\"title\":";
  append_json_string(out, problem.kind.title);
  out += ",\"status\":";
  out.append(digits.begin(), end);
  append_member(out, "detail", problem.detail);
  append_member(out, "instance", problem.instance);
  append_member(out, "code", problem.kind.code);
  append_member(out, "request_id", problem.request_id);
  if (!problem.errors.empty()) {
    out += ",\"errors\":[";
    for (const ProblemItem& item : problem.errors) {
      if (out.back() != '[') out += ',';
      out += "{\"pointer\":";
      append_json_string(out, item.pointer);
      append_member(out, "code", item.code);
      append_member(out, "detail", item.detail);
      out += '}';
    }
    out += ']';
  }
  out += '}';
}

void write_problem(Response& response, const Problem& problem) {
  response.status = problem.kind.status;
  response.content_type = content_type::problem_json;
  response.body.clear();
  append_problem_json(response.body, problem);
}

} // namespace grunndata::api::http
