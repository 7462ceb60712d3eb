#include "tools/administration/administration_server.h"

#include "api/http/server.h"
#include "tools/administration/input_file.h"
#include "tools/administration/job_request.h"
#include "tools/administration/peer_user.h"
#include "tools/administration/version.h"
#include "tools/commands/command_audit.h"
#include "tools/logging/log.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <map>
#include <mutex>

#include <openssl/crypto.h>

namespace grunndata::tools {

namespace http = api::http;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

namespace {

constexpr std::size_t job_request_bytes_max = std::size_t{1} << 20U;
constexpr auto listener_patience = std::chrono::seconds(30);
constexpr auto listener_pause_max = std::chrono::seconds(1); ///< between two questions of a client
constexpr auto farewell_patience = std::chrono::seconds(5);
constexpr auto server_patience = std::chrono::milliseconds(1'000);
constexpr std::string_view bearer = "Bearer ";

void answer(http::Response& response, int status, std::string_view text) {
  response.status = status;
  response.content_type = http::content_type::text;
  response.body = text;
}

} // namespace

/// The jobs and who may ask for them.
class AdministrationServer::Jobs {
public:
  Jobs(OpenedRegistry& opened, std::string token) : opened_(opened), token_(std::move(token)) {}

  void create(const http::Request& request, http::Response& response) {
    if (!may_ask(request, response)) {
      return;
    }
    const std::lock_guard lock(mutex_);
    forget_lonely();
    if (closing_) {
      return answer(response, 503, "the server is ending\n");
    }
    if (jobs_.size() >= jobs_max) {
      return answer(response, 503, "too many commands at a time\n");
    }
    auto wanted = read_job_request(request.body);
    if (!wanted) {
      return answer(response, 400, "not a command\n");
    }
    const auto user = user_of_peer(request.peer_address, request.peer_port, port_);
    if (!user) {
      log::warn("administration", "a command was refused: the system does not tell whose it is");
      return answer(response, 403, "nobody knows who asks\n");
    }
    auto id = make_token();
    if (!id) {
      return answer(response, 503, "no randomness\n");
    }
    jobs_[*id] = {std::make_shared<Job>(opened_, std::move(*wanted), os_user(*user)),
                  std::chrono::steady_clock::now()};
    answer(response, 201, *id);
  }

  void take(const http::Request& request, http::Response& response) {
    const auto job = find(request, response);
    if (!job) {
      return;
    }
    const Job::Output output = job->take();
    answer(response, 200,
           std::to_string(output.done ? 1 : 0) + ' ' + std::to_string(output.status) + ' ' +
               std::to_string(output.out.size()) + ' ' + std::to_string(output.err.size()) + '\n');
    response.body += output.out;
    response.body += output.err;
    if (output.done) {
      const std::lock_guard lock(mutex_);
      jobs_.erase(std::string(request.path_parameter(0)));
      job_taken_.notify_all();
    }
  }

  void stop(const http::Request& request, http::Response& response) {
    if (const auto job = find(request, response)) {
      job->stop();
      answer(response, 200, "stopping\n");
    }
  }

  /// Where the server listens; before anybody can know the token.
  void set_port(std::uint16_t port) noexcept { port_ = port; }

  /// Asks all to stop, and waits until those who listen have heard how they ended.
  void stop_all() {
    std::unique_lock lock(mutex_);
    closing_ = true;
    for (const auto& [id, entry] : jobs_) {
      entry.job->stop();
    }
    const auto end = std::chrono::steady_clock::now() + farewell_patience;
    while (somebody_listens() && std::chrono::steady_clock::now() < end) {
      job_taken_.wait_for(lock, listener_pause_max / 4);
    }
  }

private:
  struct Entry {
    std::shared_ptr<Job> job;
    std::chrono::steady_clock::time_point asked_about;
  };

  bool may_ask(const http::Request& request, http::Response& response) const {
    const auto given = request.header("authorization").value_or("");
    const bool knows =
        given.size() == bearer.size() + token_.size() && given.starts_with(bearer) &&
        CRYPTO_memcmp(given.data() + bearer.size(), token_.data(), token_.size()) == 0;
    if (!knows) {
      answer(response, 401, "");
      return false;
    }
    if (request.header("x-version").value_or("") != administration_version()) {
      answer(response, 409, "another version of the program\n");
      return false;
    }
    return true;
  }

  std::shared_ptr<Job> find(const http::Request& request, http::Response& response) {
    if (!may_ask(request, response)) {
      return nullptr;
    }
    const std::lock_guard lock(mutex_);
    const auto found = jobs_.find(std::string(request.path_parameter(0)));
    if (found == jobs_.end()) {
      answer(response, 404, "no such job\n");
      return nullptr;
    }
    found->second.asked_about = std::chrono::steady_clock::now();
    return found->second.job;
  }

  bool somebody_listens() const {
    const auto now = std::chrono::steady_clock::now();
    return std::ranges::any_of(jobs_, [now](const auto& entry) {
      return now - entry.second.asked_about < listener_pause_max;
    });
  }

  /// Whoever asked for these went away without a word.
  void forget_lonely() {
    const auto now = std::chrono::steady_clock::now();
    std::erase_if(jobs_, [now](const auto& entry) {
      const bool is_lonely = now - entry.second.asked_about > listener_patience;
      if (is_lonely) {
        entry.second.job->stop();
      }
      return is_lonely;
    });
  }

  OpenedRegistry& opened_;
  const std::string token_;
  std::atomic<std::uint16_t> port_{0};
  std::mutex mutex_;
  std::condition_variable job_taken_;
  bool closing_ = false;
  std::map<std::string, Entry> jobs_;
};

AdministrationServer::AdministrationServer() = default;

AdministrationServer::~AdministrationServer() {
  token_file_.reset();
  jobs_stop();
}

void AdministrationServer::jobs_stop() {
  jobs_->stop_all();
  if (server_) {
    server_->begin_drain();
    server_->stop(server_patience);
  }
  jobs_.reset();
}

Result<std::unique_ptr<AdministrationServer>> AdministrationServer::start(OpenedRegistry& opened) {
  auto token = make_token();
  if (!token) {
    return tl::unexpected(token.error());
  }
  std::unique_ptr<AdministrationServer> made(new AdministrationServer());
  made->jobs_ = std::make_unique<Jobs>(opened, *token);
  Jobs& jobs = *made->jobs_;
  const auto pool = http::Lane::pool_lane;
  std::vector<http::Route> routes;
  routes.push_back(
      {http::Method::post, "/administration/jobs", "createJob", pool,
       [&jobs](const auto& request, auto& response) { jobs.create(request, response); },
       job_request_bytes_max});
  routes.push_back({http::Method::get,
                    "/administration/jobs/{id}",
                    "takeOutput",
                    pool,
                    [&jobs](const auto& request, auto& response) { jobs.take(request, response); },
                    {}});
  routes.push_back({http::Method::delete_,
                    "/administration/jobs/{id}",
                    "stopJob",
                    pool,
                    [&jobs](const auto& request, auto& response) { jobs.stop(request, response); },
                    {}});
  auto table = http::RouteTable::build(std::move(routes));
  if (!table) {
    return tl::unexpected(table.error());
  }
  http::ServerOptions options;
  options.workers = 1;
  options.pool_threads = jobs_max;
  made->server_ = std::make_unique<http::Server>(std::move(*table), std::move(options));
  if (auto started = made->server_->start(); !started) {
    return tl::unexpected(started.error());
  }
  jobs.set_port(made->server_->port());
  const std::filesystem::path& directory = opened.config.values.data.directory;
  remove_kept_inputs(directory); // nobody can have left one for this server yet
  auto file = TokenFile::write(directory, {made->server_->port(), *token});
  if (!file) {
    return tl::unexpected(file.error());
  }
  made->token_file_ = std::make_unique<TokenFile>(std::move(*file));
  return made;
}

} // namespace grunndata::tools
