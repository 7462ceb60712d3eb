// Whom an extract is asked for that is not complete (`uttrekk/tilpasset`).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::simulate {

class Selection {
public:
  /// Of a request's body. Nothing when it is another, or names what there is none of: the kinds of
  /// status are needed, and of the two kommuner only one is taken.
  [[nodiscard]] static std::optional<Selection> read(std::string_view body);

  /// The current number of a person who is asked for; empty for others.
  [[nodiscard]] std::string number_of(const std::string& json) const;

private:
  std::vector<std::string> statuses_;
  std::string property_; ///< whose kommune is asked for; empty: any
  std::string kommune_;
  std::string gender_;
  std::string marital_status_;
  std::string citizenship_;
  std::string born_from_;
  std::string born_to_;
  std::string died_from_;
  std::string died_to_;
};

} // namespace grunndata::simulate
