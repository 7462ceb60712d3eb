// What the commands of `grunndata hjelpenummer` take, and how each of them is called.
#pragma once

#include "registry/hjelpenummer/record.h"
#include "tools/administration/command_host.h"
#include "tools/config/config.h"

#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::tools {

struct HelpNumberFlags {
  config::ConfigSources sources;
  std::string file; ///< where lines are read; "-": stdin; empty: nowhere
  std::string assigner;
  std::string organisation;
  std::string reason;
  std::string gender;
  registry::hjelpenummer::Facts facts; ///< gender apart
  std::string idempotency_key;
  std::string cancel_class;
  std::string range;
  std::string kind;
  std::string note;
  std::uint64_t number = 0; ///< of a link or a work item
  bool accept = false;      ///< this or the next
  bool refuse = false;
  std::uint32_t count = 1;
  std::uint32_t days = 30;
  std::uint32_t limit = 10;
  std::vector<std::string> parts; ///< names of information parts
  bool all = false;
  bool json = false;
};

using HelpNumberCommand = int (*)(const HelpNumberFlags&, OpenedRegistry&, Console&);

// Each returns an exit status.
int issue_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);

int show_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int update_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int register_local_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int cancel_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int mark_numbers_dead(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int erase_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);

int find_candidates_of(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int link_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int unlink_numbers(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int show_links(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int decide_work(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);

int list_outstanding(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int show_figures(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int list_work(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int delegate_range(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);
int load_elsewhere(const HelpNumberFlags& flags, OpenedRegistry& opened, Console& console);

} // namespace grunndata::tools
