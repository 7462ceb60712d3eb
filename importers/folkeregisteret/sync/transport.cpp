#include "importers/folkeregisteret/sync/transport.h"

#include "importers/folkeregisteret/sync/wire.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <mutex>

namespace grunndata::importers::folkeregisteret::sync {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr long connect_timeout_ms = 10'000;
/// Slower than this for so long, and the answer counts as not coming.
constexpr long slow_bytes_per_second = 100;
constexpr long slow_seconds = 30;
constexpr std::chrono::milliseconds retry_after_max{std::chrono::hours(1)};

struct HandleFree {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct ListFree {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListFree>;

void append(List& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

bool is_loopback(std::string_view host) noexcept {
  return host == "localhost" || host == "[::1]" ||
         (host.starts_with("127.") &&
          host.find_first_not_of("0123456789.") == std::string_view::npos);
}

std::string_view host_of(std::string_view url) noexcept {
  const std::size_t begin = url.find("://") + 3;
  std::string_view authority = url.substr(begin, url.find_first_of("/?#", begin) - begin);
  const std::size_t port = authority.rfind(':');
  return port == std::string_view::npos || authority.ends_with(']') ? authority
                                                                    : authority.substr(0, port);
}

Meaning meaning_of(long status, bool is_json) noexcept {
  switch (status) {
    case 200: return is_json ? Meaning::ok : Meaning::failing;
    case 304: return Meaning::not_modified;
    case 404: return Meaning::not_found;
    case 406: return Meaning::too_old;
    case 410: return Meaning::gone;
    case 401:
    case 403: return is_json ? Meaning::forbidden : Meaning::failing; // HTML: a firewall
    case 429: return Meaning::busy;
    default: return status >= 400 && status < 500 ? Meaning::refused : Meaning::failing;
  }
}

std::string_view sentence(CURLcode code) noexcept {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return "Folkeregisteret did not answer in time";
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED: return "the answer is larger than is taken";
    case CURLE_PEER_FAILED_VERIFICATION: return "the certificate is not trusted";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING: return "the connection was cut in the midst of an answer";
    case CURLE_ABORTED_BY_CALLBACK: return "stopped";
    default: return "Folkeregisteret cannot be reached";
  }
}

struct Receiving {
  Answer* answer = nullptr;
  std::size_t bytes_max = 0;
  bool is_json = false;
};

std::size_t take_body(const char* bytes, std::size_t, std::size_t count, void* to) {
  auto& receiving = *static_cast<Receiving*>(to);
  std::string& body = receiving.answer->body;
  if (count > receiving.bytes_max - std::min(receiving.bytes_max, body.size())) return 0;
  body.append(bytes, count);
  return count;
}

bool names(std::string_view line, std::string_view name) noexcept {
  return line.size() > name.size() && line[name.size()] == ':' &&
         std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
           return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
         });
}

std::size_t take_header(const char* bytes, std::size_t, std::size_t count, void* to) {
  auto& receiving = *static_cast<Receiving*>(to);
  std::string_view line(bytes, count);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  const auto value = [&line](std::size_t name_size) {
    std::string_view rest = line.substr(name_size + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
  };
  constexpr std::string_view etag = "etag";
  constexpr std::string_view type = "content-type";
  constexpr std::string_view retry = "retry-after";
  if (names(line, etag)) {
    receiving.answer->etag = value(etag.size());
  } else if (names(line, type)) {
    receiving.is_json = value(type.size()).find("json") != std::string_view::npos;
  } else if (names(line, retry)) {
    const std::string_view text = value(retry.size());
    std::uint64_t wait = 0;
    std::from_chars(text.data(), text.data() + text.size(), wait);
    receiving.answer->retry_after =
        std::min(retry_after_max, std::chrono::milliseconds(std::min<std::uint64_t>(
                                      wait, static_cast<std::uint64_t>(retry_after_max.count()))));
  }
  return count;
}

int stop_asked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

std::string said(const Answer& answer) {
  const SaidError error = read_error(answer.body);
  std::string text = "status " + std::to_string(answer.status);
  if (!error.code.empty()) text += ", " + error.code;
  if (!error.message.empty()) text += ": " + error.message;
  return text;
}

} // namespace

struct Transport::Connection {
  std::unique_ptr<CURL, HandleFree> handle;
};

std::string_view name_of(Meaning meaning) noexcept {
  switch (meaning) {
    case Meaning::ok: return "ok";
    case Meaning::not_modified: return "not-modified";
    case Meaning::not_found: return "not-found";
    case Meaning::gone: return "gone";
    case Meaning::too_old: return "too-old";
    case Meaning::forbidden: return "forbidden";
    case Meaning::refused: return "refused";
    case Meaning::busy: return "busy";
    case Meaning::failing: break;
  }
  return "failing";
}

Result<void> check_base_url(const std::string& base_url) {
  const bool secure = base_url.starts_with("https://");
  if (!secure && !base_url.starts_with("http://")) {
    return fail(ErrorCode::invalid, "the address of Folkeregisteret is neither https nor http");
  }
  if (base_url.ends_with('/') || base_url.find_first_of("?#@ ") != std::string::npos) {
    return fail(ErrorCode::invalid, "the address of Folkeregisteret ends in its version (…/v1), "
                                    "without a slash, a query or a user");
  }
  const std::string_view host = host_of(base_url);
  if (host.empty()) return fail(ErrorCode::invalid, "the address of Folkeregisteret has no host");
  if (!secure && !is_loopback(host)) {
    return fail(ErrorCode::invalid, "plain http is used for a simulator on loopback only");
  }
  return {};
}

Transport::Transport(const TransportOptions& options)
    : options_(options), connection_(std::make_unique<Connection>()) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  connection_->handle.reset(curl_easy_init());
}

Transport::~Transport() = default;

Answer Transport::get(std::string_view path, std::string_view etag) {
  return ask(path, etag, nullptr);
}

Answer Transport::post(std::string_view path, const std::string& body) {
  return ask(path, {}, &body);
}

Answer Transport::ask(std::string_view path, std::string_view etag, const std::string* body) {
  Answer answer;
  CURL* const handle = connection_->handle.get();
  if (handle == nullptr) {
    answer.message = "no request can be made";
    return answer;
  }
  curl_easy_reset(handle); // connections and sessions stay
  List headers;
  append(headers, "Accept: application/json");
  if (!etag.empty()) append(headers, "If-None-Match: " + std::string(etag));
  if (options_.tokens != nullptr) {
    auto token = options_.tokens->token();
    if (!token) {
      answer.message = token.error().message;
      return answer;
    }
    append(headers, "Authorization: Bearer " + *token);
  }
  const std::string url = options_.base_url + std::string(path);
  Receiving receiving{&answer, options_.answer_bytes_max};
  const auto set = [handle](CURLoption option, auto value) {
    curl_easy_setopt(handle, option, value);
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options_.timeout.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  set(CURLOPT_LOW_SPEED_LIMIT, slow_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, slow_seconds);
  set(CURLOPT_ACCEPT_ENCODING, "gzip");
  set(CURLOPT_USERAGENT, "grunndata");
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&receiving));
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&receiving));
  if (is_loopback(host_of(options_.base_url))) set(CURLOPT_NOPROXY, "*");
  if (options_.stop != nullptr) {
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &stop_asked);
    set(CURLOPT_XFERINFODATA,
        static_cast<void*>(const_cast<std::atomic<bool>*>(options_.stop))); // handed back as it is
  }
  if (body != nullptr) {
    append(headers, "Content-Type: application/json");
    append(headers, "Expect:");
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body->size()));
    set(CURLOPT_POSTFIELDS, body->c_str());
  }
  set(CURLOPT_HTTPHEADER, headers.get());

  if (const CURLcode code = curl_easy_perform(handle); code != CURLE_OK) {
    answer.body.clear();
    answer.message = sentence(code);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  answer.meaning = meaning_of(status, receiving.is_json);
  if (answer.meaning == Meaning::forbidden && options_.tokens != nullptr) {
    options_.tokens->forget();
  }
  if (answer.meaning == Meaning::failing && status == 200) {
    answer.message = "the answer is no JSON: something on the way answered in its place";
  } else if (answer.meaning != Meaning::ok && answer.meaning != Meaning::not_modified) {
    answer.message = said(answer);
  }
  if (answer.meaning != Meaning::ok) answer.body.clear();
  return answer;
}

} // namespace grunndata::importers::folkeregisteret::sync
