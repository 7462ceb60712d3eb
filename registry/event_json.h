// An event of the log as our own interface writes it: thin, without identifiers or values.
#pragma once

#include "registry/registry.h"

#include <string>

namespace grunndata::registry {

/// Appends a JSON object: sequenceNumber, entity, personId, eventType, changedParts (absent when
/// the event tells of the person as a whole), cause and corrects (absent when not known or not
/// told), recordedAt.
void append_json(std::string& out, const Event& event);

/// "person", "personell", "virksomhet".
[[nodiscard]] std::string_view name_of(EntityKind kind) noexcept;
[[nodiscard]] std::optional<EntityKind> find_entity_kind(std::string_view name) noexcept;

} // namespace grunndata::registry
