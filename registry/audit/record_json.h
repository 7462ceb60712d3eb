// Records as JSON, for people and for analysis.
#pragma once

#include "registry/audit/log.h"
#include "registry/audit/own_log.h"

#include <string>

namespace grunndata::registry {
class IdCipher;
} // namespace grunndata::registry

namespace grunndata::registry::audit {

/// Everything a record holds, as one object; the subject by its outside id. An erased record is
/// {"position":n,"erased":true}. Fields that are empty are left out.
void append_json(std::string& out, const StoredRecord& stored, const IdCipher& ids);

/// One line of a person's own log, as one object.
void append_json(std::string& out, const OwnLogEntry& entry);

/// A flat row for statistical analysis: time, user, organisation, subject, purpose, decisionRef and
/// what was done. `subject`: whatever stands for the person, an outside id or a pseudonym.
void append_analysis_json(std::string& out, const StoredRecord& stored, std::string_view subject);

} // namespace grunndata::registry::audit
