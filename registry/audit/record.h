// One record of the audit log: who did what to whom, why, and what came out.
#pragma once

#include "registry/entity_id.h"
#include "registry/person_part.h"
#include "registry/time.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

namespace grunndata::registry::audit {

/// The number stands in the record: never reuse one.
enum class Act : std::uint8_t {
  read = 1,          ///< a person was shown
  miss = 2,          ///< somebody was looked up and not found, or not shown at all
  denied = 3,        ///< the request was refused for who asked
  search_hit = 4,    ///< a person stood in a search's answer
  feed = 5,          ///< events were delivered: a job with a range of the log
  exported = 6,      ///< a job with a subject set
  imported = 7,      ///< a source was read: a job with a range of the log
  linked = 8,        ///< link, merge, split and their undoing
  issued = 9,        ///< a hjelpenummer was issued, blocked or changed
  administered = 10, ///< clients, rebuild, quarantine and the like
  log_read = 11,     ///< somebody read this log
  break_glass = 12,  ///< access was opened in an emergency
  reviewed = 13,     ///< an emergency access was reviewed
};

/// How long a record is kept and how fast it must be on disk.
enum class Class : std::uint8_t {
  ordinary = 0,  ///< on disk within `sync_within`
  important = 1, ///< protected persons, break-glass, exports, links: on disk before the answer
};

/// Who acted. Organisation numbers and HPR numbers are public; a person's number never stands here.
struct Actor {
  std::string issuer; ///< name in the configuration; empty for the command line
  std::string client_id;
  std::string client_name;
  std::string organisation; ///< orgnr of the unit (child), or the parent's when there is none
  std::string organisation_parent; ///< orgnr
  std::string user_name;           ///< the practitioner's name as the token tells it
  std::string user_hpr;
  /// Keyed hash of the user's person number (`Log::user_key`), or of `sub`; hex, 32 characters.
  std::string user_key;
  std::string os_user; ///< of a command; empty for requests
  /// The user was a protected person when acting: a person's own log shows the role, not the name.
  bool user_protected = false;
  std::uint8_t security_level = 0;
};

/// Why, as far as the token or the operator says.
struct Reason {
  std::string purpose_of_use; ///< TREAT, ETREAT, COC, BTG …
  std::string purpose_details;
  std::string healthcare_service;
  std::string decision_ref; ///< of the care relation
  std::string text;         ///< of break-glass and of commands; never shown to the person
};

/// Whom a job covered, without a record each. The set can be computed again from the log of events.
struct SubjectSet {
  std::uint64_t from = 0; ///< first sequence of the log
  std::uint64_t to = 0;   ///< one past the last
  std::uint64_t persons = 0;
  std::array<std::uint8_t, 32> digest{}; ///< SHA-256 over the entity ids, sorted, without doubles
};

struct Record {
  Instant time{}; ///< set by `Log::append`
  Act act = Act::read;
  Class kind = Class::ordinary;
  std::optional<EntityId> subject;
  /// Whose number or id was asked for, when somebody else was shown: the subject, who carries them
  /// on by a link or a merge. A question about either of the two finds the record.
  std::optional<EntityId> asked;
  std::optional<SubjectSet> subjects;
  Actor actor;
  Reason reason;
  std::string operation; ///< operationId of the route, or the command's words
  PersonPartSet parts_asked;
  PersonPartSet parts_delivered;
  bool history = false;
  bool with_legal_basis = false;
  bool protected_shown = false; ///< graded data, or the fact of a grading, was in the answer
  bool emergency = false;       ///< shown because of break-glass
  std::uint16_t status = 200;   ///< HTTP status; 200 and up also for commands that worked
  std::string outcome;          ///< "ok" or the problem's code
  std::string request_id;
};

} // namespace grunndata::registry::audit
