// A hjelpenummer as a person of the registry: the rows that callers are shown.
#pragma once

#include "registry/hjelpenummer/record.h"
#include "registry/source_record.h"

namespace grunndata::registry::hjelpenummer {

/// The number, and name, birth and gender where they are known: every item that told one gives a
/// row, the newest of a part being the valid one. Name, birth and gender are for callers with legal
/// basis; the number and its status for all (privacy.md). What else is known (place, description,
/// note, reason) is in no row: only the hjelpenummer's own operations show it.
///
/// `record.raw` is the JSON that the rows are elements of:
/// `{"identifikasjonsnummer":[…],"navn":[…], "foedsel":[…],"kjoenn":[…]}`, each element as its row
/// shows it. A number that is not in use any more (cancelled, dead …) has rows, its status ceased.
void describe(const HelpNumber& number, SourceRecord& record);

} // namespace grunndata::registry::hjelpenummer
