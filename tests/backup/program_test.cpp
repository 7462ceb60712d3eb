// Backups with the whole program, from outside: beside a server, killed, restored.
#include "tests/backup/place.h"
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <csignal>
#include <filesystem>

#include <sys/stat.h>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

std::string document(const std::string& number, const std::string& elements) {
  std::string text = small_document(number, "NORD");
  text.resize(text.size() - 2); // "}\n"
  return text + elements + "}\n";
}

std::string at_home(const std::string& number, const std::string& street = "Plantestubben") {
  return document(number, R"(,"bostedsadresse":[{"erGjeldende":true,"adressegradering":"ugradert",)"
                          R"("vegadresse":{"kommunenummer":"0301","adressenavn":")" +
                              street + R"(","adressenummer":{"husnummer":"66"}}}])");
}

std::string hiding(const std::string& number) {
  return document(number, R"(,"adressebeskyttelse":[{"erGjeldende":true,)"
                          R"("graderingsnivaa":"strengtFortrolig"}])");
}

bool planted_below(const fs::path& folder) {
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && contains(read_file(entry.path()), "Plantestubben")) return true;
  }
  return false;
}

} // namespace

TEST_CASE("a backup made beside a server is restored: state, cursors, purges and log") {
  const Place place;
  const std::string number = synthetic_number(9'000);
  std::string cursor;
  std::string id;
  place.load(at_home(number), "2024-01-01");
  {
    ServedRegistry served(place.data, {"--config", place.config});
    const Outcome made = place.backup({"create", "--json"});
    CHECK_MESSAGE(made.status == 0, made.err);
    id = member(made.out, "id");
    place.load(small_documents(20), "2024-02-01");
    const Outcome second = place.backup({"create"});
    CHECK_MESSAGE(second.status == 0, second.err);
    place.load(hiding(number), "2024-03-01");
    cursor = member(served.get("/v1/events/latest").body, "nextCursor");
    CHECK(served.get("/v1/events?after=" + cursor).status == 200);
    const Outcome listed = place.backup({"list"});
    CHECK(lines_of(listed.out).size() == 2);
    CHECK(contains(listed.out, id));
    CHECK(served.stop(SIGTERM).status == 0);
  }
  CHECK(place.backup({"restore"}).status == 4); // the directory holds something
  CHECK_FALSE(planted_below(place.scratch.path()));
  fs::remove_all(place.data);

  const Outcome restored = place.backup({"restore", "--json", "--reason", "the disk failed"});
  CHECK_MESSAGE(restored.status == 0, restored.err);
  CHECK(number_field(restored.out, "purgesCarriedOut") == 1);
  CHECK_FALSE(planted_below(place.scratch.path()));
  require_sound(place.data);
  CHECK_FALSE(contains(place.seen(number), "Plantestubben"));
  CHECK(contains(place.seen(number), "NORD"));
  const Outcome audited = run({"audit", "verify", "--config", place.config});
  CHECK_MESSAGE(audited.status == 0, audited.err);
  CHECK(contains(audited.err, "restored at"));
  CHECK(contains(audited.err, "the disk failed"));

  ServedRegistry served(place.data, {"--config", place.config});
  const Answer gone = served.get("/v1/events?after=" + cursor);
  CHECK(gone.status == 410);
  CHECK(contains(gone.body, "history_changed"));
  CHECK(served.found(synthetic_number(3) + "\n"));
  CHECK(place.backup({"create"}).status == 0);
  CHECK(place.backup({"release"}).status == 2);
  CHECK(place.backup({"release", "--reason", "read whole"}).status == 4);
  place.load(small_documents(1), "2099-01-01");
  const Outcome released = place.backup({"release", "--reason", "read whole"});
  CHECK_MESSAGE(released.status == 0, released.err);
  CHECK(served.stop(SIGTERM).status == 0);
}

TEST_CASE("after a restore nobody is told where anybody is, until the source was read anew") {
  const Place place;
  const std::string number = synthetic_number(9'000);
  place.load(at_home(number, "Storgata"), "2024-01-01");
  place.create();
  place.lose_data();
  REQUIRE(place.backup({"restore"}).status == 0);
  CHECK(contains(place.seen(number), "NORD"));
  CHECK_FALSE(contains(place.seen(number), "Storgata"));

  ServedRegistry served(place.data, {"--config", place.config});
  const std::string with_history =
      "/api/legal-basis/person/get-by-nin?informationParts=Name,ResidentialAddress,PresentAddress"
      "&includeHistory=true";
  CHECK(contains(served.program().err(), "nobody is shown where anybody is"));
  const auto told = [&] {
    const Answer v1 =
        served.post("/v1/person/lookup", R"({"identifiers":[")" + number +
                                             R"("],"parts":["Name","ResidentialAddress"]})");
    const auto contract = Connection(served.port())
                              .ask(request("POST", with_history, "nin=" + number,
                                           "Content-Type: application/x-www-form-urlencoded\r\n"
                                           "api-version: 2\r\n"));
    REQUIRE(contract.has_value());
    for (const Answer& answer : {v1, *contract}) {
      CHECK_MESSAGE((answer.status == 200 && contains(answer.body, "NORD")), answer.body);
    }
    return contains(v1.body, "Storgata") || contains(contract->body, "Storgata") ||
           contains(place.seen(number), "Storgata");
  };
  CHECK_FALSE(told());
  const std::vector<std::string> release{"release", "--reason", "read whole"};
  CHECK(place.backup(release).status == 4);
  place.load(at_home(number, "Storgata"), "2024-06-01"); // from before the restore
  CHECK(place.backup(release).status == 4);
  CHECK_FALSE(told());
  place.load(at_home(number, "Storgata"), "2099-01-01");
  CHECK_FALSE(told()); // nobody has said so yet
  const Outcome released = place.backup(release);
  CHECK_MESSAGE(released.status == 0, released.err);
  CHECK(told());
  CHECK(place.backup(release).status == 3); // nothing is withheld
  CHECK(served.stop(SIGTERM).status == 0);
  const Outcome logged = run({"audit", "search", "--config", place.config, "--reason", "review"});
  CHECK_MESSAGE(contains(logged.out, "backup restore"), (logged.out + logged.err));
  CHECK(contains(logged.out, "backup release"));
}

TEST_CASE("a backup that is killed at any point is never listed, and the next one is whole") {
  const Place place;
  place.load(population(2'000), "2024-01-01");
  for (const std::size_t pieces : {0U, 1U, 3U, 6U, 10U}) {
    Start start;
    start.words = {"backup", "create", "--full", "--config", place.config};
    RunningProgram program(start);
    program.wait_until([&] {
      return fs::exists(place.folder) && files_under(place.folder + "/pieces").size() >= pieces;
    });
    program.signal(SIGKILL);
    const bool finished = program.wait().status == 0;
    const Outcome listed = place.backup({"list"});
    if (!finished && pieces == 0) continue; // perhaps before there was a folder
    CHECK_MESSAGE((listed.status == 0 || listed.status == 3), listed.err);
    const Outcome verified = place.backup({"verify"});
    CHECK_MESSAGE((verified.status == 0 || lines_of(listed.out).empty()), verified.err);
    fs::remove_all(place.folder);
  }
  const std::string before = picture(place.data, numbers_in(population(50)));
  const Outcome made = place.backup({"create"});
  CHECK_MESSAGE(made.status == 0, made.err);
  CHECK_FALSE(fs::exists(place.data + "/backup-copy"));
  CHECK(place.backup({"verify"}).status == 0);
  fs::remove_all(place.data);
  CHECK(place.backup({"restore"}).status == 0);
  place.load(population(2'000), "2099-01-01");
  CHECK(place.backup({"release", "--reason", "read whole"}).status == 0);
  CHECK(picture(place.data, numbers_in(population(50))) == before);
}

TEST_CASE("a server says how old the newest backup is, and the newest that was read whole") {
  const Place place;
  place.load(small_documents(2), "2024-01-01");
  const auto page = [&place](const char* path) {
    ServedRegistry served(place.data, {"--config", place.config});
    std::string body;
    served.program().wait_until([&] { // the folder is looked at beside the answers
      body = served.get("/metrics").body;
      return contains(body, "grunndata_backups ");
    });
    body = served.get(path).body;
    CHECK(served.get("/readyz").status == 200);
    CHECK(served.stop(SIGTERM).status == 0);
    return body;
  };
  CHECK(contains(page("/metrics"), "\ngrunndata_backups 0\n"));
  CHECK(contains(page("/readyz"), "[-] backups: none was made yet\n"));
  place.create();
  CHECK(contains(page("/readyz"),
                 "[-] backups: the newest is 0 hours old, and none was read whole yet\n"));
  REQUIRE(place.backup({"verify"}).status == 0);
  CHECK(contains(page("/readyz"), "[+] backups: the newest is 0 hours old, the newest that was "
                                  "read whole 0 hours old\n"));
  const std::string metrics = page("/metrics");
  CHECK(contains(metrics, "\ngrunndata_backups 1\n"));
  CHECK(contains(metrics, "\ngrunndata_backup_age_seconds "));
  CHECK(contains(metrics, "\ngrunndata_backup_verified_age_seconds "));

  const fs::path list = files_under(place.folder + "/backups").front();
  std::string bytes = read_file(list);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  write_file(list, bytes);
  CHECK(place.backup({"verify"}).status == 8);
  CHECK(contains(page("/readyz"), "and none was read whole yet"));
}

TEST_CASE("what is wrong with a backup is said in a sentence and an exit status") {
  const Place place;
  place.load(small_documents(5), "2024-01-01");
  CHECK(place.backup({"list"}).status == 3);
  CHECK(place.backup({"verify"}).status == 3);
  REQUIRE(place.backup({"create"}).status == 0);
  CHECK(place.backup({"restore", "nosuch", "--data", place.scratch / "other"}).status == 3);
  CHECK(place.backup({"create", "--progress", "loud"}).status == 2);

  write_file(place.key, std::string(64, '8'));
  const Outcome foreign = place.backup({"restore", "--data", place.scratch / "other"});
  CHECK(foreign.status == 4);
  CHECK_MESSAGE(contains(foreign.err, "was made with key"), foreign.err);
  CHECK_FALSE(fs::exists(place.scratch / "other"));
  REQUIRE(::chmod(place.key.c_str(), 0644) == 0);
  CHECK(place.backup({"list"}).status == 2);
  REQUIRE(::chmod(place.key.c_str(), 0600) == 0);
  write_file(place.key, std::string(64, '7'));

  const std::string id = std::string(lines_of(place.backup({"list"}).out).front().substr(0, 31));
  std::string list = read_file(place.folder + "/backups/" + id);
  list.back() = static_cast<char>(list.back() ^ 1);
  write_file(place.folder + "/backups/" + id, list);
  CHECK(place.backup({"list"}).status == 8);
  const Outcome damaged = place.backup({"verify"});
  CHECK(damaged.status == 8);
  CHECK(contains(damaged.out, "NOT WHOLE"));
  CHECK(place.backup({"restore", "--data", place.scratch / "other"}).status == 8);

  write_file(place.config, "[backup]\ndirectory = \"" + place.data + "/backups\"\nkey_file = \"" +
                               place.key + "\"\n");
  CHECK(place.backup({"create", "--data", place.data}).status == 2); // inside the data
  write_file(place.config, "[data]\n");
  const Outcome unset = place.backup({"create", "--data", place.data});
  CHECK(unset.status == 2);
  CHECK(contains(unset.err, "backup.directory"));
}
