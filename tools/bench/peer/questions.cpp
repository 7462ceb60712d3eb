#include "tools/bench/peer/questions.h"

#include "registry/virksomhet/node_json.h"
#include "registry/virksomhet/search/words.h"
#include "registry/virksomhet/structure.h"
#include "tools/bench/measuring.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace grunndata::tools::bench {

namespace structure = registry::virksomhet;
namespace search = structure::search;
using registry::Result;
using structure::NodeRelation;
using structure::Structure;

namespace {

const structure::RelationSet all_upwards =
    structure::set_of({NodeRelation::juridisk, NodeRelation::eierskap,
                       NodeRelation::organisatorisk, NodeRelation::tilhorer});

std::string in_sql(const structure::RelationSet& types) {
  std::string list = "{";
  for (std::size_t type = 0; type < types.size(); ++type) {
    if (types.test(type)) list += (list.size() == 1 ? "" : ",") + std::to_string(type);
  }
  return list + "}";
}

constexpr const char* lookup_sql =
    "SELECT id, system, number, type, is_open, name FROM node WHERE number = $1 AND system = $2";
/// Nothing but who is below, each once, which is the least that it can be asked.
constexpr const char* subtree_sql =
    "WITH RECURSIVE tree(id) AS ("
    "SELECT r.lower FROM relation r WHERE r.upper = $1::int AND r.type = ANY($2::smallint[]) "
    "AND r.valid_from <= $3::bigint AND r.valid_to > $3::bigint "
    "UNION SELECT r.lower FROM tree t JOIN relation r ON r.upper = t.id "
    "WHERE r.type = ANY($2::smallint[]) AND r.valid_from <= $3::bigint AND "
    "r.valid_to > $3::bigint) SELECT id FROM tree";
constexpr const char* ancestors_sql =
    "WITH RECURSIVE way(id) AS ("
    "SELECT r.upper FROM relation r WHERE r.lower = $1::int AND r.type = ANY($2::smallint[]) "
    "AND r.valid_from <= $3::bigint AND r.valid_to > $3::bigint "
    "UNION SELECT r.upper FROM way w JOIN relation r ON r.lower = w.id "
    "WHERE r.type = ANY($2::smallint[]) AND r.valid_from <= $3::bigint AND "
    "r.valid_to > $3::bigint) SELECT id FROM way";
/// The words anywhere in the name, each from its beginning; the whole name first, then by size.
constexpr const char* words_sql =
    "SELECT n.id, n.system, n.number, n.name FROM name f JOIN node n ON n.id = f.node "
    "WHERE f.folded LIKE '% ' || lower(unaccent($1)) || '%' AND "
    "f.folded LIKE '% ' || lower(unaccent($2)) || '%' AND f.is_open "
    "ORDER BY (f.folded = ' ' || lower(unaccent($3)) || ' ') DESC, f.employees DESC, f.node "
    "LIMIT 20";
constexpr const char* misspelt_sql =
    "SELECT n.id, n.system, n.number, n.name FROM name f JOIN node n ON n.id = f.node "
    "WHERE lower(unaccent($1)) <% f.folded AND f.is_open "
    "ORDER BY word_similarity(lower(unaccent($1)), f.folded) DESC, f.employees DESC, f.node "
    "LIMIT 20";

std::size_t place_of(const std::string& binary) noexcept {
  std::uint32_t place = 0;
  if (binary.size() == sizeof place) std::memcpy(&place, binary.data(), sizeof place);
  return __builtin_bswap32(place);
}

bool is_plain(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

} // namespace

Questions::Questions(const registry::Registry& registry, search::NodeSearch& searched,
                     const StructureCopy& copy, Postgres& postgres, std::uint64_t seed)
    : registry_(registry), search_(searched), copy_(copy), postgres_(postgres), random_(seed) {
  for (std::size_t place = 0; place < copy_.nodes.size(); ++place) {
    const CopiedNode& node = copy_.nodes[place];
    if (node.is_open && node.name.find(' ') != std::string::npos) named_.push_back(place);
    if (node.is_legal && node.name.ends_with(" RHF")) authorities_.push_back(place);
    if (node.is_open && node.is_below) below_.push_back(place);
  }
}

Result<void> Questions::prepare() {
  const std::pair<const char*, const char*> statements[] = {
      {"nothing", "SELECT 1"},    {"lookup", lookup_sql}, {"subtree", subtree_sql},
      {"ancestors", ancestors_sql}, {"words", words_sql},   {"misspelt", misspelt_sql}};
  for (const auto& [name, query] : statements) {
    if (auto prepared = postgres_.prepare(name, query); !prepared) return prepared;
  }
  return {};
}

template <typename Ours, typename Theirs>
Result<void> Questions::in_turns(const std::vector<Question>& questions, const Ours& ours,
                                 const Theirs& theirs, Times& times) {
  ours_first_ = !ours_first_;
  for (const bool is_ours : {ours_first_, !ours_first_}) {
    for (const Question& question : questions) {
      const double begin = wall_seconds();
      const auto rows = is_ours ? ours(question) : theirs(question);
      const double took = wall_seconds() - begin;
      if (!rows) return tl::unexpected(rows.error());
      (is_ours ? times.ours : times.theirs).push_back(took);
      (is_ours ? times.rows_of_ours : times.rows_of_theirs) += *rows;
    }
  }
  return {};
}

Questions::Question Questions::random_node() {
  return {random_() % copy_.nodes.size(), {}, {}};
}

/// Two words of a name, or one beginning and one word, or the two with a slip in each.
Questions::Question Questions::random_words(Sought sought) {
  constexpr std::size_t beginning_bytes = 4;
  constexpr std::size_t slip_from = 5;
  while (true) {
    Question question{named_[random_() % named_.size()], {}, {}};
    const std::string& name = copy_.nodes[question.node].name;
    for (std::size_t begin = 0; begin < name.size();) {
      const std::size_t end = std::min(name.find(' ', begin), name.size());
      const std::string word = name.substr(begin, end - begin);
      if (word.size() >= beginning_bytes && std::ranges::all_of(word, is_plain)) {
        question.words.push_back(word);
      }
      begin = end + 1;
    }
    if (question.words.size() < 2) continue;
    question.words.resize(2);
    std::string& first = question.words.front();
    std::string& second = question.words.back();
    if (sought == Sought::beginnings) {
      first.resize(beginning_bytes);
    }
    if (sought == Sought::misspelt) {
      if (first.size() < slip_from || second.size() < slip_from) continue;
      std::swap(first[2], first[3]);
      second.erase(second.size() / 2, 1);
    }
    question.text = first + ' ' + second;
    return question;
  }
}

Result<void> Questions::round_trips(std::size_t count, std::vector<double>& times) {
  for (std::size_t i = 0; i < count; ++i) {
    const double begin = wall_seconds();
    if (auto done = postgres_.run("nothing", {}); !done) return tl::unexpected(done.error());
    times.push_back(wall_seconds() - begin);
  }
  return {};
}

Result<void> Questions::lookups(std::size_t count, Times& times) {
  std::vector<Question> questions;
  while (questions.size() < count) {
    questions.push_back(random_node());
  }
  const auto ours = [&](const Question& question) -> Result<std::size_t> {
    const CopiedNode& node = copy_.nodes[question.node];
    const Structure now(registry_, {});
    const auto found =
        now.find({*structure::find_identifier_system(node.system), node.number, {}});
    const auto summary =
        found ? now.summary(*found)
              : Result<structure::NodeSummary>(tl::unexpected(found.error()));
    return summary ? Result<std::size_t>(1) : tl::unexpected(summary.error());
  };
  const auto theirs = [&](const Question& question) {
    const CopiedNode& node = copy_.nodes[question.node];
    return postgres_.run("lookup", {node.number, node.system});
  };
  return in_turns(questions, ours, theirs, times);
}

Result<void> Questions::subtrees(Times& times) {
  std::vector<Question> questions;
  for (const std::size_t place : authorities_) {
    questions.push_back({place, {}, {}});
  }
  const auto ours = [&](const Question& question) -> Result<std::size_t> {
    const Structure now(registry_, {});
    structure::SubtreeOrder order;
    order.types = all_upwards;
    const auto tree = now.subtree(copy_.nodes[question.node].id, order);
    return tree ? Result<std::size_t>(tree->size()) : tl::unexpected(tree.error());
  };
  const std::string types = in_sql(all_upwards);
  const auto theirs = [&](const Question& question) {
    return postgres_.run("subtree", {std::to_string(question.node), types,
                                     std::to_string(registry::now().microseconds)});
  };
  return in_turns(questions, ours, theirs, times);
}

Result<void> Questions::ancestors(std::size_t count, Times& times) {
  std::vector<Question> questions;
  while (questions.size() < count) {
    questions.push_back({below_[random_() % below_.size()], {}, {}});
  }
  const auto ours = [&](const Question& question) -> Result<std::size_t> {
    const Structure now(registry_, {});
    const auto above = now.ancestors(copy_.nodes[question.node].id, all_upwards);
    return above ? Result<std::size_t>(above->size()) : tl::unexpected(above.error());
  };
  const std::string types = in_sql(all_upwards);
  const auto theirs = [&](const Question& question) {
    return postgres_.run("ancestors", {std::to_string(question.node), types,
                                       std::to_string(registry::now().microseconds)});
  };
  return in_turns(questions, ours, theirs, times);
}

Result<void> Questions::searches(std::size_t count, Sought sought, Times& times) {
  std::vector<Question> questions;
  while (questions.size() < count) {
    questions.push_back(random_words(sought));
  }
  const auto ours = [&](const Question& question) -> Result<std::size_t> {
    search::SearchOrder order;
    order.text = question.text;
    const auto page = search_.search(order);
    if (!page) return tl::unexpected(page.error());
    times.found_by_us += std::ranges::any_of(page->hits, [&](const search::SearchHit& hit) {
      return shown_name(hit.node) == copy_.nodes[question.node].name;
    });
    return page->hits.size();
  };
  const auto theirs = [&](const Question& question) -> Result<std::size_t> {
    std::vector<std::string> found;
    const auto rows =
        sought == Sought::misspelt
            ? postgres_.run("misspelt", {question.text}, &found)
            : postgres_.run("words", {question.words[0], question.words[1], question.text}, &found);
    times.found_by_them += std::ranges::any_of(found, [&](const std::string& row) {
      const std::size_t place = place_of(row);
      return place < copy_.nodes.size() &&
             copy_.nodes[place].name == copy_.nodes[question.node].name;
    });
    return rows;
  };
  return in_turns(questions, ours, theirs, times);
}

} // namespace grunndata::tools::bench
