// What a person may see of the log about themselves (innsyn i logg): the rules are data, below.
#pragma once

#include "registry/audit/record.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace grunndata::registry::audit {

/// What the person is told of an act.
enum class Showing : std::uint8_t {
  shown,
  hidden, ///< nothing of the person left the registry, or nobody looked
};

struct OwnLogAct {
  Act act;
  Showing showing;
  std::string_view word; ///< what the person reads: "look-up"
};

/// By the value of `Act`, every one.
inline constexpr std::array<OwnLogAct, 13> own_log_acts{{
    {Act::read, Showing::shown, "look-up"},
    {Act::miss, Showing::hidden, ""},
    {Act::denied, Showing::hidden, ""},
    {Act::search_hit, Showing::shown, "search"},
    {Act::feed, Showing::shown, "notification of changes"},
    {Act::exported, Showing::shown, "export"},
    {Act::imported, Showing::hidden, ""},
    {Act::linked, Showing::shown, "link or merge"},
    {Act::issued, Showing::shown, "auxiliary number"},
    {Act::administered, Showing::shown, "administration"},
    {Act::log_read, Showing::shown, "reading of this log"},
    {Act::break_glass, Showing::shown, "emergency access"},
    {Act::reviewed, Showing::hidden, ""},
}};

/// How long after the act the person is told. Purposes that are not listed: at once.
struct OwnLogDelay {
  std::string_view purpose; ///< code of purpose_of_use
  std::chrono::days delay;
  std::string_view reason;
};

/// Decided here until the data controller decides otherwise: whoever is inquired into, as by child
/// welfare or police, is not warned while the inquiry runs.
inline constexpr std::array<OwnLogDelay, 2> own_log_delays{{
    {"HLEGAL", std::chrono::days(90), "an inquiry under the law"},
    {"THREAT", std::chrono::days(90), "somebody may be in danger"},
}};

/// One line of a person's own log. Texts are as the client's token gave them: escape them.
struct OwnLogEntry {
  Instant time{};
  std::string_view act;            ///< word of `own_log_acts`
  std::string practitioner;        ///< name; empty: by role only
  std::string_view role;           ///< "health personnel", "employee", "system", "administrator"
  std::string organisation;        ///< orgnr of the unit
  std::string organisation_parent; ///< orgnr
  std::string system;              ///< the client's name, else its id
  std::string purpose;             ///< code of purpose_of_use; never free text
  bool emergency = false;
  /// Asked for was somebody whom a link or merge had carried on by whom was shown: of the two the
  /// person is one. The link may have been undone since.
  bool linked = false;
};

/// The line for a record about the person, or nothing when it is not to be told, or not yet.
/// `staff_protected`: the practitioner is a protected person today (the record says whether then):
/// shown by role. Never in it: a number of a person, HPR number, free text, what was shown.
[[nodiscard]] std::optional<OwnLogEntry> own_log_entry(const Record& record, Instant now,
                                                       bool staff_protected = false);

} // namespace grunndata::registry::audit
