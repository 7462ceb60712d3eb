// A person document as its elements, to change one at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::simulate {

/// One property of a person document: a list of elements, or the one object that `doedsfall` and
/// `falskIdentitet` are.
struct Property {
  std::string name;
  std::vector<std::string> elements; ///< JSON objects without white space; the current one first
  bool is_object = false;
};

/// A document of Folkeregisteret, in the order it came.
class Document {
public:
  /// `json` is one valid document, as the generator makes them.
  explicit Document(std::string_view json);

  [[nodiscard]] std::string json() const;

  [[nodiscard]] Property* find(std::string_view name);
  [[nodiscard]] const Property* find(std::string_view name) const;
  /// Made, as a list, when it is not there.
  Property& property(std::string_view name);
  void remove(std::string_view name);
  /// Only what is current stays.
  void leave_out_history();
  /// Every property that `which` says. Whether there was one.
  bool leave_out(bool (*which)(std::string_view name));

  /// The element that is current; null when none is.
  [[nodiscard]] std::string* current(std::string_view name);
  /// What was current becomes history, and `element` stands before it.
  void supersede(std::string_view name, std::string element);

private:
  std::vector<Property> properties_;
};

/// The text of a member, its quotes left out; empty when there is none. Members with escapes in
/// them are given as they stand.
[[nodiscard]] std::string member(std::string_view element, std::string_view name);
/// With another text, or as the first member where there was none.
[[nodiscard]] std::string with_member(std::string_view element, std::string_view name,
                                      std::string_view text);
[[nodiscard]] std::string without_member(std::string_view element, std::string_view name);
/// `"erGjeldende":false`, whatever it said before.
[[nodiscard]] std::string as_history(std::string_view element);
[[nodiscard]] bool is_current(std::string_view element);

} // namespace grunndata::simulate
