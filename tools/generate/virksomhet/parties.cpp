#include "tools/generate/names.h"
#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/registers.h"
#include "tools/generate/virksomhet/words.h"

#include <algorithm>
#include <array>

namespace grunndata::generate::virksomhet {

namespace {

constexpr std::uint64_t sector_percent = 55;
/// Practices share parties in threes: one of them is reached, with its people.
constexpr std::uint64_t practices_of_group = 3;
constexpr std::uint32_t closed_percent = 2;

struct Service {
  std::string_view code;
  std::string_view text;
};
constexpr std::array municipal{
    Service{"KP02", "Sykepleietjeneste"},         Service{"KD0501", "Saksbehandling"},
    Service{"KP01", "Legetjeneste ved sykehjem"}, Service{"KA02", "Legevakt"},
    Service{"KF01", "Helsestasjon og skolehelsetjeneste"},
    Service{"KX05", "Øyeblikkelig hjelp døgnopphold"},
    Service{"KX04", "Frisklivssentral"},          Service{"KX06", "Kreftkoordinator"},
    Service{"KX07", "Demenskoordinator"},         Service{"KA0301", "Smittevern"},
};
constexpr std::uint32_t municipal_list = 8663;
constexpr std::uint32_t specialist_list = 8668;

class Directory {
public:
  Directory(const Nation& nation, const std::function<void(const Party&)>& callback)
      : nation_(nation), callback_(callback) {}

  /// An enterprise with services, `count` parties in all.
  void add_of_sector(const Concern& concern, std::uint64_t count);
  /// A practice with people, `count` in all.
  void add_practice(const Concern& concern, std::uint64_t count);

private:
  Party organisation(const Concern& concern, std::string_view business_type);
  std::uint64_t add(Party party, Draw& draw) {
    party.id = her_first + made_++;
    const bool may_close = party.type != Party::Type::organisation;
    if (may_close && draw.percent(closed_percent)) {
      party.last_day = nation_.options().as_of - 30 - static_cast<Day>(draw.below(1'500));
    }
    callback_(party);
    return party.id;
  }

  const Nation& nation_;
  const std::function<void(const Party&)>& callback_;
  std::uint64_t made_ = 0;
};

Party Directory::organisation(const Concern& concern, std::string_view business_type) {
  const Unit unit = nation_.unit(concern, 0);
  Party party;
  party.type = Party::Type::organisation;
  party.name = title(unit.name);
  party.organisation = unit.number;
  party.business_type = business_type;
  party.industry = unit.industry;
  party.place = unit.place;
  return party;
}

void Directory::add_of_sector(const Concern& concern, std::uint64_t count) {
  Draw draw(key_of(concern.key, 0x4E12));
  const bool is_municipal = concern.kind == ConcernKind::municipality ||
                            concern.kind == ConcernKind::intermunicipal;
  const Party owner =
      organisation(concern, concern.kind == ConcernKind::municipality     ? "102"
                            : concern.kind == ConcernKind::intermunicipal ? "114"
                                                                          : "101");
  const std::uint64_t parent = add(owner, draw);
  for (std::uint64_t n = 1; n < count; ++n) {
    Party party;
    party.type = Party::Type::service;
    party.parent = parent;
    party.organisation = owner.organisation;
    party.business_type = owner.business_type;
    party.place = owner.place;
    if (is_municipal) {
      const Service& service = municipal[(n - 1) % municipal.size()];
      party.service_code = service.code;
      party.service_text = service.text;
      party.service_list = municipal_list;
      party.name = std::string(service.text);
    } else {
      const auto all = specialties();
      party.service_text = all[(n - 1) % all.size()].bokmaal;
      party.service_code = "XX_FIKTIV";
      party.service_list = specialist_list;
      party.name = std::string(party.service_text) + ", poliklinikk";
    }
    if (n > municipal.size()) party.name.append(1, ' ').append(fancy_word(draw.next()));
    add(std::move(party), draw);
  }
}

void Directory::add_practice(const Concern& concern, std::uint64_t count) {
  if (count == 0) return;
  Draw draw(key_of(concern.key, 0x4E12));
  const Trade& trade = health_trades()[concern.place % health_trades().size()];
  const Party owner = organisation(concern, trade.business_type);
  const std::uint64_t parent = add(owner, draw);
  const NameLists& names = names_in(Tongue::norwegian);
  for (std::uint64_t n = 1; n < count; ++n) {
    Party party;
    party.type = Party::Type::person;
    party.parent = parent;
    party.organisation = owner.organisation;
    party.business_type = owner.business_type;
    party.place = owner.place;
    const Names given = draw.percent(55) ? names.women : names.men;
    party.given_name = given[draw.below(static_cast<std::uint32_t>(given.size()))];
    party.family_name =
        names.families[draw.below(static_cast<std::uint32_t>(names.families.size()))];
    party.name = party.given_name + ' ' + party.family_name;
    party.born = draw.between(day_of(1955, 1, 1), day_of(1998, 12, 31));
    add(std::move(party), draw);
  }
}

// ---- as JSON ----

void text(std::string& out, std::string_view name, std::string_view value) {
  out.append(",\"").append(name).append("\":");
  append_quoted(out, value);
}

void code(std::string& out, std::string_view name, std::string_view value,
          std::string_view meaning, std::uint32_t list, std::string_view type) {
  out.append(",\"").append(name).append(R"(":{"Active":true,"CodeText":)");
  append_quoted(out, meaning);
  text(out, "CodeValue", value);
  out.append(R"(,"LongDescription":null,"OID":)").append(std::to_string(list));
  text(out, "SimpleType", type);
  out += '}';
}

std::string_view business_text(std::string_view type) {
  return type == "101"   ? "Helseforetak og private sykehus"
         : type == "102" ? "Kommune"
         : type == "103" ? "Fastlege og annen privat virksomhet som yter helsetjenester"
         : type == "104" ? "Privat røntgeninstitutt"
         : type == "105" ? "Privat laboratorium"
         : type == "108" ? "Apotek og bandasjist"
         : type == "110" ? "Tannlege/tannhelse"
         : type == "114" ? "Interkommunal virksomhet"
                         : "Annen privat aktør som yter helsehjelp";
}

constexpr std::string_view changed = R"("LastChanged":"2024-01-04T09:40:26.89")";

void electronic_addresses(std::string& out, const Party& party) {
  const bool inherited = party.type != Party::Type::organisation;
  const std::string owner = std::to_string(inherited ? party.parent : party.id);
  out += R"(,"ElectronicAddresses":[)";
  struct Kind {
    std::string_view code;
    std::string_view meaning;
    std::string_view suffix;
  };
  constexpr std::array kinds{Kind{"E_SB_ASYNC", "Asynkron AMQP kø", "_async"},
                             Kind{"E_SB_SYNC", "Synkron AMQP kø", "_sync"},
                             Kind{"E_SB_ERROR", "Feilmelding AMQP kø", "_error"}};
  for (const Kind& kind : kinds) {
    if (out.back() != '[') out += ',';
    out.append(R"({"Address":"tb.example/NHN/)").append(owner).append(kind.suffix);
    out.append(R"(","Inherited":)").append(inherited ? "true," : "false,").append(changed);
    code(out, "Type", kind.code, kind.meaning, 9044, "type_adressekomponeneter");
    text(out, "TypeCodeValue", kind.code);
    out += '}';
  }
  out += ']';
}

void physical_addresses(std::string& out, const Party& party) {
  // The register keeps postal codes as numbers: leading zeros are lost.
  const std::uint64_t postal_code = std::stoull(party.place.postal_code);
  out += R"(,"PhysicalAddresses":[{"City":)";
  append_quoted(out, party.place.postal_name);
  out.append(R"(,"Country":null,"Description":null,"Inherited":false,)").append(changed);
  out.append(R"(,"PostalCode":)").append(std::to_string(postal_code)).append(R"(,"Postbox":null)");
  text(out, "StreetAddress", party.place.street);
  code(out, "Type", "RES", "Besøksadresse", 3401, "adressetype");
  out += R"(,"TypeCodeValue":"RES"}])";
}

void begin(std::string& out, const Party& party) {
  switch (party.type) {
    case Party::Type::organisation:
      out += R"({"Departments":[],"People":[],"Services":[],"Properties":[],"OrganizationNumber":)";
      out += party.organisation;
      code(out, "BusinessType", party.business_type, business_text(party.business_type), 9040,
           "helsevirksomhet_type");
      out += R"(,"IndustryCodes":[)";
      {
        std::string industry;
        code(industry, "", party.industry.code, party.industry.text, 1305, "naeringskode");
        out.append(industry, industry.find('{')); // without the empty name
      }
      out += ']';
      return;
    case Party::Type::service:
      out += R"({"CoverageAreas":null,"Description":null,"LocationDescription":null)";
      out += R"(,"Properties":null)";
      code(out, "Code", party.service_code, party.service_text, party.service_list,
           party.service_list == municipal_list ? "kommunale_tjenestetyper"
                                                : "spesialisthelsetjenestetyper");
      return;
    case Party::Type::person:
      out += R"({"Departments":null,"Organizations":null,"Properties":[],"Title":null)";
      out.append(R"(,"Person":{"BirthDate":")").append(date_text(party.born));
      out += R"(T00:00:00","CitizenId":null)";
      text(out, "FirstName", party.given_name);
      out += R"(,"HPRInformation":null,"MiddleName":null)";
      text(out, "LastName", party.family_name);
      out += '}';
      return;
  }
}

std::string_view type_name(Party::Type type) {
  return type == Party::Type::organisation ? "Organization"
         : type == Party::Type::service    ? "Service"
                                           : "Person";
}

} // namespace

void for_each_party(const Nation& nation, const std::function<void(const Party&)>& callback) {
  const std::uint64_t practices = nation.count(ConcernKind::practice);
  std::uint64_t concerns = 0;
  for (const ConcernKind kind : {ConcernKind::region, ConcernKind::trust, ConcernKind::municipality,
                                 ConcernKind::intermunicipal}) {
    concerns += nation.count(kind);
  }
  const std::uint64_t wanted = nation.options().her;
  const std::uint64_t groups = practices / practices_of_group;
  const std::uint64_t of_sector =
      std::max(groups == 0 ? wanted : wanted * sector_percent / 100, concerns);
  const std::uint64_t rest = wanted - of_sector;
  Directory directory(nation, callback);
  std::uint64_t seen = 0;
  nation.for_each_of_sector([&](const Concern& concern) {
    if (concern.kind != ConcernKind::practice) {
      const std::uint64_t place = seen++;
      return directory.add_of_sector(concern, of_sector * (place + 1) / concerns -
                                                  of_sector * place / concerns);
    }
    const std::uint64_t group = concern.place / practices_of_group;
    if (concern.place % practices_of_group != 0 || group >= groups) return;
    directory.add_practice(concern, rest * (group + 1) / groups - rest * group / groups);
  });
}

void append_party(std::string& out, const Party& party) {
  const bool is_organisation = party.type == Party::Type::organisation;
  const bool is_closed = party.last_day != no_day;
  begin(out, party);
  out.append(R"(,"Active":)").append(is_closed ? "false" : "true");
  out += R"(,"CoverageAreaType":null)";
  text(out, "DisplayName", party.name);
  electronic_addresses(out, party);
  out.append(R"(,"FutureElectronicAddresses":[],"HerId":)").append(std::to_string(party.id));
  out.append(R"(,"IsValidCommunicationParty":)").append(is_organisation ? "false," : "true,");
  out.append(changed);
  code(out, "Municipality", party.place.kommune_number, party.place.kommune, 3402, "kommune");
  text(out, "Name", party.name);
  if (is_organisation) {
    out += R"(,"ParentBusinessType":null,"ParentHerId":-1,"ParentName":null)";
    out += R"(,"ParentOrganizationNumber":0)";
  } else {
    code(out, "ParentBusinessType", party.business_type, business_text(party.business_type), 9040,
         "helsevirksomhet_type");
    out.append(R"(,"ParentHerId":)").append(std::to_string(party.parent));
    out.append(R"(,"ParentOrganizationNumber":)").append(party.organisation);
  }
  physical_addresses(out, party);
  out += R"(,"ServerTime":"2026-01-01T02:00:00.0+01:00")";
  text(out, "Type", type_name(party.type));
  out += R"(,"Valid":{"From":"2018-01-01T00:00:00","To":")";
  out.append(is_closed ? date_text(party.last_day) : "9999-12-31").append("T00:00:00\"}}");
}

} // namespace grunndata::generate::virksomhet
