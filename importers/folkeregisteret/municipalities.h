// Names of places that Folkeregisteret gives only as numbers: municipalities (kommuner) with their
// counties, and, where lists are loaded, urban districts (bydeler) and basic statistical units
// (grunnkretser). Lists are dated, since numbers and names change with reforms.
#pragma once

#include "registry/error.h"
#include "registry/time.h"

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret {

/// One number during one time. Texts are ready to stand between quotes in JSON.
struct Place {
  std::string number;
  /// municipality: name, county number, county name. Unit: name, code of the geographical and of
  /// the service-providing urban district. District: name.
  std::array<std::string, 3> facts;
  registry::Instant valid_from;
  std::optional<registry::Instant> valid_to; ///< the first moment it was no more
};

/// Immutable; all functions are safe from any thread.
class DatedList {
 public:
  /// CSV in UTF-8 without quoting: a header line, then
  /// `number,<1 to 3 facts>,valid_from,valid_to` with dates `YYYY-MM-DD`; valid_from may be empty
  /// (always) and valid_to too (still). `facts_count` columns of facts are expected.
  /// `invalid` with the line number for anything else.
  [[nodiscard]] static registry::Result<DatedList> parse(std::string_view csv,
                                                         std::size_t facts_count);

  /// The entry valid at `at`, otherwise the latest one; null for an unknown number. The pointer
  /// lives as long as the list.
  [[nodiscard]] const Place* find(std::string_view number,
                                  std::optional<registry::Instant> at) const noexcept;
  [[nodiscard]] std::size_t size() const noexcept { return places_.size(); }

 private:
  std::vector<Place> places_; ///< by number, then by valid_from
};

struct PlaceFiles {
  std::string municipalities;          ///< empty: the list built into the program
  std::string basic_statistical_units; ///< empty: none
  std::string urban_districts;         ///< empty: none
};

/// The lists a mapper reads. Share one among threads.
struct PlaceLists {
  DatedList municipalities;
  DatedList basic_statistical_units; ///< by eight-digit number
  DatedList urban_districts;         ///< by six-digit code

  /// `invalid` names the file and line, `not_found` the file.
  [[nodiscard]] static registry::Result<PlaceLists> load(const PlaceFiles& files);
  /// Municipalities as built in, nothing else. Parsed once.
  [[nodiscard]] static const PlaceLists& built_in();
};

} // namespace grunndata::importers::folkeregisteret
