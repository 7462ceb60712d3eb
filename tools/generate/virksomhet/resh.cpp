#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/registers.h"
#include "tools/generate/virksomhet/words.h"

#include <algorithm>
#include <array>
#include <vector>

namespace grunndata::generate::virksomhet {

namespace {

constexpr Day resh_begun = day_of(2008, 1, 1);
constexpr std::uint64_t specialists_percent = 3; ///< private, with an agreement
constexpr unsigned level_max = 9;

struct Level {
  std::string_view designation; ///< 8624
  std::string_view bokmaal;
  std::string_view nynorsk;
  std::uint32_t children; ///< as many, where there are enough
};
/// Below a site, from level 4 on.
constexpr std::array levels{
    Level{"02", "klinikk", "klinikk", 6},      Level{"05", "avdeling", "avdeling", 4},
    Level{"06", "seksjon", "seksjon", 3},      Level{"08", "sengepost", "sengepost", 3},
    Level{"09", "team", "team", 3},            Level{"07", "fagenhet", "fageining", 3},
};

/// æ, ø and å are two bytes each.
std::string_view first_letters(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (std::size_t letters = 0; end < text.size(); ++end) {
    const bool begins = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (begins && letters++ == count) break;
  }
  return text.substr(0, end);
}

/// Hands out ids and gives units to whoever wants them.
class Tree {
public:
  Tree(const Nation& nation, const std::function<void(const ReshUnit&)>& callback)
      : nation_(nation), callback_(callback) {}

  std::uint64_t add(ReshUnit unit) {
    unit.id = resh_first + made_++;
    callback_(unit);
    return unit.id;
  }
  /// A unit of a hospital and what is below it, `count` in all.
  void grow(unsigned level, std::uint64_t count, std::uint64_t parent, std::uint64_t key,
            bool nynorsk);
  /// A trust, its sites and their wards, `count` in all. `merged`: what its first site was part of
  /// before; 0: none.
  void grow_trust(const Concern& trust, std::uint64_t count, std::uint64_t region,
                  std::uint64_t merged);
  [[nodiscard]] std::uint64_t made() const noexcept { return made_; }

private:
  const Nation& nation_;
  const std::function<void(const ReshUnit&)>& callback_;
  std::uint64_t made_ = 0;
};

void Tree::grow(unsigned level, std::uint64_t count, std::uint64_t parent, std::uint64_t key,
                bool nynorsk) {
  Draw draw(key);
  const Level& kind = levels[level - 4];
  const auto all = specialties();
  const Specialty& specialty = all[draw.below(static_cast<std::uint32_t>(all.size()))];
  ReshUnit unit;
  unit.name = nynorsk ? specialty.nynorsk : specialty.bokmaal;
  unit.designation = kind.designation;
  const bool is_clinic = kind.designation == "08" && draw.percent(40);
  if (is_clinic) unit.designation = "11";
  unit.name.append(1, ' ').append(is_clinic ? "poliklinikk"
                                  : nynorsk ? kind.nynorsk
                                            : kind.bokmaal);
  if (kind.designation >= "07" && !is_clinic) {
    unit.name.append(1, ' ').append(std::to_string(1 + draw.below(9)));
  }
  unit.short_name = capitals(first_letters(unit.name, 3));
  unit.level = "9";
  unit.parent = parent;
  unit.from = resh_begun;
  if (count == 1) {
    unit.from = draw.between(resh_begun, day_of(2024, 1, 1));
    if (draw.percent(2)) { // nobody treats anybody there
      unit.designation = "73";
      unit.name.insert(0, "Stab ");
    }
    if (draw.percent(4)) unit.last_day = draw.between(unit.from + 30, nation_.options().as_of - 1);
  }
  const std::uint64_t id = add(unit);
  const std::uint64_t below_it = count - 1;
  if (below_it == 0) return;
  const std::uint64_t children =
      level == level_max ? below_it : std::min<std::uint64_t>(below_it, kind.children);
  for (std::uint64_t child = 0; child < children; ++child) {
    const std::uint64_t share =
        below_it * (child + 1) / children - below_it * child / children;
    grow(std::min(level + 1, level_max), share, id, key_of(key, child), nynorsk);
  }
}

void Tree::grow_trust(const Concern& trust, std::uint64_t count, std::uint64_t region,
                      std::uint64_t merged) {
  const Unit owner = nation_.unit(trust, 0);
  ReshUnit unit;
  unit.name = title(owner.name);
  unit.short_name = std::string("HF").append(std::to_string(trust.place + 1));
  unit.level = "2";
  unit.designation = "88";
  unit.parent = region;
  unit.organisation = owner.number;
  unit.from = resh_begun;
  const std::uint64_t id = add(unit);
  const std::uint64_t sites = std::min(Nation::sites_of(trust), count - 1);
  for (std::uint64_t site = 0; site < sites; ++site) {
    const std::uint64_t share = (count - 1) * (site + 1) / sites - (count - 1) * site / sites;
    const Unit hospital = nation_.sub_unit(trust, site * nation_.functions_of_site());
    ReshUnit institution;
    institution.name = title(hospital.place.kommune) + (owner.nynorsk ? " sjukehus" : " sykehus");
    institution.short_name = std::string(1, 'S').append(std::to_string(site + 1));
    institution.level = "3";
    institution.designation = "01";
    institution.parent = id;
    institution.former_parent = site == 0 ? merged : 0;
    institution.organisation = hospital.number;
    institution.from = resh_begun;
    const std::uint64_t place = add(institution);
    const std::uint64_t wards = share - 1;
    const std::uint64_t clinics = std::min<std::uint64_t>(wards, 5);
    for (std::uint64_t clinic = 0; clinic < clinics; ++clinic) {
      grow(4, wards * (clinic + 1) / clinics - wards * clinic / clinics, place,
           key_of(key_of(trust.key, site), clinic), owner.nynorsk);
    }
  }
}

/// The trust that was merged into another one.
ReshUnit predecessor(const Nation& nation, const Concern& trust, std::uint64_t region) {
  ReshUnit unit;
  unit.name = title(nation.unit(trust, 0).former.front().name);
  unit.short_name = std::string("HFX").append(std::to_string(trust.place + 1));
  unit.level = "2";
  unit.designation = "88";
  unit.parent = region;
  unit.organisation = nation.closed_number(trust.place);
  unit.from = resh_begun;
  unit.last_day = Nation::merged_on - 1;
  return unit;
}

} // namespace

void for_each_resh_unit(const Nation& nation,
                        const std::function<void(const ReshUnit&)>& callback) {
  const std::uint64_t wanted = nation.options().resh;
  const std::uint64_t specialists = std::min(wanted * specialists_percent / 100,
                                             nation.count(ConcernKind::practice));
  const std::uint64_t trusts = nation.count(ConcernKind::trust);
  const std::uint64_t before = (trusts + 3) / 4;
  const std::uint64_t regions = nation.count(ConcernKind::region);
  const std::uint64_t of_trusts = wanted - specialists - before - regions;
  Tree tree(nation, callback);
  std::vector<std::uint64_t> region_ids;
  nation.for_each_of_sector([&](const Concern& concern) {
    if (concern.kind == ConcernKind::region) {
      const Unit owner = nation.unit(concern, 0);
      region_ids.push_back(tree.add({.id = 0,
                                     .name = title(owner.name),
                                     .short_name = "RHF",
                                     .level = "1",
                                     .designation = "88",
                                     .parent = 0,
                                     .organisation = owner.number,
                                     .from = resh_begun}));
    } else if (concern.kind == ConcernKind::trust) {
      const std::uint64_t region = region_ids[nation.region_of(concern.place)];
      std::uint64_t merged = 0;
      if (Nation::has_predecessor(concern.place)) {
        merged = tree.add(predecessor(nation, concern, region));
      }
      tree.grow_trust(concern,
                      of_trusts * (concern.place + 1) / trusts - of_trusts * concern.place / trusts,
                      region, merged);
    } else if (concern.kind == ConcernKind::practice && concern.place < specialists) {
      const Unit practice = nation.sub_unit(concern, 0);
      tree.add({.id = 0,
                .name = title(practice.name),
                .short_name = "AVT",
                .level = "9",
                .designation = "61",
                .parent = region_ids[concern.place % regions],
                .organisation = practice.number,
                .from = std::max(practice.registered, resh_begun)});
    }
  });
}

void append_resh_json(std::string& out, const ReshUnit& unit) {
  const auto text = [&out](std::string_view name, std::string_view value) {
    out.append(",\"").append(name).append("\":");
    if (value.empty()) out += "null";
    else append_quoted(out, value);
  };
  out.append(R"({"reshId":)").append(std::to_string(unit.id));
  text("navn", unit.name);
  text("kortnavn", unit.short_name);
  text("organisatoriskNivaa", unit.level);
  text("organisatoriskBetegnelse", unit.designation);
  out.append(R"(,"overordnetReshId":)");
  out += unit.parent == 0 ? "null" : std::to_string(unit.parent);
  if (unit.former_parent != 0) {
    out.append(R"(,"historikkOverordnet":[{"overordnetReshId":)");
    out.append(std::to_string(unit.former_parent));
    text("fra", date_text(unit.from));
    text("til", date_text(Nation::merged_on - 1));
    out.append(R"(},{"overordnetReshId":)").append(std::to_string(unit.parent));
    text("fra", date_text(Nation::merged_on));
    out += R"(,"til":null}])";
  }
  text("organisasjonsnummer", unit.organisation);
  text("gyldigFra", date_text(unit.from));
  text("gyldigTil", unit.last_day == no_day ? std::string() : date_text(unit.last_day));
  text("status", unit.last_day == no_day ? "Aktiv" : "Deaktivert");
  const Day changed = unit.last_day == no_day ? unit.from : unit.last_day;
  text("sistEndret", date_text(changed) + "T10:00:00+01:00");
  out += '}';
}

void append_resh_csv(std::string& out, const ReshUnit& unit) {
  out.append(std::to_string(unit.id)).append(1, ';').append(unit.name).append(1, ';');
  out.append(unit.short_name).append(1, ';').append(unit.level).append(1, ';');
  out.append(unit.designation).append(1, ';');
  if (unit.parent != 0) out.append(std::to_string(unit.parent));
  out.append(1, ';').append(unit.organisation).append(1, ';').append(date_text(unit.from));
  out.append(1, ';');
  if (unit.last_day != no_day) out.append(date_text(unit.last_day));
  out.append(unit.last_day == no_day ? ";Aktiv\n" : ";Deaktivert\n");
}

} // namespace grunndata::generate::virksomhet
