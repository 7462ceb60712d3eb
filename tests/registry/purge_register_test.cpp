// The purge register: what it tells, what it must not tell, and old copies that are purged again.
#include "registry/purge/purger.h"
#include "registry/purge/register.h"
#include "registry/purge/replay.h"
#include "tests/registry/files_searched.h"
#include "tests/registry/town.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace grunndata::registry;
using namespace grunndata::registry::stories;
namespace fs = std::filesystem;

namespace {

using enum PersonPart;

constexpr std::string_view planted = "Plantestubben 66";
const IdCipher::Key key{1, 2, 3};

PersonBuilder at_home(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen").lives_at(planted, {.from = "2015-01-01"});
  person.has(birth, R"("birthYear":1980,"place":"Barnebyen")");
  return person;
}

PersonBuilder strictly(const std::string& number) {
  PersonBuilder person(number);
  person.named("Hansen")
      .protection(Grading::strictly_confidential)
      .has(address_protection, R"("level":"strict")")
      .has(birth, R"("birthYear":1980)");
  return person;
}

std::string read(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

void write(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::binary) << text;
}

purge::RegisterEntry entry(std::uint64_t number) {
  purge::RegisterEntry made;
  made.number = number;
  made.time = at("2024-02-01");
  made.extracted_at = at("2024-01-31");
  // A UUIDv7, as every entity's id is.
  made.entity.bytes = {1, 2, 3, 4, 5, 6, 0x70, static_cast<std::uint8_t>(number), 0x80};
  made.identifiers.push_back({});
  made.identifiers.back().fill('a');
  return made;
}

std::unique_ptr<purge::Register> opened(const fs::path& file) {
  auto kept = purge::Register::open(file, key);
  if (!kept) FAIL(kept.error().message);
  return std::move(*kept);
}

/// A data directory with its register, and copies of it.
struct Vault {
  ScratchDirectory scratch;
  fs::path data = scratch.path() / "data";
  fs::path copy = scratch.path() / "copy";
  fs::path purges = scratch.path() / "register";

  Vault() { fs::create_directories(scratch.path()); }
  Town town() const { return Town(data, purges); }
  void back_up() const { fs::copy(data, copy, fs::copy_options::recursive); }
  void restore() const {
    fs::remove_all(data);
    fs::copy(copy, data, fs::copy_options::recursive);
  }
  Result<std::unique_ptr<Registry>> open(bool accept_missing = false) const {
    OpenOptions options;
    options.directory = data;
    options.purge_register = purges;
    options.accept_missing_purge_register = accept_missing;
    return Registry::open(options);
  }
};

void purge_files(Town& town) {
  const auto report = purge::run_purger(town.registry(), {}, now());
  REQUIRE(report.has_value());
  CHECK(report->waiting == 0);
}

} // namespace

TEST_CASE("a register gives back what was written, and is for its owner only") {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path());
  const fs::path file = scratch.path() / "purges";
  {
    const auto kept = opened(file);
    CHECK(kept->newest() == 0);
    CHECK_FALSE(fs::exists(file)); // nothing to remember yet
    const std::vector<purge::RegisterEntry> both{entry(1), entry(4)};
    REQUIRE(kept->append(both).has_value());
    REQUIRE(kept->append({both.data(), 0}).has_value());
  }
  CHECK((fs::status(file).permissions() & fs::perms::mask) ==
        (fs::perms::owner_read | fs::perms::owner_write));
  const auto kept = opened(file);
  REQUIRE(kept->entries().size() == 2);
  CHECK(kept->newest() == 4);
  CHECK(kept->entries()[1].entity == entry(4).entity);
  CHECK(kept->entries()[1].extracted_at == entry(4).extracted_at);
  CHECK(kept->entries()[1].identifiers == entry(4).identifiers);
}

TEST_CASE("a register that ends in half a line lost only what was never acknowledged") {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path());
  const fs::path file = scratch.path() / "purges";
  const std::vector<purge::RegisterEntry> both{entry(1), entry(2)};
  REQUIRE(opened(file)->append(both).has_value());
  const std::string whole = read(file);
  const std::size_t second = whole.rfind("\n2 ") + 1;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    write(file, whole.substr(0, size));
    const auto kept = opened(file);
    CHECK(kept->newest() <= 1);
    CHECK((kept->newest() == 1) == (size >= second));
    const std::vector<purge::RegisterEntry> more{entry(7)};
    REQUIRE(kept->append(more).has_value());
    CHECK(opened(file)->newest() == 7);
    fs::remove(file);
  }
}

TEST_CASE("a register with a changed, lost, doubled or moved line is refused") {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path());
  const fs::path file = scratch.path() / "purges";
  const std::vector<purge::RegisterEntry> all{entry(1), entry(2), entry(3)};
  REQUIRE(opened(file)->append(all).has_value());
  const std::string whole = read(file);
  std::vector<std::string> lines;
  std::istringstream in(whole);
  for (std::string line; std::getline(in, line);) lines.push_back(line + '\n');
  REQUIRE(lines.size() == 4);
  const auto refused = [&](const std::string& text) {
    write(file, text);
    const auto kept = purge::Register::open(file, key);
    return !kept && kept.error().code == ErrorCode::corrupt;
  };
  for (std::size_t at = lines[0].size(); at < whole.size() - lines[3].size(); at += 5) {
    std::string changed = whole;
    changed[at] = changed[at] == 'b' ? 'c' : 'b';
    CAPTURE(at);
    CHECK(refused(changed));
  }
  CHECK(refused(lines[0] + lines[2] + lines[3]));
  CHECK(refused(lines[0] + lines[1] + lines[1] + lines[2]));
  CHECK(refused(lines[0] + lines[2] + lines[1] + lines[3]));
  CHECK(refused(lines[1] + lines[2]) == false); // not even a register
}

TEST_CASE("some other file is never taken for a register, nor another directory's") {
  const ScratchDirectory scratch;
  fs::create_directories(scratch.path());
  const fs::path file = scratch.path() / "purges";
  write(file, "root:x:0:0\n");
  auto kept = purge::Register::open(file, key);
  REQUIRE_FALSE(kept.has_value());
  CHECK(kept.error().code == ErrorCode::invalid);
  CHECK(read(file) == "root:x:0:0\n");
  fs::remove(file);
  const std::vector<purge::RegisterEntry> one{entry(1)};
  REQUIRE(opened(file)->append(one).has_value());
  kept = purge::Register::open(file, IdCipher::Key{9});
  REQUIRE_FALSE(kept.has_value());
  CHECK(kept.error().code == ErrorCode::conflict);
  kept = purge::Register::open(scratch.path() / "nowhere" / "purges", key);
  REQUIRE_FALSE(kept.has_value());
  CHECK(kept.error().code == ErrorCode::storage);
}

TEST_CASE("the register tells neither number nor name nor address") {
  const Vault vault;
  Town town = vault.town();
  town.import(at_home(fnr(1)), "2024-01-01");
  town.import(strictly(fnr(1)), "2024-02-01");
  const std::string text = read(vault.purges);
  CHECK(text.find("strictly_confidential " + town.id_of(fnr(1))) != std::string::npos);
  for (const std::string& secret : {fnr(1), std::string(planted), std::string("Hansen")}) {
    CHECK(text.find(secret) == std::string::npos);
  }
}

TEST_CASE("an old copy is purged again before anybody reads, and its files soon after") {
  const Vault vault;
  {
    Town town = vault.town();
    town.import({at_home(fnr(1)).record(), at_home(fnr(2)).record()}, "2024-01-01");
    REQUIRE(town.registry().store().flush().has_value());
    town.close();
    vault.back_up();
    town.reopen();
    town.import(strictly(fnr(1)), "2024-02-01");
    purge_files(town);
  }
  vault.restore();
  Town town = vault.town();
  for (const Access access : {Access::legal_basis, Access::no_legal_basis}) {
    Ask ask;
    ask.access = access;
    CHECK(town.view(fnr(1), ask).find(planted) == std::string::npos);
    CHECK(town.view(fnr(1), with_history(ask)).find(planted) == std::string::npos);
    CHECK(town.view(fnr(1), recorded_as_of(1, ask)).find(planted) == std::string::npos);
    CHECK(town.told(fnr(1), "place", ask).empty());
  }
  CHECK(town.told(fnr(2), "street") == Texts{std::string(planted)});
  // The files: only the other person's bytes are left, and they go with that person's.
  town.import(strictly(fnr(2)), "2024-02-02");
  purge_files(town);
  CHECK(files_with(vault.data, planted) == Texts{});
  town.reopen();
  CHECK(files_with(vault.data, planted) == Texts{});
  check_whole(town.registry());
}

TEST_CASE("after a restore, records older than the purge bring nothing back; newer ones decide") {
  const Vault vault;
  {
    Town town = vault.town();
    town.import(at_home(fnr(1)), "2024-01-01");
    town.close();
    vault.back_up();
    town.reopen();
    town.import(strictly(fnr(1)), "2024-02-01");
  }
  vault.restore();
  Town town = vault.town();
  CHECK(town.import(at_home(fnr(1)), "2024-01-15") == WriteOutcome::superseded);
  CHECK(town.told(fnr(1), "street").empty());
  CHECK(town.import(strictly(fnr(1)), "2024-02-01") == WriteOutcome::written);
  CHECK(town.told(fnr(1), "level") == Texts{"strict"});
  CHECK(town.import(at_home(fnr(1)), "2024-03-01") == WriteOutcome::written);
  CHECK(town.told(fnr(1), "street", openly()) == Texts{std::string(planted)});
}

TEST_CASE("a person the copy does not know yet is found again by number") {
  const Vault vault;
  {
    Town town = vault.town();
    PersonBuilder somebody(fnr(9));
    somebody.named("Somebody");
    town.import(somebody, "2024-01-01");
    town.close();
    vault.back_up();
    town.reopen();
    town.import(at_home(fnr(1)), "2024-01-10");
    town.import(strictly(fnr(1)), "2024-02-01");
  }
  vault.restore();
  Town town = vault.town();
  town.reopen(); // not only the first time
  CHECK(town.import(at_home(fnr(1)), "2024-01-10") == WriteOutcome::written);
  CHECK(town.told(fnr(1), "street").empty());
  CHECK(town.told(fnr(1), "street", openly()).empty());
  CHECK(town.holds_no(planted));
  CHECK(town.import(at_home(fnr(1)), "2024-01-20") == WriteOutcome::superseded);
  town.import(at_home(fnr(1)), "2024-03-01");
  CHECK(town.told(fnr(1), "street") == Texts{std::string(planted)});
}

TEST_CASE("a directory that knows purges is not opened without its register, unless told") {
  const Vault vault;
  {
    Town town = vault.town();
    town.import(at_home(fnr(1)), "2024-01-01");
    town.import(strictly(fnr(1)), "2024-02-01");
  }
  fs::rename(vault.purges, vault.scratch.path() / "put away");
  auto refused = vault.open();
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error().code == ErrorCode::conflict);
  CHECK(refused.error().message.find("purge register") != std::string::npos);
  CHECK_FALSE(fs::exists(vault.purges));
  REQUIRE(vault.open(true).has_value());
  REQUIRE(vault.open().has_value()); // from here on it has one again
  fs::rename(vault.scratch.path() / "put away", vault.purges);
  REQUIRE(vault.open().has_value());
}

TEST_CASE("the register's line comes before the commit: a crash between them hides, not shows") {
  const Vault vault;
  {
    Town town = vault.town();
    town.import(at_home(fnr(1)), "2024-01-01");
    town.close();
    vault.back_up(); // the state that the disk has when the commit is lost
    town.reopen();
    town.import(strictly(fnr(1)), "2024-02-01");
  }
  vault.restore();
  Town town = vault.town();
  CHECK(town.told(fnr(1), "street").empty());
  CHECK(town.import(strictly(fnr(1)), "2024-02-01") == WriteOutcome::written);
}

TEST_CASE("the register of a directory that is gone makes room for a new one's") {
  const Vault vault;
  {
    Town town = vault.town();
    town.import(at_home(fnr(1)), "2024-01-01");
    town.import(strictly(fnr(1)), "2024-02-01");
  }
  fs::remove_all(vault.data);
  const auto registry = vault.open();
  REQUIRE(registry.has_value());
  CHECK(fs::exists(vault.purges.string() + ".other"));
}

TEST_CASE("without a setting the register lies beside the directory") {
  CHECK(purge::default_register("/srv/data") == "/srv/data.purges");
  CHECK(purge::default_register("/srv/data/") == "/srv/data.purges");
  CHECK(purge::default_register("/srv/./x/../data") == "/srv/data.purges");
}
