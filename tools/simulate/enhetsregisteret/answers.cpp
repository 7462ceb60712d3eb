#include "tools/simulate/enhetsregisteret/answers.h"

#include "tools/generate/virksomhet/brreg.h"
#include "tools/simulate/enhetsregisteret/service.h"

#include <chrono>
#include <cstdio>

namespace grunndata::simulate::enhetsregisteret {

namespace virksomhet = generate::virksomhet;

namespace {

void link(std::string& out, std::string_view name, std::string_view href) {
  if (out.back() != '{') out += ',';
  out.append(1, '"').append(name).append(R"(":{"href":)");
  virksomhet::append_quoted(out, href);
  out += '}';
}

std::string paged(const std::string& self, std::uint64_t number, std::uint64_t size) {
  std::string url = self;
  url.append(1, self.find('?') == std::string::npos ? '?' : '&').append("page=");
  return url.append(std::to_string(number)).append("&size=").append(std::to_string(size));
}

} // namespace

std::string base_of(const api::http::Request& request) {
  return std::string("http://").append(request.host).append(service_path);
}

std::string_view path_of(Kind kind) noexcept {
  return kind == Kind::main ? "enheter" : "underenheter";
}

void refuse(const api::http::Request& request, api::http::Response& response, int status,
            std::string_view message) {
  response.status = status;
  const std::int64_t now = std::chrono::duration_cast<std::chrono::milliseconds>(
                               std::chrono::system_clock::now().time_since_epoch())
                               .count();
  std::string& out = response.body;
  out.assign(R"({"timestamp":")").append(time_text(now)).append(R"(","status":)");
  out.append(std::to_string(status)).append(R"(,"error":)");
  virksomhet::append_quoted(out, status == 400   ? "Bad Request"
                                 : status == 404 ? "Not Found"
                                 : status == 406 ? "Not Acceptable"
                                 : status == 429 ? "Too Many Requests"
                                                 : "Internal Server Error");
  out += R"(,"message":)";
  virksomhet::append_quoted(out, message);
  out += R"(,"path":)";
  virksomhet::append_quoted(out, request.path);
  out += '}';
}

void append_paging(std::string& out, const std::string& self, const Page& page,
                   std::uint64_t elements, bool with_pages) {
  const std::uint64_t pages = (elements + page.size - 1) / page.size;
  out += R"("_links":{)";
  if (with_pages && pages > 0) link(out, "first", paged(self, 0, page.size));
  link(out, "self", self);
  // Points on by pages, also where they run into the window.
  if (with_pages && page.number + 1 < pages) {
    link(out, "next", paged(self, page.number + 1, page.size));
  }
  if (with_pages && pages > 0) link(out, "last", paged(self, pages - 1, page.size));
  out.append(R"(},"page":{"size":)").append(std::to_string(page.size));
  out.append(R"(,"totalElements":)").append(std::to_string(elements));
  out.append(R"(,"totalPages":)").append(std::to_string(pages));
  out.append(R"(,"number":)").append(std::to_string(page.number)).append("}}");
}

void append_entry(std::string& out, const Entry& entry, const std::string& base) {
  const Unit& unit = entry.unit;
  if (entry.state == State::live) return virksomhet::append_unit(out, unit, {base});
  out.append(R"({"organisasjonsnummer":")").append(unit.number).append(1, '"');
  if (entry.state == State::deleted) {
    out += R"(,"navn":)";
    virksomhet::append_quoted(out, unit.name);
    out.append(R"(,"organisasjonsform":{"kode":")").append(unit.form.code);
    out += R"(","beskrivelse":)";
    virksomhet::append_quoted(out, unit.form.text);
    out.append(R"(,"_links":{"self":{"href":")").append(base).append("/organisasjonsformer/");
    out.append(unit.form.code).append("\"}}}");
  }
  out.append(R"(,"slettedato":")").append(virksomhet::date_text(entry.ended)).append(1, '"');
  if (entry.state == State::deleted && unit.sub) {
    out.append(R"(,"nedleggelsesdato":")").append(virksomhet::date_text(entry.ended - 3));
    out += '"';
  }
  out.append(R"(,"_links":{"self":{"href":")").append(base).append(1, '/');
  out.append(path_of(unit.sub ? Kind::sub : Kind::main)).append(1, '/').append(unit.number);
  out += "\"}}";
  if (entry.state == State::deleted) {
    out.append(R"(,"respons_klasse":")").append(unit.sub ? "SlettetUnderEnhet" : "SlettetEnhet");
    out += '"';
  }
  out += '}';
}

void append_update(std::string& out, const Update& update, Kind kind, const std::string& base,
                   bool with_changes) {
  out.append(R"({"oppdateringsid":)").append(std::to_string(update.id));
  out.append(R"(,"dato":")").append(time_text(update.when_ms));
  out.append(R"(","organisasjonsnummer":")").append(update.number);
  out.append(R"(","endringstype":")").append(update.type).append(1, '"');
  if (with_changes) out.append(R"(,"endringer":[)").append(update.changes).append(1, ']');
  out.append(kind == Kind::main ? R"(,"_links":{"enhet":{"href":")"
                                : R"(,"_links":{"underenhet":{"href":")");
  out.append(base).append(1, '/').append(path_of(kind)).append(1, '/').append(update.number);
  out += "\"}}}";
}

std::string time_text(std::int64_t when_ms) {
  const std::int64_t day = when_ms / 86'400'000;
  const auto rest = static_cast<int>(when_ms % 86'400'000);
  char text[40];
  std::snprintf(text, sizeof text, "T%02d:%02d:%02d.%03dZ", rest / 3'600'000,
                rest / 60'000 % 60, rest / 1'000 % 60, rest % 1'000);
  return virksomhet::date_text(static_cast<Day>(day)).append(text);
}

} // namespace grunndata::simulate::enhetsregisteret
