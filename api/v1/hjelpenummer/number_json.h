// Hjelpenumre and work items as JSON, for the interface and the command line alike.
#pragma once

#include "registry/hjelpenummer/help_numbers.h"
#include "registry/work_queue.h"

#include <string>
#include <string_view>

namespace grunndata::api::v1 {

/// How much of a hjelpenummer a reader gets: facts are health information (privacy.md).
enum class NumberSight : std::uint8_t {
  status, ///< number, state, organisation, times
  facts,  ///< also what was told, by whom and why; for the issuing organisation and for linkers
};

/// Schema `Hjelpenummer`.
void append_help_number(std::string& out, const registry::hjelpenummer::HelpNumber& number,
                        const registry::IdCipher& ids, NumberSight sight);
/// `,"name":{…}`: who did something, as far as that is known. Schema `ActingParty`.
void append_actor_member(std::string& out, std::string_view name, const registry::Actor& actor);
/// Schema `WorkItem`.
void append_work_item(std::string& out, const registry::WorkItem& item,
                      const registry::IdCipher& ids);

} // namespace grunndata::api::v1
