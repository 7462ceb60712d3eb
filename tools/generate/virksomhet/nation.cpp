#include "tools/generate/virksomhet/nation.h"

#include "tools/generate/virksomhet/words.h"

#include <algorithm>

namespace grunndata::generate::virksomhet {

namespace {

constexpr std::uint64_t units_min = 500;
constexpr std::uint64_t small_nation = 100'000; ///< below it concerns are small, too
constexpr std::uint64_t practice_percent = 5;
constexpr std::uint64_t municipalities_per_company = 6;
/// Companies share sub-units in groups, so that a few have many and most have none or one.
constexpr std::uint64_t group_companies = 64;

std::uint64_t bounded(std::uint64_t value, std::uint64_t least, std::uint64_t most) {
  return std::clamp(value, least, most);
}

/// Share number `place` of `whole` split into `parts`.
std::uint64_t share(std::uint64_t whole, std::uint64_t place, std::uint64_t parts) {
  return whole * (place + 1) / parts - whole * place / parts;
}

} // namespace

std::string why_impossible(const NationOptions& options) {
  if (options.enheter < units_min) return "at least 500 enheter make a nation";
  if (options.enheter + options.underenheter > organisasjonsnumre_max / 2) {
    return "at most 8,500,000 units can be given different numbers";
  }
  if (options.resh < 100 || options.resh > 700'000) {
    return "the units of RESH are 100 to 700,000";
  }
  if (options.her > 5'000'000) return "the parties of Adresseregisteret are at most 5,000,000";
  std::uint64_t subs = 0;
  std::uint64_t sector = 0;
  Nation(options).for_each_of_sector([&](const Concern& concern) {
    subs += concern.subs;
    sector += concern.kind == ConcernKind::practice ? 0 : 1;
  });
  if (subs > options.underenheter) {
    return std::string("so many enheter need at least ")
        .append(std::to_string(subs))
        .append(" underenheter");
  }
  if (options.her < 2 * sector) {
    return std::string("so many enheter need at least ")
        .append(std::to_string(2 * sector))
        .append(" parties of Adresseregisteret");
  }
  return {};
}

Nation::Nation(const NationOptions& options) : options_(options), numbers_(options.seed) {
  const std::uint64_t units = options.enheter;
  const std::uint64_t towns = bounded(units / 300, 3, municipalities().size());
  counts_ = {bounded(units / 20'000, 1, regions_max),
             bounded(units / 3'000, 2, trusts_max),
             towns,
             towns / municipalities_per_company,
             units * practice_percent / 100,
             0};
}

std::uint64_t Nation::region_of(std::uint64_t trust) const noexcept {
  return trust * count(ConcernKind::region) / count(ConcernKind::trust);
}

std::uint64_t Nation::functions_of_site() const noexcept {
  return options_.enheter < small_nation ? 4 : site_functions().size();
}

std::uint64_t Nation::sites_of(const Concern& trust) noexcept {
  return 2 + below(mix(trust.key), 6);
}

Concern Nation::concern(ConcernKind kind, std::uint64_t place) const {
  Concern concern;
  concern.kind = kind;
  concern.place = place;
  concern.key = key_of(key_of(options_.seed, static_cast<std::uint64_t>(kind) + 1), place);
  const bool is_small = options_.enheter < small_nation;
  switch (kind) {
    case ConcernKind::region:
    case ConcernKind::intermunicipal: concern.subs = 1; break;
    case ConcernKind::trust: concern.subs = sites_of(concern) * functions_of_site(); break;
    case ConcernKind::municipality: {
      const std::uint64_t weight = is_small ? 2 : municipalities()[place].weight;
      concern.units = 4 + std::min<std::uint64_t>(weight / 6, 60);
      concern.subs = 10 + weight * 2;
      break;
    }
    case ConcernKind::practice: concern.subs = place % 200 == 4 ? 12 : 1; break;
    case ConcernKind::company: break;
  }
  return concern;
}

void Nation::for_each_concern(const std::function<void(const Concern&)>& callback) const {
  walk(true, callback);
}

void Nation::for_each_of_sector(const std::function<void(const Concern&)>& callback) const {
  walk(false, callback);
}

void Nation::walk(bool with_companies, const std::function<void(const Concern&)>& callback) const {
  std::uint64_t unit = 0;
  std::uint64_t sub = 0;
  const auto visit = [&](Concern concern) {
    concern.first_unit = unit;
    concern.first_sub = sub;
    unit += concern.units;
    sub += concern.subs;
    callback(concern);
  };
  for (const ConcernKind kind :
       {ConcernKind::region, ConcernKind::trust, ConcernKind::municipality,
        ConcernKind::intermunicipal, ConcernKind::practice}) {
    for (std::uint64_t place = 0; place < count(kind); ++place) visit(concern(kind, place));
  }
  if (!with_companies) return;
  const std::uint64_t companies = options_.enheter - unit;
  const std::uint64_t subs_left = options_.underenheter - sub;
  const std::uint64_t groups = (companies + group_companies - 1) / group_companies;
  std::uint64_t place = 0;
  for (std::uint64_t group = 0; group < groups; ++group) {
    const std::uint64_t size = std::min(group_companies, companies - place);
    std::array<std::uint64_t, group_companies> subs{};
    Draw draw(key_of(key_of(options_.seed, 0x6701), group));
    for (std::uint64_t n = share(subs_left, group, groups); n > 0; --n) {
      const auto bound = static_cast<std::uint32_t>(size);
      const bool is_first = draw.percent(60);
      ++subs[is_first ? draw.below(bound) : std::min(draw.below(bound), draw.below(bound))];
    }
    for (std::uint64_t i = 0; i < size; ++i, ++place) {
      Concern company = concern(ConcernKind::company, place);
      company.subs = subs[i];
      visit(company);
    }
  }
}

} // namespace grunndata::generate::virksomhet
