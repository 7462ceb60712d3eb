// Who was shown another person than they asked for, because of a link: read from the audit log.
#pragma once

#include "registry/audit/log.h"
#include "registry/links/links.h"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace grunndata::registry::links {

/// One who looked, as often as they did.
struct Misled {
  audit::Actor actor;
  Instant first{};
  Instant last{};
  std::uint64_t times = 0;
};
/// Those who asked for the link's loser, or for somebody whom the loser carried on, and were shown
/// somebody else while the link was live: by organisation, client and user, in the order they
/// looked first. Who asked by the survivor's own number is not among them: they were shown whom
/// they asked for. Users for whom `names_users` is false are not told apart, nor named. At most
/// `limit`; `more` is set when there are others. What was erased from the log is not found. Errors:
/// `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<Misled>>
misled_by(const Registry& registry, const Links& links, const audit::Log& log, const Link& link,
          const std::function<bool(const audit::Actor&)>& names_users, std::size_t limit,
          bool& more);

} // namespace grunndata::registry::links
