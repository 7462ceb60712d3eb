#include "registry/candidates/find_candidates.h"

#include "registry/candidates/key_upkeep.h"
#include "registry/candidates/known_person.h"
#include "registry/candidates/name_key.h"
#include "registry/clients/plain_text.h"
#include "registry/registry_impl.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>
#include <iterator>
#include <map>
#include <tuple>
#include <unordered_map>

namespace grunndata::registry::candidates {

namespace {

using store::Family;

constexpr int merges_max = 16; ///< of predecessors; more is a circle

bool is_enough(const Comparison& comparison) noexcept {
  const BirthDay& born = comparison.born();
  return (!comparison.sounds().empty() && born.year != 0) ||
         (born.is_full() && comparison.has_address()) ||
         (comparison.has_full_name() && comparison.has_address());
}

Result<void> check_asked(const Description& wanted, const Comparison& comparison) {
  for (const std::string* name : {&wanted.given_name, &wanted.middle_name, &wanted.family_name}) {
    if (!is_plain_text(*name) || characters_of(*name) > hjelpenummer::name_characters_max) {
      return fail(ErrorCode::invalid, "a name is at most 200 characters of plain text");
    }
  }
  for (const std::string* place : {&wanted.address, &wanted.place_found}) {
    if (!is_plain_text(*place) || characters_of(*place) > hjelpenummer::fact_characters_max) {
      return fail(ErrorCode::invalid,
                  "an address or place is at most 2,000 characters of plain text");
    }
  }
  constexpr std::size_t year_bytes = 4;
  constexpr std::size_t date_bytes = 10;
  const BirthDay& born = comparison.born();
  const bool is_dated = born.year != 0 && (wanted.birth_date.size() == year_bytes ||
                                           wanted.birth_date.size() == date_bytes);
  if (!wanted.birth_date.empty() && !is_dated) {
    return fail(ErrorCode::invalid, "a birth date is YYYY-MM-DD or YYYY");
  }
  if (!is_enough(comparison)) {
    return fail(ErrorCode::invalid,
                "too little to look for somebody: give a name with a birth date or year, a birth "
                "date with an address, or given and family name with an address");
  }
  return {};
}

/// How an entity was come upon, the most telling first.
enum class Way : std::uint8_t { day_and_names, day_and_name, names, near_day_and_name, day };

struct Hit {
  std::uint32_t on_day = 0;   ///< names shared, of those born on the day; bit by place
  std::uint32_t near_day = 0; ///< of those born on the day a year beside
  std::uint32_t anywhere = 0; ///< of those born in the year, or when is not known
  bool is_on_day = false;
  bool is_help_number = false;

  [[nodiscard]] std::uint32_t all() const noexcept { return on_day | near_day | anywhere; }
};

struct HashOfEntity {
  std::size_t operator()(const EntityId& id) const noexcept {
    std::uint64_t half = 0; // the last bytes of an id are random
    std::memcpy(&half, id.bytes.data() + sizeof half, sizeof half);
    return half;
  }
};

class Search {
public:
  Search(const Registry& registry, const Comparison& comparison, const Description& wanted,
         const Seeker& seeker)
      : registry_(registry), store_(*registry.impl().store), snapshot_(store_.snapshot()),
        comparison_(comparison), wanted_(wanted), seeker_(seeker) {}

  Result<Candidates> run(std::size_t limit);

private:
  Result<void> scan(const std::string& prefix, std::size_t keys_max,
                    const std::function<void(Hit&, const BirthDay&)>& note);
  Result<void> scan_names(KeyOf of);
  Result<void> scan_of(KeyOf of);
  [[nodiscard]] std::optional<Way> way_of(const Hit& hit) const noexcept;
  std::vector<EntityId> most_telling();
  Result<void> assess(const EntityId& entity, const Hit& hit);
  Result<KnownPerson> known_of(const EntityId& entity, const DocumentBytes& current,
                               const Sight& sight, std::uint32_t shared);
  [[nodiscard]] bool needs_former(const KnownPerson& known, std::uint32_t shared) const;
  Result<bool> read(Family family, std::string_view key, store::Pinned& pin) const {
    return store_.get(family, key, pin, snapshot_.get());
  }
  Result<hjelpenummer::HelpNumber> help_number_of(const EntityId& entity) const;
  /// Whether all facts of the number may be told to the seeker.
  [[nodiscard]] bool sees_all(const hjelpenummer::HelpNumber& number) const;
  Result<void> drop_foreign_numbers();
  void add_help_number(const hjelpenummer::HelpNumber& number, KnownPerson& known);
  void keep(Candidate candidate, int points);

  struct Kept {
    Candidate candidate;
    int points = 0;
  };

  const Registry& registry_;
  const store::Store& store_;
  std::unique_ptr<store::Snapshot> snapshot_;
  const Comparison& comparison_;
  const Description& wanted_;
  const Seeker& seeker_;
  std::unordered_map<EntityId, Hit, HashOfEntity> hits_;
  std::map<EntityId, Kept> kept_;
  Candidates found_;
};

Result<void> Search::scan(const std::string& prefix, std::size_t keys_max,
                          const std::function<void(Hit&, const BirthDay&)>& note) {
  const auto cursor = store_.scan(Family::search, snapshot_.get());
  std::size_t keys = 0;
  for (cursor->seek(prefix); cursor->valid() && cursor->key().starts_with(prefix); cursor->next()) {
    if (keys == keys_max) {
      found_.is_cut_short = true;
      break;
    }
    const auto fields = read_search_key(cursor->key());
    if (!fields) {
      return fail(ErrorCode::corrupt, "a search key cannot be read");
    }
    Hit& hit = hits_[fields->entity];
    hit.is_help_number = fields->of == KeyOf::help_number;
    note(hit, fields->born);
    ++keys;
  }
  found_.work.keys += keys;
  return cursor->status();
}

Result<void> Search::scan_names(KeyOf of) {
  const BirthDay& born = comparison_.born();
  for (std::size_t place = 0; place < comparison_.sounds().size(); ++place) {
    const SoundHash sound = hash_of_sound(comparison_.sounds()[place]);
    const std::uint32_t bit = 1U << place;
    const auto anywhere = [&](Hit& hit, const BirthDay& day) {
      hit.anywhere |= bit;
      if (born.is_full() && day == born) {
        hit.on_day |= bit;
        hit.is_on_day = true;
      }
    };
    if (born.year == 0) {
      if (auto scanned = scan(search_prefix(of, sound), keys_of_name_max, anywhere); !scanned) {
        return scanned;
      }
      continue;
    }
    for (const std::uint16_t year : {born.year, std::uint16_t{0}}) {
      if (auto scanned = scan(search_prefix(of, sound, year), keys_of_name_max, anywhere);
          !scanned) {
        return scanned;
      }
    }
    for (const int beside : {-1, 1}) {
      BirthDay day = born;
      day.year = static_cast<std::uint16_t>(day.year + beside);
      const auto near_day = [bit](Hit& hit, const BirthDay&) { hit.near_day |= bit; };
      if (!born.is_full()) {
        continue;
      }
      if (auto scanned = scan(search_prefix(of, sound, day), keys_of_name_max, near_day);
          !scanned) {
        return scanned;
      }
    }
  }
  return {};
}

Result<void> Search::scan_of(KeyOf of) {
  if (auto scanned = scan_names(of); !scanned) {
    return scanned;
  }
  if (!comparison_.born().is_full()) {
    return {};
  }
  return scan(search_prefix(of, 0, comparison_.born()), keys_of_day_max,
              [](Hit& hit, const BirthDay&) { hit.is_on_day = true; });
}

std::optional<Way> Search::way_of(const Hit& hit) const noexcept {
  const int needed = static_cast<int>(std::min<std::size_t>(comparison_.sounds().size(), 2));
  if (hit.is_on_day) {
    const int shared = std::popcount(hit.on_day);
    return shared >= 2 ? Way::day_and_names : shared == 1 ? Way::day_and_name : Way::day;
  }
  if (std::popcount(hit.anywhere) >= needed && hit.anywhere != 0) {
    return Way::names;
  }
  return hit.near_day != 0 ? std::optional(Way::near_day_and_name) : std::nullopt;
}

/// Whom to read, at most `persons_read_max`.
std::vector<EntityId> Search::most_telling() {
  struct Ranked {
    Way way;
    int names_missing;
    EntityId entity;
    auto operator<=>(const Ranked&) const = default;
  };
  std::vector<Ranked> ranked;
  for (const auto& [entity, hit] : hits_) {
    if (const auto way = way_of(hit)) {
      ranked.push_back({*way, -std::popcount(hit.all()), entity});
    }
  }
  found_.is_cut_short = found_.is_cut_short || ranked.size() > persons_read_max;
  const std::size_t count = std::min(ranked.size(), persons_read_max);
  std::ranges::partial_sort(ranked, ranked.begin() + static_cast<std::ptrdiff_t>(count));
  std::vector<EntityId> chosen;
  for (std::size_t i = 0; i < count; ++i) {
    chosen.push_back(ranked[i].entity);
  }
  return chosen;
}

/// A name was shared that the current rows do not show.
bool Search::needs_former(const KnownPerson& known, std::uint32_t shared) const {
  std::uint32_t shown = 0;
  for (const KnownName& name : known.names) {
    for (const std::string* text : {&name.given, &name.middle, &name.family}) {
      const auto folded = Comparison::fold(*text);
      for (const std::string& sound : folded.sounds) {
        const auto& asked = comparison_.sounds();
        const auto place =
            static_cast<std::size_t>(std::ranges::find(asked, sound) - asked.begin());
        shown |= place < asked.size() ? 1U << place : 0U;
      }
    }
  }
  return (shared & ~shown) != 0;
}

Result<KnownPerson> Search::known_of(const EntityId& entity, const DocumentBytes& current,
                                     const Sight& sight, std::uint32_t shared) {
  KnownPerson known;
  const auto addresses = add_current(current, sight, known);
  if (!addresses) {
    return tl::unexpected(addresses.error());
  }
  found_.work.addresses += *addresses;
  if (!needs_former(known, shared)) {
    return known;
  }
  store::Pinned pin;
  const auto there = read(Family::past, entity.view(), pin);
  if (!there) {
    return tl::unexpected(there.error());
  }
  const auto past = DocumentBytes::past(*there ? pin.view() : std::string_view{});
  if (!past) {
    return tl::unexpected(past.error());
  }
  if (auto added = add_former_names(*past, sight, known); !added) {
    return tl::unexpected(added.error());
  }
  return known;
}

Result<hjelpenummer::HelpNumber> Search::help_number_of(const EntityId& entity) const {
  store::Pinned pin;
  auto there = read(Family::hjelpenummer, hjelpenummer::help_number_key(entity), pin);
  if (there && *there) {
    const std::string key(pin.view());
    there = read(Family::hjelpenummer, key, pin);
  }
  if (!there) {
    return tl::unexpected(there.error());
  }
  auto number = *there ? hjelpenummer::read_help_number(pin.view()) : std::nullopt;
  if (!number) {
    return fail(ErrorCode::corrupt, "the record of a hjelpenummer cannot be read");
  }
  return std::move(*number);
}

bool Search::sees_all(const hjelpenummer::HelpNumber& number) const {
  return seeker_.help_numbers == HelpNumbersSeen::all ||
         (seeker_.help_numbers == HelpNumbersSeen::own && !seeker_.organisation.empty() &&
          seeker_.organisation == number.organisation);
}

/// Before anybody is chosen to be read: nothing that is counted may depend on them.
Result<void> Search::drop_foreign_numbers() {
  for (auto hit = hits_.begin(); hit != hits_.end();) {
    if (!hit->second.is_help_number) {
      ++hit;
      continue;
    }
    const auto number = help_number_of(hit->first);
    if (!number) {
      return tl::unexpected(number.error());
    }
    hit = sees_all(*number) ? std::next(hit) : hits_.erase(hit);
  }
  return {};
}

/// What only the record of a hjelpenummer says.
void Search::add_help_number(const hjelpenummer::HelpNumber& number, KnownPerson& known) {
  hjelpenummer::Facts facts = number.facts();
  known.organisation = number.organisation;
  known.place_found = std::move(facts.place_found);
  if (comparison_.has_address() && !facts.address.empty()) {
    known.addresses.push_back({{}, {}, {}, {}, std::move(facts.address)});
    ++found_.work.addresses;
  }
}

void Search::keep(Candidate candidate, int points) {
  const auto [place, is_new] = kept_.try_emplace(candidate.entity);
  if (is_new || points > place->second.points) {
    place->second = {std::move(candidate), points};
  }
}

Result<void> Search::assess(const EntityId& entity, const Hit& hit) {
  store::Pinned own_pin;
  store::Pinned pins[2];
  const auto there = read(Family::current, entity.view(), own_pin);
  if (!there) {
    return tl::unexpected(there.error());
  }
  const auto current =
      *there ? DocumentBytes::current(own_pin.view())
             : Result<DocumentBytes>(fail(ErrorCode::corrupt, "a search key leads to nobody"));
  if (!current) {
    return tl::unexpected(current.error());
  }
  ++found_.work.persons;
  std::optional<hjelpenummer::HelpNumber> number;
  if (hit.is_help_number) {
    auto read = help_number_of(entity);
    if (!read) {
      return tl::unexpected(read.error());
    }
    if (read->state != hjelpenummer::State::issued && read->state != hjelpenummer::State::linked) {
      return {}; // nobody goes by it any more
    }
    number = std::move(*read);
  }
  DocumentHeader survivor = current->header();
  EntityId carries_on = entity;
  Sight sight{viewer_of(survivor, seeker_.access, Dialect::v1), number && sees_all(*number), {}};
  sight.viewer.places_withheld = registry_.impl().places_withheld.load(std::memory_order_acquire);
  if (comparison_.has_address()) {
    sight.addresses = address_parts() & seeker_.parts;
  }
  for (int step = 0; survivor.successor != EntityId{}.bytes; ++step) {
    if (seeker_.access == Access::no_legal_basis) {
      return {};
    }
    carries_on.bytes = survivor.successor;
    store::Pinned& pin = pins[step % 2];
    const auto next = read(Family::current, carries_on.view(), pin);
    if (!next) {
      return tl::unexpected(next.error());
    }
    const auto document = *next && step < merges_max
                              ? DocumentBytes::current(pin.view())
                              : Result<DocumentBytes>(fail(ErrorCode::corrupt, "no survivor"));
    if (!document) {
      return tl::unexpected(document.error());
    }
    survivor = document->header();
    const Viewer other = viewer_of(survivor, seeker_.access, Dialect::v1);
    sight.viewer.person = std::max(sight.viewer.person, other.person);
    sight.viewer.relative_hides = sight.viewer.relative_hides || other.relative_hides;
  }
  auto known = known_of(entity, *current, sight, hit.all());
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (sight.sees_help_number) {
    add_help_number(*number, *known);
  }
  Assessment assessment = comparison_.with(*known);
  if (!assessment.grade) {
    return {};
  }
  Candidate candidate;
  candidate.entity = carries_on;
  candidate.id = survivor.external_id;
  candidate.grade = *assessment.grade;
  candidate.through_predecessor = carries_on != entity;
  if (!candidate.through_predecessor) {
    candidate.number = std::move(number);
  }
  candidate.reasons = std::move(assessment.reasons);
  keep(std::move(candidate), assessment.points);
  return {};
}

Result<Candidates> Search::run(std::size_t limit) {
  if (auto scanned = scan_of(KeyOf::person); !scanned) {
    return tl::unexpected(scanned.error());
  }
  const bool with_basis = seeker_.access == Access::legal_basis;
  if (with_basis || seeker_.help_numbers != HelpNumbersSeen::none) {
    auto scanned = scan_of(KeyOf::help_number);
    if (scanned && !with_basis && seeker_.help_numbers != HelpNumbersSeen::all) {
      scanned = drop_foreign_numbers();
    }
    if (!scanned) {
      return tl::unexpected(scanned.error());
    }
  }
  for (const EntityId& entity : most_telling()) {
    if (auto assessed = assess(entity, hits_[entity]); !assessed) {
      return tl::unexpected(assessed.error());
    }
  }
  std::vector<Kept*> order;
  for (auto& [entity, kept] : kept_) {
    order.push_back(&kept);
  }
  std::ranges::sort(order, {}, [](const Kept* kept) {
    return std::make_tuple(kept->candidate.grade, -kept->points, kept->candidate.id);
  });
  for (std::size_t i = 0; i < std::min(order.size(), limit); ++i) {
    found_.candidates.push_back(std::move(order[i]->candidate));
  }
  return std::move(found_);
}

} // namespace

bool tells_enough(const Description& wanted) { return is_enough(Comparison(wanted)); }

Result<Candidates> find_candidates(const Registry& registry, const Description& wanted,
                                   const Seeker& seeker, std::size_t limit) {
  if (limit == 0 || limit > candidates_max) {
    return fail(ErrorCode::invalid, "from 1 to 10 candidates can be asked for");
  }
  const Comparison comparison(wanted);
  if (auto asked = check_asked(wanted, comparison); !asked) {
    return tl::unexpected(asked.error());
  }
  const auto built = are_keys_built(*registry.impl().store);
  if (!built) {
    return tl::unexpected(built.error());
  }
  if (!*built) {
    return fail(ErrorCode::unavailable,
                "this data directory has no search keys yet: run `grunndata rebuild`");
  }
  return Search(registry, comparison, wanted, seeker).run(limit);
}

} // namespace grunndata::registry::candidates
