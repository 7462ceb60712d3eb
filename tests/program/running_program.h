// Runs the real program as a process of its own: words in, streams and exit status out.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace grunndata::tests {

/// A folder of its own, in memory where there is room, gone at the end.
class ScratchFolder {
public:
  ScratchFolder();
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }
  [[nodiscard]] std::string operator/(std::string_view name) const {
    return (path_ / name).string();
  }

private:
  std::filesystem::path path_;
};

[[nodiscard]] std::string read_file(const std::filesystem::path& path);
void write_file(const std::filesystem::path& path, std::string_view text);

struct Outcome {
  int status = -1; ///< exit status; 128 + the number of the signal that ended it
  std::string out;
  std::string err;
};

struct Start {
  std::vector<std::string> words;
  std::string input;  ///< all of stdin
  bool piped = false; ///< stdin is a pipe that `write` fills and `close_input` ends
  bool grouped =
      false; ///< in a process group of its own, so that a terminal's Ctrl-C can be played
  std::filesystem::path folder;                   ///< where it stands; empty: where the test does
  std::map<std::string, std::string> environment; ///< added
  std::optional<std::uint64_t> file_bytes_max;    ///< writes beyond fail, as on a full disk
};

/// Killed at the end when it still runs. Every wait is bounded; running out of patience fails the
/// test. What it wrote to stderr is searched for person numbers when it has ended.
class RunningProgram {
public:
  static constexpr auto patience = std::chrono::seconds(60);

  explicit RunningProgram(const Start& start);
  ~RunningProgram();
  RunningProgram(const RunningProgram&) = delete;
  RunningProgram& operator=(const RunningProgram&) = delete;

  /// False when nobody reads any more.
  bool write(std::string_view bytes);
  void close_input();
  void signal(int number) const;
  [[nodiscard]] pid_t id() const noexcept { return id_; }
  /// Lifts or sets the limit of `Start::file_bytes_max` of the running process.
  void limit_files(std::optional<std::uint64_t> bytes_max) const;

  [[nodiscard]] std::string out() const { return read_file(folder_ / "out"); }
  [[nodiscard]] std::string err() const { return read_file(folder_ / "err"); }
  [[nodiscard]] bool has_ended();
  /// Until `holds`; false when the program ended before that.
  bool wait_until(const std::function<bool()>& holds);
  Outcome wait();

private:
  ScratchFolder scratch_;
  std::filesystem::path folder_;
  pid_t id_ = -1;
  int input_ = -1;
  std::optional<int> ended_;
};

/// Runs it to its end.
Outcome run(const Start& start);
Outcome run(std::vector<std::string> words, std::string input = {});
/// Through the shell: TEST_PROGRAM is in the environment.
Outcome shell(const std::string& command);

/// What stands in a text and could be a person number: eleven digits on their own.
[[nodiscard]] std::vector<std::string> person_numbers_in(std::string_view text);

/// The unsigned number after `"name":` in a text of JSON, the last one; nothing when there is none.
[[nodiscard]] std::optional<std::uint64_t> number_field(std::string_view json,
                                                        std::string_view name);

} // namespace grunndata::tests
