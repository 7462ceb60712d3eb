// What the commands of stewards take, and how each of them is called.
#pragma once

#include "registry/virksomhet/curated_relations.h"
#include "tools/administration/command_host.h"
#include "tools/config/config.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace grunndata::tools {

struct CurationFlags {
  config::ConfigSources sources;
  std::string number;  ///< of a node
  std::string to;      ///< of the other node of a relation
  std::string type;
  std::string kind;
  std::string id;      ///< of a conflict or a suggestion
  std::uint64_t relation = 0;
  std::string state;
  std::string field;
  std::string valid_from; ///< a date or a date-time; "-": take it away
  std::string valid_to;
  std::string as_of;
  std::string recorded_as_of;
  std::string document;
  std::string reason;
  std::string organisation;
  std::string idempotency_key;
  std::size_t limit = 1'000;
  bool find = false;
  bool all = false;
};

using CurationCommand = int (*)(const CurationFlags&, OpenedRegistry&, Console&);

// Each returns an exit status.
int show_joined_view(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int list_conflicts(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int accept_conflict(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int reopen_conflict(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int match_units(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int list_suggestions(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int approve_suggestion(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int reject_suggestion(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int list_relations(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int state_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int end_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int correct_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console);
int withdraw_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console);

} // namespace grunndata::tools
