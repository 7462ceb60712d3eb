// What a client asks for of a person (`part=`), as Folkeregisteret reads it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::simulate {

class PartChoice {
public:
  /// Of a query, other parameters passed over; without any `part`, `person-basis` without history.
  /// Nothing when a name is none of Folkeregisteret's, or may not be asked for.
  [[nodiscard]] static std::optional<PartChoice> read(std::string_view query);

  /// The document with what was asked for, and no more.
  [[nodiscard]] std::string of(const std::string& json) const;

private:
  std::vector<std::string_view> left_out_; ///< properties that were not asked for
  bool history_ = false;
};

/// Properties that nobody is given any more, or that were never filled.
[[nodiscard]] bool is_never_given(std::string_view property) noexcept;

} // namespace grunndata::simulate
