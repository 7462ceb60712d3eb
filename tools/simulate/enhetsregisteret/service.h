// Enhetsregisteret's open services over a register of made-up units, as strict as they are, with
// their traps, and faults on command.
#pragma once

#include "api/http/message.h"
#include "api/http/route.h"
#include "tools/simulate/enhetsregisteret/unit_register.h"
#include "tools/simulate/service.h"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::simulate::enhetsregisteret {

/// What the base address is followed by.
inline constexpr std::string_view service_path = "/enhetsregisteret/api";

/// Thread-safe.
class Service {
public:
  explicit Service(const generate::virksomhet::NationOptions& options);

  /// The routes; those under /simulator are not Enhetsregisteret's:
  /// `GET /simulator/status`, `POST /simulator/happen {"what":…,"count":…}` (a `Happening`, or
  /// "life"), `POST /simulator/rest` (nothing happens by itself any more), `POST
  /// /simulator/publish` (the bulk files anew), `GET /simulator/truth` (every unit, enheter first,
  /// one a line), `GET /simulator/truth/roles` and
  /// `POST /simulator/fault {"fault":…,"milliseconds":…}` (freeze, not-found, gone, busy, html,
  /// failing, slow, cut, out-of-order; "unknown-type" and "respool" at once).
  [[nodiscard]] std::vector<api::http::Route> routes();

  /// So many things that happen to units.
  void live(std::uint64_t happenings);
  /// What the bulk files hold from now on.
  void publish();

private:
  using Request = api::http::Request;
  using Response = api::http::Response;
  using Handler = void (Service::*)(const Request&, Response&);
  /// A file as it was when it was made: older than the feeds.
  struct Bulk {
    std::string packed;
    std::string last_modified;
  };

  void answer(Handler handler, const Request& request, Response& response);
  void unit(Kind kind, const Request& request, Response& response);
  void search(Kind kind, const Request& request, Response& response);
  void feed(Kind kind, const Request& request, Response& response);
  void bulk(Kind kind, const Request& request, Response& response);
  void main_unit(const Request& request, Response& response) {
    unit(Kind::main, request, response);
  }
  void sub_unit(const Request& request, Response& response) { unit(Kind::sub, request, response); }
  void main_units(const Request& request, Response& response) {
    search(Kind::main, request, response);
  }
  void sub_units(const Request& request, Response& response) {
    search(Kind::sub, request, response);
  }
  void main_feed(const Request& request, Response& response) {
    feed(Kind::main, request, response);
  }
  void sub_feed(const Request& request, Response& response) { feed(Kind::sub, request, response); }
  void main_bulk(const Request& request, Response& response) {
    bulk(Kind::main, request, response);
  }
  void sub_bulk(const Request& request, Response& response) { bulk(Kind::sub, request, response); }
  void role_bulk(const Request& request, Response& response);
  void roles(const Request& request, Response& response);
  void role_feed(const Request& request, Response& response);
  void status(const Request& request, Response& response);
  void make_happen(const Request& request, Response& response);
  void make_publish(const Request& request, Response& response);
  void make_rest(const Request& request, Response& response);
  void truth(const Request& request, Response& response);
  void role_truth(const Request& request, Response& response);
  void append_roles(std::string& out, const Entry& entry, const std::string& base) const;
  void make_fault(const Request& request, Response& response);
  [[nodiscard]] bool has(Fault fault) const;
  /// The id that nothing newer is told than.
  [[nodiscard]] std::uint64_t newest_told(Kind kind) const;
  void write_status(Response& response) const;

  mutable std::mutex mutex_;
  UnitRegister register_;
  generate::Draw draw_;
  std::array<Bulk, kind_count> bulk_;
  Bulk role_bulk_;
  std::array<std::chrono::steady_clock::time_point, fault_count> until_{};
  std::array<std::uint64_t, kind_count> frozen_at_{};
  std::atomic<std::uint64_t> requests_{0};
  std::atomic<bool> resting_{false};
};

} // namespace grunndata::simulate::enhetsregisteret
