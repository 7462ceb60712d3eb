#include "api/access/challenge.h"

#include "api/access/algorithm.h"
#include "api/access/authenticator.h"
#include "api/access/problems.h"

namespace grunndata::api::access {

namespace {

constexpr std::string_view realm = "grunndata";

std::string_view name_of(ChallengeError error) noexcept {
  switch (error) {
    case ChallengeError::none: return {};
    case ChallengeError::invalid_request: return "invalid_request";
    case ChallengeError::invalid_token: return "invalid_token";
    case ChallengeError::invalid_dpop_proof: return "invalid_dpop_proof";
  }
  return {};
}

// Names and values of parameters, one after the other; RFC 6750 wants at least one.
class ChallengeText {
public:
  explicit ChallengeText(TokenType type)
      : type_(type), text_(type == TokenType::dpop ? "DPoP" : "Bearer") {
    if (type == TokenType::bearer) add("realm", realm);
  }
  void add(std::string_view name, std::string_view value) {
    text_.append(first_ ? " " : ", ").append(name).append("=\"").append(value).append("\"");
    first_ = false;
  }
  [[nodiscard]] std::string finish() {
    if (type_ == TokenType::dpop) add("algs", algorithms_text);
    return std::move(text_);
  }

private:
  TokenType type_;
  std::string text_;
  bool first_ = true;
};

} // namespace

Denial challenge(TokenType type, const http::ProblemKind& kind, ChallengeError error,
                 std::string_view detail) {
  ChallengeText text(type);
  if (error != ChallengeError::none) {
    text.add("error", name_of(error));
    text.add("error_description", detail);
  }
  return {&kind, detail, text.finish()};
}

Denial scope_denial(TokenType type, std::string_view scope) {
  ChallengeText text(type);
  text.add("error", "insufficient_scope");
  text.add("scope", scope);
  return {&problem::scope_insufficient, "The operation needs another scope", text.finish()};
}

} // namespace grunndata::api::access
