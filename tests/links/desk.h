// Where people issue numbers and link them, over a registry that a story happens in.
#pragma once

#include "registry/hjelpenummer/help_numbers.h"
#include "registry/links/links.h"
#include "registry/work_queue.h"
#include "tests/registry/town.h"

namespace grunndata::registry::stories {

/// A human with an account; two of different names are two people.
[[nodiscard]] Actor actor(const std::string& name);

[[nodiscard]] IdentifierKey fhn(const std::string& number);

/// Does `work` as one commit.
Result<void> in_commit(Registry& registry, const std::function<Result<void>(Transaction&)>& work);

/// Who links, and for whom.
struct Manner {
  std::string by = "Linda";
  bool is_own_number = true;
};

class Desk {
public:
  explicit Desk(Town& town);

  /// A new felles hjelpenummer; `family_name` may be empty.
  std::string issue(const std::string& family_name = {}, const hjelpenummer::Facts& facts = {});

  [[nodiscard]] Links links() { return Links(town_.registry()); }
  Result<LinkOutcome> try_link(const IdentifierKey& loser, const IdentifierKey& survivor,
                               const Manner& manner = {});
  /// Must be live, or proposed, at once.
  Link link(const IdentifierKey& loser, const IdentifierKey& survivor, const Manner& manner = {});
  Link propose(const IdentifierKey& loser, const IdentifierKey& survivor,
               const Manner& manner = {});
  /// What the refusal says before its colon.
  std::string refusal(const IdentifierKey& loser, const IdentifierKey& survivor,
                      const Manner& manner = {});
  Link undo(const Link& link);
  /// The hjelpenummer's own record.
  hjelpenummer::HelpNumber record_of(const std::string& number);
  void cancel(const std::string& number);
  bool try_cancel(const std::string& number);
  /// Another family name of whoever goes by it.
  bool try_tell(const std::string& number, const std::string& family_name);
  void mark_dead(const std::string& number);
  std::vector<WorkItem> work(WorkKind kind);

  /// Numbers that whoever is found by `key` shows as ceased ones, sorted.
  Texts ceased(const IdentifierKey& key, Ask ask = {});
  /// Names told, whoever is found.
  Texts name(const IdentifierKey& key, const Ask& ask = {});
  std::string id(const IdentifierKey& key, std::optional<std::uint64_t> recorded = {});

private:
  std::unique_ptr<hjelpenummer::HelpNumbers> numbers();

  Town& town_;
  ScratchDirectory folder_;
};

} // namespace grunndata::registry::stories
