#include "api/access/key_fetch.h"

#include "api/access/because.h"
#include "api/access/url.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>
#include <mutex>

namespace grunndata::api::access {

namespace {

constexpr long status_ok = 200;

struct HandleFree {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};

std::size_t take(const char* bytes, std::size_t, std::size_t count, void* out) {
  auto& body = *static_cast<std::string*>(out);
  if (count > fetched_bytes_max - body.size()) return 0;
  body.append(bytes, count);
  return count;
}

int stop_asked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

std::string_view sentence(CURLcode code) noexcept {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return "The issuer did not answer in time";
    case CURLE_WRITE_ERROR:
    case CURLE_FILESIZE_EXCEEDED: return "The issuer's answer is too large";
    case CURLE_PEER_FAILED_VERIFICATION: return "The issuer's certificate is not trusted";
    case CURLE_ABORTED_BY_CALLBACK: return "The fetch was stopped";
    default: return "The issuer cannot be reached";
  }
}

bool set_up(CURL* handle, const std::string& url, const FetchLimits& limits, std::string& body) {
  using std::chrono::milliseconds;
  const auto left =
      std::chrono::duration_cast<milliseconds>(limits.deadline - std::chrono::steady_clock::now());
  const long timeout_ms = static_cast<long>(std::max<std::int64_t>(1, left.count()));
  void* const stop = const_cast<std::atomic<bool>*>(&limits.stop); // libcurl hands it back as is
  bool done = true;
  const auto set = [&](CURLoption option, auto value) {
    done = done && curl_easy_setopt(handle, option, value) == CURLE_OK;
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, timeout_ms);
  set(CURLOPT_CONNECTTIMEOUT_MS, timeout_ms);
  set(CURLOPT_MAXFILESIZE, static_cast<long>(fetched_bytes_max));
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&body));
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, &stop_asked);
  set(CURLOPT_XFERINFODATA, stop);
  set(CURLOPT_USERAGENT, "grunndata");
  return done;
}

} // namespace

FetchResult fetch_over_http(const std::string& url, const FetchLimits& limits) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const auto parsed = Url::parse(url);
  if (!parsed) return because("The URL is neither http nor https");
  if (!parsed->is_safe()) return because("Plain http is taken from loopback only");
  const std::unique_ptr<CURL, HandleFree> handle(curl_easy_init());
  std::string body;
  if (!handle || !set_up(handle.get(), url, limits, body)) {
    return because("The fetch cannot be started");
  }
  // A proxy would be asked for our own machine.
  if (parsed->is_loopback) curl_easy_setopt(handle.get(), CURLOPT_NOPROXY, "*");
  if (const CURLcode code = curl_easy_perform(handle.get()); code != CURLE_OK) {
    return because(sentence(code));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  if (status != status_ok) return because("The issuer answered with another status than 200");
  return body;
}

} // namespace grunndata::api::access
