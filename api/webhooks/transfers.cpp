#include "api/webhooks/transfers.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <mutex>

#include <sys/socket.h>
#include <unistd.h>

namespace grunndata::api::webhooks {

namespace {

constexpr std::chrono::seconds retry_after_max{std::chrono::hours(24)};
constexpr long connections_kept = 64;

struct EasyFree {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct MultiFree {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct ListFree {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

/// One exchange; stays where it is while libcurl has it.
struct Exchange {
  std::uint64_t tag = 0;
  Post post;
  std::unique_ptr<curl_slist, ListFree> headers;
  const AddressRules* rules = nullptr;
  bool refused = false; ///< the address
  std::size_t answered = 0;
  std::chrono::seconds retry_after{0};
  std::unique_ptr<CURL, EasyFree> handle;
};

std::size_t take_body(const char*, std::size_t, std::size_t count, void* to) {
  auto& exchange = *static_cast<Exchange*>(to);
  exchange.answered += count;
  return exchange.answered > answer_bytes_max ? 0 : count;
}

std::size_t take_header(const char* bytes, std::size_t, std::size_t count, void* to) {
  constexpr std::string_view name = "retry-after:";
  const std::string_view line(bytes, count);
  const bool is_named =
      line.size() > name.size() &&
      std::equal(name.begin(), name.end(), line.begin(), [](char a, char b) {
        return a == (b >= 'A' && b <= 'Z' ? static_cast<char>(b - 'A' + 'a') : b);
      });
  if (!is_named) return count;
  std::string_view value = line.substr(name.size());
  value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
  std::uint32_t seconds = 0;
  std::from_chars(value.data(), value.data() + value.size(), seconds);
  static_cast<Exchange*>(to)->retry_after =
      std::min(retry_after_max, std::chrono::seconds(seconds));
  return count;
}

/// Judges the very address that is about to be connected to: whatever the name led to before.
curl_socket_t open_socket(void* to, curlsocktype purpose, curl_sockaddr* address) {
  auto& exchange = *static_cast<Exchange*>(to);
  if (purpose != CURLSOCKTYPE_IPCXN ||
      (!exchange.rules->allow_private && !is_public(address->addr))) {
    exchange.refused = true;
    return CURL_SOCKET_BAD;
  }
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

std::string_view problem_of(CURLcode code, bool refused) noexcept {
  if (refused) return "address";
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT: return "timeout";
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE: return "tls";
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT: return "connect";
    case CURLE_URL_MALFORMAT: return "url";
    case CURLE_UNSUPPORTED_PROTOCOL: return "answer"; // HTTP/0.9, or a scheme checked before
    case CURLE_WEIRD_SERVER_REPLY: return "answer";
    default: return "cut";
  }
}

} // namespace

struct Transfers::Impl {
  TransferOptions options;
  std::unique_ptr<CURLM, MultiFree> multi;
  std::map<std::uint64_t, std::unique_ptr<Exchange>> under_way;
  std::vector<std::unique_ptr<CURL, EasyFree>> idle;
  std::vector<Ended> ended;

  bool set_up(Exchange& exchange) const;
  void finish(Exchange& exchange, CURLcode code);
};

bool Transfers::Impl::set_up(Exchange& exchange) const {
  CURL* const handle = exchange.handle.get();
  bool done = handle != nullptr;
  const auto set = [&](CURLoption option, auto value) {
    done = done && curl_easy_setopt(handle, option, value) == CURLE_OK;
  };
  for (const std::string& header : exchange.post.headers) {
    exchange.headers.reset(curl_slist_append(exchange.headers.release(), header.c_str()));
  }
  set(CURLOPT_URL, exchange.post.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, options.addresses.allow_http ? "http,https" : "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, ""); // else the proxy's address would be judged, not the receiver's
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(options.timeout.count()));
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options.connect_timeout.count()));
  set(CURLOPT_HTTP09_ALLOWED, 0L);
  set(CURLOPT_USERAGENT, "grunndata");
  set(CURLOPT_HTTPHEADER, exchange.headers.get());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.post.body.size()));
  set(CURLOPT_POSTFIELDS, exchange.post.body.c_str());
  set(CURLOPT_WRITEFUNCTION, &take_body);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&exchange));
  set(CURLOPT_HEADERFUNCTION, &take_header);
  set(CURLOPT_HEADERDATA, static_cast<void*>(&exchange));
  set(CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(CURLOPT_OPENSOCKETDATA, static_cast<void*>(&exchange));
  set(CURLOPT_PRIVATE, static_cast<void*>(&exchange));
  if (!options.ca_file.empty()) set(CURLOPT_CAINFO, options.ca_file.c_str());
  return done;
}

void Transfers::Impl::finish(Exchange& exchange, CURLcode code) {
  long status = 0;
  curl_easy_getinfo(exchange.handle.get(), CURLINFO_RESPONSE_CODE, &status);
  Ended end;
  end.tag = exchange.tag;
  end.retry_after = exchange.retry_after;
  // A receiver that says much has answered all the same: what it says is not read.
  const bool said_much = code == CURLE_WRITE_ERROR && exchange.answered > answer_bytes_max;
  if (code == CURLE_OK || said_much) {
    end.status = static_cast<int>(status);
    end.problem = status == 0 ? "answer" : "";
  } else {
    end.problem = problem_of(code, exchange.refused);
  }
  ended.push_back(end);
}

Transfers::Transfers(TransferOptions options) : impl_(std::make_unique<Impl>()) {
  static std::once_flag initialised;
  std::call_once(initialised, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  impl_->options = std::move(options);
  impl_->multi.reset(curl_multi_init());
  if (impl_->multi) curl_multi_setopt(impl_->multi.get(), CURLMOPT_MAXCONNECTS, connections_kept);
}

Transfers::~Transfers() {
  for (auto& [tag, exchange] : impl_->under_way) {
    curl_multi_remove_handle(impl_->multi.get(), exchange->handle.get());
  }
}

void Transfers::begin(std::uint64_t tag, Post post) {
  auto exchange = std::make_unique<Exchange>();
  exchange->tag = tag;
  exchange->post = std::move(post);
  exchange->rules = &impl_->options.addresses;
  if (impl_->idle.empty()) {
    exchange->handle.reset(curl_easy_init());
  } else {
    exchange->handle = std::move(impl_->idle.back());
    impl_->idle.pop_back();
    curl_easy_reset(exchange->handle.get());
  }
  const bool begun = impl_->set_up(*exchange) &&
                     curl_multi_add_handle(impl_->multi.get(), exchange->handle.get()) == CURLM_OK;
  if (!begun) {
    Ended end;
    end.tag = tag;
    end.problem = "url";
    impl_->ended.push_back(end);
    return;
  }
  impl_->under_way[tag] = std::move(exchange);
}

void Transfers::cancel(std::uint64_t tag) {
  const auto found = impl_->under_way.find(tag);
  if (found == impl_->under_way.end()) return;
  curl_multi_remove_handle(impl_->multi.get(), found->second->handle.get());
  impl_->under_way.erase(found);
}

std::size_t Transfers::under_way() const noexcept { return impl_->under_way.size(); }

void Transfers::wait(std::chrono::milliseconds at_most) {
  if (!impl_->ended.empty()) return;
  const auto ms = static_cast<int>(std::clamp<std::int64_t>(at_most.count(), 0, 60'000));
  curl_multi_poll(impl_->multi.get(), nullptr, 0, ms, nullptr);
}

void Transfers::wake() noexcept { curl_multi_wakeup(impl_->multi.get()); }

std::vector<Ended> Transfers::ended() {
  int running = 0;
  curl_multi_perform(impl_->multi.get(), &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(impl_->multi.get(), &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    void* to = nullptr;
    curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &to);
    const CURLcode code = message->data.result; // the message goes with the handle
    auto& exchange = *static_cast<Exchange*>(to);
    impl_->finish(exchange, code);
    curl_multi_remove_handle(impl_->multi.get(), exchange.handle.get());
    const auto found = impl_->under_way.find(exchange.tag);
    impl_->idle.push_back(std::move(found->second->handle));
    impl_->under_way.erase(found);
  }
  return std::exchange(impl_->ended, {});
}

} // namespace grunndata::api::webhooks
