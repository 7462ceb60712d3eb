// One registry with one life in it, and the service over it for callers of either access class,
// called without a socket.
#pragma once

#include "api/api.h"
#include "api/http/message.h"
#include "api/http/server.h"
#include "api/routes.h"
#include "importers/folkeregisteret/person_mapping.h"
#include "importers/reading/mapping_report.h"
#include "registry/import_batch.h"
#include "registry/links/links.h"
#include "registry/registry.h"
#include "registry/subscriptions/subscriptions.h"
#include "tests/leak/stories.h"

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::leak {

struct Ask {
  api::http::Method method = api::http::Method::get;
  std::string target;
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
};

/// All bytes of an answer as they would be sent, without its date and the age of the source.
struct Told {
  int status = 0;
  std::string head;
  std::string body;
  std::string etag;
  std::string operation; ///< the route that answered
};

class World {
public:
  /// With `log`, which must outlive the world, what is asked is logged.
  explicit World(registry::audit::Log* log = nullptr);

  /// In one commit. How many records the log got. With `asked_about` the numbers of the documents
  /// are among those asked about from now on.
  std::uint64_t import(const Import& documents, bool asked_about = true);
  /// From now on about these, in this order.
  void ask_about(const std::vector<std::string>& numbers) {
    numbers_ = numbers;
    note_ids();
  }
  /// Rendered again from what the source said.
  void rebuild();
  /// A document that cannot be read; its number in quarantine grows by one.
  void quarantine(std::string_view document);

  Told ask(registry::Access access, const Ask& ask);

  registry::Registry& registry() { return *registry_; }
  /// Every id that the number has led to so far, in order.
  [[nodiscard]] const std::vector<std::string>& ids_of(const std::string& number) const;
  [[nodiscard]] const std::vector<std::string>& numbers() const { return numbers_; }
  /// Just before each import.
  [[nodiscard]] const std::vector<std::string>& times() const { return times_; }
  importers::folkeregisteret::MappingReport& report() { return report_; }

private:
  struct Service {
    std::unique_ptr<api::Api> api;
    std::unique_ptr<api::http::RouteTable> routes;
    api::http::ServerOptions observed;
  };
  Service serve(registry::Access access, registry::audit::Log* log);
  void note_ids();
  /// An export without those who are not asked about: a twin's log grows by strangers.
  std::string without_strangers(std::string_view lines) const;
  registry::ImportCounts submit(registry::ImportBatch batch);
  registry::Instant next_extract();

  std::unique_ptr<registry::Registry> registry_;
  std::unique_ptr<registry::Links> links_;
  std::unique_ptr<registry::Subscriptions> subscriptions_;
  Service with_basis_;
  Service without_basis_;
  importers::folkeregisteret::PersonMapper mapper_;
  importers::folkeregisteret::MappingReport report_;
  std::vector<std::string> numbers_;
  std::map<std::string, std::vector<std::string>> ids_;
  std::vector<std::string> times_;
  int imports_ = 0;
};

} // namespace grunndata::leak
