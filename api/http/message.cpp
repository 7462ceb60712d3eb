#include "api/http/message.h"

#include "api/http/route.h"
#include "api/http/syntax.h"

#include <algorithm>

namespace grunndata::api::http {
namespace {

constexpr std::array<std::string_view, method_count> method_names{
    "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"};

/// Headers only the server writes: a handler that could set them could break the framing.
constexpr std::array<std::string_view, 13> own_headers{
    "content-length",    "transfer-encoding",
    "connection",        "date",
    "x-request-id",      "content-type",
    "cache-control",     "trailer",
    "referrer-policy",   "x-content-type-options",
    "x-frame-options",   "cross-origin-resource-policy",
    "permissions-policy"};
constexpr std::string_view policy_header = "content-security-policy";

constexpr char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

} // namespace

std::string_view method_name(Method method) noexcept {
  return method_names[static_cast<std::size_t>(method)];
}

std::optional<Method> method_from(std::string_view token) noexcept {
  for (std::size_t i = 0; i < method_names.size(); ++i) {
    if (method_names[i] == token) return static_cast<Method>(i);
  }
  return std::nullopt;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

std::optional<std::string_view> Request::header(std::string_view name) const noexcept {
  for (const Header& header : headers) {
    if (equals_ignoring_case(header.name, name)) return header.value;
  }
  return std::nullopt;
}

std::size_t Request::header_count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
      std::count_if(headers.begin(), headers.end(),
                    [&](const Header& header) { return equals_ignoring_case(header.name, name); }));
}

std::string_view Request::path_parameter(std::size_t index) const noexcept {
  return index < path_parameters.size() ? path_parameters[index] : std::string_view{};
}

std::string_view Request::path_parameter(std::string_view name) const noexcept {
  if (route == nullptr) return {};
  std::string_view rest = route->path;
  for (std::size_t index = 0; index < path_parameters.size(); ++index) {
    const std::size_t open = rest.find('{');
    if (open == std::string_view::npos) return {};
    rest.remove_prefix(open + 1);
    if (rest.substr(0, rest.find('}')) == name) return path_parameters[index];
  }
  return {};
}

bool Response::add_header(std::string_view name, std::string_view value) {
  if (name.empty() || !syntax::all(name, syntax::token_char)) return false;
  if (!syntax::all(value, syntax::value_char)) return false;
  const bool is_own = std::any_of(own_headers.begin(), own_headers.end(),
                                  [&](auto own) { return equals_ignoring_case(own, name); });
  if (is_own) return false;
  has_own_policy_ = has_own_policy_ || equals_ignoring_case(name, policy_header);
  header_lines_.append(name).append(": ").append(value).append("\r\n");
  return true;
}

std::optional<std::string_view> Response::header(std::string_view name) const noexcept {
  std::string_view rest = header_lines_;
  while (!rest.empty()) {
    const std::size_t end = rest.find("\r\n");
    const std::string_view line = rest.substr(0, end);
    const std::size_t colon = line.find(':');
    if (equals_ignoring_case(line.substr(0, colon), name)) return line.substr(colon + 2);
    rest.remove_prefix(end + 2);
  }
  return std::nullopt;
}

void Response::reset() {
  status = 200;
  content_type = content_type::json;
  cache_control = no_store;
  stream.reset();
  close_connection = false;
  needs_pool = false;
  waiting = {};
  carried.reset();
  header_lines_.clear();
  has_own_policy_ = false;
  body.clear();
  if (body.capacity() > body_kept_bytes_max) body.shrink_to_fit();
}

} // namespace grunndata::api::http
