#include "importers/enhetsregisteret/sync/feed_questions.h"

namespace grunndata::importers::enhetsregisteret::sync {

namespace {

using following::Meaning;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

/// Asks until `read` makes sense of an answer.
template <typename Read>
auto answered(following::PatientTransport& transport, const std::string& path, const Read& read)
    -> decltype(read(std::string_view{})) {
  while (true) {
    const auto answer = transport.get(path);
    if (!answer) return fail(ErrorCode::cancelled, "stopped");
    decltype(read(std::string_view{})) page = fail(ErrorCode::unavailable, answer->message);
    if (answer->meaning == Meaning::ok) page = read(answer->body);
    if (page) return page;
    if (!transport.wait_for_better(page.error().message)) {
      return fail(ErrorCode::cancelled, "stopped");
    }
  }
}

} // namespace

Result<UnitFeedPage> FeedQuestions::page(Kind kind, const std::string& from, std::size_t size) {
  std::string path = std::string("/oppdateringer/").append(name_of(kind)).append(1, '?');
  path.append(from).append("&size=").append(std::to_string(size));
  return answered(transport_, path,
                  [kind](std::string_view json) { return read_unit_feed(json, kind); });
}

Result<bool> FeedQuestions::knows(Kind kind, std::uint64_t id) {
  const auto found = page(kind, "oppdateringsid=" + std::to_string(id), 1);
  return found ? Result<bool>(!found->events.empty()) : tl::unexpected(found.error());
}

Result<std::vector<RoleEvent>> FeedQuestions::roles(registry::Instant when) {
  const std::string path = std::string("/oppdateringer/roller?afterTime=")
                               .append(feed_time(when))
                               .append("&size=")
                               .append(std::to_string(role_page_events));
  return answered(transport_, path, &read_role_feed);
}

} // namespace grunndata::importers::enhetsregisteret::sync
