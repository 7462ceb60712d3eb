// A registry in memory with persons imported as the importer does it, and the API over it, called
// without a socket.
#pragma once

#include "api/api.h"
#include "api/http/message.h"
#include "api/http/route.h"
#include "importers/folkeregisteret/person_mapping.h"
#include "registry/registry.h"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::api {

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Answer {
  int status = 0;
  std::string content_type;
  std::string cache_control;
  std::string body;
  std::string etag;
  std::string source_age;

  [[nodiscard]] bool holds(std::string_view text) const {
    return body.find(text) != std::string::npos;
  }
};

/// The value of the first member of that name, by its spelling; for flat checks of an answer.
[[nodiscard]] std::string member(const Answer& answer, std::string_view name);
[[nodiscard]] std::size_t count_of(std::string_view text, std::string_view part);

class RegistryFixture {
public:
  explicit RegistryFixture(ApiOptions options = {});
  ~RegistryFixture();

  /// One person document, read at `extracted_at`. Fails the test unless it is written.
  void import(std::string_view document, std::string_view extracted_at = "2026-01-01T00:00:00Z");
  /// A sample of tests/data/folkeregisteret.
  void import_sample(std::string_view name, std::string_view extracted_at = "2026-01-01T00:00:00Z");

  Answer call(http::Method method, std::string_view target, std::string_view body = {},
              const Headers& headers = {});
  Answer get(std::string_view target, const Headers& headers = {});
  /// With api-version: 2.
  Answer get_v2(std::string_view target);
  Answer post_form(std::string_view target, std::string_view body);
  Answer post_json(std::string_view target, std::string_view body);

  registry::Registry& registry() { return *registry_; }
  Api& api() { return *api_; }
  http::RouteTable& routes() { return *routes_; }
  /// The opaque id of the person with that number.
  std::string id_of(std::string_view number);

private:
  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<Api> api_;
  std::unique_ptr<http::RouteTable> routes_;
  importers::folkeregisteret::PersonMapper mapper_;
};

/// A synthetic foedselsnummer or D-nummer; another for each n (below 300).
[[nodiscard]] std::string fnr(std::size_t n);
[[nodiscard]] std::string dnr(std::size_t n);

/// A person document: the number in use, and further elements as `"navn":[…],…`.
[[nodiscard]] std::string document(std::string_view number, std::string_view elements = {});
/// With one more number, which has ceased.
[[nodiscard]] std::string document_with_old(std::string_view number, std::string_view old_number,
                                            std::string_view elements = {});
[[nodiscard]] std::string name_element(std::string_view given, std::string_view family);

} // namespace grunndata::api
