// Lives a story twice, the protected person's and a twin's, so that both logs grow alike.
#pragma once

#include "tests/leak/asker.h"
#include "tests/leak/stories.h"

namespace grunndata::leak {

/// Imports the story's real life into the world of `real`, `twin_life` into that of `twin`, and
/// asks both everything: after each import from `Story::protected_from` on, when the last was read
/// once more, and when all was rendered anew.
///
/// Where the real log gets records that callers without legal basis are told nothing of, the twin's
/// gets records of protected strangers, of whom nothing shows either. Where callers are told
/// ChangeInPerson, since they saw an address go, a confidential part of the twin changes: of that
/// they are told the same of anybody. False, with the test failed, when the twin's log grows more.
bool live(const Story& story, const Life& twin_life, Asker& real, Asker& twin);

} // namespace grunndata::leak
