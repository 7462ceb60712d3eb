#include "tools/bench/peer/structure_copy.h"

#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/structure.h"
#include "tools/bench/measuring.h"

#include <algorithm>
#include <cstring>
#include <limits>

namespace grunndata::tools::bench {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::Result;
using structure::Structure;

namespace {

constexpr std::size_t page_events = 10'000;
constexpr std::size_t buffer_bytes = 1U << 20U;

struct IdHash {
  std::size_t operator()(const EntityId& id) const noexcept {
    std::size_t low = 0;
    std::memcpy(&low, id.bytes.data() + sizeof low, sizeof low);
    return low;
  }
};
using Places = std::unordered_map<EntityId, std::size_t, IdHash>;

Result<void> in_turn(Postgres& postgres, std::initializer_list<const char*> statements) {
  for (const char* const statement : statements) {
    if (auto done = postgres.execute(statement); !done) {
      return done;
    }
  }
  return {};
}

Result<void> make_tables(Postgres& postgres) {
  return in_turn(
      postgres,
      {"CREATE EXTENSION IF NOT EXISTS pg_trgm", "CREATE EXTENSION IF NOT EXISTS unaccent",
       "CREATE UNLOGGED TABLE node (id int, system text, number text, type smallint, "
       "is_open boolean, employees int, name text)",
       "CREATE UNLOGGED TABLE relation (lower int, upper int, type smallint, "
       "lower_type smallint, valid_from bigint, valid_to bigint)"});
}

/// What a reader of the plan would wish for: index-only ways up and down the tree, names folded as
/// unaccent does with a blank before each word and at the end, trigrams over them.
Result<void> make_indexes(Postgres& postgres) {
  return in_turn(
      postgres,
      {"ALTER TABLE node ADD PRIMARY KEY (id)",
       "CREATE INDEX ON node (number, system) INCLUDE (id)",
       "CREATE INDEX ON relation (upper, type) INCLUDE (lower, lower_type, valid_from, valid_to)",
       "CREATE INDEX ON relation (lower, type) INCLUDE (upper, valid_from, valid_to)",
       "CREATE UNLOGGED TABLE name AS SELECT id AS node, is_open, employees, ' ' || "
       "trim(regexp_replace(lower(unaccent(name)), '[^a-z0-9]+', ' ', 'g')) || ' ' AS folded "
       "FROM node WHERE name <> ''",
       "CREATE INDEX ON name USING gin (folded gin_trgm_ops)", "VACUUM ANALYZE node",
       "VACUUM ANALYZE relation", "VACUUM ANALYZE name"});
}

class Copying {
public:
  Copying(const registry::Registry& registry, Postgres& postgres)
      : registry_(registry), postgres_(postgres), now_(registry, {}) {}

  Result<StructureCopy> run() {
    if (auto made = make_tables(postgres_); !made) return tl::unexpected(made.error());
    if (auto read = find_nodes(); !read) return tl::unexpected(read.error());
    if (auto copied = copy_nodes(); !copied) return tl::unexpected(copied.error());
    if (auto copied = copy_relations(); !copied) return tl::unexpected(copied.error());
    const double begin = wall_seconds();
    if (auto made = make_indexes(postgres_); !made) return tl::unexpected(made.error());
    copy_.index_seconds = wall_seconds() - begin;
    return std::move(copy_);
  }

private:
  /// Every node that somebody has told of has an event.
  Result<void> find_nodes() {
    registry::EventFilter filter;
    filter.kind = registry::EntityKind::virksomhet;
    for (std::uint64_t from = 0;;) {
      const auto page =
          registry_.events(from, page_events, registry::Access::legal_basis, filter);
      if (!page) return tl::unexpected(page.error());
      for (const registry::Event& event : page->events) {
        const auto id = registry_.ids().open(registry::view_of(event.person));
        if (id && places_.emplace(*id, copy_.nodes.size()).second) {
          copy_.nodes.push_back({*id, {}, {}, {}, false, false, false});
        }
      }
      if (!page->more) return {};
      from = page->next;
    }
  }

  Result<void> copy_nodes() {
    if (auto begun = postgres_.begin_copy("node"); !begun) return begun;
    for (std::size_t place = 0; place < copy_.nodes.size(); ++place) {
      CopiedNode& node = copy_.nodes[place];
      const auto summary = now_.summary(node.id);
      if (!summary) return tl::unexpected(summary.error());
      Structure::NodeRoom room;
      const auto whole = now_.node(node.id, room);
      if (!whole) return tl::unexpected(whole.error());
      node.system = code_of(summary->key.system);
      node.number = summary->key.text;
      node.name = shown_name(*summary);
      node.is_legal = summary->type == structure::NodeType::juridisk_enhet;
      node.is_open = summary->status == structure::NodeStatus::aktiv;
      put(std::to_string(place));
      put(node.system);
      put(node.number);
      put(std::to_string(static_cast<int>(summary->type)));
      put(node.is_open ? "t" : "f");
      put(employees_of(*whole));
      put(node.name, '\n');
      if (auto sent = send(false); !sent) return sent;
    }
    return send_rest();
  }

  static std::string employees_of(const structure::Node& node) {
    constexpr std::string_view count = R"("count":)";
    for (const structure::NodeRow& row : node.rows) {
      const std::size_t at = row.text.find(count);
      if (row.entry.part == structure::NodePart::employees && at != std::string_view::npos) {
        const std::size_t begin = at + count.size();
        const std::size_t end = row.text.find_first_not_of("0123456789", begin);
        return std::string(row.text.substr(begin, end - begin));
      }
    }
    return "0";
  }

  Result<void> copy_relations() {
    if (auto begun = postgres_.begin_copy("relation"); !begun) return begun;
    for (CopiedNode& node : copy_.nodes) {
      const auto uppers = now_.uppers(node.id);
      const auto summary = now_.summary(node.id);
      if (!uppers || !summary) {
        return tl::unexpected(uppers ? summary.error() : uppers.error());
      }
      for (const structure::NodeUpper& upper : *uppers) {
        const auto above = places_.find(upper.upper);
        if (above == places_.end()) continue;
        put(std::to_string(places_.at(node.id)));
        put(std::to_string(above->second));
        put(std::to_string(static_cast<int>(upper.type)));
        put(std::to_string(static_cast<int>(summary->type)));
        put(std::to_string(upper.valid_from));
        put(std::to_string(upper.valid_to == registry::no_instant
                               ? std::numeric_limits<std::int64_t>::max()
                               : upper.valid_to),
            '\n');
        node.is_below = true;
        ++copy_.relations;
        if (auto sent = send(false); !sent) return sent;
      }
    }
    return send_rest();
  }

  void put(std::string_view value, char end = '\t') {
    for (const char c : value) {
      const bool is_special = c == '\\' || c == '\t' || c == '\n' || c == '\r';
      buffer_ += is_special ? ' ' : c;
    }
    buffer_ += end;
  }
  Result<void> send(bool rest) {
    if (buffer_.size() < buffer_bytes && !rest) return {};
    const double begin = wall_seconds();
    auto sent = postgres_.copy(buffer_);
    copy_.copy_seconds += wall_seconds() - begin;
    buffer_.clear();
    return sent;
  }
  Result<void> send_rest() {
    if (auto sent = send(true); !sent) return sent;
    const double begin = wall_seconds();
    auto ended = postgres_.end_copy();
    copy_.copy_seconds += wall_seconds() - begin;
    return ended;
  }

  const registry::Registry& registry_;
  Postgres& postgres_;
  Structure now_;
  Places places_;
  StructureCopy copy_;
  std::string buffer_;
};

} // namespace

Result<StructureCopy> copy_structure(const registry::Registry& registry, Postgres& postgres) {
  return Copying(registry, postgres).run();
}

} // namespace grunndata::tools::bench
