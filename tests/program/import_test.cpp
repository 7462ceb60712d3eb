// Loads of whole files with the real program: what a newcomer does first.
#include "tests/program/population.h"
#include "tests/program/running_program.h"

#include <doctest/doctest.h>
#include <filesystem>

#include <zlib.h>
#include <zstd.h>

using namespace grunndata::tests;
namespace fs = std::filesystem;

namespace {

constexpr std::size_t persons = 2'000;

std::string quoted(const std::string& text) { return "'" + text + "'"; }

std::string gzipped(std::string_view text, const std::string& path) {
  const gzFile file = ::gzopen(path.c_str(), "wb1");
  REQUIRE(::gzwrite(file, text.data(), static_cast<unsigned>(text.size())) > 0);
  REQUIRE(::gzclose(file) == Z_OK);
  return path;
}

std::string zstd_packed(std::string_view text, const std::string& path) {
  std::string packed(::ZSTD_compressBound(text.size()), '\0');
  packed.resize(::ZSTD_compress(packed.data(), packed.size(), text.data(), text.size(), 1));
  write_file(path, packed);
  return path;
}

std::string as_array(std::string_view documents) {
  std::string text = "[";
  for (const std::string_view line : lines_of(documents)) {
    text.append(text.size() > 1 ? ",\n" : "").append(line);
  }
  return text + "]\n";
}

} // namespace

TEST_CASE(
    "a generated population is loaded through a pipe, and the second time nothing is written") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string command =
      "\"$TEST_PROGRAM\" generate folkeregisteret --persons 2000 --seed 7 | \"$TEST_PROGRAM\" "
      "import folkeregisteret --json --data " +
      quoted(directory) + " -";
  const Outcome first = shell(command);
  CHECK_MESSAGE(first.status == 0, first.err);
  check_summary(first, persons);
  CHECK(number_field(first.out, "written") == persons);
  const std::string figures = require_sound(directory);

  const Outcome second = shell(command);
  CHECK(second.status == 0);
  check_summary(second, persons);
  CHECK(number_field(second.out, "written") == 0);
  CHECK(number_field(second.out, "unchanged") == persons);
  CHECK(require_sound(directory) == figures); // no events either
}

TEST_CASE("gzip, zstd, an array and stdin all give the registry that the plain file gives") {
  const ScratchFolder scratch;
  const std::string& text = population(persons);
  const std::string numbers = numbers_in(text);
  write_file(scratch / "plain.ndjson", text);
  REQUIRE(import(scratch / "plain", {scratch / "plain.ndjson"}).status == 0);
  const std::string expected = picture(scratch / "plain", numbers);
  CHECK(expected.find(R"("status":"found")") != std::string::npos);

  const auto same = [&](const std::string& name, const std::vector<std::string>& words,
                        const std::string& input) {
    const Outcome outcome = import(scratch / name, words, input);
    CHECK_MESSAGE(outcome.status == 0, outcome.err);
    CHECK(number_field(outcome.out, "written") == persons);
    CHECK_MESSAGE((picture(scratch / name, numbers) == expected), name);
  };
  same("gzip", {gzipped(text, scratch / "without-ending")}, "");
  same("zstd", {zstd_packed(text, scratch / "wrong-ending.gz")}, "");
  same("array", {"-"}, as_array(text));
  same("stdin", {"-"}, text);
  fs::create_directory(scratch / "folder");
  gzipped(first_lines(text, persons / 2), scratch / "folder/1");
  write_file(scratch / "folder/2",
             std::string_view(text).substr(first_lines(text, persons / 2).size()));
  same("from folder", {scratch / "folder"}, "");
}

TEST_CASE("the sample documents go in whole, a number without a person goes into quarantine") {
  const ScratchFolder scratch;
  fs::create_directory(scratch / "documents");
  std::size_t documents = 0;
  for (const auto& entry : fs::directory_iterator("tests/data/folkeregisteret")) {
    const std::string name = entry.path().filename().string();
    if (name[0] < '0' || name[0] > '1') continue;
    fs::copy(entry.path(), scratch.path() / "documents" / name);
    ++documents;
  }
  REQUIRE(documents == 14);
  const Outcome whole = import(scratch / "data", {scratch / "documents"});
  CHECK(whole.status == 0);
  check_summary(whole, documents);
  CHECK(number_field(whole.out, "written") == documents);
  CHECK(number_field(import(scratch / "data", {scratch / "documents"}).out, "written") == 0);

  const Outcome bulk =
      import(scratch / "data", {"tests/data/folkeregisteret/bulkoppslag-response-somBestilt.json"});
  CHECK(bulk.status == 7);
  check_summary(bulk, 5);
  CHECK(number_field(bulk.out, "quarantined") == 1);
  require_sound(scratch / "data");
}

TEST_CASE("refused records are listed, shown and tried again, and stay until they can be mapped") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  const std::string good = small_document(synthetic_number(0), "NORD");
  const std::string input = good + "{\"identifikasjonsnummer\": \n" + "{\"navn\":[]}\n" +
                            small_document("123" + synthetic_number(1).substr(3), "GAL") + good;
  const Outcome loaded = import(directory, {"-"}, input);
  CHECK(loaded.status == 7);
  check_summary(loaded, 5);
  CHECK(number_field(loaded.out, "quarantined") == 3);

  const Outcome listed = run({"quarantine", "list", "--data", directory, "--json"});
  CHECK(listed.status == 0);
  CHECK(lines_of(listed.out).size() == 3);
  CHECK(person_numbers_in(listed.out).empty());
  CHECK(listed.out.find("\"origin\":\"-\",\"record\":2,") != std::string::npos);
  CHECK(listed.out.find("\"byteOffset\":" + std::to_string(good.size())) != std::string::npos);

  const Outcome shown = run({"quarantine", "show", "--data", directory, "3", "--json"});
  CHECK(shown.status == 0);
  CHECK(shown.out.find("\"etternavn\":\"GAL\"") != std::string::npos);
  CHECK(run({"quarantine", "show", "--data", directory, "99"}).status == 3);

  const Outcome retried = run({"quarantine", "retry", "--data", directory, "--all"});
  CHECK(retried.status == 7);
  CHECK(lines_of(retried.out).size() == 3);
  CHECK(person_numbers_in(retried.out).empty());
  CHECK(lines_of(run({"quarantine", "list", "--data", directory}).out).size() == 3);
  CHECK(run({"quarantine", "retry", "--data", directory}).status == 2);

  // The same file again neither adds entries nor takes any away.
  CHECK(import(directory, {"-"}, input).status == 7);
  CHECK(lines_of(run({"quarantine", "list", "--data", directory}).out).size() == 3);
  require_sound(directory);
}

TEST_CASE("too many refused records stop a load, which goes on when asked to") {
  const ScratchFolder scratch;
  const std::string directory = scratch / "data";
  std::string input;
  for (std::size_t i = 0; i < 400; ++i) {
    input += i % 10 == 3 ? "{\"navn\":[" + std::to_string(i) + "]}\n"
                         : small_document(synthetic_number(i), "NORD");
  }
  write_file(scratch / "file", input);
  REQUIRE(import(directory, {"-"}, first_lines(input, 1)).status == 0);
  const std::vector<std::string> words{"--set", "import.batch_records=20", "--errors-max", "5",
                                       scratch / "file"};
  Outcome outcome = import(directory, words);
  CHECK(outcome.status == 1);
  CHECK(outcome.err.find("--resume") != std::string::npos);
  std::uint64_t read = *number_field(outcome.out, "read");
  CHECK(read < 400);
  std::vector<std::string> resumed = words;
  resumed.emplace_back("--resume");
  for (int rounds = 0; outcome.status == 1 && rounds < 20; ++rounds) {
    outcome = import(directory, resumed);
    read += *number_field(outcome.out, "read");
  }
  CHECK(outcome.status != 1);
  CHECK(read == 400);
  CHECK(lines_of(run({"quarantine", "list", "--data", directory}).out).size() == 40);
  CHECK(require_sound(directory).starts_with("360 persons"));
}
