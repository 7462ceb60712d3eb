#include "api/access/credentials.h"

#include "api/access/challenge.h"
#include "api/access/problems.h"

#include <algorithm>

namespace grunndata::api::access {

namespace {

constexpr std::string_view header_name = "Authorization";

struct Credentials {
  std::string_view scheme;
  std::string_view rest; ///< without the blanks before it
};

Credentials split(std::string_view value) noexcept {
  const std::size_t blank = std::min(value.find(' '), value.size());
  const std::size_t begin = std::min(value.find_first_not_of(' ', blank), value.size());
  return {value.substr(0, blank), value.substr(begin)};
}

bool is_scheme(std::string_view scheme, TokenType type) noexcept {
  return http::equals_ignoring_case(scheme, type == TokenType::dpop ? "DPoP" : "Bearer");
}

TokenType other(TokenType type) noexcept {
  return type == TokenType::dpop ? TokenType::bearer : TokenType::dpop;
}

// token68 of RFC 9110 11.2, without the padding that a JWT never has.
bool is_token(std::string_view text) noexcept {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    const char small = static_cast<char>(c | 0x20);
    return (c >= '0' && c <= '9') || (small >= 'a' && small <= 'z') || c == '-' || c == '.' ||
           c == '_' || c == '~' || c == '+' || c == '/';
  });
}

} // namespace

tl::expected<std::string_view, Denial> token_of(const http::Request& request, TokenType accepted) {
  const auto refuse = [&](const http::ProblemKind& kind, ChallengeError error,
                          std::string_view detail) {
    return tl::unexpected(challenge(accepted, kind, error, detail));
  };
  const std::size_t count = request.header_count(header_name);
  if (count == 0) {
    return refuse(problem::token_missing, ChallengeError::none, "There is no Authorization header");
  }
  if (count > 1) {
    return refuse(problem::token_malformed, ChallengeError::invalid_request,
                  "There is more than one Authorization header");
  }
  const Credentials credentials = split(request.header(header_name).value_or(""));
  if (is_scheme(credentials.scheme, other(accepted))) {
    return refuse(problem::token_invalid, ChallengeError::invalid_token,
                  accepted == TokenType::dpop
                      ? "The operation takes a token of the scheme DPoP, with a proof"
                      : "The operation takes a token of the scheme Bearer");
  }
  if (!is_scheme(credentials.scheme, accepted)) {
    return refuse(problem::token_missing, ChallengeError::none,
                  "The Authorization header is of another scheme");
  }
  if (!is_token(credentials.rest)) {
    return refuse(problem::token_malformed, ChallengeError::invalid_request,
                  "The Authorization header holds no token, or more than that");
  }
  return credentials.rest;
}

std::string_view any_token_of(const http::Request& request) noexcept {
  const Credentials credentials = split(request.header(header_name).value_or(""));
  const bool ours = is_scheme(credentials.scheme, TokenType::dpop) ||
                    is_scheme(credentials.scheme, TokenType::bearer);
  return ours && is_token(credentials.rest) ? credentials.rest : std::string_view{};
}

} // namespace grunndata::api::access
