#include "tests/leak/twins.h"

#include "tests/api/registry_fixture.h"
#include "tests/leak/cases.h"
#include "tests/leak/people.h"

#include <algorithm>
#include <array>
#include <doctest/doctest.h>
#include <map>
#include <set>

namespace grunndata::leak {

namespace {

using registry::Access;

constexpr std::size_t strangers = 8;
std::string number_of(std::size_t of_stranger) { return api::fnr(60 + of_stranger); }

/// What callers without legal basis are told of a record of the log, and where it stands among
/// those of one import.
struct Seen {
  std::uint64_t place = 0;
  registry::EventType type{};
  std::string number; ///< of the person
};

std::vector<Seen> seen_since(World& world, std::uint64_t before) {
  const auto page = world.registry().events(before + 1, 1000, Access::no_legal_basis);
  REQUIRE(page.has_value());
  std::vector<Seen> all;
  for (const registry::Event& event : page->events) {
    Seen seen{event.sequence - before - 1, event.type, {}};
    for (const std::string& number : world.numbers()) {
      // The number's first id: a merged person's number has led to another since.
      const auto& ids = world.ids_of(number);
      const bool is_theirs = !ids.empty() && ids.front() == registry::view_of(event.person);
      if (seen.number.empty() && is_theirs) seen.number = number;
    }
    all.push_back(std::move(seen));
  }
  return all;
}

/// Makes the imports of the twin's life.
class TwinLife {
public:
  TwinLife(Life life, Access access) : life_(std::move(life)), access_(access) {
    settle(rehearsal_);
  }

  static void settle(World& world) {
    Import first;
    for (std::size_t i = 0; i < strangers; ++i) first.push_back(stranger(number_of(i), Moves{}));
    world.import(first, false);
    world.import({somebody(api::fnr(50), Fields::without_places)});
  }

  /// The import with as many records as the real one had, of which callers saw `seen`. Nothing when
  /// it has more of its own.
  std::optional<Import> step(std::size_t number, std::uint64_t records,
                             const std::vector<Seen>& seen) {
    Import all = with_seen(life_[number], seen);
    const std::uint64_t own = rehearsal_.import(all);
    if (own > records) return std::nullopt; // of its own
    Import more;
    fill(records - own, more);
    if (!more.empty()) rehearsal_.import(more);
    std::ranges::move(more, std::back_inserter(all));
    return all;
  }

private:
  /// The documents of one import in the order in which callers are told of them.
  Import with_seen(Import own, const std::vector<Seen>& seen) {
    Import all;
    std::set<std::string> told;
    std::uint64_t place = 0;
    for (const Seen& one : seen) {
      if (one.type == registry::EventType::change_in_person && told.insert(one.number).second) {
        ++hidden_[one.number];
      }
    }
    std::set<std::string> done;
    for (const Seen& one : seen) {
      if (done.contains(one.number)) continue;
      const auto mine = std::ranges::find(own, one.number, &Document::number);
      const auto before = known_.find(one.number);
      const bool is_known = before != known_.end();
      const bool has_own_records =
          mine != own.end() && (!is_known || before->second.json() != mine->json());
      // With legal basis the twin may have had all along what comes into open sight.
      const bool is_returned = access_ == Access::legal_basis && !has_own_records && is_known &&
                               one.type != registry::EventType::change_in_person &&
                               registry::name_of(one.type).starts_with("ChangeIn");
      if (is_returned) ++hidden_[one.number];
      const bool is_general = is_returned || one.type == registry::EventType::change_in_person;
      if (!has_own_records && (!is_known || !is_general || place > one.place)) continue;
      done.insert(one.number);
      if (!has_own_records) fill(one.place - place, all);
      place = one.place + 1;
      all.push_back(dressed(has_own_records ? *mine : before->second));
      remember(own, one.number);
    }
    while (!own.empty()) {
      all.push_back(dressed(own.front()));
      remember(own, std::string(own.front().number()));
    }
    return all;
  }
  void remember(Import& own, const std::string& number) {
    const auto mine = std::ranges::find(own, number, &Document::number);
    if (mine == own.end()) return;
    known_.insert_or_assign(number, *mine);
    own.erase(mine);
  }
  void fill(std::uint64_t records, Import& all) {
    while (records != 0) {
      const std::uint64_t now = std::min<std::uint64_t>(records, stranger_addresses);
      for (std::uint64_t i = 0; i < now; ++i) ++moves_.at(next_).at(i);
      all.push_back(stranger(number_of(next_), moves_.at(next_)));
      next_ = (next_ + 1) % strangers;
      records -= now;
    }
  }
  Document dressed(Document document) {
    add_hidden(document, hidden_[document.number()]);
    return document;
  }

  Life life_;
  Access access_;
  World rehearsal_; ///< tells how many records an import has of its own
  std::map<std::string, Document> known_;
  std::map<std::string, int> hidden_;
  std::array<Moves, strangers> moves_{};
  std::size_t next_ = 0;
};

void ask_again(World& world, const Import& last, Asker& asker) {
  CHECK_MESSAGE(world.import(last, false) == 0, "reading the same again adds to the log");
  world.import({somebody(api::fnr(51), Fields::without_places)});
  ask_everything(asker);
  world.rebuild();
  ask_everything(asker);
}

} // namespace

bool live(const Story& story, const Life& twin_life, Asker& real, Asker& twin) {
  TwinLife::settle(real.world());
  TwinLife::settle(twin.world());
  TwinLife made(twin_life, real.access());
  Import last;
  for (std::size_t step = 0; step < story.real.size(); ++step) {
    const std::uint64_t before = real.world().registry().newest_sequence();
    const std::uint64_t records = real.world().import(story.real[step]);
    const auto import = made.step(step, records, seen_since(real.world(), before));
    CHECK_MESSAGE(import.has_value(), story.name, ": the twin's log grows more than the real one");
    if (!import) return false;
    last = *import;
    CHECK(twin.world().import(last, false) == records);
    twin.world().ask_about(real.world().numbers());
    if (step < story.protected_from) continue;
    ask_everything(real);
    ask_everything(twin);
  }
  ask_again(real.world(), story.real.back(), real);
  ask_again(twin.world(), last, twin);
  return true;
}

} // namespace grunndata::leak
