// The sections [issuer.NAME]: as many as there are, each with the same keys.
#pragma once

#include "tools/config/config.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tools::config {

/// The keys an issuer has; all of them hold strings, `aliases` a list of them.
[[nodiscard]] std::span<const std::string_view> issuer_keys() noexcept;

/// Sets one key of the issuer of that name, which is made when it is new. Error `invalid`: a name
/// that is not letters, digits and hyphens, an unknown key, or an alias that is not
/// `scope=right+right`.
[[nodiscard]] registry::Result<void> set_issuer(std::vector<IssuerConfig>& issuers,
                                                std::string_view name, std::string_view key,
                                                const std::vector<std::string>& values);

/// One sentence for each issuer that lacks its url or its audience.
[[nodiscard]] std::vector<std::string> issuer_faults(const std::vector<IssuerConfig>& issuers);

/// The name and the key in GRUNNDATA_ISSUER__NAME__KEY; the name in lower case, with hyphens for
/// single underscores.
[[nodiscard]] std::optional<std::pair<std::string, std::string>>
issuer_variable(std::string_view variable);

} // namespace grunndata::tools::config
