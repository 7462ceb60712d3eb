// GLN, and what is kept by hand: owners, agreements, mergers.
#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/registers.h"
#include "tools/generate/virksomhet/words.h"

#include <vector>

namespace grunndata::generate::virksomhet {

namespace {

constexpr Day trusts_begun = day_of(2002, 1, 1);
constexpr std::uint64_t agreements_each = 20; ///< one practice of so many works for a region

std::string gln_line(std::uint64_t index, std::string_view type, std::string_view name,
                     std::string_view owner, Day last_day = no_day) {
  std::string line = gln(index);
  line.append(1, ';').append(type).append(1, ';').append(name).append(";ENH:").append(owner);
  line.append(last_day == no_day ? ";ACTIVE;2010-01-01;" : ";INACTIVE;2010-01-01;");
  if (last_day != no_day) line.append(date_text(last_day));
  return line.append(";\n");
}

std::string relation(std::string_view type, std::string_view from, std::string_view to, Day since,
                     Day last_day = no_day) {
  std::string json(R"({"type":")");
  json.append(type).append(R"(","fra":"ENH:)").append(from).append(R"(","til":"ENH:)").append(to);
  json.append(R"(","gyldigFra":")").append(date_text(since)).append(R"(","gyldigTil":)");
  if (last_day == no_day) json.append("null");
  else append_quoted(json, date_text(last_day));
  return json.append(R"(,"kilde":"kuratert"})");
}

std::string event(std::string_view what, Day when, std::string_view rest) {
  std::string json(R"({"hendelse":")");
  json.append(what).append(R"(","virkningsdato":")").append(date_text(when)).append(1, '"');
  return json.append(rest).append(R"(,"kilde":"kuratert"})");
}

std::string moved(std::string_view unit, std::string_view from, std::string_view to) {
  std::string json(R"(,"enhet":"ENH:)");
  json.append(unit).append(R"(","gammelOverordnet":"ENH:)").append(from);
  return json.append(R"(","nyOverordnet":"ENH:)").append(to).append(1, '"');
}

} // namespace

void for_each_gln_line(const Nation& nation,
                       const std::function<void(std::string_view)>& callback) {
  callback("gln;type;navn;tilhorer;status;fra;til;merknad\n");
  std::uint64_t index = 0;
  nation.for_each_of_sector([&](const Concern& concern) {
    const bool is_pharmacy = concern.kind == ConcernKind::practice &&
                             health_trades()[concern.place % health_trades().size()].word ==
                                 "apotek";
    if (concern.kind == ConcernKind::practice && !is_pharmacy) return;
    const Unit unit = nation.unit(concern, 0);
    callback(gln_line(index++, "LEGAL", title(unit.name), unit.number));
    if (concern.kind == ConcernKind::trust && Nation::has_predecessor(concern.place)) {
      callback(gln_line(index++, "LEGAL", title(unit.former.front().name),
                        nation.closed_number(concern.place), Nation::merged_on - 1));
    }
    const bool has_stores = concern.kind == ConcernKind::trust || is_pharmacy;
    for (std::uint64_t which = 0; has_stores && which < concern.subs; ++which) {
      const Unit sub = nation.sub_unit(concern, which);
      callback(gln_line(index++, "PHYSICAL", title(sub.name) + ", varemottak", sub.number));
    }
  });
}

void for_each_relation(const Nation& nation,
                       const std::function<void(std::string_view)>& callback) {
  std::vector<std::string> regions;
  std::vector<std::string> towns;
  nation.for_each_of_sector([&](const Concern& concern) {
    const std::string number = nation.unit_number(concern.first_unit);
    switch (concern.kind) {
      case ConcernKind::region: regions.push_back(number); break;
      case ConcernKind::trust: {
        const std::string& owner = regions[nation.region_of(concern.place)];
        callback(relation("EIERSKAP", owner, number, trusts_begun));
        if (Nation::has_predecessor(concern.place)) {
          callback(relation("EIERSKAP", owner, nation.closed_number(concern.place), trusts_begun,
                            Nation::merged_on - 1));
        }
        break;
      }
      case ConcernKind::municipality: towns.push_back(number); break;
      case ConcernKind::intermunicipal:
        for (std::size_t owner = 0; owner < 3; ++owner) {
          callback(relation("EIERSKAP", towns[(concern.place + owner) % towns.size()], number,
                            day_of(2023, 9, 1)));
        }
        break;
      case ConcernKind::practice:
        if (concern.place % agreements_each == 0) {
          callback(relation("AVTALE", regions[concern.place / agreements_each % regions.size()],
                            number, day_of(2015, 5, 5)));
        }
        break;
      case ConcernKind::company: break;
    }
  });
}

void for_each_event(const Nation& nation,
                    const std::function<void(std::string_view)>& callback) {
  std::vector<Concern> towns;
  nation.for_each_of_sector([&](const Concern& concern) {
    const std::string number = nation.unit_number(concern.first_unit);
    if (concern.kind == ConcernKind::municipality) towns.push_back(concern);
    if (concern.kind == ConcernKind::trust && Nation::has_predecessor(concern.place)) {
      const std::string closed = nation.closed_number(concern.place);
      callback(event("FUSJON", Nation::merged_on,
                     std::string(R"(,"fra":["ENH:)")
                         .append(closed)
                         .append(R"("],"til":["ENH:)")
                         .append(number)
                         .append(R"("])")));
      for (std::uint64_t which = 0; which < nation.functions_of_site(); ++which) {
        callback(event("EIERSKIFTE", Nation::merged_on,
                       moved(nation.sub_number(concern.first_sub + which), closed, number)));
      }
    }
    if (concern.kind == ConcernKind::intermunicipal) {
      const std::string former = nation.unit_number(towns[concern.place].first_unit + 1);
      callback(event("EIERSKIFTE", Nation::handed_over_on,
                     moved(nation.sub_number(concern.first_sub), former, number)));
    }
  });
}

} // namespace grunndata::generate::virksomhet
