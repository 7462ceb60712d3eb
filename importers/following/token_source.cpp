#include "importers/following/token_source.h"

#include <curl/curl.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <vector>

namespace grunndata::importers::following {

namespace {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::int64_t grant_seconds = 100; ///< Maskinporten takes at most 120
/// A token counts as used up so long before it is.
constexpr std::int64_t token_margin_seconds = 30;
constexpr std::int64_t token_seconds_max = 24 * 60 * 60;
constexpr std::size_t answer_bytes_max = 64U << 10U;
constexpr std::size_t key_file_bytes_max = 64U << 10U;
constexpr long timeout_ms = 20'000;
constexpr int rsa_bits_min = 2048;

struct PkeyFree {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Pkey = std::unique_ptr<EVP_PKEY, PkeyFree>;

template <auto Free>
struct FreeWith {
  template <typename T>
  void operator()(T* pointer) const noexcept {
    Free(pointer);
  }
};
using Bio = std::unique_ptr<BIO, FreeWith<BIO_free_all>>;
using Bignum = std::unique_ptr<BIGNUM, FreeWith<BN_clear_free>>;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, FreeWith<OSSL_PARAM_BLD_free>>;
using Params = std::unique_ptr<OSSL_PARAM, FreeWith<OSSL_PARAM_free>>;
using PkeyContext = std::unique_ptr<EVP_PKEY_CTX, FreeWith<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, FreeWith<EVP_MD_CTX_free>>;
using Handle = std::unique_ptr<CURL, FreeWith<curl_easy_cleanup>>;

constexpr std::string_view base64url_letters =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string base64url(std::string_view bytes) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : bytes) {
    bits = bits << 8U | static_cast<unsigned char>(c);
    for (held += 8; held >= 6; held -= 6) {
      out += base64url_letters[bits >> static_cast<unsigned>(held - 6) & 63U];
    }
  }
  if (held > 0) out += base64url_letters[bits << static_cast<unsigned>(6 - held) & 63U];
  return out;
}

std::string from_base64url(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  int held = 0;
  for (const char c : text) {
    const std::size_t value = base64url_letters.find(c);
    if (value == std::string_view::npos) return {};
    bits = bits << 6U | static_cast<std::uint32_t>(value);
    held += 6;
    if (held >= 8) {
      held -= 8;
      out += static_cast<char>(bits >> static_cast<unsigned>(held));
    }
  }
  return out;
}

/// What JSON needs escaped in what we write ourselves: configuration, no free text.
bool is_plain(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return c >= ' ' && c < '\x7F' && c != '"' && c != '\\'; });
}

struct Jwk {
  std::string key_id;
  Pkey key;
};

/// An RSA key with its private members; none when it is something else.
Jwk read_jwk(const std::string& text) {
  constexpr std::array<std::pair<std::string_view, const char*>, 8> members{
      {{"n", OSSL_PKEY_PARAM_RSA_N},
       {"e", OSSL_PKEY_PARAM_RSA_E},
       {"d", OSSL_PKEY_PARAM_RSA_D},
       {"p", OSSL_PKEY_PARAM_RSA_FACTOR1},
       {"q", OSSL_PKEY_PARAM_RSA_FACTOR2},
       {"dp", OSSL_PKEY_PARAM_RSA_EXPONENT1},
       {"dq", OSSL_PKEY_PARAM_RSA_EXPONENT2},
       {"qi", OSSL_PKEY_PARAM_RSA_COEFFICIENT1}}};
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  std::string_view type;
  if (parser.parse(text).get_object().get(object) != simdjson::SUCCESS ||
      object["kty"].get_string().get(type) != simdjson::SUCCESS || type != "RSA") {
    return {};
  }
  const Builder builder(OSSL_PARAM_BLD_new());
  std::vector<Bignum> numbers; // must live until the parameters are built
  for (const auto& [name, parameter] : members) {
    std::string_view encoded;
    if (object[name].get_string().get(encoded) != simdjson::SUCCESS) return {};
    const std::string bytes = from_base64url(encoded);
    numbers.emplace_back(BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()),
                                   static_cast<int>(bytes.size()), nullptr));
    OSSL_PARAM_BLD_push_BN(builder.get(), parameter, numbers.back().get());
  }
  const Params params(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, params.get()) != 1) {
    return {};
  }
  std::string_view key_id;
  Jwk jwk;
  jwk.key.reset(key);
  if (object["kid"].get_string().get(key_id) == simdjson::SUCCESS) jwk.key_id = key_id;
  return jwk;
}

Jwk read_key(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \r\n\t");
  if (begin != std::string::npos && text[begin] == '{') return read_jwk(text);
  const Bio bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  // Never asks for a pass phrase.
  const auto no_phrase = [](char*, int, int, void*) { return 0; };
  return {{}, Pkey(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_phrase, nullptr))};
}

Result<std::string> read_key_file(const std::filesystem::path& file) {
  std::error_code error;
  const auto status = std::filesystem::status(file, error);
  if (error || !std::filesystem::is_regular_file(status)) {
    return fail(ErrorCode::not_found, "there is no key file for Maskinporten");
  }
  using std::filesystem::perms;
  constexpr perms others =
      perms::group_read | perms::group_write | perms::others_read | perms::others_write;
  if ((status.permissions() & others) != perms::none) {
    return fail(ErrorCode::invalid, "others may read the key file for Maskinporten (chmod 600)");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(key_file_bytes_max, '\0');
  stream.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(stream.gcount()));
  return text;
}

std::size_t take(const char* bytes, std::size_t, std::size_t count, void* to) {
  auto& body = *static_cast<std::string*>(to);
  if (body.size() + count > answer_bytes_max) return 0;
  body.append(bytes, count);
  return count;
}

int stop_asked(void* stop, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(stop)->load() ? 1 : 0;
}

std::int64_t system_seconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_taken_address(std::string_view url) {
  return url.starts_with("https://") || url.starts_with("http://127.0.0.1:") ||
         url.starts_with("http://localhost:");
}

} // namespace

struct TokenSource::Key {
  Pkey pkey;
};

Result<std::unique_ptr<TokenSource>> TokenSource::open(TokenOptions options) {
  if (options.token_endpoint.empty()) options.token_endpoint = options.issuer + "token";
  if (!is_taken_address(options.issuer) || !is_taken_address(options.token_endpoint)) {
    return fail(ErrorCode::invalid, "Maskinporten's addresses are https, or http on loopback");
  }
  if (options.client_id.empty() || options.scope.empty()) {
    return fail(ErrorCode::invalid, "Maskinporten wants a client id and a scope");
  }
  const auto text = read_key_file(options.key_file);
  if (!text) return tl::unexpected(text.error());
  Jwk jwk = read_key(*text);
  if (!jwk.key || EVP_PKEY_get_base_id(jwk.key.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(jwk.key.get()) < rsa_bits_min) {
    return fail(ErrorCode::invalid,
                "the key file for Maskinporten holds no private RSA key (PEM or JWK) of 2048 bits");
  }
  if (options.key_id.empty()) options.key_id = jwk.key_id;
  for (const std::string* value : {&options.issuer, &options.client_id, &options.scope,
                                   &options.consumer_org, &options.key_id}) {
    if (!is_plain(*value)) return fail(ErrorCode::invalid, "a setting of Maskinporten has a quote");
  }
  auto key = std::make_unique<Key>();
  key->pkey = std::move(jwk.key);
  return std::unique_ptr<TokenSource>(new TokenSource(std::move(options), std::move(key)));
}

TokenSource::TokenSource(TokenOptions options, std::unique_ptr<Key> key)
    : options_(std::move(options)), key_(std::move(key)) {
  if (!options_.clock_seconds) options_.clock_seconds = &system_seconds;
}

TokenSource::~TokenSource() = default;

Result<std::string> TokenSource::token() {
  const std::lock_guard lock(mutex_);
  if (token_.empty() || options_.clock_seconds() >= good_until_) {
    if (auto fetched = fetch(); !fetched) return tl::unexpected(fetched.error());
  }
  return token_;
}

void TokenSource::forget() {
  const std::lock_guard lock(mutex_);
  token_.clear();
}

Result<std::string> TokenSource::grant() const {
  std::array<unsigned char, 16> random{};
  if (RAND_bytes(random.data(), random.size()) != 1) {
    return fail(ErrorCode::unavailable, "the system gives no randomness");
  }
  const std::int64_t now = options_.clock_seconds();
  std::string header = R"({"alg":"RS256","typ":"JWT")";
  if (!options_.key_id.empty()) header += R"(,"kid":")" + options_.key_id + '"';
  header += '}';
  std::string claims = R"({"aud":")" + options_.issuer + R"(","iss":")" + options_.client_id +
                       R"(","scope":")" + options_.scope + R"(","iat":)" + std::to_string(now) +
                       R"(,"exp":)" + std::to_string(now + grant_seconds) + R"(,"jti":")" +
                       base64url({reinterpret_cast<const char*>(random.data()), random.size()}) +
                       '"';
  if (!options_.consumer_org.empty()) {
    claims += R"(,"consumer_org":")" + options_.consumer_org + '"';
  }
  claims += '}';
  std::string text = base64url(header) + '.' + base64url(claims);
  const DigestContext context(EVP_MD_CTX_new());
  std::size_t size = 0;
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey.get()) != 1 ||
      EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) != 1) {
    return fail(ErrorCode::unavailable, "the grant for Maskinporten cannot be signed");
  }
  std::string signature(size, '\0');
  if (EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes, text.size()) != 1) {
    return fail(ErrorCode::unavailable, "the grant for Maskinporten cannot be signed");
  }
  signature.resize(size);
  return text + '.' + base64url(signature);
}

Result<void> TokenSource::fetch() {
  token_.clear();
  const auto assertion = grant();
  if (!assertion) return tl::unexpected(assertion.error());
  const std::string body =
      "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=" + *assertion;
  const Handle handle(curl_easy_init());
  std::string answer;
  const auto set = [&handle](CURLoption option, auto value) {
    curl_easy_setopt(handle.get(), option, value);
  };
  set(CURLOPT_URL, options_.token_endpoint.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, timeout_ms);
  set(CURLOPT_WRITEFUNCTION, &take);
  set(CURLOPT_WRITEDATA, static_cast<void*>(&answer));
  set(CURLOPT_POSTFIELDS, body.c_str());
  set(CURLOPT_USERAGENT, "grunndata");
  if (options_.token_endpoint.starts_with("http://")) set(CURLOPT_NOPROXY, "*");
  if (options_.stop != nullptr) {
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &stop_asked);
    set(CURLOPT_XFERINFODATA,
        static_cast<void*>(const_cast<std::atomic<bool>*>(options_.stop))); // handed back as it is
  }
  if (curl_easy_perform(handle.get()) != CURLE_OK) {
    return fail(ErrorCode::unavailable, "Maskinporten cannot be reached");
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  simdjson::dom::parser parser;
  simdjson::dom::object object;
  const bool is_object = parser.parse(answer).get_object().get(object) == simdjson::SUCCESS;
  if (status != 200) {
    std::string_view error;
    if (is_object && object["error"].get_string().get(error) != simdjson::SUCCESS) error = {};
    return fail(ErrorCode::unavailable,
                "Maskinporten refuses with status " + std::to_string(status) +
                    (is_plain(error) && !error.empty() ? ": " + std::string(error.substr(0, 60))
                                                       : std::string()));
  }
  std::string_view token;
  std::string_view type;
  std::int64_t seconds = 0;
  if (!is_object || object["access_token"].get_string().get(token) != simdjson::SUCCESS ||
      token.empty() || !is_plain(token) ||
      object["token_type"].get_string().get(type) != simdjson::SUCCESS ||
      (type != "Bearer" && type != "bearer") ||
      object["expires_in"].get_int64().get(seconds) != simdjson::SUCCESS || seconds <= 0) {
    return fail(ErrorCode::unavailable, "Maskinporten's answer holds no bearer token");
  }
  token_ = token;
  // One that lives shortly is used for half its life.
  const std::int64_t life = std::min(seconds, token_seconds_max);
  good_until_ = options_.clock_seconds() + std::max(life - token_margin_seconds, life / 2);
  return {};
}

} // namespace grunndata::importers::following
