// Person documents of Folkeregisteret under construction, and what stands in them.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::leak {

/// How an address or a person is graded, as the source spells it.
enum class Level { none, client, confidential, strict };
[[nodiscard]] std::string_view word_of(Level level) noexcept;

/// A person document: elements in the order added, each with its rows.
class Document {
public:
  explicit Document(std::string number);

  [[nodiscard]] const std::string& number() const noexcept { return number_; }
  /// One more number, which has ceased.
  Document& formerly(std::string_view number);
  /// One more row of a list element. `row`: a whole JSON object.
  Document& add(std::string_view element, std::string row);
  [[nodiscard]] std::string json() const;

private:
  std::string number_;
  std::vector<std::pair<std::string, std::vector<std::string>>> elements_;
};

/// A row with the metadata that Folkeregisteret gives. `date`: valid from, "2017-07-17".
[[nodiscard]] std::string row(std::string_view date, bool current, std::string_view body);

/// Strings and numbers of the documents that are long enough to be found again.
[[nodiscard]] std::set<std::string> values_in(const std::vector<std::string>& documents);

/// How an answer would spell a value of a document: `"4601"`, also the municipality's name.
[[nodiscard]] std::vector<std::string> spellings_of(const std::string& value);

} // namespace grunndata::leak
