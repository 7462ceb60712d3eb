// Questions after candidates, and candidates, as JSON: for the interface and the command line
// alike.
#pragma once

#include "api/http/message.h"
#include "api/problems.h"
#include "registry/candidates/find_candidates.h"
#include "registry/entity_id.h"
#include "registry/person_part.h"

#include <string>
#include <string_view>

namespace grunndata::api::v1 {

/// Schema `CandidateQuestion`.
struct CandidateQuestion {
  registry::candidates::Description wanted;
  std::size_t limit = registry::candidates::candidates_max;
  registry::PersonPartSet parts; ///< to be shown of each; none: only who it is, and why

  /// What telling how the facts agree tells of a person; addresses apart.
  [[nodiscard]] registry::PersonPartSet compared() const noexcept;
};

/// Reads the body strictly. `pointer` is kept for the refusal.
[[nodiscard]] Refusal read_question(const http::Request& request, CandidateQuestion& question,
                                    std::string& pointer);
/// Whether that is enough to look for somebody by; else the refusal.
[[nodiscard]] Refusal check_enough(const CandidateQuestion& question);

/// Schema `Candidate`. `person`: as a View wrote it; empty when no parts were asked for.
void append_candidate(std::string& out, const registry::candidates::Candidate& candidate,
                      const registry::IdCipher& ids, std::string_view person);

} // namespace grunndata::api::v1
