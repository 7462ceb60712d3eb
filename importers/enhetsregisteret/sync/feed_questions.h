// Questions to the feeds of Enhetsregisteret, each asked until it is answered.
#pragma once

#include "importers/enhetsregisteret/sync/wire.h"
#include "importers/following/patient_transport.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::importers::enhetsregisteret::sync {

inline constexpr std::size_t feed_page_events = 1'000;
inline constexpr std::size_t role_page_events = 5'000; ///< more than come at one time

/// For one thread. Errors: `cancelled` when stopped. The links of a page are never followed: they
/// count pages, and run into the window of 10,000 rows.
class FeedQuestions {
public:
  explicit FeedQuestions(following::PatientTransport& transport) : transport_(transport) {}

  /// What came after the event `id`; ids are sparse, and the feed's cursor is inclusive.
  [[nodiscard]] registry::Result<UnitFeedPage> after(Kind kind, std::uint64_t id) {
    return page(kind, "oppdateringsid=" + std::to_string(id + 1), feed_page_events);
  }
  [[nodiscard]] registry::Result<UnitFeedPage> since(Kind kind, registry::Instant when) {
    return page(kind, "dato=" + feed_time(when), feed_page_events);
  }
  /// Whether there is an event with this id or a higher one.
  [[nodiscard]] registry::Result<bool> knows(Kind kind, std::uint64_t id);
  /// Of roles, later than `when`; whole pages hold `role_page_events`.
  [[nodiscard]] registry::Result<std::vector<RoleEvent>> roles(registry::Instant when);

private:
  registry::Result<UnitFeedPage> page(Kind kind, const std::string& from, std::size_t size);

  following::PatientTransport& transport_;
};

} // namespace grunndata::importers::enhetsregisteret::sync
