// The port on loopback through which commands reach a server that has the data directory open.
#pragma once

#include "tools/administration/job.h"
#include "tools/administration/token_file.h"

#include <memory>

namespace grunndata::api::http {
class Server;
} // namespace grunndata::api::http

namespace grunndata::tools {

/// Takes commands of whoever can read the token file, at most `jobs_max` at a time:
///   POST   /administration/jobs            a JobRequest -> id
///   GET    /administration/jobs/{id}       "<done> <status> <bytes of out> <bytes of err>\n", both
///   DELETE /administration/jobs/{id}       asks to stop
/// Whose a command is says the system (`user_of_peer`), not the caller; 403 when it does not.
/// One version of the program speaks to itself; X-Version tells others apart (409).
/// A job that nobody asks about for `listener_patience` is stopped; a finished one forgotten.
class AdministrationServer {
public:
  static constexpr std::size_t jobs_max = 8;

  /// Listens and writes the token file. `opened` must outlive it. Errors: `storage`, `unavailable`.
  [[nodiscard]] static registry::Result<std::unique_ptr<AdministrationServer>>
  start(OpenedRegistry& opened);
  /// Stops jobs at their next good place.
  ~AdministrationServer();

private:
  class Jobs;
  AdministrationServer();
  void jobs_stop();
  std::unique_ptr<Jobs> jobs_;
  std::unique_ptr<api::http::Server> server_;
  std::unique_ptr<TokenFile> token_file_;
};

} // namespace grunndata::tools
