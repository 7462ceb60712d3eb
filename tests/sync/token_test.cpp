#include "api/http/form.h"
#include "api/http/server.h"
#include "importers/following/token_source.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace grunndata::tests {

namespace {

namespace following = importers::following;
namespace http = api::http;

struct PkeyFree {
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Pkey = std::unique_ptr<EVP_PKEY, PkeyFree>;

std::string pem_of(EVP_PKEY* key) {
  BIO* const bio = BIO_new(BIO_s_mem());
  PEM_write_bio_PrivateKey(bio, key, nullptr, nullptr, 0, nullptr, nullptr);
  char* bytes = nullptr;
  const long size = BIO_get_mem_data(bio, &bytes);
  std::string text(bytes, static_cast<std::size_t>(size));
  BIO_free(bio);
  return text;
}

std::string decoded(std::string_view text) {
  std::string padded(text);
  for (char& c : padded) c = c == '-' ? '+' : c == '_' ? '/' : c;
  while (padded.size() % 4 != 0) padded += '=';
  std::string bytes(padded.size(), '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(padded.data()),
                                   static_cast<int>(padded.size()));
  REQUIRE(size >= 0);
  bytes.resize(static_cast<std::size_t>(size) -
               static_cast<std::size_t>(std::count(padded.begin(), padded.end(), '=')));
  return bytes;
}

bool is_signed_by(EVP_PKEY* key, const std::string& jwt) {
  const std::size_t dot = jwt.rfind('.');
  const std::string signature = decoded(std::string_view(jwt).substr(dot + 1));
  EVP_MD_CTX* const context = EVP_MD_CTX_new();
  EVP_DigestVerifyInit(context, nullptr, EVP_sha256(), nullptr, key);
  const int right =
      EVP_DigestVerify(context, reinterpret_cast<const unsigned char*>(signature.data()),
                       signature.size(), reinterpret_cast<const unsigned char*>(jwt.data()), dot);
  EVP_MD_CTX_free(context);
  return right == 1;
}

/// Gives tokens that name how many there were before, and remembers the grants.
class Maskinporten {
public:
  Maskinporten() : server_(table(), {}) { REQUIRE(server_.start()); }

  [[nodiscard]] std::string issuer() const {
    return "http://127.0.0.1:" + std::to_string(server_.port()) + "/";
  }

  std::vector<std::string> grants;
  std::string answer; ///< instead of a token, when set
  int status = 200;
  int lives_seconds = 599;

private:
  http::RouteTable table() {
    auto built = http::RouteTable::build(
        {{http::Method::post, "/token", "token", http::Lane::pool_lane,
          [this](const auto& request, auto& response) { give(request, response); }}});
    REQUIRE(built);
    return std::move(*built);
  }
  void give(const http::Request& request, http::Response& response) {
    http::FormReader form(request.body);
    std::string type;
    std::string assertion;
    while (form.next()) {
      if (form.name() == "grant_type") type = form.value();
      if (form.name() == "assertion") assertion = form.value();
    }
    CHECK(type == "urn:ietf:params:oauth:grant-type:jwt-bearer");
    grants.push_back(assertion);
    response.status = status;
    response.body = answer.empty() ? R"({"access_token":"token-)" + std::to_string(grants.size()) +
                                         R"(","token_type":"Bearer","expires_in":)" +
                                         std::to_string(lives_seconds) + "}"
                                   : answer;
  }

  http::Server server_;
};

struct Client {
  Client() : key(EVP_RSA_gen(2048)) {
    write_file(folder / "key.pem", pem_of(key.get()));
    std::filesystem::permissions(folder / "key.pem", std::filesystem::perms::owner_read);
  }

  [[nodiscard]] following::TokenOptions options(const Maskinporten& server) {
    following::TokenOptions options;
    options.issuer = server.issuer();
    options.client_id = "grunndata-freg";
    options.scope = "folkeregister:deling/offentligmedhjemmel";
    options.key_file = folder / "key.pem";
    options.key_id = "grunndata-1";
    options.clock_seconds = [this] { return now; };
    return options;
  }

  ScratchFolder folder;
  Pkey key;
  std::int64_t now = 1'790'000'000;
};

} // namespace

TEST_CASE("a grant is what Maskinporten asks for, signed with the client's key") {
  Maskinporten server;
  Client client;
  auto options = client.options(server);
  options.consumer_org = "974760673";
  auto tokens = following::TokenSource::open(options);
  REQUIRE(tokens);
  CHECK(*(*tokens)->token() == "token-1");
  REQUIRE(server.grants.size() == 1);
  const std::string& jwt = server.grants.front();
  CHECK(is_signed_by(client.key.get(), jwt));
  const std::size_t dot = jwt.find('.');
  CHECK(decoded(std::string_view(jwt).substr(0, dot)) ==
        R"({"alg":"RS256","typ":"JWT","kid":"grunndata-1"})");
  const std::string claims =
      decoded(std::string_view(jwt).substr(dot + 1, jwt.rfind('.') - dot - 1));
  CHECK(claims.find(R"("aud":")" + server.issuer() + '"') != std::string::npos);
  CHECK(claims.find(R"("iss":"grunndata-freg")") != std::string::npos);
  CHECK(claims.find(R"("iat":1790000000,"exp":1790000100)") != std::string::npos);
  CHECK(claims.find(R"("consumer_org":"974760673")") != std::string::npos);
  CHECK(claims.find(R"("jti":")") != std::string::npos);
}

TEST_CASE("a token is used until shortly before its end, or until it is refused") {
  Maskinporten server;
  Client client;
  auto tokens = following::TokenSource::open(client.options(server));
  REQUIRE(tokens);
  CHECK(*(*tokens)->token() == "token-1");
  client.now += 568;
  CHECK(*(*tokens)->token() == "token-1");
  client.now += 1;
  CHECK(*(*tokens)->token() == "token-2");
  (*tokens)->forget();
  CHECK(*(*tokens)->token() == "token-3");
  CHECK(server.grants[0] != server.grants[1]);
  server.lives_seconds = 2; // used for half of it
  (*tokens)->forget();
  CHECK(*(*tokens)->token() == "token-4");
  CHECK(*(*tokens)->token() == "token-4");
  client.now += 1;
  CHECK(*(*tokens)->token() == "token-5");
}

TEST_CASE("whatever else Maskinporten answers is no token, and says why without telling any") {
  Maskinporten server;
  Client client;
  auto tokens = following::TokenSource::open(client.options(server));
  REQUIRE(tokens);
  for (const char* const answer :
       {"", "[]", R"({"access_token":)",
        R"({"access_token":"abc","token_type":"mac","expires_in":9})",
        R"({"access_token":"","token_type":"Bearer","expires_in":9})",
        R"({"access_token":"abc","token_type":"Bearer"})",
        R"({"access_token":"abc","token_type":"Bearer","expires_in":-1})",
        R"({"access_token":"a\r\nb","token_type":"Bearer","expires_in":9})"}) {
    server.answer = *answer == '\0' ? " " : answer;
    const auto token = (*tokens)->token();
    REQUIRE_FALSE(token);
    CHECK(token.error().code == registry::ErrorCode::unavailable);
    CHECK(token.error().message.find("abc") == std::string::npos);
  }
  server.status = 400;
  server.answer = R"({"error":"invalid_grant","error_description":"secret"})";
  CHECK((*tokens)->token().error().message ==
        "Maskinporten refuses with status 400: invalid_grant");
}

TEST_CASE("a key that others may read, or that is none, is refused at the start") {
  Maskinporten server;
  Client client;
  auto options = client.options(server);
  std::filesystem::permissions(options.key_file, std::filesystem::perms::owner_read |
                                                     std::filesystem::perms::group_read);
  CHECK(following::TokenSource::open(options).error().message.find("chmod") != std::string::npos);
  options.key_file = client.folder / "none.pem";
  CHECK(following::TokenSource::open(options).error().code == registry::ErrorCode::not_found);
  for (const char* const text :
       {"", "{", R"({"kty":"RSA","n":"AQAB"})", R"({"kty":"EC"})",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"}) {
    const auto file = client.folder / "other.pem";
    std::filesystem::remove(file);
    write_file(file, text);
    std::filesystem::permissions(file, std::filesystem::perms::owner_read);
    options.key_file = file;
    CHECK_FALSE(following::TokenSource::open(options));
  }
}

} // namespace grunndata::tests
