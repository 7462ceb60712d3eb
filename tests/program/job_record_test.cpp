// What the audit log says of imports, and of whose commands a running server carries out.
#include "tests/program/population.h"
#include "tests/program/served_registry.h"
#include "tools/administration/peer_user.h"
#include "tools/administration/version.h"

#include <array>
#include <doctest/doctest.h>
#include <fstream>
#include <pwd.h>
#include <utility>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace grunndata::tests;
using grunndata::tools::user_of_peer;

namespace {

constexpr uid_t nobody = 65'534;

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// The records of one kind, a line of JSON each.
std::string records(const std::string& directory, const std::string& act) {
  const Outcome found =
      run({"audit", "search", "--data", directory, "--act", act, "--reason", "the test", "--json"});
  REQUIRE_MESSAGE(found.status == 0, found.err);
  return found.out;
}

std::string last_line(const std::string& text) {
  const auto lines = lines_of(text);
  return lines.empty() ? std::string() : std::string(lines.back());
}

std::string name_of(uid_t user) {
  const passwd* entry = ::getpwuid(user);
  return entry != nullptr ? entry->pw_name : std::to_string(user);
}

std::string by(uid_t user) { return R"("osUser":")" + name_of(user) + '"'; }

/// A listening socket on loopback, and a client that is connected to it.
class Pair {
public:
  Pair()
      : listener_(::socket(AF_INET, SOCK_STREAM, 0)), client_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::bind(listener_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(listener_, 1) == 0);
    server_port = port_of(listener_);
    address.sin_port = htons(server_port);
    REQUIRE(::connect(client_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    client_port = port_of(client_);
  }
  ~Pair() {
    close_client();
    ::close(listener_);
  }
  Pair(const Pair&) = delete;
  Pair& operator=(const Pair&) = delete;
  void close_client() {
    if (client_ >= 0) ::close(std::exchange(client_, -1));
  }

  std::uint16_t server_port = 0;
  std::uint16_t client_port = 0;

private:
  static std::uint16_t port_of(int socket) {
    sockaddr_in address{};
    socklen_t size = sizeof address;
    REQUIRE(::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &size) == 0);
    return ntohs(address.sin_port);
  }

  int listener_;
  int client_;
};

/// How a client that knows the token asks for `words`, whatever it is called.
std::string job_of(const std::vector<std::string>& words, const std::string& token) {
  std::string body;
  for (const std::string& text : {std::string("/"), std::string(), std::string("0")}) {
    body.append(text).push_back('\0');
  }
  for (const std::string& word : words) body.append(word).push_back('\0');
  return request("POST", "/administration/jobs", body,
                 "Authorization: Bearer " + token +
                     "\r\nX-Version: " + std::string(grunndata::tools::administration_version()) +
                     "\r\nContent-Type: application/octet-stream\r\n");
}

} // namespace

TEST_CASE("an import leaves one record: who, which source, how many, and which persons") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  write_file(scratch / "three", small_documents(3));
  REQUIRE(import(directory, {scratch / "three"}).status == 0);
  REQUIRE(import(directory, {"-"}, small_documents(4) + "{\n").status == 7);
  const std::string all = records(directory, "imported");
  const auto lines = lines_of(all);
  REQUIRE(lines.size() == 2);
  const std::string first(lines[0]);
  CHECK(contains(first, R"("operation":"import folkeregisteret")"));
  CHECK(contains(first, R"("class":"important")"));
  CHECK(contains(first, by(::geteuid())));
  CHECK(contains(first, "source=folkeregisteret extracted_at="));
  CHECK(contains(first, " read=3 written=3 unchanged=0 superseded=0 quarantined=0 end=complete"));
  CHECK(contains(first, R"("persons":3)"));
  CHECK(contains(first, R"("outcome":"ok")"));
  const std::string second(lines[1]);
  CHECK(contains(second, " read=5 written=1 unchanged=3 superseded=0 quarantined=1 end=complete"));
  CHECK(contains(second, R"("persons":1)"));
  CHECK(person_numbers_in(all).empty());
}

TEST_CASE("an import that fails leaves a record of that; one that is mistyped leaves none") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  CHECK(import(directory, {scratch / "nowhere"}).status != 0);
  CHECK(import(directory, {"--extracted-at", "soon", scratch / "nowhere"}).status == 2);
  const std::string all = records(directory, "imported");
  CHECK(lines_of(all).size() == 1);
  CHECK(contains(all, R"("outcome":"not-found")"));
  CHECK(contains(all, R"("persons":0)"));
}

TEST_CASE("an import as a job of the running server leaves the same record, and so do aliases") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, small_documents(1)).status == 0);
  ServedRegistry served(directory);
  REQUIRE(import(directory, {"-"}, small_documents(3)).status == 0);
  REQUIRE(run({"import", "aliases", "--data", directory, "-"},
              "old-7," + synthetic_number(0) + "\nnothing\n")
              .status == 7);
  const std::string all = records(directory, "imported");
  const auto lines = lines_of(all);
  REQUIRE(lines.size() == 3);
  CHECK(contains(std::string(lines[1]), " read=3 written=2 unchanged=1 "));
  CHECK(contains(std::string(lines[1]), R"("persons":2)"));
  CHECK(contains(std::string(lines[2]), "source=aliases added=1 known=0 refused=1"));
  CHECK(contains(std::string(lines[2]), R"("operation":"import aliases")"));
  CHECK(person_numbers_in(all).empty());
  CHECK(served.stop(SIGTERM).status == 0);
}

TEST_CASE("whose command a running server carries out says the system, not the caller") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  REQUIRE(import(directory, {"-"}, small_documents(1)).status == 0);
  ServedRegistry served(directory);
  const std::vector<std::string> words{"quarantine", "show", "77", "--data", directory};
  Start start;
  start.words = words;
  start.environment = {{"USER", "somebody"}, {"LOGNAME", "somebody"}};
  run(start);
  CHECK(contains(last_line(records(directory, "administered")), by(::geteuid())));

  // Another user who got hold of the token; only root can play one.
  const uid_t me = ::geteuid();
  const uid_t other = me == 0 ? nobody : me;
  std::ifstream file(directory + "/administration.token");
  std::uint16_t port = 0;
  std::string token;
  file >> port >> token;
  REQUIRE(port != 0);
  REQUIRE(::seteuid(other) == 0);
  Connection connection(port);
  REQUIRE(::seteuid(me) == 0);
  const auto made = connection.ask(job_of(words, token));
  REQUIRE(made);
  REQUIRE_MESSAGE(made->status == 201, made->body);
  std::string left;
  CHECK(served.program().wait_until([&] {
    left = records(directory, "administered");
    return lines_of(left).size() == 2;
  }));
  CHECK(contains(last_line(left), by(other)));
  CHECK(served.stop(SIGTERM).status == 0);
}

TEST_CASE("a connection is its user's while it stands, and nobody's otherwise") {
  Pair pair;
  CHECK((user_of_peer("127.0.0.1", pair.client_port, pair.server_port) == ::geteuid()));
  CHECK((user_of_peer("127.0.0.2", pair.client_port, pair.server_port) == std::nullopt));
  // Not accepted: a connection that no process holds yet.
  CHECK((user_of_peer("127.0.0.1", pair.server_port, pair.client_port) == std::nullopt));
  CHECK((user_of_peer("127.0.0.1", pair.client_port, pair.client_port) == std::nullopt));
  pair.close_client();
  CHECK((user_of_peer("127.0.0.1", pair.client_port, pair.server_port) == std::nullopt));
}
