// The stand-alone verifier, run as an auditor runs it: on copies of the tree, with the public key.
#include "registry/audit/tree/file.h"
#include "registry/audit/tree/tile.h"
#include "tests/audit/audit_fixture.h"

#include <doctest/doctest.h>

#include <array>
#include <cstdio>

#include <sys/wait.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;
using namespace grunndata::registry::audit::tests;

namespace {

struct Outcome {
  int status = -1;
  std::string out;
};

Outcome verify(const std::string& arguments) {
  const std::string command = std::string(AUDIT_VERIFY) + " " + arguments + " 2>&1";
  FILE* pipe = ::popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  Outcome outcome;
  std::array<char, 4096> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
    outcome.out.append(buffer.data(), count);
  }
  const int status = ::pclose(pipe);
  outcome.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return outcome;
}

/// What leaves the house: tree, key, checkpoints and proofs; no key file, no record.
struct PublishedLog {
  PublishedLog() {
    LogOptions options = small_log(folder.path());
    options.segment_bytes = 64 * 1024;
    const auto log = open_log(options);
    put_bytes(folder.path() / "log.key", log->verifier_key() + "\n");
    for (unsigned n = 0; n < 4; ++n) {
      append_look_ups(*log, n * 170, 170);
      put_bytes(file("older." + std::to_string(n)), *log->checkpoint());
    }
    put_bytes(file("300.tlog-proof"), *log->prove(300));
    REQUIRE(log->erase(Class::ordinary, after(100)));
    put_bytes(file("20.tlog-proof"), *log->prove(20));
    REQUIRE(log->checkpoint());
    std::filesystem::copy(options.directory / "tree", folder.path() / "tree",
                          std::filesystem::copy_options::recursive);
  }
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return folder.path() / name;
  }
  [[nodiscard]] std::string tree() const {
    return "--key " + file("log.key").string() + " --tree " + file("tree").string();
  }
  [[nodiscard]] std::string older() const {
    std::string flags;
    for (unsigned n = 0; n < 4; ++n)
      flags += " --older " + file("older." + std::to_string(n)).string();
    return flags;
  }
  void flip(const std::string& name) const {
    std::string bytes = bytes_in(file(name));
    bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 4);
    put_bytes(file(name), bytes);
  }

  ScratchFolder folder;
};

} // namespace

TEST_CASE("an auditor proves the whole log from tiles, key and checkpoints") {
  const PublishedLog log;
  for (const std::string how : {"", " --quick"}) {
    const auto outcome = verify(log.tree() + log.older() + how + " --position 0 --position 680");
    CAPTURE(outcome.out);
    CHECK(outcome.status == 0);
    CHECK(outcome.out.find("FAULT") == std::string::npos);
    CHECK(outcome.out.find("entry 680 is in the log: ") != std::string::npos);
  }
}

TEST_CASE("an auditor proves one record, read or erased, with the public key alone") {
  const PublishedLog log;
  const std::string key = "--key " + log.file("log.key").string();
  const auto proven = verify(key + " --record --proof " + log.file("300.tlog-proof").string());
  CHECK(proven.status == 0);
  std::string name_in_hex; // the record's bytes hold the request's id
  for (const char c : std::string_view("request-300")) {
    std::array<char, 3> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned>(c));
    name_in_hex += digits.data();
  }
  CHECK(proven.out.find(name_in_hex) != std::string::npos);
  // An erased record is proven by the entry that the tree has.
  const std::string erased = " --proof " + log.file("20.tlog-proof").string();
  CHECK(verify(key + erased).status == 8);
  const auto by_tree = verify(log.tree() + erased);
  CHECK(by_tree.status == 0);
  CHECK(by_tree.out.find("its content was erased") != std::string::npos);
  log.flip("300.tlog-proof");
  CHECK(verify(key + " --proof " + log.file("300.tlog-proof").string()).status == 8);
}

TEST_CASE("every file of the tree counts") {
  for (const std::string name :
       {"tree/checkpoint", "tree/tile/0/000", "tree/tile/0/001", "tree/tile/0/002.p/169",
        "tree/tile/1/000.p/2", "tree/tile/entries/000", "tree/tile/entries/002.p/169", "older.0",
        "older.3"}) {
    CAPTURE(name);
    const PublishedLog log;
    REQUIRE(std::filesystem::exists(log.file(name)));
    log.flip(name);
    const auto outcome = verify(log.tree() + log.older());
    CAPTURE(outcome.out);
    CHECK(outcome.status == 8);
    CHECK(outcome.out.find("FAULT") != std::string::npos);
  }
}

TEST_CASE("a log that was cut, or has two histories, is found by an older checkpoint") {
  const PublishedLog log;
  // The tree as it was before the last checkpoint that somebody kept.
  std::filesystem::copy_file(log.file("older.1"), log.file("tree/checkpoint"),
                             std::filesystem::copy_options::overwrite_existing);
  for (const std::string how : {"", " --quick"}) {
    const auto outcome = verify(log.tree() + " --older " + log.file("older.3").string() + how);
    CAPTURE(outcome.out);
    CHECK(outcome.status == 8);
    CHECK(outcome.out.find("is of a longer log") != std::string::npos);
  }
  const PublishedLog other; // another key, so another log under the same name
  const auto outcome =
      verify("--key " + log.file("log.key").string() + " --tree " + other.file("tree").string());
  CHECK(outcome.status == 8);
  CHECK(outcome.out.find("not signed by") != std::string::npos);
}

TEST_CASE("what cannot be read is no verdict") {
  const PublishedLog log;
  CHECK(verify("").status == 2);
  CHECK(verify("--key x").status == 2);
  CHECK(verify(log.tree() + " --position x").status == 2);
  CHECK(verify(log.tree() + " --older /nowhere").status == 1);
  CHECK(verify("--key /nowhere --tree " + log.file("tree").string()).status == 1);
  CHECK(verify(log.tree() + " --position 9999").status == 8);
}
