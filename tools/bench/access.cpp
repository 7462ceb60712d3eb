#include "tools/bench/access.h"

#include "api/access/authenticator.h"
#include "api/access/sha256.h"
#include "api/http/message.h"
#include "tools/bench/flags.h"
#include "tools/bench/jose_signer.h"
#include "tools/bench/measuring.h"
#include "tools/bench/report.h"
#include "tools/commands/exit_status.h"

#include <CLI/CLI.hpp>

#include <array>
#include <atomic>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::tools {

namespace {

namespace access = api::access;
namespace http = api::http;
using access::TokenType;
using bench::Figure;
using bench::JsonMembers;
using bench::SigningKey;

constexpr std::int64_t time_s = 1'800'000'000;
constexpr std::string_view issuer_url = "https://sts.test";
constexpr std::string_view public_url = "https://grunndata.test";
constexpr std::string_view path = "/v1/person/lookup";
constexpr double cache_us_max = 100;
constexpr double us_per_second = 1e6;

struct Keys {
  SigningKey rsa = SigningKey::rsa(2048);
  SigningKey ec = SigningKey::ec("P-256");
  SigningKey holder_ec = SigningKey::ec("P-256");
  SigningKey holder_rsa = SigningKey::rsa(2048);
};

std::string key_set(const Keys& keys) {
  JsonMembers rsa = keys.rsa.jwk();
  JsonMembers ec = keys.ec.jwk();
  return R"({"keys":[)" + rsa.set_text("kid", "rsa").json() + "," +
         ec.set_text("kid", "ec").json() + "]}";
}

/// One signed text, and the same signature as OpenSSL takes it.
struct Signed {
  std::string text;
  std::string input;
  std::string signature_der;
};

Signed sign(const SigningKey& key, const std::string& algorithm, const JsonMembers& header,
            const JsonMembers& claims) {
  Signed out;
  out.text = bench::compact_jws(key, algorithm, header.json(), claims.json());
  out.input = out.text.substr(0, out.text.rfind('.'));
  out.signature_der = key.sign_der(algorithm, out.input);
  return out;
}

// About as large as HelseID's.
Signed sign_token(const Keys& keys, const std::string& algorithm, std::size_t number,
                  const SigningKey* holder) {
  const bool is_ec = algorithm.starts_with("ES");
  JsonMembers header{{"alg", "\"" + algorithm + "\""}, {"typ", "\"at+jwt\""}};
  header.set_text("kid", is_ec ? "ec" : "rsa");
  JsonMembers claims;
  claims.set_text("iss", issuer_url)
      .set_text("aud", "nhn:grunndata")
      .set("nbf", std::to_string(time_s))
      .set("iat", std::to_string(time_s))
      .set("exp", std::to_string(time_s + 600))
      .set("scope", R"(["openid","nhn:grunndata/person.read","nhn:grunndata/person.search"])")
      .set_text("client_id", "2f3f2a4b-6a4e-4f36-9d0c-0c7f1a2b3c4d")
      .set_text("sub", "0TWgjzkVe/Bnzt3jHqiPd0CLyJTKdpIxnPuRGBPJHDk=")
      .set_text("jti", "token-" + std::to_string(number))
      .set_text("helseid://claims/client/client_name", "EPJ (test)")
      .set_text("helseid://claims/client/claims/orgnr_parent", "993467049")
      .set_text("helseid://claims/client/claims/orgnr_child", "874716782")
      .set_text("helseid://claims/identity/security_level", "4")
      .set_text("helseid://claims/identity/assurance_level", "high")
      .set_text("helseid://claims/hpr/hpr_number", "9144900");
  if (holder != nullptr) claims.set("cnf", R"({"jkt":")" + holder->thumbprint() + "\"}");
  return sign(is_ec ? keys.ec : keys.rsa, algorithm, header, claims);
}

Signed sign_proof(const SigningKey& holder, const std::string& algorithm, std::size_t number,
                  const std::string& token) {
  const JsonMembers header{
      {"typ", "\"dpop+jwt\""}, {"alg", "\"" + algorithm + "\""}, {"jwk", holder.jwk().json()}};
  JsonMembers claims;
  claims.set_text("jti", "b3a1e7f2-0000-4000-8000-" + std::to_string(number))
      .set_text("htm", "POST")
      .set_text("htu", std::string(public_url) + std::string(path))
      .set("iat", std::to_string(time_s))
      .set_text("ath", access::base64url_encode(access::bytes_of(access::sha256({token}))));
  return sign(holder, algorithm, header, claims);
}

// Knows the keys, but no token and no proof.
std::unique_ptr<access::Authenticator> make_authenticator(const Keys& keys) {
  access::AuthenticatorOptions options;
  options.issuers.push_back({"bench", std::string(issuer_url), "nhn:grunndata", "", {}});
  options.public_url = public_url;
  const std::int64_t start_s = time_s - 1 - options.clock_leeway.count();
  options.clock = [start_s, begun = std::make_shared<std::atomic<bool>>(false)] {
    // Proofs of the start, and of the leeway behind it, are refused.
    return registry::Instant{(begun->exchange(true) ? time_s : start_s) * 1'000'000};
  };
  options.fetch = [&keys](const std::string& url, const access::FetchLimits&) {
    if (url.ends_with("/keys")) return access::FetchResult(key_set(keys));
    return access::FetchResult(
        R"({"issuer":"https://sts.test","jwks_uri":"https://sts.test/keys"})");
  };
  auto made = access::Authenticator::make(std::move(options));
  return made ? std::move(*made) : nullptr;
}

/// What one request carries.
struct Credentials {
  const std::string* token = nullptr;
  const std::string* proof = nullptr; ///< null: Bearer
};

// As a server asks: first whether it is work for the pool, then in earnest.
bool is_taken(access::Authenticator& authenticator, const Credentials& credentials,
              std::string& line) {
  const bool bound = credentials.proof != nullptr;
  line.assign(bound ? "DPoP " : "Bearer ").append(*credentials.token);
  const std::array<http::Header, 2> headers{
      http::Header{"Authorization", line},
      http::Header{"DPoP", bound ? std::string_view(*credentials.proof) : std::string_view()}};
  http::Request request;
  request.method = http::Method::post;
  request.path = path;
  request.headers = std::span(headers).first(bound ? 2 : 1);
  static_cast<void>(authenticator.is_unknown(request));
  return authenticator.authenticate(request, bound ? TokenType::dpop : TokenType::bearer)
      .has_value();
}

/// One way to ask, again and again.
struct Case {
  std::string key;
  std::string label;
  std::string algorithm; ///< of the signature that is verified each time
  const SigningKey* signer;
  std::vector<Signed> made;    ///< one each request: tokens, or proofs
  std::optional<Signed> token; ///< the known one; unset: each request brings a new one
};

// Microseconds of one request; nothing when one was refused.
std::optional<double> measure_ours(const Keys& keys, const Case& way, std::size_t requests,
                                   bool bearer) {
  const auto authenticator = make_authenticator(keys);
  if (!authenticator) return std::nullopt;
  std::string line;
  const Signed warm = sign_token(keys, "RS256", requests + 1, nullptr); // the keys are fetched
  if (!is_taken(*authenticator, {&warm.text, nullptr}, line)) return std::nullopt;
  if (way.token) {
    const Signed proof = sign_proof(*way.signer, way.algorithm, requests + 1, way.token->text);
    if (!is_taken(*authenticator, {&way.token->text, bearer ? nullptr : &proof.text}, line)) {
      return std::nullopt;
    }
  }
  const double begin = bench::thread_cpu_seconds();
  for (std::size_t i = 0; i < requests; ++i) {
    const Signed* made = bearer && way.token ? nullptr : &way.made[i];
    const Credentials credentials =
        way.token ? Credentials{&way.token->text, made != nullptr ? &made->text : nullptr}
                  : Credentials{&made->text, nullptr};
    if (!is_taken(*authenticator, credentials, line)) return std::nullopt;
  }
  return (bench::thread_cpu_seconds() - begin) * us_per_second / static_cast<double>(requests);
}

std::optional<double> measure_bare(const Case& way) {
  const double begin = bench::thread_cpu_seconds();
  for (const Signed& made : way.made) {
    if (!way.signer->verify_der(way.algorithm, made.input, made.signature_der)) {
      return std::nullopt;
    }
  }
  return (bench::thread_cpu_seconds() - begin) * us_per_second /
         static_cast<double>(way.made.size());
}

Case token_case(const Keys& keys, const std::string& algorithm, std::size_t requests) {
  const bool is_ec = algorithm.starts_with("ES");
  Case way{
      "token" + algorithm, "new token, " + algorithm, algorithm, is_ec ? &keys.ec : &keys.rsa, {},
      std::nullopt};
  for (std::size_t i = 0; i < requests; ++i) {
    way.made.push_back(sign_token(keys, algorithm, i, nullptr));
  }
  return way;
}

Case proof_case(const Keys& keys, const std::string& algorithm, std::size_t requests) {
  const SigningKey& holder = algorithm.starts_with("ES") ? keys.holder_ec : keys.holder_rsa;
  Case way{"proof" + algorithm,
           "known token, new proof, " + algorithm,
           algorithm,
           &holder,
           {},
           sign_token(keys, "RS256", 0, &holder)};
  for (std::size_t i = 0; i < requests; ++i) {
    way.made.push_back(sign_proof(holder, algorithm, i, way.token->text));
  }
  return way;
}

bool measure_signed(const Keys& keys, const Case& way, const AccessBenchOptions& options,
                    std::vector<Figure>& figures) {
  std::vector<double> ours;
  std::vector<double> bare;
  for (int round = -1; round < options.rounds; ++round) { // the first one warms
    const auto own = measure_ours(keys, way, options.requests, false);
    const auto alone = measure_bare(way);
    if (!own || !alone) return false;
    if (round < 0) continue;
    ours.push_back(*own);
    bare.push_back(*alone);
  }
  const double own_us = bench::median(ours);
  const double bare_us = bench::median(bare);
  const auto target = way.token ? std::optional(cache_us_max) : std::nullopt;
  figures.push_back({way.key + "PerSecond", way.label, us_per_second / own_us, 0, "/s"});
  figures.push_back({way.key + "Us", "  each", own_us, 1, "us"});
  figures.push_back({way.key + "BareUs", "  its signature by OpenSSL alone", bare_us, 1, "us"});
  figures.push_back(
      {way.key + "RestUs", "  all but the signature", own_us - bare_us, 1, "us", target, true});
  figures.push_back({way.key + "Ratio", "  beside OpenSSL alone", bare_us / own_us, 2, "x"});
  return true;
}

bool measure_known(const Keys& keys, const AccessBenchOptions& options,
                   std::vector<Figure>& figures) {
  const Case way{
      "known", "known Bearer token", "RS256", &keys.rsa, {}, sign_token(keys, "RS256", 0, nullptr)};
  const std::size_t requests = options.requests * 10; // it is soon done
  std::vector<double> ours;
  for (int round = -1; round < options.rounds; ++round) {
    const auto own = measure_ours(keys, way, requests, true);
    if (!own) return false;
    if (round >= 0) ours.push_back(*own);
  }
  const double own_us = bench::median(ours);
  figures.push_back({"knownPerSecond", way.label, us_per_second / own_us, 0, "/s"});
  figures.push_back({"knownUs", "  each", own_us, 2, "us", cache_us_max, true});
  return true;
}

} // namespace

int run_access_bench(const AccessBenchOptions& options, std::ostream& out, std::ostream& err) {
  const Keys keys;
  std::vector<Figure> figures;
  bool good = measure_known(keys, options, figures);
  for (const std::string algorithm : {"ES256", "PS256"}) {
    good = good &&
           measure_signed(keys, proof_case(keys, algorithm, options.requests), options, figures);
  }
  for (const std::string algorithm : {"RS256", "PS256", "ES256"}) {
    good = good &&
           measure_signed(keys, token_case(keys, algorithm, options.requests), options, figures);
  }
  if (!good) {
    err << "grunndata: bench access: a good token or proof was refused\n";
    return exit_failure;
  }
  bench::print_report(out, options.json,
                      "Requests checked on one core, by processor time, " +
                          std::to_string(options.requests) + " in a round, median of " +
                          std::to_string(options.rounds),
                      figures);
  return exit_ok;
}

void add_bench_access(CLI::App& bench, int& exit_status) {
  const auto options = std::make_shared<AccessBenchOptions>();
  CLI::App* command = bench.add_subcommand(
      "access", "Check tokens and DPoP proofs, new and known, beside OpenSSL alone");
  command->footer("grunndata bench access");
  command->add_option("--requests", options->requests, "In one round of one case")
      ->check(CLI::Range(std::size_t{100}, std::size_t{1'000'000}))
      ->capture_default_str();
  bench::add_rounds_flag(*command, options->rounds);
  bench::add_json_flag(*command, options->json);
  command->callback(
      [options, &exit_status] { exit_status = run_access_bench(*options, std::cout, std::cerr); });
}

} // namespace grunndata::tools
