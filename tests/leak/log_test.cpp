// What commands write to their log and to their own output about persons who hide.
#include "tests/api/registry_fixture.h"
#include "tests/leak/document.h"
#include "tests/leak/people.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>

using namespace grunndata;
using namespace grunndata::leak;

namespace {

std::string hidden_person(std::size_t number, Level level) {
  Document person = somebody(api::fnr(number), Fields::with_places);
  grade(person, level);
  add_addresses(person, level);
  add_moves(person);
  add_birth_and_estate(person);
  std::string json = person.json();
  for (auto at = json.find('\n'); at != json.npos; at = json.find('\n', at)) json.erase(at, 1);
  return json;
}

/// Whatever a command says, on either stream.
std::string said_by(std::vector<std::string> words) {
  const tests::Outcome outcome = tests::run(std::move(words));
  CAPTURE(outcome.err);
  CHECK(outcome.status != 2); // usage
  return outcome.out + outcome.err;
}

} // namespace

TEST_CASE("commands say nothing of where somebody hides, nor that somebody does") {
  const tests::ScratchFolder folder;
  const std::string data = folder / "registry";
  const std::string file = folder / "persons.ndjson";
  std::string documents;
  for (const Level level : {Level::client, Level::confidential, Level::strict}) {
    const std::string person = hidden_person(1 + static_cast<std::size_t>(level), level);
    documents += person + '\n';
    documents += person.substr(0, person.size() / 2) + '\n'; // cannot be read
  }
  tests::write_file(file, documents);
  std::string said;
  said += said_by({"import", "folkeregisteret", "--data", data, file});
  said += said_by({"import", "folkeregisteret", "--data", data, file});
  said += said_by({"quarantine", "list", "--data", data});
  said += said_by({"rebuild", "--data", data});
  said += said_by({"check", "--data", data, "--deep"});
  CHECK(said.find("json") != said.npos); // why some cannot be read: they did speak
  CHECK(said.find("anari") == said.npos);
  CHECK(said.find("ANARI") == said.npos);
  for (const std::string& value : values_in({hidden_person(1, Level::confidential)})) {
    for (const std::string& spelling : spellings_of(value)) CHECK(said.find(spelling) == said.npos);
  }
}
