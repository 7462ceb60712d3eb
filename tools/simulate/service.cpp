#include "tools/simulate/service.h"

#include "api/http/form.h"
#include "tools/generate/random.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <thread>

namespace grunndata::simulate {

namespace {

namespace http = api::http;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr std::array<std::string_view, fault_count> fault_names{
    "freeze", "not-found", "busy", "html",    "failing",
    "slow",   "cut",       "gone", "too-old", "out-of-order"};
constexpr std::size_t page_events = 1'000;
constexpr std::size_t bulk_max = 1'000;
constexpr std::size_t jobs_max = 10;
constexpr std::size_t bulk_body_bytes_max = 256U << 10U;
constexpr std::size_t control_body_bytes_max = 4U << 10U;
constexpr milliseconds slow_answer{1'000};
constexpr std::string_view busy_wait_ms = "120";
constexpr std::uint64_t count_max = 10'000'000;
constexpr std::uint64_t gap_numbers = 17;

/// How often things happen, per mille (folkeregisteret.md §9); what is rare comes all the same.
struct Share {
  Happening what;
  std::uint16_t weight;
};
constexpr std::array shares{
    Share{Happening::moved, 300},           Share{Happening::grounds_changed, 120},
    Share{Happening::contact_changed, 110}, Share{Happening::family_changed, 130},
    Share{Happening::renamed, 100},         Share{Happening::born, 60},
    Share{Happening::updated, 60},          Share{Happening::died, 40},
    Share{Happening::got_number, 25},       Share{Happening::protected_fortrolig, 10},
    Share{Happening::protected_strengt, 8}, Share{Happening::protection_lifted, 10},
    Share{Happening::merged, 10},           Share{Happening::parted, 6},
    Share{Happening::death_annulled, 6},    Share{Happening::death_corrected, 5}};

void refuse(http::Response& response, int status, std::string_view code, std::string_view text) {
  response.status = status;
  response.body =
      R"({"kode":")" + std::string(code) + R"(","melding":")" + std::string(text) + "\"}";
}

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<std::uint64_t> query_number(const http::Request& request, std::string_view name) {
  std::optional<std::uint64_t> found;
  http::FormReader reader(request.query);
  while (reader.next()) {
    if (reader.name() == name) found = number_of(reader.value());
  }
  return found;
}

/// The texts of a request's one list; nothing when the body is another.
std::optional<std::vector<std::string>> list_of(std::string_view body, std::string_view member) {
  simdjson::dom::parser parser;
  simdjson::dom::array array;
  if (parser.parse(body.data(), body.size())[member].get_array().get(array) != simdjson::SUCCESS) {
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const simdjson::dom::element element : array) {
    std::string_view text;
    if (element.get_string().get(text) != simdjson::SUCCESS) return std::nullopt;
    texts.emplace_back(text);
  }
  return texts;
}

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
  add(Method::get, base + "/personer/{id}", "person", &Service::person);
  add(Method::get, base + "/personer/arkiv/{document}", "version", &Service::version);
  add(Method::post, base + "/personer/bulkoppslag", "persons", &Service::persons,
      bulk_body_bytes_max);
  add(Method::post, base + "/personer/bulkoppslag/arkiv", "versions", &Service::versions,
      bulk_body_bytes_max);
  add(Method::get, base + "/uttrekk/komplett", "order", &Service::order);
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

std::uint64_t Service::newest_told() const {
  return has(Fault::freeze) ? frozen_at_ : world_.newest();
}

/// What stands before every service: faults first, as on the way there, then who may ask, and how.
void Service::answer(Handler handler, const Request& request, Response& response) {
  if (request.path.starts_with("/simulator/")) return (this->*handler)(request, response);
  ++requests_;
  bool slow = false;
  {
    const std::lock_guard lock(mutex_);
    slow = has(Fault::slow);
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
  if (!options_.token.empty() && request.header("Authorization") != "Bearer " + options_.token) {
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
  const auto from = query_number(request, "seq");
  if (!from) return refuse(response, 400, "FREG-400", "seq mangler eller er ugyldig");
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
    page.push_back(&*event);
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
  const std::lock_guard lock(mutex_);
  const std::string* const json = world_.person(request.path_parameter(0));
  if (json == nullptr) return refuse(response, 404, "FREG-404", "Fant ikke person");
  response.body = *json;
}

void Service::version(const Request& request, Response& response) {
  const std::lock_guard lock(mutex_);
  const std::string* const json = world_.version(request.path_parameter(0));
  if (json == nullptr) return refuse(response, 404, "FREG-404", "Fant ikke dokument");
  response.body = *json;
}

void Service::persons(const Request& request, Response& response) {
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
    response.body += json == nullptr ? "}" : *json;
    response.body += '}';
  }
  response.body += "]}";
}

void Service::versions(const Request& request, Response& response) {
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
    response.body.append(R"(","folkeregisterperson":)").append(*json).append(1, '}');
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
  response.body = R"({"dokumentidentifikator":")" + found->event_document +
                  R"(","skjemaversjon":"1.0","hendelse":{"folkeregisteridentifikator":")" +
                  found->identifier + R"(","hendelsestype":")" + found->type +
                  R"(","ajourholdstidspunkt":")" + found->recorded + "\"}}";
}

void Service::order(const Request& request, Response& response) {
  const auto from = query_number(request, "feedsekvensnr");
  if (!from) return refuse(response, 400, "FREG-400", "feedsekvensnr mangler");
  const std::lock_guard lock(mutex_);
  if (*from > world_.newest()) {
    return refuse(response, 400, "FREG-400", "feedsekvensnr finnes ikke ennå");
  }
  if (jobs_.size() >= jobs_max) jobs_.erase(jobs_.begin()); // of clients that went away
  Job job;
  job.documents = world_.newest_documents();
  // Some come twice, as they have: once as they were ordered, once as they are.
  for (std::size_t i = 0; i < job.documents.size(); i += 97) {
    job.documents.push_back(job.documents[i]);
  }
  job.ready = steady_clock::now() + options_.extract_takes;
  const std::string id = "job-" + std::to_string(draw_.next());
  jobs_.emplace(id, std::move(job));
  response.body = R"({"jobbId":")" + id + "\"}";
}

void Service::batch(const Request& request, Response& response) {
  const auto number = number_of(request.path_parameter(1));
  const std::lock_guard lock(mutex_);
  const auto job = jobs_.find(std::string(request.path_parameter(0)));
  if (has(Fault::gone)) {
    jobs_.clear();
    return refuse(response, 410, "FREG-410", "Uttrekket er slettet");
  }
  if (job == jobs_.end()) return refuse(response, 410, "FREG-410", "Uttrekket er slettet");
  if (!number) return refuse(response, 400, "FREG-400", "Ugyldig batchnummer");
  if (steady_clock::now() < job->second.ready) {
    return refuse(response, 404, "FREG-404", "Ikke klar");
  }
  const auto& documents = job->second.documents;
  const std::size_t begin = *number * options_.batch_documents;
  if (begin >= documents.size()) {
    response.body = "{}";
    return;
  }
  response.body = R"({"dokumentidentifikator":[)";
  const std::size_t end = std::min(begin + options_.batch_documents, documents.size());
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) response.body += ',';
    response.body.append(1, '"').append(documents[i]).append(1, '"');
  }
  response.body += "]}";
}

void Service::truth(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  response.content_type = "application/x-ndjson";
  world_.for_each([&response](const std::string& json) { response.body.append(json) += '\n'; });
}

void Service::status(const Request&, Response& response) {
  const std::lock_guard lock(mutex_);
  response.body = R"({"persons":)" + std::to_string(world_.size()) + R"(,"newest":)" +
                  std::to_string(world_.newest()) + R"(,"events":)" +
                  std::to_string(world_.events().size()) + R"(,"requests":)" +
                  std::to_string(requests_.load()) + '}';
}

void Service::live(std::uint64_t happenings) {
  static constexpr auto weights = [] {
    std::array<std::uint16_t, shares.size()> all{};
    for (std::size_t i = 0; i < shares.size(); ++i) all[i] = shares[i].weight;
    return all;
  }();
  constexpr std::uint32_t sum = [] {
    std::uint32_t all = 0;
    for (const Share& share : shares) all += share.weight;
    return all;
  }();
  for (std::uint64_t i = 0; i < happenings && !resting_; ++i) {
    const std::lock_guard lock(mutex_);
    world_.happen(shares[generate::weighted(draw_.below(sum), weights)].what);
  }
}

bool Service::happen(Happening what, std::uint64_t count) {
  bool any = false;
  for (std::uint64_t i = 0; i < count; ++i) {
    const std::lock_guard lock(mutex_);
    any = world_.happen(what) || any;
  }
  return any;
}

void Service::begin(Fault fault, milliseconds time) {
  const std::lock_guard lock(mutex_);
  if (fault == Fault::freeze) frozen_at_ = newest_told();
  until_[static_cast<std::size_t>(fault)] = steady_clock::now() + time;
}

void Service::duplicate() {
  const std::lock_guard lock(mutex_);
  world_.tell_again();
}

void Service::gap(std::uint64_t numbers) {
  const std::lock_guard lock(mutex_);
  world_.skip(numbers);
}

void Service::tell(std::string_view type) {
  const std::lock_guard lock(mutex_);
  world_.tell(type);
}

void Service::respool() {
  const std::lock_guard lock(mutex_);
  world_.respool();
}

void Service::forget_somebody() {
  const std::lock_guard lock(mutex_);
  world_.tell_of_nobody();
}

void Service::make_happen(const Request& request, Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view what;
  std::uint64_t count = 1;
  if (parser.parse(request.body.data(), request.body.size()).get(body) != simdjson::SUCCESS ||
      body["what"].get_string().get(what) != simdjson::SUCCESS) {
    return refuse(response, 400, "what", "what is missing");
  }
  if (body["count"].get_uint64().get(count) != simdjson::SUCCESS) count = 1;
  if (count > count_max) return refuse(response, 400, "count", "count is too large");
  const auto happening = happening_of(what);
  if (what == "life") {
    live(count);
  } else if (!happening) {
    return refuse(response, 400, "what", "no such thing happens");
  } else if (!happen(*happening, count)) {
    return refuse(response, 409, "what", "there is nobody it could happen to");
  }
  status(request, response);
}

void Service::make_rest(const Request& request, Response& response) {
  rest();
  status(request, response);
}

void Service::make_fault(const Request& request, Response& response) {
  simdjson::dom::parser parser;
  simdjson::dom::element body;
  std::string_view name;
  std::uint64_t time = 0;
  if (parser.parse(request.body.data(), request.body.size()).get(body) != simdjson::SUCCESS ||
      body["fault"].get_string().get(name) != simdjson::SUCCESS) {
    return refuse(response, 400, "fault", "fault is missing");
  }
  if (body["milliseconds"].get_uint64().get(time) != simdjson::SUCCESS) time = 1'000;
  if (const auto fault = fault_of(name)) {
    begin(*fault, milliseconds(std::min<std::uint64_t>(time, count_max)));
  } else {
    if (name == "respool") {
      respool();
    } else if (name == "duplicate") {
      duplicate();
    } else if (name == "gap") {
      gap(gap_numbers);
    } else if (name == "unknown-type") {
      tell("endringINoeNytt");
    } else if (name == "unknown-person") {
      forget_somebody();
    } else {
      return refuse(response, 400, "fault", "no such fault");
    }
  }
  status(request, response);
}

} // namespace grunndata::simulate
