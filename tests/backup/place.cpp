#include "tests/backup/place.h"

#include <doctest/doctest.h>

#include <sys/stat.h>

namespace grunndata::tests {

namespace fs = std::filesystem;

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string member(std::string_view json, std::string_view name) {
  const std::string mark = '"' + std::string(name) + "\":\"";
  const auto begin = json.find(mark);
  REQUIRE_MESSAGE(begin != std::string_view::npos, json);
  const auto from = begin + mark.size();
  return std::string(json.substr(from, json.find('"', from) - from));
}

std::vector<fs::path> files_under(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code gone; // they may go while they are counted
  for (auto at = fs::recursive_directory_iterator(folder, gone);
       !gone && at != fs::recursive_directory_iterator(); at.increment(gone)) {
    std::error_code fault;
    if (at->is_regular_file(fault)) files.push_back(at->path());
  }
  return files;
}

Place::Place(std::string_view more) {
  write_file(key, std::string(64, '7'));
  REQUIRE(::chmod(key.c_str(), S_IRUSR | S_IWUSR) == 0);
  write_file(config, "[data]\ndirectory = \"" + data +
                         "\"\n[audit]\nsegment_bytes = \"256KiB\"\n[backup]\ndirectory = \"" +
                         folder + "\"\nkey_file = \"" + key + "\"\n" + std::string(more));
}

Outcome Place::backup(std::vector<std::string> words) const {
  words.insert(words.begin(), "backup");
  words.insert(words.end(), {"--config", config});
  return run(words);
}

std::string Place::create() const {
  const Outcome made = backup({"create", "--json"});
  REQUIRE_MESSAGE(made.status == 0, made.err);
  return member(made.out, "id");
}

void Place::load(const std::string& documents, const std::string& day) const {
  const Outcome loaded =
      run({"import", "folkeregisteret", "--config", config, "--extracted-at", day, "-"}, documents);
  REQUIRE_MESSAGE(loaded.status == 0, loaded.err);
}

std::string Place::seen(const std::string& number) const {
  return run({"lookup", "--config", config}, number + "\n").out;
}

} // namespace grunndata::tests
