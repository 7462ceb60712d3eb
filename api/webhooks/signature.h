// How a receiver knows that a webhook is ours: the Standard Webhooks convention, version 1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::api::webhooks {

/// `v1,` and the base64 of HMAC-SHA-256 over `id.timestamp.body`, keyed with the raw secret.
/// `timestamp_s`: seconds since 1970, the header webhook-timestamp.
[[nodiscard]] std::string signature_of(std::string_view secret, std::string_view id,
                                       std::int64_t timestamp_s, std::string_view body);

/// `whsec_` and the base64 of the raw secret: how people pass it on.
[[nodiscard]] std::string text_of_secret(std::string_view secret);
/// Nothing unless it is exactly what `text_of_secret` makes of some bytes.
[[nodiscard]] std::optional<std::string> secret_of_text(std::string_view text);
/// 32 random bytes; nothing when there is no randomness.
[[nodiscard]] std::optional<std::string> new_secret();

} // namespace grunndata::api::webhooks
