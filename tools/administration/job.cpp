#include "tools/administration/job.h"

#include "registry/threads/thread_priority.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/registry_commands.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>

namespace grunndata::tools {

namespace {
constexpr int job_niceness = 15;
constexpr auto patience = std::chrono::milliseconds(250);
} // namespace

std::streamsize Job::Writer::xsputn(const char* text, std::streamsize size) {
  std::unique_lock lock(job_.mutex_);
  job_.changed_.wait(
      lock, [this] { return waiting_.size() < waiting_bytes_max || job_.stopping_.load(); });
  waiting_.append(text, static_cast<std::size_t>(size));
  job_.changed_.notify_all();
  return size;
}

Job::Writer::int_type Job::Writer::overflow(int_type character) {
  const char text = traits_type::to_char_type(character);
  xsputn(&text, 1);
  return character;
}

Job::Job(OpenedRegistry& opened, JobRequest request, std::string os_user)
    : request_(std::move(request)), os_user_(std::move(os_user)),
      thread_([this, &opened] { run(opened); }) {}

Job::~Job() {
  stop();
  thread_.join();
  if (!request_.input_path.empty()) {
    std::error_code ignored;
    std::filesystem::remove(request_.input_path, ignored);
  }
}

void Job::stop() noexcept {
  stopping_.store(true);
  changed_.notify_all();
}

Job::Output Job::take() {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, patience, [this] { return done_ || !out_.empty() || !err_.empty(); });
  Output output;
  output.out.swap(out_);
  output.err.swap(err_);
  output.done = done_;
  output.status = status_;
  changed_.notify_all();
  return output;
}

void Job::run(OpenedRegistry& opened) {
  registry::run_behind_lookups(job_niceness);
  Writer out_writer(*this, out_);
  Writer err_writer(*this, err_);
  std::ostream out(&out_writer);
  std::ostream err(&err_writer);
  const int status = carry_out(opened, out, err);
  const std::lock_guard lock(mutex_);
  done_ = true;
  status_ = status;
  changed_.notify_all();
}

int Job::carry_out(OpenedRegistry& opened, std::ostream& out, std::ostream& err) {
  const std::string input_path = request_.input_path.empty() ? "/dev/null" : request_.input_path;
  std::ifstream in(input_path, std::ios::binary);
  config::ConfigSources own;
  own.file_if_unset.clear();
  own.flags = request_.settings;
  const auto config = config::load_config(own);
  if (!config) {
    return report_error(err, config.error());
  }
  if (!in) {
    return report_error(err, {registry::ErrorCode::storage, "the server cannot read the input"});
  }
  Console console{in,
                  out,
                  err,
                  input_path,
                  request_.directory,
                  config->values,
                  [this] { return stopping_.load(); },
                  os_user_};
  ServedHost host(opened, console);
  int status = exit_ok;
  try {
    CLI::App program{"", "grunndata"};
    program.require_subcommand(1);
    add_registry_commands(program, host, status);
    std::vector<std::string> words = request_.words;
    std::ranges::reverse(words); // CLI11 takes them from the back
    program.parse(words);
  } catch (const CLI::ParseError& error) {
    err << "grunndata: " << error.what() << '\n';
    return exit_usage;
  } catch (const std::exception&) {
    err << "grunndata: the server could not carry the command out\n";
    return exit_failure;
  }
  return status;
}

} // namespace grunndata::tools
