// Clients that get hjelpenumre while backups are made, from a server that is killed and whose data
// is then replaced by an old backup. Each client keeps a ledger of what it was told. A restore
// loses what came after the backup; but no number is ever told twice, and a request that is sent
// again under its key gets its first answer whenever the backup knows of it.
#include "tests/backup/place.h"
#include "tests/program/population.h"
#include "tests/program/served_registry.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <random>
#include <set>
#include <sstream>
#include <thread>

#include <fcntl.h>
#include <unistd.h>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr int rounds_short = 10;
constexpr unsigned clients = 16;
constexpr std::size_t backups_remembered = 6;
constexpr std::size_t asked_again_per_round = 48;
constexpr int status_created = 201;
constexpr const char* own_range =
    "[hjelpenummer]\nnumbers_per_day_client = 0\nnumbers_per_day_organisation = 0\n"
    "range = \"840000000-859999999\"\n";

/// CRASH_ROUNDS=200 is the long form; `tools/test --long` runs it.
int rounds() {
  const char* asked = std::getenv("CRASH_ROUNDS");
  return asked == nullptr ? rounds_short : std::atoi(asked);
}

std::string issue_request(const std::string& key) {
  return request("POST", "/v1/hjelpenummer",
                 R"({"reason":"ukjent pasient","organisation":"974760673"})",
                 "Content-Type: application/json\r\nIdempotency-Key: " + key + "\r\n");
}

/// A client's own notes, on disk before it believes them.
class Notes {
public:
  explicit Notes(const fs::path& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {
    REQUIRE(file_ >= 0);
  }
  ~Notes() { ::close(file_); }
  Notes(const Notes&) = delete;
  Notes& operator=(const Notes&) = delete;
  void write(const std::string& key, const std::string& number) const {
    const std::string line = key + ' ' + number + '\n';
    REQUIRE(::write(file_, line.data(), line.size()) == static_cast<ssize_t>(line.size()));
    REQUIRE(::fdatasync(file_) == 0);
  }

private:
  int file_;
};

/// Whether the registry must know of a key's answer.
enum class Known : std::uint8_t { yes, perhaps, no };

/// What was told under a key. `asked` and `told` are points in the book's own time.
struct Entry {
  std::string body;
  std::uint64_t asked = 0;
  std::uint64_t told = 0;
  Known known = Known::perhaps;
};

struct Backup {
  std::string id;
  std::map<std::string, Entry> keys; ///< all that it may know of
};

/// What all clients were told. Outlives every server.
class Book {
public:
  explicit Book(const fs::path& folder) {
    for (unsigned i = 0; i < clients; ++i) {
      notes_.push_back(std::make_unique<Notes>(folder / std::to_string(i)));
    }
  }

  [[nodiscard]] std::uint64_t now() {
    const std::lock_guard lock(mutex_);
    return ++time_;
  }
  void asks(const std::string& key) {
    const std::lock_guard lock(mutex_);
    unanswered_.try_emplace(key, ++time_);
  }

  void told(unsigned client, const std::string& key, const Answer& answer) {
    const std::string number = member(answer.body, "number");
    notes_[client]->write(key, number);
    const bool is_replay = answer.header("Idempotency-Replayed") == "true";
    const std::lock_guard lock(mutex_);
    const auto asked = unanswered_.extract(key);
    Entry& entry = entries_[key];
    if (entry.known == Known::yes) {
      CHECK_MESSAGE(entry.body == answer.body, "a key got another answer than its first");
      CHECK(is_replay);
      ++replayed_;
    } else {
      const auto [owner, is_new] = keys_.emplace(number, key);
      CHECK_MESSAGE((is_new || (is_replay && owner->second == key)), "a number was told twice");
      CHECK_MESSAGE((entry.known == Known::perhaps || !is_replay), "what was lost is known");
      lost_ += entry.known == Known::no ? 1 : 0;
    }
    entry = {answer.body, asked.mapped(), ++time_, Known::yes};
  }

  /// What a backup made between these two points knows.
  [[nodiscard]] Backup backup(std::string id, std::uint64_t begun, std::uint64_t finished) const {
    Backup made{std::move(id), {}};
    for (const auto& [key, entry] : entries_) {
      if (entry.known == Known::no || entry.asked > finished) continue;
      Entry& kept = made.keys[key] = entry;
      if (entry.told > begun) kept.known = Known::perhaps;
    }
    for (const auto& [key, asked] : unanswered_) { // its answer may have been on its way
      if (asked < finished) made.keys.try_emplace(key);
    }
    return made;
  }
  void restored(const Backup& backup) {
    for (auto& [key, entry] : entries_) {
      const auto kept = backup.keys.find(key);
      if (kept == backup.keys.end()) {
        entry.known = Known::no;
      } else {
        entry = kept->second;
      }
    }
  }

  [[nodiscard]] const std::map<std::string, Entry>& entries() const { return entries_; }
  [[nodiscard]] std::size_t numbers() const { return keys_.size(); }
  [[nodiscard]] std::size_t lost() const { return lost_; }
  [[nodiscard]] std::size_t replayed() const { return replayed_; }

private:
  std::vector<std::unique_ptr<Notes>> notes_;
  std::mutex mutex_;
  std::uint64_t time_ = 0;
  std::map<std::string, std::uint64_t> unanswered_; ///< since when
  std::map<std::string, Entry> entries_;
  std::map<std::string, std::string> keys_; ///< by number
  std::size_t lost_ = 0;                    ///< keys asked again whose answer a restore had lost
  std::size_t replayed_ = 0;                ///< keys asked again that got their first answer
};

/// False when the server is gone.
bool ask(Connection& connection, unsigned client, const std::string& key, Book& book) {
  book.asks(key);
  const auto answer = connection.ask(issue_request(key));
  if (!answer) return false;
  CHECK_MESSAGE(answer->status == status_created, answer->body);
  if (answer->status != status_created) return false;
  book.told(client, key, *answer);
  return true;
}

/// The key that no answer came for is asked for first the next time.
void issue_until_gone(std::uint16_t port, unsigned client, std::uint64_t& next, Book& book) {
  Connection connection(port);
  while (ask(connection, client, std::to_string(client) + "-" + std::to_string(next), book)) ++next;
}

void ask_again(std::uint16_t port, Book& book, std::mt19937& random) {
  std::vector<std::string> keys;
  for (const auto& [key, entry] : book.entries()) keys.push_back(key);
  std::ranges::shuffle(keys, random);
  keys.resize(std::min(keys.size(), asked_again_per_round));
  Connection connection(port);
  for (const std::string& key : keys) {
    REQUIRE(ask(connection, static_cast<unsigned>(std::stoul(key)), key, book));
  }
}

/// Sixteen clients at work, a backup in their midst, and the end at a random moment.
Backup busy_time(const Place& place, Book& book, std::vector<std::uint64_t>& next,
                 std::mt19937& random) {
  std::uniform_int_distribution<int> moment_ms(5, 200);
  ServedRegistry served(place.data, {"--config", place.config});
  ask_again(served.port(), book, random);
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < clients; ++i) {
    threads.emplace_back([&, i] { issue_until_gone(served.port(), i, next[i], book); });
  }
  // Chooses the moments; nothing is waited for.
  std::this_thread::sleep_for(std::chrono::milliseconds(moment_ms(random)));
  const std::uint64_t begun = book.now();
  const Outcome made = place.backup({"create", "--json"});
  const std::uint64_t finished = book.now();
  std::this_thread::sleep_for(std::chrono::milliseconds(moment_ms(random)));
  CHECK(served.stop(SIGKILL).status == 128 + SIGKILL);
  for (std::thread& thread : threads) thread.join();
  REQUIRE_MESSAGE(made.status == 0, made.err);
  return book.backup(member(made.out, "id"), begun, finished);
}

/// The ledgers on disk say the same as the book: every number once.
void check_notes(const fs::path& folder, const Book& book) {
  std::map<std::string, std::set<std::string>> keys_of_number;
  for (const fs::path& file : files_under(folder)) {
    std::ifstream lines(file);
    for (std::string key, number; lines >> key >> number;) keys_of_number[number].insert(key);
  }
  CHECK(keys_of_number.size() == book.numbers());
  for (const auto& [number, keys] : keys_of_number) CHECK(keys.size() == 1);
}

/// What the registry must know is found, and what a restore lost is not.
void check_found(const ServedRegistry& served, const Book& book) {
  for (const auto& [key, entry] : book.entries()) {
    if (entry.known == Known::perhaps) continue;
    const std::string number = member(entry.body, "number");
    const Answer answer = served.post("/v1/person/lookup",
                                      R"({"identifiers":[")" + number + R"("],"parts":["Name"]})");
    REQUIRE(contains(answer.body, R"("status":"found")") == (entry.known == Known::yes));
  }
}

/// Issues so many at once; the numbers, or nothing when it is refused.
std::vector<std::string> issue(const Place& place, unsigned count) {
  const Outcome issued =
      run({"hjelpenummer", "issue", "--config", place.config, "--organisation", "974760673",
           "--reason", "ukjent pasient", "--count", std::to_string(count)});
  std::vector<std::string> numbers;
  std::istringstream lines(issued.status == 0 ? issued.out : std::string());
  for (std::string line; std::getline(lines, line);) numbers.push_back(line.substr(0, 11));
  return numbers;
}

std::string readiness(const Place& place) {
  ServedRegistry served(place.data, {"--config", place.config});
  std::string body = served.get("/readyz").body;
  CHECK(served.stop(SIGTERM).status == 0);
  return body;
}

} // namespace

TEST_CASE("restores of old backups amid kills never tell a number twice") {
  const Place place(own_range);
  const ScratchFolder ledgers;
  std::mt19937 random(std::random_device{}());
  std::vector<std::uint64_t> next(clients, 0);
  Book book(ledgers.path());
  std::vector<Backup> backups;
  int restores = 0;
  for (int round = 0; round < rounds(); ++round) {
    backups.push_back(busy_time(place, book, next, random));
    if (backups.size() > backups_remembered) backups.erase(backups.begin());
    if (round % 2 == 0) continue;
    const Backup& old = backups[random() % backups.size()];
    place.lose_data();
    const Outcome restored = place.backup({"restore", "--json", old.id});
    REQUIRE_MESSAGE(restored.status == 0, restored.err);
    CHECK(member(restored.out, "issuing") == "at-mark");
    book.restored(old);
    ++restores;
  }
  CHECK(book.numbers() > static_cast<std::size_t>(rounds()));
  {
    ServedRegistry served(place.data, {"--config", place.config});
    check_found(served, book);
    ask_again(served.port(), book, random);
    CHECK(served.stop(SIGTERM).status == 0);
  }
  check_notes(ledgers.path(), book);
  const Outcome check = run({"check", "--data", place.data, "--progress", "none"});
  CHECK_MESSAGE(check.status == 0, check.out << check.err);
  CHECK(place.backup({"verify"}).status == 0);
  MESSAGE(book.numbers() << " numbers told over " << rounds() << " kills and " << restores
                         << " restores; of keys asked again " << book.replayed()
                         << " got their first answer and " << book.lost() << " a new number");
}

TEST_CASE("an old copy put back by hand issues nothing, and one restored issues what is new") {
  const Place place(own_range);
  place.load(small_documents(1), "2024-01-01");
  const auto first = issue(place, 10);
  REQUIRE(first.size() == 10);
  place.create();
  fs::copy(place.data, place.scratch / "copy", fs::copy_options::recursive);
  std::set<std::string> told(first.begin(), first.end());
  for (int i = 0; i < 4; ++i) {
    for (std::string& number : issue(place, 500)) CHECK(told.insert(std::move(number)).second);
  }
  CHECK(told.size() == 2'010);

  place.lose_data();
  fs::rename(place.scratch / "copy", place.data);
  CHECK(issue(place, 1).empty());
  CHECK(contains(readiness(place), "[-] hjelpenummer: the issuing mark and the data directory"));

  place.lose_data();
  const Outcome restored = place.backup({"restore"});
  CHECK_MESSAGE(restored.status == 0, restored.err);
  CHECK(contains(restored.err, "go on at the issuing mark"));
  CHECK(contains(readiness(place), "[+] hjelpenummer: numbers are issued"));
  for (std::string& number : issue(place, 500)) CHECK(told.insert(std::move(number)).second);
  CHECK(told.size() == 2'510);
}

TEST_CASE("a restore without the issuing mark must be told to go on, and then issues nothing") {
  const Place place(own_range);
  const std::string mark = place.data + ".issuing";
  place.load(small_documents(1), "2024-01-01");
  REQUIRE(issue(place, 10).size() == 10);
  place.create();
  place.lose_data();
  const auto check_refused = [&place](std::string_view why) {
    const Outcome refused = place.backup({"restore"});
    CHECK(refused.status == 4);
    CHECK_MESSAGE(contains(refused.err, why), refused.err);
    CHECK_MESSAGE(contains(refused.err, "--accept-missing"), refused.err);
    CHECK_FALSE(fs::exists(place.data));
  };
  const std::string own = read_file(mark);
  fs::rename(mark, place.scratch / "kept");
  check_refused("is missing");
  const Place other(own_range);
  other.load(small_documents(1), "2024-01-01");
  REQUIRE(issue(other, 1).size() == 1);
  fs::copy_file(other.data + ".issuing", mark);
  check_refused("another installation");
  write_file(mark, own.substr(0, own.size() - 1));
  check_refused("not an intact issuing mark");
  fs::remove(mark);

  const Outcome accepted = place.backup({"restore", "--accept-missing", "--json"});
  CHECK_MESSAGE(accepted.status == 0, accepted.err);
  CHECK(member(accepted.out, "issuing") == "closed");
  CHECK(issue(place, 1).empty());
  CHECK_FALSE(fs::exists(mark)); // no new one is made
  // It was found after all: restored again, numbers are issued again.
  fs::rename(place.scratch / "kept", mark);
  place.lose_data();
  CHECK(place.backup({"restore"}).status == 0);
  CHECK(issue(place, 1).size() == 1);
}

TEST_CASE("a restore leaves the issuing mark of a running server alone") {
  const Place place(std::string(own_range) + "mark_file = \"/nonexistent\"\n");
  const std::string mark = place.scratch / "mark";
  std::string config = read_file(place.config);
  config.replace(config.find("/nonexistent"), std::string_view("/nonexistent").size(), mark);
  write_file(place.config, config);
  place.load(small_documents(1), "2024-01-01");
  REQUIRE(issue(place, 10).size() == 10);
  place.create();
  ServedRegistry served(place.data, {"--config", place.config});
  const std::string before = read_file(mark);
  for (const char* beside : {".purges", ".feed"}) {
    if (fs::exists(place.data + beside)) {
      fs::copy_file(place.data + beside, place.scratch / ("other" + std::string(beside)));
    }
  }
  const Outcome refused = place.backup({"restore", "--data", place.scratch / "other"});
  CHECK(refused.status == 6);
  CHECK_MESSAGE(contains(refused.err, "is open in another process"), refused.err);
  CHECK_FALSE(fs::exists(place.scratch / "other"));
  CHECK(read_file(mark) == before);
  CHECK(served.stop(SIGTERM).status == 0);
}

TEST_CASE("a backup of before the first number takes up the mark that was made since") {
  const Place place;
  const std::string delegated = "830000000-830999999";
  place.load(small_documents(1), "2024-01-01");
  place.create();
  REQUIRE(run({"hjelpenummer", "delegate", "--config", place.config, delegated}).status == 0);
  const auto told = issue(place, 500);
  REQUIRE(told.size() == 500);
  place.lose_data();
  const Outcome restored = place.backup({"restore", "--json"});
  REQUIRE_MESSAGE(restored.status == 0, restored.err);
  CHECK(member(restored.out, "issuing") == "at-mark");
  std::set<std::string> all(told.begin(), told.end());
  for (std::string& number : issue(place, 500)) CHECK(all.insert(std::move(number)).second);
  CHECK(all.size() == 1'000);
}
