#include "tests/leak/compare.h"

#include "api/v1/cursor.h"

#include <algorithm>
#include <array>
#include <unordered_set>

namespace grunndata::leak {

namespace {

constexpr std::size_t id_characters = 32;

bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

/// Puts `text` in place of every `before…after`; `make` gives it from what stands between.
template <typename Make>
void replace_between(std::string& text, std::string_view before, std::string_view after,
                     Make&& make) {
  for (std::size_t at = text.find(before); at != text.npos; at = text.find(before, at)) {
    at += before.size();
    const std::size_t end = text.find(after, at);
    if (end == text.npos) return;
    const std::string made = make(text.substr(at, end - at));
    text.replace(at, end - at, made);
    at += made.size();
  }
}

/// After the value of a JSON text that begins at `at`.
std::size_t after_value(const std::string& text, std::size_t at) {
  int depth = 0;
  bool quoted = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (quoted) {
      if (c == '\\') ++at;
      quoted = c != '"';
      continue;
    }
    if (c == '"') quoted = true;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') --depth;
    if (depth < 0 || (depth == 0 && c == ',')) return at;
  }
  return at;
}

void drop_property(std::string& text, std::string_view name) {
  const std::string key = ",\"" + std::string(name) + "\":";
  for (std::size_t at = text.find(key); at != text.npos; at = text.find(key, at)) {
    text.erase(at, after_value(text, at + key.size()) - at);
  }
}

void drop_lines(std::string& text, std::string_view beginning) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t next = std::min(text.find('\n', at), text.size() - 1) + 1;
    if (std::string_view(text).substr(at).starts_with(beginning)) {
      text.erase(at, next - at);
    } else {
      at = next;
    }
  }
}

/// Parts that only callers with legal basis see, and in which the twins may differ.
constexpr auto closed_properties = std::to_array<std::string_view>(
    {"addressProtection", "familyRelation", "parentalResponsibility", "citizenshipRetention",
     "residencePermit", "identificationDocument", "useOfSamiLanguage",
     "samiParliamentElectoralRegistryStatus", "falseIdentity",
     "foreignPersonIdentificationNumber"});

void drop_protection(std::string& text) {
  for (const std::string_view property : closed_properties) drop_property(text, property);
  const auto any = [](const std::string&) { return std::string("any"); };
  replace_between(text, R"("addressConfidentiality":")", "\"", any);
  drop_lines(text, "Content-Length:");
  drop_lines(text, "ETag:");
  drop_lines(text, "grunndata_http_response_body_bytes_total");
}

/// Long lists of parts in the middle are the same everywhere.
std::string shortened(const std::string& question) {
  constexpr std::size_t end = 100;
  if (question.size() <= 2 * end) return question;
  return question.substr(0, end) + " … " + question.substr(question.size() - end);
}

std::string excerpt(const std::string& text, std::size_t at) {
  constexpr std::size_t before = 120;
  constexpr std::size_t bytes = 280;
  return text.substr(at < before ? 0 : at - before, bytes);
}

/// With legal basis events tell of the grading, and what was known of somebody who is strictly
/// protected now is forgotten: such answers are searched, not compared.
bool is_compared(const Exchange& exchange, registry::Access access, const Story& story) {
  if (access == registry::Access::no_legal_basis) return true;
  const auto asks = [&](std::string_view what) {
    return exchange.question.find(what) != std::string::npos;
  };
  if (exchange.told.operation.find("Event") != std::string::npos || asks("if changed"))
    return false;
  return !(story.forgets_past && (asks("recordedAsOf") || asks("known at time")));
}

} // namespace

std::string Normal::without_ids(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && is_hex(text[end])) ++end;
    if (end - at != id_characters) {
      end = std::max(end, at + 1);
      out += text.substr(at, end - at);
    } else {
      const auto [known, is_new] = known_.try_emplace(std::string(text.substr(at, end - at)),
                                                      '<' + std::to_string(known_.size()) + '>');
      out += known->second;
    }
    at = end;
  }
  return out;
}

std::string Normal::of(const Told& told) {
  std::string text = told.body + '\n' + told.head;
  if (access_ == registry::Access::legal_basis) drop_protection(text);
  const bool is_event = told.operation.find("Event") != std::string::npos;
  if (!is_event && access_ == registry::Access::legal_basis) {
    replace_between(text, R"("sequenceNumber":)", ",", [](const auto&) { return "any"; });
    drop_lines(text, "Content-Length:");
  }
  replace_between(text, R"("nextCursor":")", "\"", [](const std::string& cursor) {
    const auto place = api::v1::read_cursor(cursor);
    return place ? "from " + std::to_string(place->from) : "unreadable";
  });
  for (const char* time : {R"("recordedAt":")", R"("created":")", R"("expires":")"}) {
    replace_between(text, time, "\"",
                    [](const std::string& when) { return std::string(when.size(), 't'); });
  }
  if (told.operation == "getMetrics" || told.operation == "getReadiness") {
    // Sizes of all that is stored, for operators, and the age of the source, which time moves.
    for (const char* figure :
         {"grunndata_store_", "grunndata_source_age_seconds", "[+] source:", "Content-Length:"}) {
      drop_lines(text, figure);
    }
  }
  return without_ids(text);
}

Differences differences(const Asker& real, const Asker& twin, const Story& story) {
  Differences result;
  const auto& left = real.exchanges();
  const auto& right = twin.exchanges();
  Normal normal_left(real.access());
  Normal normal_right(twin.access());
  for (std::size_t i = 0; i < std::max(left.size(), right.size()); ++i) {
    if (i >= left.size() || i >= right.size() || left[i].question != right[i].question) {
      ++result.count;
      result.text += "\nother questions are asked from number " + std::to_string(i);
      return result;
    }
    if (!is_compared(left[i], real.access(), story)) continue;
    const std::string a = normal_left.of(left[i].told);
    const std::string b = normal_right.of(right[i].told);
    if (a == b) continue;
    if (++result.count > differences_max) continue;
    const auto differ = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
    const auto at = static_cast<std::size_t>(differ.first - a.begin());
    result.text += "\n* " + shortened(left[i].question) + "\n  protected: …" + excerpt(a, at) +
                   "\n  twin:      …" + excerpt(b, at);
  }
  return result;
}

std::set<std::string> secrets(const Life& real, const Life& twin) {
  const auto values_of = [](const Life& life) {
    std::vector<std::string> documents;
    for (const Import& import : life) {
      for (const Document& document : import) documents.push_back(document.json());
    }
    return values_in(documents);
  };
  const std::set<std::string> open = values_of(twin);
  std::set<std::string> secrets;
  for (const std::string& value : values_of(real)) {
    if (open.contains(value)) continue;
    for (std::string& spelling : spellings_of(value)) secrets.insert(std::move(spelling));
  }
  return secrets;
}

const std::set<std::string>& closed_to_all() {
  static const std::set<std::string> closed = [] {
    std::set<std::string> names{"\"ClientAddress\"",
                                "\"Confidential\"",
                                "\"StrictlyConfidential\"",
                                "\"ChangeInAddressProtection\"",
                                "\"ChangeInFamilyRelation\"",
                                "\"relatedByMaritalStatus\"",
                                "Hemmelig"};
    for (const std::string_view property : closed_properties) {
      names.insert('"' + std::string(property) + '"');
    }
    return names;
  }();
  return closed;
}

Differences found(const Asker& asked, const std::set<std::string>& secrets) {
  Differences result;
  std::unordered_set<std::string> searched;
  Normal normal(registry::Access::no_legal_basis); // only so that ids hold no digits by chance
  for (const Exchange& exchange : asked.exchanges()) {
    const auto [kept, is_new] = searched.insert(normal.of(exchange.told));
    if (!is_new) continue;
    const std::string& text = *kept;
    for (const std::string& secret : secrets) {
      const std::size_t at = text.find(secret);
      if (at == text.npos) continue;
      if (++result.count > differences_max) continue;
      result.text +=
          "\n* " + shortened(exchange.question) + "\n  tells " + secret + ": …" + excerpt(text, at);
    }
  }
  return result;
}

} // namespace grunndata::leak
