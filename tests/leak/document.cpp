#include "tests/leak/document.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <simdjson.h>
#include <stdexcept>

namespace grunndata::leak {

namespace {

std::string number_row(std::string_view number, bool in_use) {
  std::string out = R"({"ajourholdstidspunkt":"2020-01-01T00:00:00+01:00","erGjeldende":)";
  out += in_use ? R"(true,"status":"iBruk")" : R"(false,"status":"opphoert")";
  out += R"(,"foedselsEllerDNummer":")" + std::string(number) + R"(","identifikatortype":")";
  return out + (number[0] >= '4' ? "dNummer\"}" : "foedselsnummer\"}");
}

/// Values shorter than this stand in documents by chance.
constexpr std::size_t text_bytes_min = 3;
constexpr std::int64_t number_min = 1000;

void gather(const simdjson::dom::element& at, std::set<std::string>& values) {
  simdjson::dom::object object;
  simdjson::dom::array list;
  std::string_view text;
  std::int64_t number = 0;
  if (at.get(object) == simdjson::SUCCESS) {
    for (const auto field : object) gather(field.value, values);
  } else if (at.get(list) == simdjson::SUCCESS) {
    for (const auto item : list) gather(item, values);
  } else if (at.get(text) == simdjson::SUCCESS) {
    if (text.size() >= text_bytes_min) values.insert('"' + std::string(text));
  } else if (at.get(number) == simdjson::SUCCESS && number >= number_min) {
    values.insert(std::to_string(number));
  }
}

/// What the built-in list calls the municipalities that the documents here name.
constexpr std::array<std::pair<std::string_view, std::string_view>, 10> municipalities{{
    {"\"4601", "Bergen"},
    {"\"5501", "Tromsø"},
    {"\"5001", "Trondheim"},
    {"\"1103", "Stavanger"},
    {"\"1804", "Bodø"},
    {"\"3905", "Tønsberg"},
    {"\"4204", "Kristiansand"},
    {"\"1506", "Molde"},
    {"\"3407", "Gjøvik"},
    {"\"5601", "Alta"},
}};

bool is_date(std::string_view text) {
  return text.size() >= 10 && text[4] == '-' && text[7] == '-';
}

} // namespace

std::string_view word_of(Level level) noexcept {
  constexpr std::array<std::string_view, 4> words{"ugradert", "klientadresse", "fortrolig",
                                                  "strengtFortrolig"};
  return words[static_cast<std::size_t>(level)];
}

Document::Document(std::string number) : number_(std::move(number)) {
  add("identifikasjonsnummer", number_row(number_, true));
}

Document& Document::formerly(std::string_view number) {
  return add("identifikasjonsnummer", number_row(number, false));
}

Document& Document::add(std::string_view element, std::string row) {
  const auto known = std::ranges::find(elements_, element, [](const auto& e) { return e.first; });
  if (known == elements_.end()) {
    elements_.emplace_back(element, std::vector<std::string>{std::move(row)});
  } else {
    known->second.push_back(std::move(row));
  }
  return *this;
}

std::string Document::json() const {
  std::string out = "{";
  for (const auto& [element, rows] : elements_) {
    out += out.size() > 1 ? ",\"" : "\"";
    out += element + "\":[";
    for (const std::string& one : rows) out += (&one == &rows.front() ? "" : ",") + one;
    out += ']';
  }
  return out + '}';
}

std::string row(std::string_view date, bool current, std::string_view body) {
  const std::string day(date);
  return R"({"ajourholdstidspunkt":")" + day + R"(T08:00:00+01:00","erGjeldende":)" +
         (current ? "true" : "false") + R"(,"gyldighetstidspunkt":")" + day +
         R"(T00:00:00+01:00",)" + std::string(body) + '}';
}

std::set<std::string> values_in(const std::vector<std::string>& documents) {
  std::set<std::string> values;
  simdjson::dom::parser parser;
  for (const std::string& document : documents) {
    simdjson::dom::element root;
    if (parser.parse(document).get(root) != simdjson::SUCCESS) {
      throw std::runtime_error("a document of the test is not JSON: " + document);
    }
    gather(root, values);
  }
  return values;
}

std::vector<std::string> spellings_of(const std::string& value) {
  if (value.front() != '"') return {':' + value};
  if (is_date(std::string_view(value).substr(1))) return {value};
  std::vector<std::string> spellings{value + '"'};
  for (const auto& [number, name] : municipalities) {
    if (value == number) spellings.emplace_back(name);
  }
  return spellings;
}

} // namespace grunndata::leak
