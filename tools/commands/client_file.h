// Clients in a TOML file: [[client]] tables, one each.
#pragma once

#include "registry/clients/client.h"
#include "registry/clients/client_rules.h"
#include "registry/error.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tools {

inline constexpr std::size_t client_file_bytes_max = 16u << 20;

struct ClientOfFile {
  registry::Client client;
  std::size_t line = 0; ///< of its [[client]]
};

struct ClientFile {
  std::vector<ClientOfFile> clients;
  std::vector<std::string> faults; ///< each `file:line: …`; by line; none: all may be registered
};

/// Reads `text` of the file called `name`. Keys as `registry::words_of` spells them. `parts` and
/// `break_glass_parts` are lists of information parts, or "all"; `expires` is a date (from 00:00 in
/// Europe/Oslo the agreement holds no more) or a date-time. Every fault is told, not the first one;
/// `fault_of` is asked as of `when`.
[[nodiscard]] ClientFile read_client_file(std::string_view text, const std::string& name,
                                          registry::Instant when);

/// Parts by their names in the contract, or "all" alone; nothing, with `unknown` set, when a name
/// is no part's.
[[nodiscard]] std::optional<registry::PersonPartSet> parts_of(const std::vector<std::string>& names,
                                                              std::string& unknown);

} // namespace grunndata::tools
