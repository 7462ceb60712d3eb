// Who runs and owns a unit.
#include "api/http/form.h"
#include "registry/time.h"
#include "tools/generate/virksomhet/brreg.h"
#include "tools/simulate/enhetsregisteret/answers.h"
#include "tools/simulate/enhetsregisteret/service.h"
#include "tools/simulate/wire.h"

#include <optional>

namespace grunndata::simulate::enhetsregisteret {

namespace {

namespace virksomhet = generate::virksomhet;

constexpr std::uint64_t first_role_event = 4'400'000;
constexpr std::uint64_t role_page = 20;
constexpr std::uint64_t role_page_max = 10'000;

void type(std::string& out, std::string_view code, std::string_view text, std::string_view path,
          const std::string& base) {
  out.append(R"("type":{"kode":")").append(code).append(R"(","beskrivelse":)");
  virksomhet::append_quoted(out, text);
  out.append(R"(,"_links":{"self":{"href":")").append(base).append(path).append(code);
  out += "\"}}}";
}

void begin_group(std::string& out, std::string_view code, std::string_view text, Day changed,
                 const std::string& base) {
  out += out.back() == '[' ? "{" : ",{";
  type(out, code, text, "/roller/rollegruppetyper/", base);
  out.append(R"(,"sistEndret":")").append(virksomhet::date_text(changed)).append(R"(","roller":[)");
}

void person(std::string& out, std::string_view code, std::string_view text,
            const UnitRegister::Leader& leader, std::uint64_t order, const std::string& base) {
  out += out.back() == '[' ? "{" : ",{";
  type(out, code, text, "/roller/rolletyper/", base);
  out.append(R"(,"person":{"fodselsdato":")").append(virksomhet::date_text(leader.born));
  out += R"(","navn":{"fornavn":)";
  virksomhet::append_quoted(out, leader.given_name);
  out += R"(,"etternavn":)";
  virksomhet::append_quoted(out, leader.family_name);
  out.append(R"(},"erDoed":false},"fratraadt":false,"rekkefolge":)");
  out.append(std::to_string(order)).append(1, '}');
}

void owner(std::string& out, const Entry& town, std::uint64_t order, const std::string& base) {
  out += out.back() == '[' ? "{" : ",{";
  type(out, "EIKM", "Eierkommune", "/roller/rolletyper/", base);
  out.append(R"(,"enhet":{"organisasjonsnummer":")").append(town.unit.number);
  out.append(R"(","organisasjonsform":{"kode":")").append(town.unit.form.code);
  out += R"(","beskrivelse":)";
  virksomhet::append_quoted(out, town.unit.form.text);
  out += R"(},"navn":[)";
  virksomhet::append_quoted(out, town.unit.name);
  out.append(R"(],"erSlettet":)").append(town.state == State::live ? "false" : "true");
  out.append(R"(,"_links":{"self":{"href":")").append(base).append("/enheter/");
  out.append(town.unit.number).append(R"("}}},"avregistrert":false,"rekkefolge":)");
  out.append(std::to_string(order)).append(1, '}');
}

} // namespace

void Service::roles(const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = register_.find(Kind::main, request.path_parameter(0));
  if (entry == nullptr || entry->state != State::live) {
    return refuse(request, response, 404, "Fant ikke enheten");
  }
  append_roles(response.body, *entry, base_of(request));
}

/// With the number where no link tells it: in files.
void Service::append_roles(std::string& out, const Entry& entry, const std::string& base) const {
  const Unit& unit = entry.unit;
  out += '{';
  if (base.empty()) out.append(R"("organisasjonsnummer":")").append(unit.number).append("\",");
  out += R"("rollegrupper":[)";
  const auto owners = register_.owners_of(entry);
  if (!owners.empty()) {
    begin_group(out, "EIKM", "Eierkommune", unit.registered, base);
    std::uint64_t order = 0;
    for (const std::string& number : owners) {
      owner(out, *register_.find(Kind::main, number), order++, base);
    }
    out += "]}";
  }
  if (unit.form.code == "ENK") {
    begin_group(out, "INNH", "Innehaver", unit.registered, base);
    person(out, "INNH", "Innehaver", UnitRegister::leader_of(entry, 0), 0, base);
    out += "]}";
  } else if (unit.form.code != "ORGL") {
    begin_group(out, "DAGL", "Daglig leder/ adm.direktør", unit.registered, base);
    person(out, "DAGL", "Daglig leder", UnitRegister::leader_of(entry, 1), 0, base);
    out += "]}";
    begin_group(out, "STYR", "Styre", unit.registered, base);
    person(out, "LEDE", "Styrets leder", UnitRegister::leader_of(entry, 2), 0, base);
    person(out, "MEDL", "Styremedlem", UnitRegister::leader_of(entry, 3), 1, base);
    out += "]}";
  }
  if (base.empty()) {
    out += "]}";
    return;
  }
  out.append(R"(],"_links":{"self":{"href":")").append(base).append("/enheter/");
  out.append(unit.number).append("/roller\"}}}");
}

/// Tells whose roles changed, not what, and when to the second: many at one time.
void Service::role_feed(const Request& request, Response& response) {
  std::optional<registry::Instant> after;
  std::optional<std::uint64_t> size = role_page;
  api::http::FormReader reader(request.query);
  bool good = true;
  while (reader.next()) {
    if (reader.name() == "afterTime") {
      after = registry::parse_date_time(reader.value());
      good = good && after;
    } else if (reader.name() == "size") {
      size = number_of(reader.value());
    } else {
      good = false;
    }
  }
  if (!good || reader.error() || !size || *size == 0 || *size > role_page_max) {
    return refuse(request, response, 400, "Ugyldig parameter");
  }
  const std::lock_guard lock(mutex_);
  std::string& out = response.body;
  out = "[";
  std::uint64_t id = first_role_event;
  std::uint64_t told = 0;
  for (const RoleUpdate& update : register_.role_updates()) {
    const std::uint64_t own = id++;
    if (after && update.when_ms * 1'000 <= after->microseconds) continue;
    if (told++ == *size) break;
    if (out.size() > 1) out += ',';
    out.append(R"({"specversion":"1.0","id":")").append(std::to_string(own));
    out.append(R"(","source":")").append(base_of(request)).append("/oppdateringer/roller");
    out.append(R"(","type":"no.brreg.enhetsregisteret.rolle.oppdatert","time":")");
    out.append(time_text(update.when_ms)).append(R"(","data":{"organisasjonsnummer":")");
    out.append(update.number).append("\"}}");
  }
  out += ']';
}

} // namespace grunndata::simulate::enhetsregisteret
