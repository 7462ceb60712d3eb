#include "registry/links/misled.h"

#include "registry/links/stored.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <chrono>
#include <map>

namespace grunndata::registry::links {

namespace {

using audit::StoredRecord;
using store::Family;

constexpr std::size_t page_records = 1'000;
/// A look-up that read before the link ended is in the log at most so much later.
constexpr std::chrono::microseconds in_flight = std::chrono::minutes(1);
constexpr int steps_max = 64;

/// Whether whoever asked for `id` was led by way of `loser`, as of `sequence`.
Result<bool> leads_by(const store::Store& store, EntityId id, const EntityId& loser,
                      std::uint64_t sequence) {
  for (int step = 0; step < steps_max; ++step) {
    if (id == loser) {
      return true;
    }
    const auto linked = carried_then(store, nullptr, id, sequence);
    if (!linked) {
      return tl::unexpected(linked.error());
    }
    if (*linked) {
      id = **linked;
      continue;
    }
    store::Pinned pin;
    const auto read = store.get(Family::current, id.view(), pin, nullptr);
    if (!read) {
      return tl::unexpected(read.error());
    }
    const auto document = DocumentBytes::current(pin.view());
    if (!document) {
      return tl::unexpected(document.error());
    }
    const DocumentHeader header = document->header();
    if (header.successor == EntityId{}.bytes || header.successor_since > sequence) {
      return false;
    }
    id.bytes = header.successor;
  }
  return fail(ErrorCode::corrupt, "linked persons point at each other in a circle");
}

/// Records about one of those shown in the loser's place.
class Search {
public:
  Search(const Registry& registry, const audit::Log& log, const Link& link)
      : registry_(registry), log_(log), link_(link) {}

  Result<void> look(const ShownWhileLinked& shown) {
    audit::Query query;
    query.subject = shown.entity;
    query.from = shown.from;
    query.to = Instant{shown.to.microseconds + in_flight.count()};
    query.limit = page_records;
    while (true) {
      const auto page = log_.find(query);
      if (!page) {
        return tl::unexpected(page.error());
      }
      for (const StoredRecord& stored : *page) {
        const auto is_one = is_misled(stored.record, shown.entity);
        if (!is_one) {
          return tl::unexpected(is_one.error());
        }
        if (*is_one) {
          found.emplace(stored.position, stored);
        }
      }
      if (page->size() < query.limit) {
        return {};
      }
      query.after = page->back().position + 1;
    }
  }

  std::map<std::uint64_t, StoredRecord> found;

private:
  Result<bool> is_misled(const audit::Record& record, const EntityId& shown) const {
    if (!record.asked || record.subject != shown) {
      return false;
    }
    const auto then = registry_.sequence_at(record.time);
    if (!then && then.error().code != ErrorCode::not_known_then) {
      return tl::unexpected(then.error());
    }
    const std::uint64_t newest = link_.until == 0 ? still_recorded : link_.until - 1;
    return leads_by(*registry_.impl().store, *record.asked, link_.loser,
                    std::clamp(then.value_or(link_.since), link_.since, newest));
  }

  const Registry& registry_;
  const audit::Log& log_;
  const Link& link_;
};

bool is_same_actor(const audit::Actor& one, const audit::Actor& other) {
  return one.organisation == other.organisation && one.issuer == other.issuer &&
         one.client_id == other.client_id && one.user_key == other.user_key &&
         one.user_hpr == other.user_hpr && one.os_user == other.os_user;
}

} // namespace

Result<std::vector<Misled>> misled_by(const Registry& registry, const Links& links,
                                      const audit::Log& log, const Link& link,
                                      const std::function<bool(const audit::Actor&)>& names_users,
                                      std::size_t limit, bool& more) {
  const auto shown = links.shown_while(link);
  if (!shown) {
    return tl::unexpected(shown.error());
  }
  Search search(registry, log, link);
  for (const ShownWhileLinked& one : *shown) {
    if (auto looked = search.look(one); !looked) {
      return tl::unexpected(looked.error());
    }
  }
  std::vector<Misled> all;
  more = false;
  for (const auto& [position, stored] : search.found) {
    audit::Actor actor = stored.record.actor;
    if (!names_users(actor)) {
      actor.user_name.clear();
      actor.user_hpr.clear();
      actor.user_key.clear();
      actor.os_user.clear();
    }
    const auto known = std::ranges::find_if(
        all, [&actor](const Misled& one) { return is_same_actor(one.actor, actor); });
    if (known != all.end()) {
      known->last = stored.record.time;
      ++known->times;
    } else if (all.size() < limit) {
      all.push_back({std::move(actor), stored.record.time, stored.record.time, 1});
    } else {
      more = true;
    }
  }
  return all;
}

} // namespace grunndata::registry::links
