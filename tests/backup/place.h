// A data directory and its backups, worked on by the program itself.
#pragma once

#include "tests/program/running_program.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

[[nodiscard]] bool contains(std::string_view text, std::string_view part);
/// The text after `"name":"`, which must be there.
[[nodiscard]] std::string member(std::string_view json, std::string_view name);
/// Every file below `folder`; nothing when there is no such folder.
[[nodiscard]] std::vector<std::filesystem::path> files_under(const std::filesystem::path& folder);

/// A place for everything, with a configuration that names it.
struct Place {
  ScratchFolder scratch;
  std::string data = scratch / "data";
  std::string folder = scratch / "backups";
  std::string key = scratch / "backup.key";
  std::string config = scratch / "grunndata.toml";

  /// `more` stands at the end of the configuration.
  explicit Place(std::string_view more = {});

  /// `grunndata backup …` with that configuration.
  [[nodiscard]] Outcome backup(std::vector<std::string> words) const;
  /// A backup that must be made; its id.
  std::string create() const;
  /// The data directory is lost: what lies beside it stays.
  void lose_data() const { std::filesystem::remove_all(data); }
  /// Imports documents as an extract of that day; they must be taken.
  void load(const std::string& documents, const std::string& day) const;
  /// What `lookup` shows of the person.
  [[nodiscard]] std::string seen(const std::string& number) const;
};

} // namespace grunndata::tests
