#include "tests/program/population.h"

#include "identifiers/generate.h"

#include <algorithm>
#include <cstdint>
#include <doctest/doctest.h>
#include <map>
#include <set>

namespace grunndata::tests {

namespace {

constexpr std::size_t id_digits = 32;

/// The value of each `"name":"..."` in a text.
template <typename Take>
void each_text_field(std::string_view json, std::string_view name, Take take) {
  const std::string key = "\"" + std::string(name) + "\":\"";
  for (auto at = json.find(key); at != std::string_view::npos; at = json.find(key, at)) {
    at += key.size();
    take(json.substr(at, json.find('"', at) - at));
  }
}

bool is_entity_id(std::string_view text) {
  return text.size() == id_digits &&
         text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

} // namespace

const std::string& population(std::size_t persons) {
  static std::map<std::size_t, std::string> made;
  std::string& text = made[persons];
  if (text.empty()) {
    const Outcome outcome =
        run({"generate", "folkeregisteret", "--persons", std::to_string(persons), "--seed", "7"});
    REQUIRE(outcome.status == 0);
    text = outcome.out;
  }
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

std::string first_lines(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  for (; count > 0 && end != std::string_view::npos; --count) end = text.find('\n', end) + 1;
  return std::string(text.substr(0, end));
}

std::string synthetic_number(std::size_t index) {
  namespace ids = identifiers;
  static std::vector<std::string> made;
  static int day = 0;
  while (made.size() <= index) {
    constexpr int days = 28;
    constexpr int months = 12;
    const ids::Date birth{static_cast<std::int16_t>(1950 + day / (days * months)),
                          static_cast<std::uint8_t>(day / days % months + 1),
                          static_cast<std::uint8_t>(day % days + 1)};
    ids::NumberSequence sequence(birth, {});
    for (auto number = sequence.next(); number; number = sequence.next()) {
      made.emplace_back(number->text());
    }
    ++day;
  }
  return made[index];
}

std::string small_document(std::string_view number, std::string_view family_name,
                           std::string_view recorded) {
  std::string text = R"({"identifikasjonsnummer":[{"ajourholdstidspunkt":")";
  text.append(recorded).append(R"(","erGjeldende":true,"status":"iBruk","foedselsEllerDNummer":")");
  text.append(number).append(R"(","identifikatortype":"foedselsnummer"}],"navn":[)");
  text.append(R"({"ajourholdstidspunkt":")").append(recorded);
  text.append(R"(","erGjeldende":true,"fornavn":"KARI","etternavn":")").append(family_name);
  return text.append("\"}]}\n");
}

std::string small_documents(std::size_t count) {
  std::string text;
  for (std::size_t i = 0; i < count; ++i) text += small_document(synthetic_number(i), "NORD");
  return text;
}

std::string numbers_in(std::string_view documents) {
  std::set<std::string_view> numbers;
  each_text_field(documents, "foedselsEllerDNummer",
                  [&numbers](std::string_view number) { numbers.insert(number); });
  std::string text;
  for (const std::string_view number : numbers) text.append(number).append("\n");
  return text;
}

std::string picture_of(std::string_view output) {
  constexpr std::string_view place = "\"sequenceNumber\":";
  std::map<std::string_view, std::size_t> ids;
  std::string text;
  for (std::size_t at = 0; at < output.size();) {
    if (output.substr(at).starts_with(place)) {
      at = output.find_first_not_of("0123456789", at + place.size());
      continue;
    }
    const std::string_view quoted = output.substr(at + 1, id_digits);
    if (output[at] == '"' && is_entity_id(quoted)) {
      text.append("\"id ").append(
          std::to_string(ids.try_emplace(quoted, ids.size()).first->second));
      at += 1 + id_digits;
      continue;
    }
    text += output[at++];
  }
  return text;
}

std::string picture(const std::string& directory, const std::string& numbers) {
  const Outcome outcome = run({"lookup", "--data", directory, "--history"}, numbers);
  const bool answered = outcome.status == 0 || outcome.status == 3;
  REQUIRE_MESSAGE(answered, outcome.err);
  REQUIRE(lines_of(outcome.out).size() == lines_of(numbers).size());
  return picture_of(outcome.out);
}

Outcome import(const std::string& directory, std::vector<std::string> words, std::string input) {
  std::vector<std::string> all{"import", "folkeregisteret", "--data", directory, "--json"};
  all.insert(all.end(), words.begin(), words.end());
  return run(std::move(all), std::move(input));
}

std::string require_sound(const std::string& directory) {
  const Outcome outcome = run({"check", "--data", directory, "--progress", "none"});
  REQUIRE_MESSAGE(outcome.status == 0, outcome.out << outcome.err);
  CHECK(outcome.out.empty());
  REQUIRE_MESSAGE(outcome.err.ends_with("all fits\n"), outcome.err);
  return outcome.err;
}

void check_summary(const Outcome& outcome, std::uint64_t read) {
  CHECK(lines_of(outcome.out).size() == 1);
  std::uint64_t sum = 0;
  for (const char* name : {"written", "unchanged", "superseded", "quarantined"}) {
    const auto figure = number_field(outcome.out, name);
    REQUIRE_MESSAGE(figure.has_value(), outcome.out);
    sum += *figure;
  }
  CHECK_MESSAGE(number_field(outcome.out, "read") == read, outcome.out);
  CHECK_MESSAGE(sum == read, outcome.out);
}

} // namespace grunndata::tests
