// One operation on links inside a commit: what is refused, what needs two people, what is written.
#pragma once

#include "registry/links/identity.h"
#include "registry/links/links.h"
#include "registry/links/request.h"
#include "registry/work_queue.h"

namespace grunndata::registry::links {

/// Uses one transaction on the writer's thread. Errors as of `Links`.
class LinkWork {
public:
  LinkWork(Transaction& transaction, Registry& registry, Instant when);

  Result<Link> begin(const LinkRequest& request);
  Result<Link> decide(std::uint64_t number, bool approved, const Actor& by,
                      const std::string& reason);
  Result<Link> undo(std::uint64_t number, const Actor& by, const std::string& reason);
  /// Links the hjelpenummer that a `newborn_match` names to its person, or proposes it.
  Result<Link> accept_match(const WorkItem& item, const Actor& by, const std::string& note);

private:
  Result<Link> begin(const LinkRequest& request, const Side& loser, const Side& survivor);
  /// What forbids that the link comes to be live.
  Result<void> refuse(const Link& link);
  /// Whether a second person must approve, whoever asks.
  Result<bool> needs_two(const Link& link);
  Result<void> propose(const LinkRequest& request, Link& link, const std::string& organisation);
  /// The open proposal of the same two; 0: none.
  Result<std::uint64_t> open_proposal(const Link& link);
  /// What was proposed is done by somebody who needs no second person: the proposal is refused.
  Result<void> overtake(std::uint64_t proposal, const Link& link);
  Result<void> make_live(Link& link);
  Result<void> set_number_state(const EntityId& loser, Carried& carried, bool linked);
  Result<void> protect(const EntityId& entity);
  Result<void> ask_for_review(const Link& link, const Actor& by);
  Result<std::uint64_t> take_number();
  /// The proposal is one no more.
  void close(const Link& link);
  void put(const Link& link);

  Transaction& transaction_;
  Registry::Impl& impl_;
  Instant when_;
  Identity identity_;
  std::uint64_t sequence_;
};

} // namespace grunndata::registry::links
