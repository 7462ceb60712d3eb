#include "registry/links/link_work.h"

#include "registry/hjelpenummer/help_numbers.h"
#include "registry/links/request.h"
#include "registry/loaded_entity.h"
#include "registry/person_writer.h"
#include "registry/purge/quarantined.h"
#include "registry/registry_impl.h"

#include <algorithm>

namespace grunndata::registry::links {

namespace {

using hjelpenummer::State;
using store::Family;

/// Lookups follow `links::chain_steps_max` steps; merges by the source need some as well.
constexpr std::size_t chain_max = 40;

/// What must be known of persons who are one before they are linked to others.
struct Standing {
  bool is_protected = false;
  bool has_own_number = false; ///< a foedselsnummer or D-nummer in use
};

/// Of `root`, who is carried on by nobody, and all whom links make one with them.
Result<Standing> together(Transaction& transaction, const IdCipher& ids, const EntityId& root) {
  auto linked = linked_to(transaction, ids, root);
  if (!linked) {
    return tl::unexpected(linked.error());
  }
  linked->entities.push_back(root);
  Standing standing;
  for (const EntityId& id : linked->entities) {
    LoadedEntity loaded;
    if (auto read = load_entity(transaction, id, Source::links, loaded); !read) {
      return tl::unexpected(read.error());
    }
    standing.is_protected =
        standing.is_protected ||
        loaded.entity.header.protection != static_cast<std::uint8_t>(Grading::unclassified);
    standing.has_own_number =
        standing.has_own_number ||
        std::ranges::any_of(loaded.entity.identifiers, [](const HeldIdentifier& held) {
          return held.in_use &&
                 (held.type == IdentifierType::fnr || held.type == IdentifierType::dnr);
        });
  }
  return standing;
}

/// Whether who asks decides for the organisation that gave out the side's number.
bool is_own(const LinkRequest& request, const Side& side) {
  return !side.number || !request.owns || request.owns(side.number->organisation);
}

} // namespace

LinkWork::LinkWork(Transaction& transaction, Registry& registry, Instant when)
    : transaction_(transaction), impl_(registry.impl()), when_(when),
      identity_(transaction, impl_.ids, transaction.next_sequence(), when),
      sequence_(transaction.next_sequence()) {}

Result<std::uint64_t> LinkWork::take_number() {
  store::Pinned pin;
  const auto newest = transaction_.get(Family::meta, meta::link_newest, pin);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  const std::uint64_t number = *newest ? number_of_key(**newest) + 1 : 1;
  transaction_.put(Family::meta, std::string(meta::link_newest), key_of_number(number));
  return number;
}

Result<void> LinkWork::refuse(const Link& link) {
  const auto carried = carried_of(transaction_, link.loser);
  const auto loser = header_of(transaction_, link.loser);
  if (!carried || !loser || !*loser) {
    return !carried ? tl::unexpected(carried.error())
                    : fail(ErrorCode::corrupt, "a link names a person who is not there");
  }
  if (carried->live != 0) {
    return fail(ErrorCode::conflict, "already_linked: the loser has a live link; undo it first");
  }
  if ((*loser)->successor != EntityId{}.bytes) {
    return fail(ErrorCode::conflict,
                "both_merged: the source itself has merged the loser into somebody");
  }
  const auto chain = identity_.chain_of(link.survivor);
  const auto below = linked_to(transaction_, impl_.ids, link.loser);
  if (!chain || !below) {
    return tl::unexpected(!chain ? chain.error() : below.error());
  }
  if (std::ranges::find(*chain, link.loser) != chain->end()) {
    return fail(ErrorCode::conflict, "cycle: the survivor is carried on by the loser");
  }
  std::size_t deepest = 1;
  for (const EntityId& id : below->entities) {
    const auto depth = identity_.chain_of(id);
    if (!depth) {
      return tl::unexpected(depth.error());
    }
    deepest = std::max(deepest, depth->size());
  }
  if (deepest + chain->size() > chain_max) {
    return fail(ErrorCode::conflict, "chain_too_long: too many are linked one behind the other");
  }
  for (const EntityId& id : {link.loser, link.survivor}) {
    const auto number = hjelpenummer::find_number(transaction_, id);
    if (!number) {
      return tl::unexpected(number.error());
    }
    if (*number && (*number)->state != State::issued && (*number)->state != State::linked &&
        (*number)->state != State::dead) {
      return fail(ErrorCode::conflict,
                  "number_cancelled: a number is " + std::string(name_of((*number)->state)));
    }
  }
  return {};
}

Result<bool> LinkWork::needs_two(const Link& link) {
  const auto root = identity_.end_of(link.survivor);
  const auto loser = together(transaction_, impl_.ids, link.loser);
  const auto other = root ? together(transaction_, impl_.ids, *root)
                          : Result<Standing>(tl::unexpected(root.error()));
  if (!loser || !other) {
    return tl::unexpected(!loser ? loser.error() : other.error());
  }
  return loser->is_protected || other->is_protected ||
         (loser->has_own_number && other->has_own_number);
}

Result<Link> LinkWork::begin(const LinkRequest& request) {
  const auto loser = find_side(transaction_, request.loser, "loser");
  if (!loser) {
    return tl::unexpected(loser.error());
  }
  const auto survivor = find_side(transaction_, request.survivor, "survivor");
  if (!survivor) {
    return tl::unexpected(survivor.error());
  }
  return begin(request, *loser, *survivor);
}

Result<Link> LinkWork::accept_match(const WorkItem& item, const Actor& by,
                                    const std::string& note) {
  if (item.persons.size() != 2) {
    return fail(ErrorCode::corrupt, "a work item names no number and person that may be one");
  }
  auto number = hjelpenummer::find_number(transaction_, item.persons[0]);
  const auto person = header_of(transaction_, item.persons[1]);
  const auto merged = person && *person ? merged_by_source(transaction_, item.persons[1], **person)
                                        : fail(ErrorCode::corrupt, "work names nobody");
  if (!number || !merged) {
    return tl::unexpected(!number ? number.error() : merged.error());
  }
  if (*merged) {
    return fail(ErrorCode::conflict, "number_ceased: the survivor goes by another number");
  }
  LinkRequest request;
  request.by = by;
  request.reason = note;
  return begin(request, {item.persons[0], std::move(*number)}, {item.persons[1], std::nullopt});
}

Result<Link> LinkWork::begin(const LinkRequest& request, const Side& loser, const Side& survivor) {
  if (loser.entity == survivor.entity) {
    return fail(ErrorCode::invalid, "both numbers belong to the same person");
  }
  Link link;
  link.loser = loser.entity;
  link.survivor = survivor.entity;
  link.evidence = request.evidence;
  if (auto refused = refuse(link); !refused) {
    return tl::unexpected(refused.error());
  }
  const bool foreign_loser = !is_own(request, loser);
  const bool foreign = foreign_loser || !is_own(request, survivor);
  const auto two = needs_two(link);
  const auto proposed = open_proposal(link);
  if (!two || !proposed) {
    return tl::unexpected(!two ? two.error() : proposed.error());
  }
  const bool waits = *two || foreign;
  if (waits && *proposed != 0) {
    return fail(ErrorCode::conflict,
                "already_proposed: the same two wait for a second person already");
  }
  const auto number = take_number();
  if (!number) {
    return tl::unexpected(number.error());
  }
  link.number = *number;
  for (const EntityId& side : {link.loser, link.survivor}) {
    transaction_.put(Family::link, side_key(side, link.number), {});
  }
  link.state = waits ? LinkState::proposed : LinkState::live;
  link.steps.push_back({link.state, request.by, when_, request.reason});
  const Side& whose = foreign_loser ? loser : survivor;
  auto done = waits ? propose(request, link, foreign ? whose.number->organisation : std::string{})
                    : make_live(link);
  if (done && !waits && *proposed != 0) {
    done = overtake(*proposed, link);
  }
  if (!done) {
    return tl::unexpected(done.error());
  }
  put(link);
  return link;
}

Result<std::uint64_t> LinkWork::open_proposal(const Link& link) {
  store::Pinned pin;
  const auto open = transaction_.get(Family::link, proposal_key(link.loser, link.survivor), pin);
  return !open   ? Result<std::uint64_t>(tl::unexpected(open.error()))
         : *open ? number_of_key(**open)
                 : 0;
}

Result<void> LinkWork::overtake(std::uint64_t proposal, const Link& link) {
  auto proposed = stored_link(transaction_, proposal);
  if (!proposed) {
    return tl::unexpected(proposed.error());
  }
  const LinkStep& made = link.steps.front();
  const std::string why = "overtaken by link " + std::to_string(link.number);
  proposed->state = LinkState::refused;
  proposed->steps.push_back({LinkState::refused, made.by, when_, why});
  close(*proposed);
  put(*proposed);
  return decide_work(transaction_, proposed->work, {false, made.by, when_, why});
}

void LinkWork::put(const Link& link) {
  transaction_.put(Family::link, link_key(link.number), write_link(link));
}

void LinkWork::close(const Link& link) {
  transaction_.erase(Family::link, proposal_key(link.loser, link.survivor));
}

Result<void> LinkWork::propose(const LinkRequest& request, Link& link,
                               const std::string& organisation) {
  WorkItem item;
  item.kind = WorkKind::link_proposed;
  item.organisation = organisation;
  item.persons = {link.loser, link.survivor};
  item.about = link.number;
  item.text = "a link waits for the word of a second person";
  item.opened_by = request.by;
  item.opened = when_;
  const auto opened = open_work(transaction_, std::move(item));
  if (!opened) {
    return tl::unexpected(opened.error());
  }
  link.work = *opened;
  transaction_.put(Family::link, proposal_key(link.loser, link.survivor),
                   key_of_number(link.number));
  return {};
}

Result<void> LinkWork::set_number_state(const EntityId& loser, Carried& carried, bool linked) {
  auto number = hjelpenummer::find_number(transaction_, loser);
  if (!number) {
    return tl::unexpected(number.error());
  }
  if (!*number) {
    return {};
  }
  if (linked) {
    carried.number_state = static_cast<std::uint8_t>((*number)->state);
    (*number)->state = State::linked;
  } else if ((*number)->state == State::linked) {
    const bool known = !name_of(static_cast<State>(carried.number_state)).empty();
    (*number)->state = known ? static_cast<State>(carried.number_state) : State::issued;
    carried.number_state = 0;
  }
  (*number)->changed = when_;
  return put_number(transaction_, impl_.ids, **number,
                    EventType::updated_alternate_identification_number);
}

Result<void> LinkWork::protect(const EntityId& entity) {
  PersonWriter writer(transaction_, impl_.ids, impl_.store.get(), &impl_.purges);
  if (auto covered = writer.protect_alike(entity); !covered) {
    return covered;
  }
  if (auto finished = writer.finish(); !finished) {
    return finished;
  }
  std::vector<purge::Note> notes = writer.take_notes();
  if (notes.empty()) {
    return {};
  }
  if (auto purged = purge::purge_quarantined(transaction_, *impl_.store, impl_.ids, notes, {});
      !purged) {
    return purged;
  }
  return impl_.purges.record(transaction_, notes);
}

Result<void> LinkWork::make_live(Link& link) {
  Carried carried;
  if (auto before = carried_of(transaction_, link.loser)) {
    carried = std::move(*before);
  } else {
    return tl::unexpected(before.error());
  }
  if (auto set = set_number_state(link.loser, carried, true); !set) {
    return set;
  }
  carried.live = link.number;
  carried.survivor = link.survivor;
  carried.merged_into = {};
  identity_.put(link.loser, carried);
  const auto attached = identity_.attach(link.loser);
  if (!attached) {
    return tl::unexpected(attached.error());
  }
  link.state = LinkState::live;
  link.since = sequence_;
  return protect(link.loser);
}

Result<Link> LinkWork::decide(std::uint64_t number, bool approved, const Actor& by,
                              const std::string& reason) {
  auto link = stored_link(transaction_, number);
  if (!link) {
    return link;
  }
  if (link->state != LinkState::proposed) {
    return fail(ErrorCode::conflict,
                "not_proposed: the link is " + std::string(name_of(link->state)));
  }
  if (link->steps.front().by.is_same(by)) {
    return fail(ErrorCode::conflict, "same_person: who proposed a link does not decide on it");
  }
  if (auto refused = approved ? refuse(*link) : Result<void>{}; !refused) {
    return tl::unexpected(refused.error());
  }
  link->state = LinkState::refused;
  if (auto made = approved ? make_live(*link) : Result<void>{}; !made) {
    return tl::unexpected(made.error());
  }
  link->steps.push_back({link->state, by, when_, reason});
  if (auto decided = decide_work(transaction_, link->work, {approved, by, when_, reason});
      !decided) {
    return tl::unexpected(decided.error());
  }
  close(*link);
  put(*link);
  return link;
}

Result<void> LinkWork::ask_for_review(const Link& link, const Actor& by) {
  WorkItem item;
  item.kind = WorkKind::protection_review;
  for (const EntityId& side : {link.loser, link.survivor}) {
    const auto root = identity_.end_of(side);
    if (!root) {
      return tl::unexpected(root.error());
    }
    auto linked = linked_to(transaction_, impl_.ids, *root);
    if (!linked) {
      return tl::unexpected(linked.error());
    }
    linked->entities.insert(linked->entities.begin(), *root);
    for (const EntityId& id : linked->entities) {
      const auto header = header_of(transaction_, id);
      if (!header) {
        return tl::unexpected(header.error());
      }
      const bool is_known = std::ranges::find(item.persons, id) != item.persons.end();
      if (*header && !is_known && Protection::of(**header).linked != Grading::unclassified) {
        item.persons.push_back(id);
      }
    }
  }
  if (item.persons.empty()) {
    return {};
  }
  item.about = link.number;
  item.text = "two were parted, and a protection that came from the link stays until decided";
  item.opened_by = by;
  item.opened = when_;
  const auto opened = open_work(transaction_, std::move(item));
  return opened ? Result<void>{} : Result<void>(tl::unexpected(opened.error()));
}

Result<Link> LinkWork::undo(std::uint64_t number, const Actor& by, const std::string& reason) {
  auto link = stored_link(transaction_, number);
  if (!link || link->state == LinkState::undone) {
    return link;
  }
  if (link->state != LinkState::live) {
    return fail(ErrorCode::conflict, "not_live: the link is " + std::string(name_of(link->state)));
  }
  auto carried = carried_of(transaction_, link->loser);
  if (!carried) {
    return tl::unexpected(carried.error());
  }
  carried->live = 0;
  carried->survivor = {};
  carried->merged_into = {}; // the header says it from now on
  if (auto set = set_number_state(link->loser, *carried, false); !set) {
    return tl::unexpected(set.error());
  }
  identity_.put(link->loser, *carried);
  if (auto parted = identity_.detach(link->loser); !parted) {
    return tl::unexpected(parted.error());
  }
  link->state = LinkState::undone;
  link->until = sequence_;
  link->steps.push_back({LinkState::undone, by, when_, reason});
  put(*link);
  if (auto asked = ask_for_review(*link, by); !asked) {
    return tl::unexpected(asked.error());
  }
  return link;
}

} // namespace grunndata::registry::links
