#include "registry/registry.h"
#include "tools/config/settings.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include <unistd.h>

using namespace grunndata::tools::config;
namespace log_of = grunndata::tools::log;
using grunndata::registry::ErrorCode;

namespace {

// A file of its own for each case, removed at its end.
class File {
public:
  explicit File(const std::string& content) {
    static int number = 0;
    path_ =
        std::filesystem::temp_directory_path() / ("grunndata-config-" + std::to_string(::getpid()) +
                                                  "-" + std::to_string(++number) + ".toml");
    std::ofstream(path_) << content;
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::string line(int number) const {
    return path_.string() + ":" + std::to_string(number);
  }

private:
  std::filesystem::path path_;
};

ConfigSources no_sources() {
  ConfigSources sources;
  sources.file_if_unset = "/nonexistent/grunndata.toml";
  return sources;
}

ConfigSources from(const File& file) {
  ConfigSources sources = no_sources();
  sources.file = file.path();
  return sources;
}

const ResolvedSetting& setting(const LoadedConfig& loaded, std::string_view key) {
  for (const auto& row : loaded.settings) {
    if (row.key == key) return row;
  }
  FAIL("no such setting");
  return loaded.settings.front();
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("without any source every setting has its default") {
  const auto loaded = load_config(no_sources());
  REQUIRE(loaded);
  CHECK(loaded->settings.size() == settings().size());
  CHECK_FALSE(loaded->file);
  CHECK(loaded->values.data.environment == grunndata::registry::Environment::test);
  CHECK(loaded->values.server.address == "127.0.0.1");
  CHECK(loaded->values.server.port == 8080);
  CHECK(loaded->values.server.workers > 0);
  CHECK(loaded->values.store.cache_bytes == 512ULL << 20);
  CHECK_FALSE(loaded->values.import.errors_max);
  CHECK(loaded->values.log.level == log_of::Level::info);
  CHECK(loaded->values.log.format == log_of::Format::automatic);
}

TEST_CASE("a flag comes before the environment, and the environment before the file") {
  const File file("[server]\nlisten = \"127.0.0.1:1\"\n[log]\nlevel = \"warn\"\n"
                  "[store]\ncache_bytes = 4194304\n");
  ConfigSources sources = from(file);
  sources.environment = {{"GRUNNDATA_SERVER__LISTEN", "127.0.0.1:2"},
                         {"GRUNNDATA_LOG__LEVEL", "error"}};
  sources.flags = {{"server.listen", "127.0.0.1:3"}};
  const auto loaded = load_config(sources);
  REQUIRE(loaded);
  CHECK(loaded->values.server.port == 3);
  CHECK(setting(*loaded, "server.listen").where == "--listen");
  CHECK(loaded->values.log.level == log_of::Level::error);
  CHECK(setting(*loaded, "log.level").where == "GRUNNDATA_LOG__LEVEL");
  CHECK(loaded->values.store.cache_bytes == 4'194'304);
  CHECK(setting(*loaded, "store.cache_bytes").where == file.line(6));
  CHECK(setting(*loaded, "store.cache_bytes").source == Source::file);
  CHECK(setting(*loaded, "log.format").where == "default");
}

TEST_CASE("an unknown key is named with its line and the nearest name") {
  const File file("# first\n[server]\nlistn = \"127.0.0.1:1\"\n");
  const auto loaded = load_config(from(file));
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::invalid);
  CHECK(loaded.error().message ==
        file.line(3) + ": unknown key 'server.listn'; did you mean 'server.listen'?");
}

TEST_CASE("an unknown section and a key outside every section are named with their lines") {
  const File file("loglevel = \"info\"\n[sever]\nlisten = \"127.0.0.1:1\"\n");
  const auto loaded = load_config(from(file));
  REQUIRE_FALSE(loaded);
  const std::string& message = loaded.error().message;
  CHECK(contains(message, file.line(1) + ": unknown key 'loglevel'"));
  CHECK(contains(message, "did you mean 'log.level'?"));
  CHECK(contains(message, file.line(2) + ": unknown section 'sever'; did you mean 'server'?"));
}

TEST_CASE("an unknown variable of ours is named with the nearest name") {
  ConfigSources sources = no_sources();
  sources.environment = {{"GRUNNDATA_SERVER_LISTEN", "127.0.0.1:1"}};
  const auto loaded = load_config(sources);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().message == "GRUNNDATA_SERVER_LISTEN: unknown variable; did you mean "
                                  "'GRUNNDATA_SERVER__LISTEN'?");
}

TEST_CASE("a value of the wrong type or out of range is refused with its line") {
  const char* const refused[] = {
      "[server]\nworkers = \"2\"",       "[server]\nworkers = 1.5",
      "[server]\nworkers = 1025",        "[server]\npool_threads = 0",
      "[server]\nlisten = 8080",         "[server]\nlisten = \"127.0.0.1\"",
      "[server]\nlisten = \"::1:8080\"", "[server]\nlisten = \"127.0.0.1:65536\"",
      "[store]\ncache_bytes = \"1MB\"",  "[store]\ncache_bytes = true",
      "[store]\ncache_bytes = -1",       "[store]\ncache_bytes = \"99999999999GiB\"",
      "[log]\nlevel = \"loud\"",         "[log]\nlevel = [\"info\"]",
      "[data]\ndirectory = 1",           "[data]\nenvironment = \"Production\"",
  };
  for (const char* const content : refused) {
    CAPTURE(content);
    const File file(content);
    const auto loaded = load_config(from(file));
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == ErrorCode::invalid);
    CHECK(contains(loaded.error().message, file.line(2) + ": "));
    CHECK(contains(loaded.error().message, "expected "));
  }
}

TEST_CASE("all faults of all sources are told at once") {
  const File file("[log]\nlevel = \"loud\"\n[store]\ncache = 1\n");
  ConfigSources sources = from(file);
  sources.environment = {{"GRUNNDATA_LOG__FORMAT", "xml"}};
  sources.flags = {{"server.listen", "here"}, {"log.colour", "red"}};
  const auto loaded = load_config(sources);
  REQUIRE_FALSE(loaded);
  const std::string& message = loaded.error().message;
  CHECK(contains(message, file.line(2)));
  CHECK(contains(message, file.line(4)));
  CHECK(contains(message, "GRUNNDATA_LOG__FORMAT: log.format: expected one of auto|json|text"));
  CHECK(contains(message, "--listen: server.listen: expected ADDRESS:PORT"));
  CHECK(contains(message, "--set: unknown key 'log.colour'"));
}

TEST_CASE("broken TOML is refused with its line") {
  const File file("[server]\nlisten = \n");
  const auto loaded = load_config(from(file));
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::invalid);
  CHECK(contains(loaded.error().message, file.line(2)));
}

TEST_CASE("a file that is asked for must be there, the default one need not be") {
  ConfigSources sources = no_sources();
  CHECK(load_config(sources));
  sources.file = "/nonexistent/other.toml";
  const auto loaded = load_config(sources);
  REQUIRE_FALSE(loaded);
  CHECK(loaded.error().code == ErrorCode::not_found);
}

TEST_CASE("GRUNNDATA_CONFIG names the file, and a flag comes before it") {
  const File first("[log]\nlevel = \"warn\"\n");
  const File second("[log]\nlevel = \"error\"\n");
  ConfigSources sources = no_sources();
  sources.environment = {{"GRUNNDATA_CONFIG", first.path().string()}};
  auto loaded = load_config(sources);
  REQUIRE(loaded);
  CHECK(loaded->values.log.level == log_of::Level::warn);
  sources.file = second.path();
  loaded = load_config(sources);
  REQUIRE(loaded);
  CHECK(loaded->values.log.level == log_of::Level::error);
}

TEST_CASE("sizes are written in bytes or with a binary unit") {
  ConfigSources sources = no_sources();
  for (const auto& [text, bytes] : {std::pair{"1048576", 1ULL << 20},
                                    {"2048KiB", 2ULL << 20},
                                    {"3MiB", 3ULL << 20},
                                    {"2GiB", 2ULL << 30}}) {
    sources.flags = {{"store.cache_bytes", text}};
    const auto loaded = load_config(sources);
    REQUIRE(loaded);
    CHECK(loaded->values.store.cache_bytes == bytes);
  }
}

TEST_CASE("an address of IPv6 stands in brackets") {
  const auto parts = split_listen("[::1]:9090");
  REQUIRE(parts);
  CHECK(parts->first == "::1");
  CHECK(parts->second == 9090);
}

TEST_CASE("a range of hjelpenumre is two nine-digit prefixes of their space") {
  CHECK(split_range("830000000-830999999") == std::pair{830'000'000U, 830'999'999U});
  CHECK(split_range("830000000-830000000"));
  for (const char* wrong : {"830000000", "830000000-", "-830999999", "830999999-830000000",
                            "83000000-830999999", "799999999-830999999", "830000000-1000000000",
                            "+83000000-830999999", "830000000-830999999-"}) {
    CAPTURE(wrong);
    CHECK_FALSE(split_range(wrong));
    ConfigSources sources = no_sources();
    sources.flags = {{"hjelpenummer.range", wrong}};
    const auto loaded = load_config(sources);
    REQUIRE_FALSE(loaded);
    CHECK(loaded.error().code == ErrorCode::invalid);
  }
  ConfigSources sources = no_sources();
  sources.environment = {{"GRUNNDATA_HJELPENUMMER__RANGE", "830000000-830999999"}};
  const auto loaded = load_config(sources);
  REQUIRE(loaded);
  CHECK(loaded->values.hjelpenummer.range == std::pair{830'000'000U, 830'999'999U});
  CHECK(loaded->values.hjelpenummer.lease_counters == 1'000);
  CHECK_FALSE(load_config(no_sources())->values.hjelpenummer.range);
}

TEST_CASE("the template, with every line made active, is the default configuration") {
  std::string content = config_template();
  for (const Setting& row : settings()) {
    const std::string name(row.key.substr(row.key.find('.') + 1));
    const auto at = content.find("\n#" + name + " = ");
    REQUIRE(at != std::string::npos);
    content.erase(at + 1, 1);
  }
  const File file(content);
  const auto loaded = load_config(from(file));
  REQUIRE_MESSAGE(loaded, loaded.error().message);
  for (const ResolvedSetting& row : loaded->settings) {
    CHECK(row.source == Source::file);
    CHECK(row.value == find_setting(row.key)->default_text);
  }
}

TEST_CASE("every row of the table is complete and its default is a value it accepts") {
  for (const Setting& row : settings()) {
    CAPTURE(std::string(row.key));
    CHECK(row.key.find('.') != std::string_view::npos);
    CHECK(row.description.ends_with("."));
    CHECK(static_cast<bool>(row.assign));
    CHECK(parse_value(row, row.default_text));
    CHECK((row.kind == Kind::choice) == !row.choices.empty());
  }
}
