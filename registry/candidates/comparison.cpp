#include "registry/candidates/comparison.h"

#include "registry/candidates/name_key.h"

#include <algorithm>
#include <array>
#include <cstdlib>

namespace grunndata::registry::candidates {

namespace {

using hjelpenummer::Gender;

/// Points of a fact by how it agrees, in the order of `Agreement`.
using Points = std::array<int, 5>;
constexpr Points given_points{25, 23, 17, 15, -15};
constexpr Points middle_points{5, 5, 3, 3, -2};
constexpr Points family_points{30, 28, 20, 18, -15};
constexpr Points birth_points{35, 35, 18, 15, -30};
constexpr Points gender_points{5, 5, 5, 5, -15};
constexpr Points address_points{15, 12, 8, 6, -3};
constexpr Points place_points{10, 8, 5, 4, 0};
constexpr Points organisation_points{5, 5, 5, 5, 0};

/// Born in the year asked for, when no day was.
constexpr int year_points = 15;

int points_of(const Points& points, Agreement agreement) noexcept {
  return points[static_cast<std::size_t>(agreement)];
}

/// Shorter names are not a slip away from each other, but other names.
constexpr std::size_t one_edit_bytes_min = 4;
constexpr std::size_t two_edits_bytes_min = 9;

std::string joined(const std::vector<std::string>& tokens) {
  std::string all;
  for (const std::string& token : tokens) {
    all += token;
  }
  return all;
}

std::string without_blanks(std::string key) {
  std::erase(key, ' ');
  return key;
}

bool shares_one(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(
      a, [&b](const std::string& one) { return std::ranges::find(b, one) != b.end(); });
}

bool is_a_slip(std::string_view a, std::string_view b) {
  const std::size_t shorter = std::min(a.size(), b.size());
  const std::size_t edits = shorter >= two_edits_bytes_min ? 2U : shorter >= one_edit_bytes_min;
  return edits != 0 && is_within_edits(a, b, edits);
}

std::optional<Agreement> agreement_of(const Comparison::Folded& wanted,
                                      const Comparison::Folded& known) {
  if (wanted.key.empty() || known.key.empty()) {
    return std::nullopt;
  }
  if (wanted.text == known.text) {
    return Agreement::exact;
  }
  const std::string a = without_blanks(wanted.key);
  const std::string b = without_blanks(known.key);
  if (a == b || wanted.tokens == known.tokens) {
    return Agreement::normalised;
  }
  if (wanted.sounds == known.sounds || joined(wanted.sounds) == joined(known.sounds) ||
      is_a_slip(a, b)) {
    return Agreement::similar;
  }
  return shares_one(wanted.sounds, known.sounds) ? Agreement::partly : Agreement::differs;
}

bool fits_well(const std::optional<Agreement>& agreement) noexcept {
  return agreement && *agreement <= Agreement::normalised;
}
bool differs(const std::optional<Agreement>& agreement) noexcept {
  return agreement == Agreement::differs;
}

/// Whether all of `some`, at least one, are among `all`.
bool are_among(const std::vector<std::string>& some, const std::vector<std::string>& all) {
  return !some.empty() && std::ranges::all_of(some, [&all](const std::string& one) {
    return std::ranges::find(all, one) != all.end();
  });
}

std::vector<std::string> address_tokens(std::string_view text) {
  std::vector<std::string> tokens;
  const std::string key = name_key(text);
  for (const std::string_view token : tokens_of(key)) {
    tokens.emplace_back(token);
  }
  return tokens;
}

/// "5 B" and "5B" alike: a house's number with its letter, as one token or two neighbours.
bool has_house(const std::vector<std::string>& tokens, const std::string& house) {
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i] == house || (i + 1 < tokens.size() && tokens[i] + tokens[i + 1] == house)) {
      return true;
    }
  }
  return false;
}

Agreement agreement_of_lines(const std::vector<std::string>& wanted,
                             const std::vector<std::string>& known) {
  const auto& fewer = wanted.size() <= known.size() ? wanted : known;
  const auto& more = wanted.size() <= known.size() ? known : wanted;
  if (are_among(fewer, more) && fewer.size() > 1) {
    return fewer.size() == more.size() ? Agreement::exact : Agreement::normalised;
  }
  return shares_one(wanted, known) ? Agreement::partly : Agreement::differs;
}

template <typename Fit>
std::optional<Agreement> best_of(const auto& known, const Fit& fit) {
  std::optional<Agreement> best;
  for (const auto& one : known) {
    const std::optional<Agreement> other = fit(one);
    best = !best || (other && *other < *best) ? other : best;
  }
  return best;
}

/// What a grade rests on besides points.
struct Grounds {
  std::optional<Agreement> given, middle, family, gender, birth;
  bool on_the_day = false;
  bool near_the_day = false;
  bool at_home = false;
};

std::optional<Grade> grade_of(const Grounds& grounds, int points) noexcept {
  if (points < possible_points_min) {
    return std::nullopt;
  }
  if (points < probable_points_min || differs(grounds.given) || differs(grounds.birth) ||
      (!grounds.near_the_day && !grounds.at_home)) {
    return Grade::possible;
  }
  const bool all_fits = grounds.on_the_day && fits_well(grounds.given) &&
                        fits_well(grounds.family) && !differs(grounds.middle) &&
                        !differs(grounds.gender);
  return all_fits ? Grade::certain : Grade::probable;
}

std::optional<Agreement> agreement_of(hjelpenummer::Gender wanted, hjelpenummer::Gender known) {
  const auto is_said = [](Gender said) { return said == Gender::female || said == Gender::male; };
  if (!is_said(wanted) || !is_said(known)) {
    return std::nullopt;
  }
  return wanted == known ? Agreement::exact : Agreement::differs;
}

} // namespace

std::string_view name_of(FactName fact) noexcept {
  switch (fact) {
    case FactName::given_name: return "givenName";
    case FactName::middle_name: return "middleName";
    case FactName::family_name: return "familyName";
    case FactName::birth_date: return "birthDate";
    case FactName::gender: return "gender";
    case FactName::address: return "address";
    case FactName::place_found: return "placeFound";
    case FactName::organisation: return "organisation";
  }
  return {};
}

std::string_view name_of(Agreement agreement) noexcept {
  switch (agreement) {
    case Agreement::exact: return "exact";
    case Agreement::normalised: return "normalised";
    case Agreement::similar: return "similar";
    case Agreement::partly: return "partly";
    case Agreement::differs: return "differs";
  }
  return {};
}

std::string_view name_of(Grade grade) noexcept {
  switch (grade) {
    case Grade::certain: return "certain";
    case Grade::probable: return "probable";
    case Grade::possible: return "possible";
  }
  return {};
}

Comparison::Folded Comparison::fold(std::string_view text) {
  Folded folded;
  folded.text = text;
  folded.key = name_key(text);
  for (const std::string_view token : tokens_of(folded.key)) {
    folded.tokens.emplace_back(token);
    folded.sounds.push_back(sound_of(token));
  }
  std::ranges::sort(folded.tokens);
  std::ranges::sort(folded.sounds);
  return folded;
}

Comparison::Comparison(const Description& wanted) : wanted_(wanted) {
  given_ = fold(wanted_.given_name);
  middle_ = fold(wanted_.middle_name);
  family_ = fold(wanted_.family_name);
  born_ = birth_day_of(wanted_.birth_date);
  address_ = address_tokens(wanted_.address);
  place_ = address_tokens(wanted_.place_found);
  for (const Folded* folded : {&family_, &given_, &middle_}) {
    for (const std::string& sound : folded->sounds) {
      if (sounds_.size() < sounds_max && std::ranges::find(sounds_, sound) == sounds_.end()) {
        sounds_.push_back(sound);
      }
    }
  }
}

Comparison::NameFit Comparison::fit(const KnownName& name) const {
  const Folded given = fold(name.given);
  const Folded middle = fold(name.middle);
  const Folded family = fold(name.family);
  NameFit fit{0, agreement_of(given_, given), agreement_of(middle_, middle),
              agreement_of(family_, family)};
  // Some write a middle name with the given ones, some with the family name.
  if (differs(fit.given) && shares_one(given_.sounds, middle.sounds)) {
    fit.given = Agreement::partly;
  }
  if (differs(fit.family) && shares_one(family_.sounds, middle.sounds)) {
    fit.family = Agreement::partly;
  }
  if (differs(fit.middle) &&
      (shares_one(middle_.sounds, given.sounds) || shares_one(middle_.sounds, family.sounds))) {
    fit.middle = Agreement::partly;
  }
  if (differs(fit.given) && differs(fit.family)) {
    const auto given_as_family = agreement_of(given_, family);
    const auto family_as_given = agreement_of(family_, given);
    if (given_as_family && *given_as_family <= Agreement::similar && family_as_given &&
        *family_as_given <= Agreement::similar) {
      fit.given = Agreement::similar; // changed about
      fit.family = Agreement::similar;
    }
  }
  fit.points = (fit.given ? points_of(given_points, *fit.given) : 0) +
               (fit.middle ? points_of(middle_points, *fit.middle) : 0) +
               (fit.family ? points_of(family_points, *fit.family) : 0);
  return fit;
}

std::optional<Agreement> Comparison::fit(const BirthDay& born) const noexcept {
  if (born_.year == 0 || born.year == 0) {
    return std::nullopt;
  }
  if (born_ == born) {
    return Agreement::exact;
  }
  const int years = std::abs(static_cast<int>(born_.year) - static_cast<int>(born.year));
  if (!born_.is_full() || !born.is_full()) {
    return years == 0   ? born_.is_full() ? Agreement::partly : Agreement::exact
           : years == 1 ? Agreement::similar
                        : Agreement::differs;
  }
  const bool same_day = born_.month == born.month && born_.day == born.day;
  const bool turned = born_.month == born.day && born_.day == born.month;
  const bool one_wrong = born_.month == born.month || born_.day == born.day;
  const bool close = years == 0 ? turned || one_wrong : years == 1 && same_day;
  return close ? Agreement::similar : Agreement::differs;
}

std::optional<Agreement> Comparison::fit(const KnownAddress& address) const {
  if (address_.empty()) {
    return std::nullopt;
  }
  if (!address.lines.empty()) {
    return agreement_of_lines(address_, address_tokens(address.lines));
  }
  const auto street = address_tokens(address.street);
  const std::string house = without_blanks(name_key(address.number));
  const std::string postcode = name_key(address.postcode);
  if (street.empty() && postcode.empty()) {
    return std::nullopt;
  }
  const bool on_street = are_among(street, address_);
  const bool in_house = !house.empty() && has_house(address_, house);
  const bool in_post = are_among({postcode}, address_);
  const bool in_city = are_among(address_tokens(address.city), address_);
  if (on_street && (in_house || house.empty())) {
    return in_post || in_city ? Agreement::exact : Agreement::normalised;
  }
  return on_street || in_post ? Agreement::partly : Agreement::differs;
}

Assessment Comparison::with(const KnownPerson& known) const {
  Assessment result;
  NameFit name;
  bool former = false;
  for (std::size_t i = 0; i < known.names.size(); ++i) {
    const NameFit other = fit(known.names[i]);
    if (i == 0 || other.points > name.points) {
      name = other;
      former = known.names[i].is_former;
    }
  }
  const auto birth = best_of(known.births, [this](const BirthDay& born) { return fit(born); });
  const auto address =
      best_of(known.addresses, [this](const KnownAddress& one) { return fit(one); });
  const auto gender = agreement_of(wanted_.gender, known.gender);
  std::optional<Agreement> place;
  if (!place_.empty() && !known.place_found.empty()) {
    const auto there = address_tokens(known.place_found);
    place = place_ == there ? Agreement::exact : agreement_of_lines(place_, there);
  }
  std::optional<Agreement> organisation;
  if (!wanted_.organisation.empty() && !known.organisation.empty()) {
    organisation =
        wanted_.organisation == known.organisation ? Agreement::exact : Agreement::differs;
  }
  const auto add = [&result](FactName fact, const std::optional<Agreement>& agreement,
                             const Points* points, bool is_former = false) {
    if (agreement) {
      result.reasons.push_back({fact, *agreement, is_former});
      result.points += points != nullptr ? points_of(*points, *agreement) : 0;
    }
  };
  result.points = name.points;
  add(FactName::given_name, name.given, nullptr, former);
  add(FactName::middle_name, name.middle, nullptr, former);
  add(FactName::family_name, name.family, nullptr, former);
  add(FactName::birth_date, birth, &birth_points);
  add(FactName::gender, gender, &gender_points);
  add(FactName::address, address, &address_points);
  add(FactName::place_found, place, &place_points);
  add(FactName::organisation, organisation, &organisation_points);
  const bool year_alone = !born_.is_full() && birth == Agreement::exact;
  if (year_alone) {
    result.points += year_points - points_of(birth_points, Agreement::exact);
  }

  const bool on_the_day = birth == Agreement::exact && !year_alone;
  result.grade =
      grade_of({name.given, name.middle, name.family, gender, birth, on_the_day,
                on_the_day || (birth == Agreement::similar && born_.is_full()), fits_well(address)},
               result.points);
  return result;
}

} // namespace grunndata::registry::candidates
