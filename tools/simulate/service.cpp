#include "tools/simulate/service.h"

#include "api/http/form.h"
#include "tools/simulate/parts.h"
#include "tools/simulate/wire.h"

#include <algorithm>
#include <array>
#include <thread>
#include <unordered_set>

namespace grunndata::simulate {

namespace {

namespace http = api::http;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::array<std::string_view, fault_count> fault_names{
    "freeze", "not-found", "busy",    "html",         "failing", "slow",
    "cut",    "gone",      "too-old", "out-of-order", "late",    "expired-token"};
constexpr std::size_t page_events = 1'000;
constexpr std::size_t bulk_max = 1'000;
constexpr std::uint64_t late_each = 3;
constexpr std::size_t bulk_body_bytes_max = 256U << 10U;
constexpr std::size_t control_body_bytes_max = 4U << 10U;
constexpr milliseconds slow_answer{1'000};
constexpr std::string_view busy_wait_ms = "120";

bool is_id_text(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z');
  });
}

void append_event(std::string& out, const Event& event) {
  out += R"({"sekvensnummer":)" + std::to_string(event.sequence) +
         R"(,"hendelse":{"folkeregisteridentifikator":")" + event.identifier +
         R"(","hendelsetype":")" + event.type + '"';
  if (!event.event_document.empty()) {
    out += R"(,"hendelsesdokument":")" + event.event_document + '"';
  }
  if (!event.person_document.empty()) {
    out += R"(,"persondokument":")" + event.person_document + '"';
  }
  out += R"(,"ajourholdstidspunkt":")" + event.recorded + "\"}}";
}

void refuse_parts(http::Response& response) { refuse(response, 400, "FREG-400", "Ugyldig part"); }

void append_document(std::string& out, const Event& event) {
  out += R"({"dokumentidentifikator":")" + event.event_document +
         R"(","skjemaversjon":"1.0","hendelse":{"folkeregisteridentifikator":")" +
         event.identifier + R"(","hendelsestype":")" + event.type + R"(","ajourholdstidspunkt":")" +
         event.recorded + "\"}}";
}

} // namespace

std::string_view name_of(Fault fault) noexcept {
  return fault_names[static_cast<std::size_t>(fault)];
}

std::optional<Fault> fault_of(std::string_view name) noexcept {
  for (std::size_t i = 0; i < fault_count; ++i) {
    if (fault_names[i] == name) return static_cast<Fault>(i);
  }
  return std::nullopt;
}

Service::Service(const ServiceOptions& options)
    : options_(options), world_(options.world), draw_(generate::key_of(options.world.seed, 0x61)) {}

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
  const std::string base(service_path);
  using http::Method;
  add(Method::get, base + "/hendelser/siste/sekvensnummer", "newest", &Service::newest);
  add(Method::get, base + "/hendelser/feed", "feed", &Service::feed);
  add(Method::get, base + "/hendelser/{id}", "event", &Service::event_document);
  add(Method::post, base + "/hendelser/bulkoppslag", "events", &Service::event_documents,
      bulk_body_bytes_max);
  add(Method::get, base + "/personer/{id}", "person", &Service::person);
  add(Method::get, base + "/personer/arkiv/{document}", "version", &Service::version);
  add(Method::post, base + "/personer/bulkoppslag", "persons", &Service::persons,
      bulk_body_bytes_max);
  add(Method::post, base + "/personer/bulkoppslag/arkiv", "versions", &Service::versions,
      bulk_body_bytes_max);
  add(Method::get, base + "/uttrekk/komplett", "order", &Service::order);
  add(Method::post, base + "/uttrekk/tilpasset", "order-selection", &Service::order_selection,
      control_body_bytes_max);
  add(Method::get, base + "/uttrekk/{job}/batch/{number}", "batch", &Service::batch);
  add(Method::get, "/simulator/truth", "truth", &Service::truth);
  add(Method::get, "/simulator/status", "status", &Service::status);
  add(Method::post, "/simulator/happen", "happen", &Service::make_happen, control_body_bytes_max);
  add(Method::post, "/simulator/rest", "rest", &Service::make_rest, control_body_bytes_max);
  add(Method::post, "/simulator/fault", "fault", &Service::make_fault, control_body_bytes_max);
  return routes;
}

bool Service::has(Fault fault) const {
  return steady_clock::now() < until_[static_cast<std::size_t>(fault)];
}

bool Service::is_late(std::uint64_t sequence) const {
  return has(Fault::late) && sequence > late_from_ && sequence % late_each == 0;
}

std::uint64_t Service::newest_told() const {
  return has(Fault::freeze) ? frozen_at_ : world_.newest();
}

/// What stands before every service: faults first, as on the way there, then who may ask, and how.
void Service::answer(Handler handler, const Request& request, Response& response) {
  if (request.path.starts_with("/simulator/")) return (this->*handler)(request, response);
  ++requests_;
  bool slow = false;
  bool expired = false;
  {
    const std::lock_guard lock(mutex_);
    slow = has(Fault::slow);
    expired = has(Fault::expired_token);
    if (has(Fault::html)) {
      response.status = requests_ % 2 == 0 ? 200 : 403;
      response.content_type = http::content_type::html;
      response.body = "<html><body>The requested URL was rejected. Support ID: "
                      "4711</body></html>";
      return;
    }
    if (has(Fault::failing)) {
      response.status = 500;
      response.body = R"({"httpStatus":500,"code":"FREG-500","message":"Prøv igjen senere"})";
      return;
    }
    if (has(Fault::busy)) {
      response.add_header("Retry-After", busy_wait_ms);
      return refuse(response, 429, "FREG-429", "For mange kall");
    }
    if (has(Fault::not_found)) return refuse(response, 404, "FREG-404", "Fant ikke");
  }
  if (slow) std::this_thread::sleep_for(slow_answer);
  const bool has_token =
      options_.token.empty() || request.header("Authorization") == "Bearer " + options_.token;
  if (!has_token || expired) {
    return refuse(response, 401, "FREG-401", "Ugyldig token");
  }
  const auto accept = request.header("Accept");
  if (accept && accept->find("json") == std::string_view::npos &&
      accept->find("*/*") == std::string_view::npos) {
    return refuse(response, 406, "FREG-406", "Ugyldig Accept");
  }
  (this->*handler)(request, response);
  const std::lock_guard lock(mutex_);
  if (has(Fault::cut) && response.status == 200 && response.body.size() > 100) {
    response.body.resize(response.body.size() * 2 / 3);
  }
}

void Service::newest(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  response.body = std::to_string(newest_told());
}

void Service::feed(const Request& request, Response& response) {
  std::optional<std::uint64_t> from;
  if (!read_query_number(request, "seq", from) || !from)
    return refuse(response, 400, "FREG-400", "seq mangler eller er ugyldig");
  const std::lock_guard lock(mutex_);
  if (has(Fault::too_old)) {
    return refuse(response, 406, "FREG-406",
                  "Det er oppgitt ulovlig sekvensnummer. Sekvensnummer kan ikke være mere enn 36 "
                  "måneder gammelt");
  }
  const auto& events = world_.events();
  auto event = std::lower_bound(
      events.begin(), events.end(), *from,
      [](const Event& one, std::uint64_t number) { return one.sequence < number; });
  std::vector<const Event*> page;
  for (; event != events.end() && page.size() < page_events && event->sequence <= newest_told();
       ++event) {
    if (!is_late(event->sequence)) page.push_back(&*event);
  }
  const std::string etag = '"' + std::to_string(*from) + '-' + std::to_string(page.size()) + '-' +
                           (page.empty() ? "0" : page.back()->event_document) + '"';
  response.add_header("ETag", etag);
  if (request.header("If-None-Match") == etag) {
    response.status = 304;
    return;
  }
  if (has(Fault::out_of_order)) std::reverse(page.begin(), page.end());
  response.body = "[";
  for (const Event* one : page) {
    if (response.body.size() > 1) response.body += ',';
    append_event(response.body, *one);
  }
  response.body += ']';
}

void Service::person(const Request& request, Response& response) {
  const auto parts = PartChoice::read(request.query);
  if (!parts) return refuse_parts(response);
  const std::lock_guard lock(mutex_);
  const std::string* const json = world_.person(request.path_parameter(0));
  if (json == nullptr) return refuse(response, 404, "FREG-404", "Fant ikke person");
  response.body = parts->of(*json);
}

void Service::version(const Request& request, Response& response) {
  const auto parts = PartChoice::read(request.query);
  if (!parts) return refuse_parts(response);
  const std::lock_guard lock(mutex_);
  const std::string* const json = world_.version(request.path_parameter(0));
  if (json == nullptr) return refuse(response, 404, "FREG-404", "Fant ikke dokument");
  response.body = parts->of(*json);
}

void Service::persons(const Request& request, Response& response) {
  const auto parts = PartChoice::read(request.query);
  if (!parts) return refuse_parts(response);
  const auto ids = list_of(request.body, "foedselsEllerDNummer");
  if (!ids || ids->empty()) return refuse(response, 400, "FREG-400", "Ugyldig innhold");
  if (ids->size() > bulk_max) return refuse(response, 400, "FREG-400", "For mange personer");
  const bool as_ordered = request.query.find("somBestilt=true") != std::string_view::npos;
  const std::lock_guard lock(mutex_);
  response.body = R"({"oppslag":[)";
  for (const std::string& id : *ids) {
    const std::string* const json = world_.person(id);
    if (json == nullptr && !as_ordered) continue;
    if (response.body.back() != '[') response.body += ',';
    response.body += R"({"foedselsEllerDNummer":")";
    response.body += is_id_text(id) ? id : std::string();
    response.body += json == nullptr ? R"(","feilmelding":{"feilmelding":"Fant ikke person")"
                                     : R"(","folkeregisterperson":)";
    response.body += json == nullptr ? "}" : parts->of(*json);
    response.body += '}';
  }
  response.body += "]}";
}

void Service::versions(const Request& request, Response& response) {
  const auto parts = PartChoice::read(request.query);
  if (!parts) return refuse_parts(response);
  const auto ids = list_of(request.body, "dokumentidentifikator");
  if (!ids || ids->empty() || ids->size() > bulk_max) {
    return refuse(response, 400, "FREG-400", "Ugyldig innhold");
  }
  const std::lock_guard lock(mutex_);
  response.body = R"({"oppslag":[)";
  for (const std::string& id : *ids) {
    const std::string* const json = world_.version(id);
    if (json == nullptr) {
      response.body.clear();
      return refuse(response, 400, "FREG-400", "Dokumentet er slettet");
    }
    if (response.body.back() != '[') response.body += ',';
    response.body.append(R"({"dokumentidentifikator":")").append(id);
    response.body.append(R"(","folkeregisterperson":)").append(parts->of(*json)).append(1, '}');
  }
  response.body += "]}";
}

void Service::event_document(const Request& request, Response& response) {
  const std::string_view id = request.path_parameter(0);
  const std::lock_guard lock(mutex_);
  const auto& events = world_.events();
  const auto found = std::find_if(events.rbegin(), events.rend(),
                                  [id](const Event& one) { return one.event_document == id; });
  if (found == events.rend()) return refuse(response, 404, "FREG-404", "Fant ikke hendelse");
  append_document(response.body, *found);
}

void Service::event_documents(const Request& request, Response& response) {
  const auto ids = list_of(request.body, "dokumentidentifikator");
  if (!ids || ids->empty() || ids->size() > bulk_max) {
    return refuse(response, 400, "FREG-400", "Ugyldig innhold");
  }
  const std::unordered_set<std::string> wanted(ids->begin(), ids->end());
  const std::lock_guard lock(mutex_);
  response.body = "[";
  for (const Event& event : world_.events()) {
    if (!wanted.contains(event.event_document)) continue;
    if (response.body.size() > 1) response.body += ',';
    append_document(response.body, event);
  }
  response.body += ']';
}

} // namespace grunndata::simulate
