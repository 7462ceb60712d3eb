// Of LiveRelations: reading all relations while others write.
#include "registry/registry_impl.h"
#include "registry/virksomhet/live_relations.h"

#include <algorithm>
#include <cstring>

namespace grunndata::registry::virksomhet {

namespace {

using store::Family;

constexpr std::size_t looks_each = 4096; ///< entries between two looks whether to stop

tl::unexpected<Error> stopped_loading() {
  return fail(ErrorCode::cancelled, "reading relations was stopped");
}

} // namespace

Result<void> LiveRelations::load(const std::function<bool()>& stopped) {
  const std::scoped_lock loading(loading_);
  std::uint64_t underway = 0;
  {
    const auto lock = lock_to_change();
    if (stage_ == Stage::loaded) {
      return {};
    }
    clear();
    stage_ = Stage::loading;
    underway = commit_;
  }
  if (underway % 2 != 0) {
    commit_.wait(underway); // what it changes was not looked at
  }
  auto done = load_all(stopped);
  if (!done) {
    const auto lock = lock_to_change();
    clear();
  }
  return done;
}

Result<void> LiveRelations::load_all(const std::function<bool()>& stopped) {
  {
    const auto at = store_.snapshot();
    if (auto read = load_relations(*at, stopped); !read) {
      return read;
    }
    if (auto read = load_lives(*at, stopped); !read) {
      return read;
    }
  }
  link_all();
  while (true) {
    std::vector<EntityId> missed;
    std::uint64_t underway = 0;
    {
      const auto lock = lock_to_change();
      if (stage_ != Stage::loading) {
        return fail(ErrorCode::unavailable, "a commit could not be followed");
      }
      missed.swap(missed_);
      underway = commit_;
      if (missed.empty() && underway % 2 == 0) {
        number_ = commit_;
        stage_ = Stage::loaded;
        return {};
      }
    }
    if (stopped()) {
      return stopped_loading();
    }
    if (missed.empty()) {
      commit_.wait(underway);
    } else if (auto read = load_again(std::move(missed)); !read) {
      return read;
    }
  }
}

Result<void> LiveRelations::load_relations(const store::Snapshot& at,
                                           const std::function<bool()>& stopped) {
  const auto cursor = store_.scan(Family::structure, &at);
  std::size_t count = 0;
  for (cursor->seek("u"); cursor->valid() && cursor->key().starts_with('u'); cursor->next()) {
    if (++count % looks_each == 0 && stopped()) {
      return stopped_loading();
    }
    if (!is_up_key(cursor->key())) {
      return fail(ErrorCode::corrupt, "a relation's key has a wrong size");
    }
    const auto rows = live_rows(cursor->value());
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    if (!rows->empty()) {
      const Place lower = place_of(entity_at_end_of(cursor->key()));
      const std::vector<Up> ups = ups_of(*rows);
      ups_.assign(nodes_[lower].ups, ups);
    }
  }
  created_.clear();
  return cursor->status();
}

Result<void> LiveRelations::load_lives(const store::Snapshot& at,
                                       const std::function<bool()>& stopped) {
  const auto cursor = store_.scan(Family::node, &at);
  std::size_t count = 0;
  for (cursor->seek(""); cursor->valid(); cursor->next()) {
    if (++count % looks_each == 0 && stopped()) {
      return stopped_loading();
    }
    const auto header = node_header(cursor->value());
    if (!header || cursor->key().size() != sizeof(EntityId::bytes)) {
      return fail(ErrorCode::corrupt, "a node cannot be read");
    }
    take_life(entity_at_end_of(cursor->key()), {header->opened, header->closed, header->type});
  }
  return cursor->status();
}

/// As they are now; whoever is changed meanwhile is missed again.
Result<void> LiveRelations::load_again(std::vector<EntityId> nodes) {
  std::ranges::sort(nodes);
  const auto rest = std::ranges::unique(nodes);
  nodes.erase(rest.begin(), rest.end());
  store::Pinned pin;
  for (const EntityId& id : nodes) {
    const auto found = store_.get(Family::structure, up_key(id), pin);
    if (!found) {
      return tl::unexpected(found.error());
    }
    const auto rows = live_rows(*found ? pin.view() : std::string_view{});
    if (!rows) {
      return tl::unexpected(rows.error());
    }
    take(id, *rows);
    if (find(id)) {
      const auto life = stored_life(id);
      if (!life) {
        return tl::unexpected(life.error());
      }
      take_life(id, *life);
    }
  }
  return read_lives_of_created();
}

Result<void> load_relations(const Registry& registry, const std::function<bool()>& stopped) {
  return registry.impl().relations->load(stopped);
}

LiveFigures live_figures(const Registry& registry) { return registry.impl().relations->figures(); }

} // namespace grunndata::registry::virksomhet
