#include "importers/following/transport.h"

#include "importers/following/said_error.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <mutex>
#include <utility>

#include <unistd.h>

namespace grunndata::importers::following {

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

Meaning meaning_of(long status, bool is_json, bool is_wanted) noexcept {
  switch (status) {
    case 200: return is_wanted ? Meaning::ok : Meaning::failing;
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

std::string sentence(CURLcode code, const std::string& source) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return source + " did not answer in time";
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED: return "the answer is larger than is taken";
    case CURLE_PEER_FAILED_VERIFICATION: return "the certificate is not trusted";
    case CURLE_PARTIAL_FILE:
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING: return "the connection was cut in the midst of an answer";
    case CURLE_ABORTED_BY_CALLBACK: return "stopped";
    default: return source + " cannot be reached";
  }
}

struct FileClose {
  void operator()(std::FILE* file) const noexcept { static_cast<void>(std::fclose(file)); }
};
using File = std::unique_ptr<std::FILE, FileClose>;

struct Receiving {
  Answer* answer = nullptr;
  std::size_t bytes_max = 0;
  std::chrono::milliseconds retry_after_unit{1};
  std::FILE* file = nullptr; ///< set: what is no error's body goes there
  bool is_good = false;      ///< status 200
  bool is_json = false;
  bool is_packed = false;
};

std::size_t take_body(const char* bytes, std::size_t, std::size_t count, void* to) {
  auto& receiving = *static_cast<Receiving*>(to);
  if (receiving.file != nullptr && receiving.is_good && receiving.is_packed) {
    return std::fwrite(bytes, 1, count, receiving.file);
  }
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
  if (line.starts_with("HTTP/")) {
    receiving.is_good = line.find(" 200") != std::string_view::npos;
    receiving.is_json = receiving.is_packed = false;
  }
  const auto value = [&line](std::size_t name_size) {
    std::string_view rest = line.substr(name_size + 1);
    rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
    return rest;
  };
  constexpr std::string_view etag = "etag";
  constexpr std::string_view type = "content-type";
  constexpr std::string_view retry = "retry-after";
  constexpr std::string_view modified = "last-modified";
  if (names(line, etag)) {
    receiving.answer->etag = value(etag.size());
  } else if (names(line, type)) {
    const std::string_view name = value(type.size());
    receiving.is_json = name.find("json") != std::string_view::npos;
    receiving.is_packed = name.find("gzip") != std::string_view::npos ||
                          name.find("octet-stream") != std::string_view::npos;
  } else if (names(line, retry)) {
    const std::string_view text = value(retry.size());
    std::uint64_t wait = 0;
    std::from_chars(text.data(), text.data() + text.size(), wait);
    receiving.answer->retry_after =
        std::min(retry_after_max,
                 receiving.retry_after_unit *
                     static_cast<std::int64_t>(std::min<std::uint64_t>(
                         wait, static_cast<std::uint64_t>(retry_after_max.count()))));
  } else if (names(line, modified)) {
    const time_t when = curl_getdate(std::string(value(modified.size())).c_str(), nullptr);
    if (when != -1) receiving.answer->last_modified = {std::int64_t{when} * 1'000'000};
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

Result<void> check_base_url(const std::string& base_url, std::string_view source) {
  const auto refuse = [source](std::string_view why) {
    return fail(ErrorCode::invalid,
                std::string("the address of ").append(source).append(1, ' ').append(why));
  };
  const bool secure = base_url.starts_with("https://");
  if (!secure && !base_url.starts_with("http://")) return refuse("is neither https nor http");
  if (base_url.ends_with('/') || base_url.find_first_of("?#@ ") != std::string::npos) {
    return refuse("ends where its paths begin, without a slash, a query or a user");
  }
  const std::string_view host = host_of(base_url);
  if (host.empty()) return refuse("has no host");
  if (!secure && !is_loopback(host)) {
    return refuse("is https: plain http is used for a simulator on loopback only");
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

struct Transport::Asked {
  std::string_view path;
  std::string_view etag{};
  const std::string* body = nullptr;
  std::FILE* file = nullptr;
};

Answer Transport::get(std::string_view path, std::string_view etag) {
  return ask({.path = path, .etag = etag});
}

Answer Transport::post(std::string_view path, const std::string& body) {
  return ask({.path = path, .body = &body});
}

Answer Transport::download(std::string_view path, const std::filesystem::path& to) {
  const File file(std::fopen(to.c_str(), "wbe"));
  Answer answer;
  if (!file) {
    answer.message = "no file can be written to " + to.parent_path().string();
    return answer;
  }
  answer = ask({.path = path, .file = file.get()});
  if (answer.meaning == Meaning::ok &&
      (std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0)) {
    answer.meaning = Meaning::failing;
    answer.message = "the file cannot be written whole to " + to.parent_path().string();
  }
  return answer;
}

Answer Transport::ask(const Asked& asked) {
  Answer answer;
  CURL* const handle = connection_->handle.get();
  if (handle == nullptr) {
    answer.message = "no request can be made";
    return answer;
  }
  curl_easy_reset(handle); // connections and sessions stay
  List headers;
  append(headers, std::string("Accept: ").append(options_.accept));
  if (!asked.etag.empty()) append(headers, std::string("If-None-Match: ").append(asked.etag));
  if (options_.tokens != nullptr) {
    auto token = options_.tokens->token();
    if (!token) {
      answer.message = token.error().message;
      return answer;
    }
    append(headers, "Authorization: Bearer " + *token);
  }
  const std::string url = options_.base_url + std::string(asked.path);
  Receiving receiving;
  receiving.answer = &answer;
  receiving.bytes_max = options_.answer_bytes_max;
  receiving.retry_after_unit = options_.retry_after_unit;
  receiving.file = asked.file;
  const auto set = [handle](CURLoption option, auto value) {
    curl_easy_setopt(handle, option, value);
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS,
      asked.file == nullptr ? static_cast<long>(options_.timeout.count()) : 0L);
  set(CURLOPT_CONNECTTIMEOUT_MS, connect_timeout_ms);
  set(CURLOPT_LOW_SPEED_LIMIT, slow_bytes_per_second);
  set(CURLOPT_LOW_SPEED_TIME, slow_seconds);
  // A file stays packed, as it lies at the source.
  if (asked.file == nullptr) set(CURLOPT_ACCEPT_ENCODING, "gzip");
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
  if (asked.body != nullptr) {
    append(headers, "Content-Type: application/json");
    append(headers, "Expect:");
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(asked.body->size()));
    set(CURLOPT_POSTFIELDS, asked.body->c_str());
  }
  set(CURLOPT_HTTPHEADER, headers.get());

  if (const CURLcode code = curl_easy_perform(handle); code != CURLE_OK) {
    answer.body.clear();
    answer.message = code == CURLE_WRITE_ERROR && asked.file != nullptr
                         ? "the file cannot be written"
                         : sentence(code, options_.source_name);
    return answer;
  }
  long status = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
  answer.status = static_cast<int>(status);
  const bool is_wanted = asked.file == nullptr ? receiving.is_json : receiving.is_packed;
  answer.meaning = meaning_of(status, receiving.is_json, is_wanted);
  if (answer.meaning == Meaning::forbidden && options_.tokens != nullptr) {
    options_.tokens->forget();
  }
  if (answer.meaning == Meaning::failing && status == 200) {
    answer.message = "the answer is not of the type asked for: something on the way answered in "
                     "its place";
  } else if (answer.meaning != Meaning::ok && answer.meaning != Meaning::not_modified) {
    answer.message = said(answer);
  }
  const bool tells = answer.meaning == Meaning::gone && receiving.is_json;
  if (answer.meaning != Meaning::ok && !tells) answer.body.clear();
  return answer;
}

} // namespace grunndata::importers::following
