#include "tools/simulate/enhetsregisteret/service.h"

#include "api/http/form.h"
#include "registry/time.h"
#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/words.h"
#include "tools/simulate/enhetsregisteret/answers.h"
#include "tools/simulate/wire.h"

#include <zlib.h>

#include <algorithm>
#include <ctime>
#include <map>
#include <span>
#include <thread>

namespace grunndata::simulate::enhetsregisteret {

namespace {

namespace http = api::http;
namespace virksomhet = generate::virksomhet;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::size_t control_body_bytes_max = 4U << 10U;
constexpr milliseconds slow_answer{1'000};
constexpr std::string_view busy_wait_s = "1";
constexpr std::string_view too_far = "Antall treff (page*size) kan ikke overstige 10000";

constexpr std::array<std::string_view, kind_count> unit_types{
    "application/vnd.brreg.enhetsregisteret.enhet.v2+json;charset=UTF-8",
    "application/vnd.brreg.enhetsregisteret.underenhet.v2+json;charset=UTF-8"};
constexpr std::array<std::string_view, kind_count> bulk_types{
    "application/vnd.brreg.enhetsregisteret.enhet.v2+gzip;charset=UTF-8",
    "application/vnd.brreg.enhetsregisteret.underenhet.v2+gzip;charset=UTF-8"};

/// Of each range a caller accepts one must be ours: any, plain JSON or gzip, or our own type of
/// version 1 or 2.
bool is_acceptable(std::string_view accept) {
  while (!accept.empty()) {
    const std::size_t comma = std::min(accept.find(','), accept.size());
    std::string_view range = accept.substr(0, comma);
    accept.remove_prefix(std::min(comma + 1, accept.size()));
    range = range.substr(0, range.find(';'));
    while (range.starts_with(' ')) range.remove_prefix(1);
    while (range.ends_with(' ')) range.remove_suffix(1);
    const bool is_own = range.starts_with("application/vnd.brreg.enhetsregisteret.");
    if (range == "*/*" || range == "application/*" || range == "application/json" ||
        range == "application/hal+json" || range == "application/gzip" ||
        (is_own && (range.find(".v2+") != std::string_view::npos ||
                    range.find(".v1+") != std::string_view::npos))) {
      return true;
    }
  }
  return false;
}

/// The parameters of a query that may each stand once; nothing when one is not of `known`.
std::optional<std::map<std::string, std::string>>
parameters_of(const http::Request& request, std::span<const std::string_view> known) {
  std::map<std::string, std::string> all;
  http::FormReader reader(request.query);
  while (reader.next()) {
    if (std::ranges::find(known, reader.name()) == known.end()) return std::nullopt;
    all.emplace(reader.name(), reader.value());
  }
  if (reader.error()) return std::nullopt;
  return all;
}

bool read_page(const std::map<std::string, std::string>& asked, Page& page) {
  for (const auto& [name, value] :
       {std::pair{"page", &page.number}, std::pair{"size", &page.size}}) {
    const auto found = asked.find(name);
    if (found == asked.end()) continue;
    const auto number = number_of(found->second);
    if (!number) return false;
    *value = *number;
  }
  return true;
}

/// The asked address without what names a page.
std::string self_of(const http::Request& request) {
  std::string self = std::string("http://").append(request.host).append(request.path);
  std::string_view rest = request.query;
  char mark = '?';
  while (!rest.empty()) {
    const std::string_view pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(rest.size(), pair.size() + 1));
    if (pair.empty() || pair.starts_with("page=") || pair.starts_with("size=")) continue;
    self.append(1, mark).append(pair);
    mark = '&';
  }
  return self;
}

bool holds(const Entry& entry, const std::string& name, const std::string& value) {
  const Unit& unit = entry.unit;
  if (name == "navn") return unit.name.find(virksomhet::capitals(value)) != std::string::npos;
  if (name == "organisasjonsnummer") return value.find(unit.number) != std::string::npos;
  if (name == "organisasjonsform") return unit.form.code == value;
  if (name == "naeringskode") return unit.industry.code.starts_with(value);
  if (name == "kommunenummer") return unit.place.kommune_number == value;
  if (name == "overordnetEnhet") return unit.parent == value;
  return true;
}

std::string http_date(std::time_t when) {
  std::tm parts{};
  ::gmtime_r(&when, &parts);
  char text[64];
  const std::size_t size = std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  return {text, size};
}

std::string pack(std::string_view text) {
  z_stream stream{};
  std::string packed;
  constexpr int gzip_window = 15 + 16;
  if (::deflateInit2(&stream, 1, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
    return packed;
  }
  packed.resize(::deflateBound(&stream, static_cast<uLong>(text.size())));
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  const bool whole = ::deflate(&stream, Z_FINISH) == Z_STREAM_END;
  packed.resize(whole ? stream.total_out : 0);
  ::deflateEnd(&stream);
  return packed;
}

} // namespace

Service::Service(const virksomhet::NationOptions& options)
    : register_(options), draw_(generate::key_of(options.seed, 0x51)) {
  publish();
}

std::vector<http::Route> Service::routes() {
  std::vector<http::Route> routes;
  const auto add = [&](http::Method method, std::string path, std::string id, Handler handler,
                       std::size_t body_max = 0) {
    routes.push_back({method, std::move(path), std::move(id), http::Lane::pool_lane,
                      [this, handler](const http::Request& request, http::Response& response) {
                        answer(handler, request, response);
                      },
                      body_max});
  };
  using enum http::Method;
  const std::string base(service_path);
  add(get, base + "/enheter", "enheter", &Service::main_units);
  add(get, base + "/enheter/lastned", "enheter-bulk", &Service::main_bulk);
  add(get, base + "/enheter/{number}", "enhet", &Service::main_unit);
  add(get, base + "/enheter/{number}/roller", "roller", &Service::roles);
  add(get, base + "/underenheter", "underenheter", &Service::sub_units);
  add(get, base + "/underenheter/lastned", "underenheter-bulk", &Service::sub_bulk);
  add(get, base + "/underenheter/{number}", "underenhet", &Service::sub_unit);
  add(get, base + "/roller/totalbestand", "roller-bulk", &Service::role_bulk);
  add(get, base + "/oppdateringer/enheter", "enheter-feed", &Service::main_feed);
  add(get, base + "/oppdateringer/underenheter", "underenheter-feed", &Service::sub_feed);
  add(get, base + "/oppdateringer/roller", "roller-feed", &Service::role_feed);
  add(get, "/simulator/status", "status", &Service::status);
  add(get, "/simulator/truth", "truth", &Service::truth);
  add(get, "/simulator/truth/roles", "truth-roles", &Service::role_truth);
  add(post, "/simulator/rest", "rest", &Service::make_rest, control_body_bytes_max);
  add(post, "/simulator/happen", "happen", &Service::make_happen, control_body_bytes_max);
  add(post, "/simulator/publish", "publish", &Service::make_publish, control_body_bytes_max);
  add(post, "/simulator/fault", "fault", &Service::make_fault, control_body_bytes_max);
  return routes;
}

bool Service::has(Fault fault) const {
  return steady_clock::now() < until_[static_cast<std::size_t>(fault)];
}

std::uint64_t Service::newest_told(Kind kind) const {
  const auto& updates = register_.updates(kind);
  if (has(Fault::freeze)) return frozen_at_[static_cast<std::size_t>(kind)];
  return updates.empty() ? 0 : updates.back().id;
}

/// What stands before every service: faults first, as on the way there.
void Service::answer(Handler handler, const Request& request, Response& response) {
  if (request.path.starts_with("/simulator/")) return (this->*handler)(request, response);
  ++requests_;
  bool slow = false;
  {
    const std::lock_guard lock(mutex_);
    slow = has(Fault::slow);
    if (has(Fault::html)) {
      response.status = requests_ % 2 == 0 ? 200 : 503;
      response.content_type = http::content_type::html;
      response.body = "<html><body>Vi har tekniske problemer</body></html>";
      return;
    }
    if (has(Fault::failing)) return refuse(request, response, 500, "Ukjent feil");
    if (has(Fault::not_found)) return refuse(request, response, 404, "Fant ikke");
    if (has(Fault::gone)) return refuse(request, response, 410, "Borte");
    if (has(Fault::busy)) {
      response.add_header("Retry-After", busy_wait_s);
      return refuse(request, response, 429, "For mange kall");
    }
  }
  if (slow) std::this_thread::sleep_for(slow_answer);
  const auto accept = request.header("Accept");
  if (accept && !is_acceptable(*accept)) {
    return refuse(request, response, 406, "Ukjent medietype");
  }
  (this->*handler)(request, response);
  const std::lock_guard lock(mutex_);
  if (has(Fault::cut) && response.status == 200 && response.body.size() > 100) {
    response.body.resize(response.body.size() * 2 / 3);
  }
}

void Service::unit(Kind kind, const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const Entry* entry = register_.find(kind, request.path_parameter(0));
  if (entry == nullptr) { // never was, or is of the other kind
    return refuse(request, response, 404, "Fant ikke enheten");
  }
  response.content_type = unit_types[static_cast<std::size_t>(kind)];
  if (entry->state == State::removed) response.status = 410;
  append_entry(response.body, *entry, base_of(request));
}

void Service::search(Kind kind, const Request& request, Response& response) {
  static constexpr auto known = std::to_array<std::string_view>(
      {"navn", "organisasjonsnummer", "organisasjonsform", "naeringskode", "kommunenummer",
       "overordnetEnhet", "page", "size"});
  const auto asked = parameters_of(request, known);
  Page page;
  if (!asked || !read_page(*asked, page)) {
    return refuse(request, response, 400, "Ugyldig parameter");
  }
  if (page.is_beyond()) return refuse(request, response, 400, too_far);
  const std::lock_guard lock(mutex_);
  const std::string base = base_of(request);
  std::uint64_t elements = 0;
  std::string& out = response.body;
  for (const Entry& entry : register_.entries(kind)) {
    const bool fits = entry.state == State::live &&
                      std::ranges::all_of(*asked, [&entry](const auto& pair) {
                        return holds(entry, pair.first, pair.second);
                      });
    if (!fits) continue;
    const std::uint64_t place = elements++;
    if (place < page.number * page.size || place >= (page.number + 1) * page.size) continue;
    out += out.empty() ? std::string(R"({"_embedded":{")").append(path_of(kind)).append("\":[")
                       : std::string(1, ',');
    append_entry(out, entry, base);
  }
  out += out.empty() ? "{" : "]},"; // nothing found: no _embedded at all
  append_paging(out, self_of(request), page, elements, elements > 0);
}

void Service::feed(Kind kind, const Request& request, Response& response) {
  static constexpr auto known = std::to_array<std::string_view>(
      {"oppdateringsid", "dato", "organisasjonsnummer", "includeChanges", "page", "size"});
  const auto asked = parameters_of(request, known);
  Page page;
  std::optional<std::uint64_t> from = 0;
  std::optional<registry::Instant> since;
  if (asked && asked->contains("oppdateringsid")) from = number_of(asked->at("oppdateringsid"));
  if (asked && asked->contains("dato")) since = registry::parse_date_time(asked->at("dato"));
  if (!asked || !read_page(*asked, page) || !from || (asked->contains("dato") && !since)) {
    return refuse(request, response, 400, "Ugyldig parameter");
  }
  if (page.is_beyond()) return refuse(request, response, 400, too_far);
  const auto whom = asked->find("organisasjonsnummer");
  const auto changes = asked->find("includeChanges");
  const bool with_changes = changes != asked->end() && changes->second == "true";
  const std::lock_guard lock(mutex_);
  const std::uint64_t newest = newest_told(kind);
  const std::string base = base_of(request);
  std::uint64_t elements = 0;
  std::string& out = response.body;
  std::vector<const Update*> shown;
  // From the id itself on: the cursor is inclusive.
  const auto& updates = register_.updates(kind);
  for (auto row = std::ranges::lower_bound(updates, *from, {}, &Update::id);
       row != updates.end() && row->id <= newest; ++row) {
    const bool fits = (!since || row->when_ms * 1'000 >= since->microseconds) &&
                      (whom == asked->end() || whom->second == row->number);
    if (!fits) continue;
    const std::uint64_t place = elements++;
    if (place < page.number * page.size || place >= (page.number + 1) * page.size) continue;
    shown.push_back(&*row);
  }
  if (has(Fault::out_of_order)) std::ranges::reverse(shown);
  for (const Update* const row : shown) {
    out += !out.empty()         ? ","
           : kind == Kind::main ? R"({"_embedded":{"oppdaterteEnheter":[)"
                                : R"({"_embedded":{"oppdaterteUnderenheter":[)";
    append_update(out, *row, kind, base, with_changes);
  }
  out += out.empty() ? "{" : "]},";
  append_paging(out, self_of(request), page, elements, elements > 0);
}

void Service::bulk(Kind kind, const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  const Bulk& file = bulk_[static_cast<std::size_t>(kind)];
  response.content_type = bulk_types[static_cast<std::size_t>(kind)];
  response.add_header("Last-Modified", file.last_modified);
  response.body = file.packed;
}

void Service::publish() {
  const std::lock_guard lock(mutex_);
  for (const Kind kind : {Kind::main, Kind::sub}) {
    std::string text = "[";
    for (const Entry& entry : register_.entries(kind)) {
      if (entry.state != State::live) continue;
      if (text.size() > 1) text += ',';
      virksomhet::append_unit(text, entry.unit, {});
    }
    text += ']';
    bulk_[static_cast<std::size_t>(kind)] = {pack(text), http_date(std::time(nullptr))};
  }
  std::string text = "[";
  for (const Entry& entry : register_.entries(Kind::main)) {
    if (entry.state != State::live) continue;
    if (text.size() > 1) text += ',';
    append_roles(text, entry, {});
  }
  role_bulk_ = {pack(text.append("]")), http_date(std::time(nullptr))};
}

void Service::role_bulk(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  response.content_type = "application/gzip";
  response.add_header("Last-Modified", role_bulk_.last_modified);
  response.body = role_bulk_.packed;
}

} // namespace grunndata::simulate::enhetsregisteret
