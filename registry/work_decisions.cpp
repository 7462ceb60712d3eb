#include "registry/work_decisions.h"

#include "registry/hjelpenummer/blocks.h"
#include "registry/links/link_work.h"
#include "registry/person_protection.h"
#include "registry/registry_impl.h"

namespace grunndata::registry {

namespace {

/// What follows from the word on an item, beside the word itself.
class Following {
public:
  Following(Transaction& transaction, Registry& registry, const WorkWord& word, Instant when)
      : transaction_(transaction), word_(word), links_(transaction, registry, when) {}

  Result<void> carry_out(const WorkItem& item) {
    switch (item.kind) {
      case WorkKind::newborn_match:
        return word_.accepted ? done(links_.accept_match(item, word_.by, word_.note))
                              : Result<void>{};
      case WorkKind::link_conflict:
        return word_.accepted || item.about == 0
                   ? Result<void>{}
                   : done(links_.undo(item.about, word_.by, word_.note));
      case WorkKind::protection_review: return word_.accepted ? Result<void>{} : release(item);
      case WorkKind::number_from_elsewhere: return {};
      case WorkKind::link_proposed:
      case WorkKind::block_conflict: break; // decided by whoever keeps what they are about
    }
    return fail(ErrorCode::corrupt, "a work item is of a kind that nobody decides");
  }

  Result<void> decide_link(const WorkItem& item) {
    return done(links_.decide(item.about, word_.accepted, word_.by, word_.note));
  }

private:
  static Result<void> done(const Result<Link>& link) {
    return link ? Result<void>{} : Result<void>(tl::unexpected(link.error()));
  }
  Result<void> release(const WorkItem& item) {
    for (const EntityId& person : item.persons) {
      auto released = release_protection(transaction_, person);
      if (!released && released.error().code != ErrorCode::conflict) { // ended already
        return released;
      }
    }
    return {};
  }

  Transaction& transaction_;
  const WorkWord& word_;
  links::LinkWork links_;
};

Result<void> decide_inside(Transaction& transaction, Registry& registry, const WorkWord& word,
                           Instant when) {
  const auto item = work_item(transaction, word.number);
  if (!item) {
    return tl::unexpected(item.error());
  }
  if (item->decision) {
    const bool same = item->decision->accepted == word.accepted &&
                      item->decision->note == word.note && item->decision->by == word.by;
    return same ? Result<void>{}
                : fail(ErrorCode::conflict, "decided: the work item is decided already");
  }
  Following following(transaction, registry, word, when);
  if (item->kind == WorkKind::link_proposed) {
    return following.decide_link(*item);
  }
  if (auto followed = following.carry_out(*item); !followed) {
    return followed;
  }
  return decide_work(transaction, word.number, {word.accepted, word.by, when, word.note});
}

} // namespace

Result<WorkItem> decide_work(Registry& registry, hjelpenummer::HelpNumbers* numbers,
                             const WorkWord& word, const std::function<Instant()>& clock) {
  if (auto sound = links::check_reason(word.note); !sound) {
    return tl::unexpected(sound.error());
  }
  const auto item = work_item(registry, word.number);
  if (!item) {
    return item;
  }
  if (item->kind == WorkKind::block_conflict && !item->decision) {
    if (numbers == nullptr) {
      return fail(ErrorCode::unavailable, "this server issues no hjelpenumre");
    }
    return hjelpenummer::Blocks(registry, *numbers, {{}, clock})
        .settle(word.number, {word.accepted, word.by, {}, word.note});
  }
  const Instant when = clock();
  const auto decided = registry.impl().queue->run(
      [&](Transaction& transaction) { return decide_inside(transaction, registry, word, when); });
  return decided ? work_item(registry, word.number)
                 : Result<WorkItem>(tl::unexpected(decided.error()));
}

} // namespace grunndata::registry
