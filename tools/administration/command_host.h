// Where a command that needs a registry runs: in this process, or inside the server that has the
// data directory open. Commands are written once and do not know which.
#pragma once

#include "tools/commands/open_registry.h"
#include "tools/config/config.h"

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace grunndata::tools {

/// What a command reads and writes. All must outlive the command.
struct Console {
  std::istream& in;
  std::ostream& out;      ///< data
  std::ostream& err;      ///< everything else
  std::string input_path; ///< a file with what `in` gives, for readers of files; "-" is stdin
  std::filesystem::path directory; ///< absolute; relative paths given by the caller start here
  config::Config config;           ///< the caller's
  std::function<bool()> stop;      ///< whether somebody asked to stop at a good place
  std::string os_user;             ///< who gave the command, by name or number

  /// A path as the caller meant it; `-` stays.
  [[nodiscard]] std::string path_of(const std::string& given) const {
    return given == "-" ? given : (directory / given).lexically_normal().string();
  }
};

/// Does the work on an open registry and returns the exit status.
using RegistryCommand = std::function<int(OpenedRegistry&, Console&)>;

struct CommandNeeds {
  bool create = false; ///< make a data directory where there is none
  bool input = false;  ///< reads stdin
  /// What it is when the disk fills; unset: it only reads, and is always carried out.
  std::optional<registry::Work> work{};
};

/// Whether there is room for what the command needs; says on `err` when there is not.
[[nodiscard]] bool has_room(registry::SpaceGuard& space, const CommandNeeds& needs,
                            std::ostream& err);

class CommandHost {
public:
  virtual ~CommandHost() = default;
  /// Runs `command` and returns its exit status, or that of why it could not be run.
  virtual int run(const config::ConfigSources& sources, const CommandNeeds& needs,
                  const RegistryCommand& command) = 0;
};

/// Opens the data directory when it is free; else has the running server carry out `words`, the
/// program's arguments, and shows what it says. Results are the same.
class LocalHost : public CommandHost {
public:
  explicit LocalHost(std::vector<std::string> words) : words_(std::move(words)) {}
  int run(const config::ConfigSources& sources, const CommandNeeds& needs,
          const RegistryCommand& command) override;

private:
  std::vector<std::string> words_;
};

/// Runs commands on a registry that is open already.
class ServedHost : public CommandHost {
public:
  ServedHost(OpenedRegistry& opened, Console& console) : opened_(opened), console_(console) {}
  int run(const config::ConfigSources& sources, const CommandNeeds& needs,
          const RegistryCommand& command) override;

private:
  OpenedRegistry& opened_;
  Console& console_;
};

} // namespace grunndata::tools
