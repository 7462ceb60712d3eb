// Folkeregisteret's services (offentlig med hjemmel, v1) over a world, as strict as they are, with
// faults on command.
#pragma once

#include "api/http/message.h"
#include "api/http/route.h"
#include "tools/simulate/world.h"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::simulate {

/// What Folkeregisteret's base address is followed by.
inline constexpr std::string_view service_path = "/folkeregisteret/offentlig-med-hjemmel/api/v1";

enum class Fault : std::uint8_t {
  freeze,        ///< answers, with what it had when it froze
  not_found,     ///< 404 for everything
  busy,          ///< 429 with a Retry-After in milliseconds
  html,          ///< a firewall's page, with status 200 and 403
  failing,       ///< 500
  slow,          ///< each answer takes a second
  cut,           ///< pages and persons break off in the middle
  gone,          ///< extracts: 410
  too_old,       ///< the feed: 406
  out_of_order,  ///< pages of the feed come in another order
  late,          ///< every third event from now on is not shown before the end
  expired_token, ///< 401, whatever the token
};
inline constexpr std::size_t fault_count = 12;
[[nodiscard]] std::string_view name_of(Fault fault) noexcept;
[[nodiscard]] std::optional<Fault> fault_of(std::string_view name) noexcept;

struct ServiceOptions {
  WorldOptions world;
  std::string token; ///< asked for as a bearer token; empty: none
  /// Batches of an extract hold so many documents, and are ready so long after the order.
  std::size_t batch_documents = 10'000;
  std::chrono::milliseconds extract_takes{200};
};

/// Thread-safe.
class Service {
public:
  explicit Service(const ServiceOptions& options);

  /// The routes, those under /simulator included, which are not Folkeregisteret's:
  /// `GET /simulator/truth` (every person, one a line), `GET /simulator/status`,
  /// `POST /simulator/happen {"what":…,"count":…}`, `POST /simulator/rest` (nothing happens by
  /// itself any more) and
  /// `POST /simulator/fault {"fault":…,"milliseconds":…}` (also "respool", "duplicate", "gap",
  /// "unknown-type", "unknown-person" and "unknown-document", which happen at once).
  [[nodiscard]] std::vector<api::http::Route> routes();

  /// So many things that happen to people, as often as they do (folkeregisteret.md §9).
  void live(std::uint64_t happenings);
  bool happen(Happening what, std::uint64_t count);
  /// From here `live` does nothing.
  void rest() noexcept { resting_ = true; }
  void begin(Fault fault, std::chrono::milliseconds time);
  /// The newest event once more, numbers that nobody gets, an event of any type, all numbers anew.
  void duplicate();
  void gap(std::uint64_t numbers);
  void tell(std::string_view type);
  void respool();
  /// An event about somebody whom nothing else gives.
  void forget_somebody();
  /// Somebody's newest version is given to nobody by its id.
  void forget_document();

private:
  using Request = api::http::Request;
  using Response = api::http::Response;
  using Handler = void (Service::*)(const Request&, Response&);
  struct Job {
    std::vector<std::string> ids;
    bool of_persons = false; ///< numbers, not ids of documents
    bool finished = false;   ///< read to the end
    std::chrono::steady_clock::time_point ready;
    std::chrono::steady_clock::time_point asked; ///< for, the last time
  };

  void answer(Handler handler, const Request& request, Response& response);
  void newest(const Request& request, Response& response);
  void feed(const Request& request, Response& response);
  void person(const Request& request, Response& response);
  void version(const Request& request, Response& response);
  void persons(const Request& request, Response& response);
  void versions(const Request& request, Response& response);
  void event_document(const Request& request, Response& response);
  void event_documents(const Request& request, Response& response);
  void order(const Request& request, Response& response);
  void order_selection(const Request& request, Response& response);
  bool take_job(Job job, Response& response);
  void batch(const Request& request, Response& response);
  void truth(const Request& request, Response& response);
  void status(const Request& request, Response& response);
  void make_happen(const Request& request, Response& response);
  void make_fault(const Request& request, Response& response);
  void make_rest(const Request& request, Response& response);
  [[nodiscard]] bool has(Fault fault) const;
  [[nodiscard]] bool is_late(std::uint64_t sequence) const;
  [[nodiscard]] std::uint64_t newest_told() const;

  ServiceOptions options_;
  mutable std::mutex mutex_;
  World world_;
  generate::Draw draw_;
  std::map<std::string, Job> jobs_;
  std::array<std::chrono::steady_clock::time_point, fault_count> until_{};
  std::uint64_t frozen_at_ = 0;
  std::uint64_t late_from_ = 0;
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<bool> resting_{false};
};

} // namespace grunndata::simulate
