// A command carried out inside the server for somebody at a terminal.
#pragma once

#include "tools/administration/command_host.h"
#include "tools/administration/job_request.h"

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <streambuf>
#include <string>
#include <thread>
#include <vector>

namespace grunndata::tools {

/// Runs on a thread of its own. What it writes waits to be taken; a command that nobody listens to
/// stops writing at `waiting_bytes_max` and goes on when it is taken, or ends when asked to stop.
class Job {
public:
  static constexpr std::size_t waiting_bytes_max = std::size_t{4} << 20U;

  struct Output {
    std::string out;
    std::string err;
    bool done = false;
    int status = 0; ///< of the command, once done
  };

  /// For `os_user`, who asked. Removes `request.input_path` at the end.
  Job(OpenedRegistry& opened, JobRequest request, std::string os_user);
  /// Asks to stop and waits.
  ~Job();
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// Takes what was written since the last call; waits a moment when there is nothing.
  [[nodiscard]] Output take();
  void stop() noexcept;

private:
  class Writer : public std::streambuf {
  public:
    Writer(Job& job, std::string& waiting) : job_(job), waiting_(waiting) {}

  protected:
    std::streamsize xsputn(const char* text, std::streamsize size) override;
    int_type overflow(int_type character) override;

  private:
    Job& job_;
    std::string& waiting_;
  };

  void run(OpenedRegistry& opened);
  int carry_out(OpenedRegistry& opened, std::ostream& out, std::ostream& err);

  std::mutex mutex_;
  std::condition_variable changed_;
  std::string out_;
  std::string err_;
  bool done_ = false;
  int status_ = 0;
  std::atomic<bool> stopping_{false};
  const JobRequest request_;
  const std::string os_user_;
  std::thread thread_;
};

} // namespace grunndata::tools
