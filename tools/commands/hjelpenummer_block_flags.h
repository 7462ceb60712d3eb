// What the commands of `grunndata hjelpenummer block` take, and how each of them is called.
#pragma once

#include "tools/administration/command_host.h"
#include "tools/config/config.h"

#include <cstdint>
#include <string>

namespace grunndata::tools {

struct BlockFlags {
  config::ConfigSources sources;
  std::string file; ///< where lines are read; "-": stdin; empty: nowhere
  std::string organisation;
  std::string label;
  std::string expires; ///< empty: after `days`
  std::string idempotency_key;
  std::string form = "sheet";
  std::string to_file; ///< empty: stdout
  std::uint64_t block = 0;
  std::uint32_t count = 0;
  std::uint32_t days = 90;
  bool json = false;
};

using BlockCommand = int (*)(const BlockFlags&, OpenedRegistry&, Console&);

// Each returns an exit status.
int reserve_block(const BlockFlags& flags, OpenedRegistry& opened, Console& console);
int list_blocks(const BlockFlags& flags, OpenedRegistry& opened, Console& console);
int print_block(const BlockFlags& flags, OpenedRegistry& opened, Console& console);
int report_block(const BlockFlags& flags, OpenedRegistry& opened, Console& console);

} // namespace grunndata::tools
