#include "tests/program/running_program.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <doctest/doctest.h>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <thread>
#include <unistd.h>

#include <sys/resource.h>
#include <sys/wait.h>

namespace grunndata::tests {

namespace fs = std::filesystem;

namespace {

constexpr auto poll_pause = std::chrono::milliseconds(5);

rlimit file_limit(std::optional<std::uint64_t> bytes_max) {
  return {bytes_max ? rlim_t{*bytes_max} : RLIM_INFINITY, RLIM_INFINITY};
}

/// What the child does between fork and exec; only calls that are safe there.
[[noreturn]] void become(const Start& start, const std::array<int, 3>& streams, char** words,
                         char** environment) {
  for (int i = 0; i < 3; ++i) {
    ::dup2(streams[static_cast<std::size_t>(i)], i);
  }
  if (start.grouped) ::setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::signal(SIGXFSZ, SIG_IGN); // a limit on files shall be an error, as a full disk is
  if (start.file_bytes_max) {
    const rlimit limit = file_limit(start.file_bytes_max);
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  if (!start.folder.empty() && ::chdir(start.folder.c_str()) != 0) ::_exit(126);
  ::execve(words[0], words, environment);
  ::_exit(127);
}

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  std::vector<std::string> texts;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text(*entry);
    if (!added.contains(text.substr(0, text.find('=')))) texts.push_back(text);
  }
  for (const auto& [name, value] : added) texts.push_back(name + "=" + value);
  return texts;
}

int status_of(int waited) {
  return WIFEXITED(waited) ? WEXITSTATUS(waited) : 128 + WTERMSIG(waited);
}

} // namespace

ScratchFolder::ScratchFolder() {
  const fs::path memory = "/dev/shm";
  const fs::path parent = fs::is_directory(memory) ? memory : fs::temp_directory_path();
  std::string name = (parent / "grunndata-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const fs::path& path, std::string_view text) {
  std::ofstream file(path, std::ios::binary);
  file << text;
  REQUIRE_MESSAGE(file.good(), path.string());
}

RunningProgram::RunningProgram(const Start& start) : folder_(scratch_.path()) {
  const char* const program = std::getenv("TEST_PROGRAM");
  REQUIRE(program != nullptr);
  std::vector<std::string> words{program};
  words.insert(words.end(), start.words.begin(), start.words.end());
  std::vector<std::string> environment = environment_with(start.environment);
  std::vector<char*> word_pointers = pointers_to(words);
  std::vector<char*> environment_pointers = pointers_to(environment);

  std::array<int, 2> pipe{-1, -1};
  if (start.piped) {
    REQUIRE(::pipe2(pipe.data(), O_CLOEXEC) == 0);
    input_ = pipe[1];
  } else {
    write_file(folder_ / "in", start.input);
    pipe[0] = ::open((folder_ / "in").c_str(), O_RDONLY | O_CLOEXEC);
  }
  const auto output = [this](const char* name) {
    return ::open((folder_ / name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  };
  const std::array<int, 3> streams{pipe[0], output("out"), output("err")};
  id_ = ::fork();
  REQUIRE(id_ >= 0);
  if (id_ == 0) become(start, streams, word_pointers.data(), environment_pointers.data());
  if (start.grouped) ::setpgid(id_, id_);
  for (const int stream : streams) ::close(stream);
  ::signal(SIGPIPE, SIG_IGN);
}

RunningProgram::~RunningProgram() {
  close_input();
  if (!has_ended()) {
    ::kill(id_, SIGKILL);
    ::waitpid(id_, nullptr, 0);
  }
}

bool RunningProgram::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(input_, bytes.data(), bytes.size());
    if (done < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

void RunningProgram::close_input() {
  if (input_ >= 0) ::close(input_);
  input_ = -1;
}

void RunningProgram::signal(int number) const { ::kill(id_, number); }

void RunningProgram::limit_files(std::optional<std::uint64_t> bytes_max) const {
  const rlimit limit = file_limit(bytes_max);
  REQUIRE(::prlimit(id_, RLIMIT_FSIZE, &limit, nullptr) == 0);
}

bool RunningProgram::has_ended() {
  int waited = 0;
  if (!ended_ && ::waitpid(id_, &waited, WNOHANG) == id_) ended_ = status_of(waited);
  return ended_.has_value();
}

bool RunningProgram::wait_until(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (has_ended()) return holds();
    REQUIRE_MESSAGE(std::chrono::steady_clock::now() < end, err());
    std::this_thread::sleep_for(poll_pause);
  }
  return true;
}

Outcome RunningProgram::wait() {
  wait_until([this] { return has_ended(); });
  Outcome outcome{*ended_, out(), err()};
  CHECK_MESSAGE(person_numbers_in(outcome.err).empty(), outcome.err);
  return outcome;
}

Outcome run(const Start& start) { return RunningProgram(start).wait(); }

Outcome run(std::vector<std::string> words, std::string input) {
  Start start;
  start.words = std::move(words);
  start.input = std::move(input);
  return run(start);
}

Outcome shell(const std::string& command) {
  const ScratchFolder scratch;
  const int waited = std::system(
      ("( " + command + "\n) >'" + scratch / "out" + "' 2>'" + (scratch / "err") + "' </dev/null")
          .c_str());
  return {status_of(waited), read_file(scratch / "out"), read_file(scratch / "err")};
}

std::vector<std::string> person_numbers_in(std::string_view text) {
  constexpr std::size_t digits = 11;
  std::vector<std::string> numbers;
  const auto is_word = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0; };
  for (auto at = text.begin(); at != text.end();) {
    const auto begin = std::find_if(at, text.end(), is_word);
    at = std::find_if_not(begin, text.end(), is_word);
    const std::string_view word(begin, at);
    if (word.size() == digits && word.find_first_not_of("0123456789") == std::string_view::npos) {
      numbers.emplace_back(word);
    }
  }
  return numbers;
}

std::optional<std::uint64_t> number_field(std::string_view json, std::string_view name) {
  const std::string key = "\"" + std::string(name) + "\":";
  const auto at = json.rfind(key);
  if (at == std::string_view::npos) return std::nullopt;
  std::uint64_t number = 0;
  const auto read =
      std::from_chars(json.data() + at + key.size(), json.data() + json.size(), number);
  return read.ec == std::errc{} ? std::optional(number) : std::nullopt;
}

} // namespace grunndata::tests
