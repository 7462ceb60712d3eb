#include "api/access/claims.h"

#include <doctest/doctest.h>

#include <string>

using namespace grunndata::api::access;

namespace {

struct Told {
  TokenClaims claims;
  std::string fault;
};

Told read(const std::string& members) {
  const auto document = JsonDocument::parse(R"({"client_id":"his")" + members + "}");
  REQUIRE(document);
  Told told;
  told.fault = read_claims(document->root(), told.claims);
  return told;
}

RightSet rights_of(const std::string& scope) {
  const IssuerOptions issuer{
      "test",
      "https://sts.test",
      "nhn:grunndata",
      "",
      {{"nhn:hgd-persontjenesten-api/read-with-legal-basis",
        RightSet{}
            .set(static_cast<std::size_t>(Right::person_read))
            .set(static_cast<std::size_t>(Right::person_read_with_legal_basis))}}};
  const auto document = JsonDocument::parse(R"({"scope":)" + scope + "}");
  REQUIRE(document);
  RightSet rights;
  CHECK(read_scopes(document->root(), issuer, rights).empty());
  return rights;
}

RightSet just(std::initializer_list<Right> rights) {
  RightSet set;
  for (const Right right : rights) set.set(static_cast<std::size_t>(right));
  return set;
}

} // namespace

TEST_CASE("HelseID's claims about client, organisation and user are read") {
  const Told told = read(R"json(,
    "helseid://claims/client/client_name":"OUS DIPS (test)",
    "helseid://claims/client/claims/orgnr_parent":"993467049",
    "helseid://claims/client/claims/orgnr_child":"874716782",
    "helseid://claims/client/claims/orgnr_supplier":"313745392",
    "name":"Magnar Koman","sub":"lege","jti":"A1B2","unknown":{"deep":[1]},
    "helseid://claims/identity/pid":"05898597468",
    "helseid://claims/identity/security_level":"4",
    "helseid://claims/hpr/hpr_number":"9144900")json");
  CHECK(told.fault == "");
  CHECK(told.claims.client_id == "his");
  CHECK(told.claims.client_name == "OUS DIPS (test)");
  CHECK(told.claims.organisation_parent == "993467049");
  CHECK(told.claims.organisation_child == "874716782");
  CHECK(told.claims.supplier == "313745392");
  CHECK(told.claims.user_name == "Magnar Koman");
  CHECK(told.claims.subject == "lege");
  CHECK(told.claims.jti == "A1B2");
  CHECK(told.claims.user_pid == "05898597468");
  CHECK(told.claims.security_level == 4);
  CHECK(told.claims.user_hpr == "9144900");
  CHECK(told.claims.has_user());
}

TEST_CASE("a token without a user says so by saying nothing") {
  const Told told = read(R"(,"sub":null,"name":"","helseid://claims/identity/pid":null)");
  CHECK(told.fault == "");
  CHECK(!told.claims.has_user());
  CHECK(told.claims.security_level == 0);
}

TEST_CASE("a client that is its own subject is no user") {
  CHECK(!read(R"(,"sub":"his")").claims.has_user());
}

TEST_CASE("a subject that is the client itself is no user") {
  CHECK(!read(R"(,"sub":"his")").claims.has_user());
  CHECK(read(R"(,"sub":"her")").claims.has_user());
}

TEST_CASE("Maskinporten's consumer and supplier are organisations") {
  const Told told = read(R"(,"consumer":{"authority":"iso6523-actorid-upis","ID":"0192:991825827"},
               "supplier":{"authority":"iso6523-actorid-upis","ID":"0192:887766550"})");
  CHECK(told.fault == "");
  CHECK(told.claims.organisation_parent == "991825827");
  CHECK(told.claims.supplier == "887766550");
  CHECK(read(R"(,"consumer":{"ID":"9908:991825827"})").fault != "");
  CHECK(read(R"(,"consumer":"0192:991825827")").fault != "");
}

TEST_CASE("an HPR number comes as text, number, array of one or object") {
  const std::string name = R"(,"helseid://claims/hpr/hpr_number":)";
  for (const std::string value :
       {"\"9144900\"", "9144900", "[\"9144900\"]", R"({"hpr_number":"9144900"})",
        R"({"hpr_nr":9144900})", R"({"id":"9144900","system":"urn:oid:2.16.578.1.12.4.1.4.4"})"}) {
    CAPTURE(value);
    const Told told = read(name + value);
    CHECK(told.fault == "");
    CHECK(told.claims.user_hpr == "9144900");
  }
  for (const std::string value : {"\"\"", "null", "[]"}) {
    CHECK(read(name + value).fault == "");
    CHECK(read(name + value).claims.user_hpr == "");
  }
  for (const std::string value :
       {"\"91449x0\"", "\"1234567890\"", "-1", "1.5", "true", "{}", R"({"value":"1"})",
        R"(["1","2"])", R"([["1"]])", R"({"id":{"id":"1"}})"}) {
    CAPTURE(value);
    CHECK(read(name + value).fault == "hpr_number is not a number");
  }
}

TEST_CASE("the security level is text or number, by either name, and the lower of two") {
  const auto level = [](const std::string& security, const std::string& assurance) {
    std::string members;
    if (!security.empty()) members += R"(,"helseid://claims/identity/security_level":)" + security;
    if (!assurance.empty()) {
      members += R"(,"helseid://claims/identity/assurance_level":)" + assurance;
    }
    const Told told = read(members);
    return told.fault.empty() ? told.claims.security_level : -1;
  };
  CHECK(level("\"4\"", "") == 4);
  CHECK(level("3", "") == 3);
  CHECK(level("", "\"high\"") == 4);
  CHECK(level("", "\"substantial\"") == 3);
  CHECK(level("", "\"low\"") == 2);
  CHECK(level("", "\"4\"") == 4);
  CHECK(level("\"4\"", "\"substantial\"") == 3);
  CHECK(level("2", "\"high\"") == 2);
  CHECK(level("\"Level4\"", "") == 0); // not a value that is known: not told
  CHECK(level("5", "") == 0);
  CHECK(level("-4", "") == 0);
  CHECK(level("\"44\"", "") == 0);
  CHECK(level("\"unknown\"", "\"high\"") == 4);
  CHECK(level("true", "") == -1);
  CHECK(level("", "[4]") == -1);
  CHECK(level("4.0", "") == -1);
}

TEST_CASE("the trust framework's purpose is read in the forms it is sent in") {
  for (const std::string& claims :
       {std::string(R"({"care_relationship":{"purpose_of_use":{"code":"TREAT","system":"urn:x"},
          "purpose_of_use_details":{"code":"15"},"healthcare_service":{"code":"S03"},
          "decision_ref":{"id":"a7f6-1","user_selected":true}}})"),
        std::string(R"([{"care_relation":{"purpose_of_use":"TREAT","purpose_of_use_details":"15",
          "healthcare_service":"S03","decision_ref":"a7f6-1"}}])")}) {
    const Told told = read(R"(,"nhn:tillitsrammeverk:parameters":)" + claims);
    CHECK(told.fault == "");
    CHECK(told.claims.purpose_of_use == "TREAT");
    CHECK(told.claims.purpose_details == "15");
    CHECK(told.claims.healthcare_service == "S03");
    CHECK(told.claims.decision_ref == "a7f6-1");
  }
  CHECK(read(R"(,"nhn:tillitsrammeverk:parameters":{})").fault == "");
  CHECK(read(R"(,"nhn:tillitsrammeverk:parameters":null)").fault == "");
}

TEST_CASE("purposes that do not belong in a log are refused") {
  const auto fault = [](const std::string& relation) {
    return read(R"(,"nhn:tillitsrammeverk:parameters":{"care_relationship":)" + relation + "}")
        .fault;
  };
  const std::string long_text(129, 'x');
  for (const std::string& relation : {std::string(R"({"purpose_of_use":{"code":"<script>"}})"),
                                      std::string(R"({"purpose_of_use":{"code":"TREAT\nTREAT"}})"),
                                      std::string(R"({"purpose_of_use":{"code":"TREAT ETREAT"}})"),
                                      std::string(R"({"purpose_of_use_details":{"code":15}})"),
                                      std::string(R"({"healthcare_service":["S03"]})"),
                                      R"({"decision_ref":{"id":")" + long_text + "\"}}",
                                      std::string(R"({"decision_ref":{"id":"\u001b[31m"}})")}) {
    CAPTURE(relation);
    CHECK(fault(relation) == "A code of the trust framework's claims is not a short code");
  }
  CHECK(fault("[]") == "The trust framework's claims have the wrong form");
  CHECK(read(R"(,"nhn:tillitsrammeverk:parameters":"{}")").fault ==
        "The trust framework's claims have the wrong form");
}

TEST_CASE("texts that do not belong in a log are refused") {
  for (const auto& [members, fault] : {
           std::pair<std::string, std::string>(R"(,"name":"a\nb")", "name is not a short text"),
           {R"(,"name":"a\u0007b")", "name is not a short text"},
           {R"(,"name":"a\u009bb")", "name is not a short text"},
           {R"(,"name":"a\u202eb")", "name is not a short text"},
           {R"(,"name":"a\u2066b")", "name is not a short text"},
           {R"(,"name":"<b>a</b>")", "name is not a short text"},
           {R"(,"name":["a"])", "name is not a short text"},
           {R"(,"name":")" + std::string(257, 'a') + "\"", "name is not a short text"},
           {R"(,"sub":7)", "sub is not a short text"},
           {R"(,"jti":"a b")", "jti is not a short text"},
           {R"(,"helseid://claims/identity/pid":5)", "pid is not a short text"},
           {R"(,"helseid://claims/client/client_name":{})", "client_name is not a short text"},
           {R"(,"helseid://claims/client/claims/orgnr_parent":"99346704")",
            "orgnr_parent is not nine digits"},
           {R"(,"helseid://claims/client/claims/orgnr_child":"99346704a")",
            "orgnr_child is not nine digits"},
           {R"(,"helseid://claims/client/claims/orgnr_supplier":993467049)",
            "orgnr_supplier is not nine digits"},
       }) {
    CAPTURE(members);
    CHECK(read(members).fault == fault);
  }
  CHECK(read(R"(,"name":"Åse Ødegård-Ærlig, 北京 'né'")").fault == "");
}

TEST_CASE("scopes give rights by our audience or by an alias, and nothing else does") {
  CHECK(rights_of(R"("nhn:grunndata/person.read")") == just({Right::person_read}));
  CHECK(rights_of(R"("openid nhn:grunndata/admin nhn:grunndata/audit.read")") ==
        just({Right::admin, Right::audit_read}));
  CHECK(rights_of(R"(["openid","nhn:grunndata/hjelpenummer.issue"])") ==
        just({Right::hjelpenummer_issue}));
  CHECK(rights_of(R"(["nhn:hgd-persontjenesten-api/read-with-legal-basis"])") ==
        just({Right::person_read, Right::person_read_with_legal_basis}));
  for (const std::string scope :
       {"\"\"", "[]", "\"person.read\"", "\"nhn:other/person.read\"", "\"nhn:grunndata/person\"",
        "\"nhn:grunndata/PERSON.READ\"", "\"nhn:grunndata/\"", "\"nhn:grunndata\"",
        "\"nhn:grunndataXperson.read\"",
        "\"nhn:hgd-persontjenesten-api/read-with-legal-basis2\""}) {
    CAPTURE(scope);
    CHECK(rights_of(scope).none());
  }
}

TEST_CASE("every right has a name of its own, and is found by it") {
  for (std::size_t i = 0; i < right_count; ++i) {
    const auto right = static_cast<Right>(i);
    CHECK(right_of(name_of(right)) == right);
  }
  CHECK(name_of(Right::person_read_with_legal_basis) == "person.read-with-legal-basis");
  CHECK(name_of(Right::audit_read) == "audit.read");
  CHECK(!right_of("person"));
  CHECK(!right_of(""));
}
