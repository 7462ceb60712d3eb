// What one request did, gathered while it is handled and written to the audit log before the
// answer leaves.
#pragma once

#include "api/access/caller.h"
#include "api/http/message.h"
#include "registry/audit/log.h"
#include "registry/view.h"

#include <string_view>

namespace grunndata::registry {
class Reading;
class Registry;
} // namespace grunndata::registry

namespace grunndata::api {

/// One thread at a time, and one trail at a time on a thread: its records live in memory that the
/// thread keeps. Without a log everything is accepted and nothing is kept.
class AuditTrail {
public:
  /// All must outlive the trail. `log` may be null.
  AuditTrail(registry::audit::Log* log, const access::Caller& caller, const http::Request& request,
             std::string_view operation);
  AuditTrail(const AuditTrail&) = delete;
  AuditTrail& operator=(const AuditTrail&) = delete;

  /// The person in `reading` was written to the answer as `view` says.
  void shown(const registry::Reading& reading, const registry::ViewRequest& view, bool emergency);
  /// The node was told of, in what makes it personal data: an enterprise's rows about a natural
  /// person, or health personnel.
  void shown(const registry::EntityId& node, registry::Access access);
  /// Somebody was asked for and is not in the answer. `outcome`: the problem's code.
  void missed(const registry::ViewRequest& view, std::string_view outcome);
  /// Events of the log in [from, to) were delivered. Errors: as of `audit::subject_set`.
  [[nodiscard]] registry::Result<void> delivered(const registry::Registry& registry,
                                                 std::uint64_t from, std::uint64_t to,
                                                 registry::Access access);
  /// Anything else; actor, reason, operation and request id are filled in already. Good until the
  /// next call.
  registry::audit::Record& add(registry::audit::Act act);

  /// For the client's quota; numbers issued and candidates count as well.
  [[nodiscard]] std::size_t persons_shown() const noexcept { return persons_; }
  /// A record must be on disk before the answer leaves: not to be waited for on a worker.
  [[nodiscard]] bool must_wait() const noexcept;
  /// Writes what was gathered; then, and only then, the answer may leave. `status` and `outcome`
  /// go into records that say nothing else.
  [[nodiscard]] registry::Result<void> write(int status);

private:
  registry::audit::Record& next();

  registry::audit::Log* log_;
  const access::Caller& caller_;
  const http::Request& request_;
  std::string_view operation_;
  std::size_t count_ = 0;
  std::size_t persons_ = 0;
};

} // namespace grunndata::api
