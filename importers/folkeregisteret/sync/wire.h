// The JSON of Folkeregisteret's services (offentlig med hjemmel, v1) around the person documents:
// feed pages, extracts, error bodies. Strict about what the protocol needs, open about the rest.
#pragma once

#include "registry/error.h"
#include "registry/time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret::sync {

/// One event of `hendelser/feed`. It says that a person changed; what changed is fetched.
struct FeedEvent {
  std::uint64_t sequence = 0;
  std::string type;            ///< `hendelsetype`; open: unknown ones are kept as they stand
  std::string identifier;      ///< `folkeregisteridentifikator`; may be an old one
  std::string person_document; ///< `persondokument`; empty where there is none
  std::optional<registry::Instant> recorded; ///< `ajourholdstidspunkt`

  bool operator==(const FeedEvent&) const = default;
};

/// Events in the order delivered. `invalid` when the page is no array, or an event has no sequence
/// number or no person: such a page must not move the pointer.
[[nodiscard]] registry::Result<std::vector<FeedEvent>> read_feed_page(std::string_view json);

/// A bare integer.
[[nodiscard]] registry::Result<std::uint64_t> read_sequence(std::string_view json);
/// `jobbId` of an ordered extract.
[[nodiscard]] registry::Result<std::string> read_job(std::string_view json);
/// `dokumentidentifikator` of one batch of a complete extract; nothing when it is the last (`{}`).
[[nodiscard]] registry::Result<std::optional<std::vector<std::string>>>
read_extract_batch(std::string_view json);

/// One answer of a bulk look-up taken apart.
struct BulkItem {
  std::string identifier;    ///< as asked for, or the document's id; may be empty
  std::string_view document; ///< the person; empty: none was found
  std::string error;         ///< `feilmelding`, masked; empty where a document came
};
/// Of `personer/bulkoppslag` and `personer/bulkoppslag/arkiv`, in the order delivered. Views point
/// into `json`, which is given room behind its end and must stay. `invalid` when it is cut or of
/// another shape.
[[nodiscard]] registry::Result<std::vector<BulkItem>> read_bulk_answer(std::string& json);

/// `{"foedselsEllerDNummer":[…]}` or `{"dokumentidentifikator":[…]}`.
[[nodiscard]] std::string bulk_request(std::string_view member,
                                       const std::vector<std::string>& values);

} // namespace grunndata::importers::folkeregisteret::sync
