#include "tools/config/issuers.h"

#include "api/access/right.h"
#include "tools/config/nearest.h"

#include <algorithm>
#include <array>

namespace grunndata::tools::config {

namespace {

constexpr std::string_view variable_prefix = "GRUNNDATA_ISSUER__";
constexpr std::array<std::string_view, 4> keys{"url", "audience", "metadata_url", "aliases"};

tl::unexpected<registry::Error> invalid(std::string message) {
  return registry::fail(registry::ErrorCode::invalid, std::move(message));
}

bool is_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  });
}

registry::Result<ScopeAliasConfig> read_alias(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    return invalid("expected scope=right or scope=right+right");
  }
  ScopeAliasConfig alias{text.substr(0, equals), {}};
  std::string_view rest = std::string_view(text).substr(equals + 1);
  while (true) {
    const std::size_t plus = std::min(rest.find('+'), rest.size());
    const std::string right(rest.substr(0, plus));
    if (!api::access::right_of(right)) {
      return invalid("there is no right '" + right + "'");
    }
    alias.rights.push_back(right);
    if (plus == rest.size()) {
      return alias;
    }
    rest.remove_prefix(plus + 1);
  }
}

} // namespace

std::span<const std::string_view> issuer_keys() noexcept { return keys; }

registry::Result<void> set_issuer(std::vector<IssuerConfig>& issuers, std::string_view name,
                                  std::string_view key, const std::vector<std::string>& values) {
  if (!is_name(name)) {
    return invalid("an issuer's name is made of small letters, digits and hyphens");
  }
  if (std::ranges::find(keys, key) == keys.end()) {
    std::string message = "unknown key '" + std::string(key) + "' of an issuer";
    if (const auto near = nearest(key, std::vector<std::string>(keys.begin(), keys.end()))) {
      message += "; did you mean '" + *near + "'?";
    }
    return invalid(std::move(message));
  }
  auto found = std::ranges::find(issuers, name, &IssuerConfig::name);
  if (found == issuers.end()) {
    found = issuers.insert(issuers.end(), IssuerConfig{std::string(name), {}, {}, {}, {}});
  }
  if (key == "aliases") {
    found->aliases.clear();
    for (const std::string& text : values) {
      auto alias = read_alias(text);
      if (!alias) {
        return tl::unexpected(std::move(alias.error()));
      }
      found->aliases.push_back(std::move(*alias));
    }
    return {};
  }
  if (values.size() != 1) {
    return invalid("expected a string");
  }
  (key == "url" ? found->url : key == "audience" ? found->audience : found->metadata_url) =
      values.front();
  return {};
}

std::vector<std::string> issuer_faults(const std::vector<IssuerConfig>& issuers) {
  std::vector<std::string> faults;
  for (const IssuerConfig& issuer : issuers) {
    if (issuer.url.empty()) {
      faults.push_back("issuer." + issuer.name + ": url is missing");
    }
    if (issuer.audience.empty()) {
      faults.push_back("issuer." + issuer.name + ": audience is missing");
    }
  }
  return faults;
}

std::optional<std::pair<std::string, std::string>> issuer_variable(std::string_view variable) {
  if (!variable.starts_with(variable_prefix)) {
    return std::nullopt;
  }
  std::string rest(variable.substr(variable_prefix.size()));
  std::ranges::transform(rest, rest.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  const std::size_t split = rest.find("__");
  if (split == std::string::npos) {
    return std::nullopt;
  }
  std::string name = rest.substr(0, split);
  std::ranges::replace(name, '_', '-');
  return std::pair{std::move(name), rest.substr(split + 2)};
}

} // namespace grunndata::tools::config
