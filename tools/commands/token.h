// `grunndata token explain`: why a token is taken, or would be refused.
#pragma once

#include "api/access/authenticator.h"

#include <cstddef>
#include <iosfwd>

namespace CLI {
class App;
} // namespace CLI

namespace grunndata::tools {

inline constexpr std::size_t token_input_bytes_max = 64 * 1024;

/// Reads one token from `in` (alone, or as a whole Authorization header) and writes each step of
/// its validation to `out`, then its contents with personal ones masked. Fetches the issuer's keys.
/// Never writes the token itself. Returns exit_ok when every step holds, exit_denied when one does
/// not, exit_usage when the options are wrong or there is no token.
int run_token_explain(api::access::AuthenticatorOptions options, bool json, std::istream& in,
                      std::ostream& out, std::ostream& err);

/// Adds `token explain` to the command line; running it sets exit_status, which must outlive `app`.
void add_token_command(CLI::App& app, int& exit_status);

} // namespace grunndata::tools
