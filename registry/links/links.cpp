#include "registry/links/links.h"

#include "registry/links/link_work.h"
#include "registry/links/request.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

namespace {

using links::check_reason;
using links::LinkWork;

/// Does `work` once for a key, and keeps its answer in the same commit.
template <typename Request>
Result<LinkOutcome> do_once(Registry& registry, const Request& request,
                            const std::function<Result<Link>(Transaction&)>& work) {
  LinkOutcome outcome;
  const auto written = registry.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    if (request.key) {
      auto kept = kept_answer(transaction, *request.key, request.request_hash);
      if (!kept || *kept) {
        return kept ? (outcome.replayed = std::move(**kept), Result<void>{})
                    : Result<void>(tl::unexpected(kept.error()));
      }
    }
    auto link = work(transaction);
    if (!link) {
      return tl::unexpected(link.error());
    }
    if (request.key && request.answer) {
      keep_answer(transaction, *request.key, request.answer(*link));
    }
    outcome.link = std::move(*link);
    return {};
  });
  return written ? Result<LinkOutcome>(std::move(outcome))
                 : Result<LinkOutcome>(tl::unexpected(written.error()));
}

} // namespace

Links::Links(Registry& registry, std::function<Instant()> clock)
    : registry_(registry), clock_(clock ? std::move(clock) : now) {}

Result<LinkOutcome> Links::link(LinkRequest request) {
  for (const auto& sound :
       {check_reason(request.reason), links::check_evidence(request.evidence)}) {
    if (!sound) {
      return tl::unexpected(sound.error());
    }
  }
  return do_once(registry_, request, [&](Transaction& transaction) {
    return LinkWork(transaction, registry_, clock_()).begin(request);
  });
}

Result<LinkOutcome> Links::undo(UndoRequest request) {
  if (auto sound = check_reason(request.reason); !sound) {
    return tl::unexpected(sound.error());
  }
  return do_once(registry_, request, [&](Transaction& transaction) {
    return LinkWork(transaction, registry_, clock_())
        .undo(request.number, request.by, request.reason);
  });
}

Result<Link> Links::undo(std::uint64_t number, Actor by, std::string reason) {
  UndoRequest request;
  request.number = number;
  request.by = std::move(by);
  request.reason = std::move(reason);
  auto outcome = undo(std::move(request));
  return outcome ? Result<Link>(std::move(outcome->link))
                 : Result<Link>(tl::unexpected(outcome.error()));
}

Result<Link> Links::decide(std::uint64_t number, bool approved, Actor by, std::string reason) {
  if (auto sound = check_reason(reason); !sound) {
    return tl::unexpected(sound.error());
  }
  Result<Link> link;
  const auto written = registry_.impl().queue->run([&](Transaction& transaction) -> Result<void> {
    link = LinkWork(transaction, registry_, clock_()).decide(number, approved, by, reason);
    return link ? Result<void>{} : Result<void>(tl::unexpected(link.error()));
  });
  return written ? link : Result<Link>(tl::unexpected(written.error()));
}

} // namespace grunndata::registry
