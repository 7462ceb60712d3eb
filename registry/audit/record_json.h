// Records as JSON, for people and for analysis.
#pragma once

#include "registry/access.h"
#include "registry/audit/log.h"
#include "registry/audit/own_log.h"

#include <string>

namespace grunndata::registry {
class IdCipher;
} // namespace grunndata::registry

namespace grunndata::registry::audit {

/// What a record holds, as one object; the subject by its outside id. An erased record is
/// {"position":n,"erased":true}. Fields that are empty are left out.
/// `reader`: without legal basis what tells of anybody's protection is left out of every record,
/// whomever it is about: `class`, `protectedShown`, the actor's `userProtected`, and of `subjects`
/// all but the range (their number tells of persons whose events are hidden).
void append_json(std::string& out, const StoredRecord& stored, const IdCipher& ids, Access reader);

/// One line of a person's own log, as one object.
void append_json(std::string& out, const OwnLogEntry& entry);

/// A flat row for statistical analysis: time, user, organisation, subject, purpose, decisionRef and
/// what was done. `subject`: whatever stands for the person, an outside id or a pseudonym.
void append_analysis_json(std::string& out, const StoredRecord& stored, std::string_view subject);

} // namespace grunndata::registry::audit
