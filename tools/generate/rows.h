// The parts every element is written from: arrays, rows and the metadata each row begins with.
#pragma once

#include "tools/generate/random.h"
#include "tools/generate/steps.h"
#include "tools/generate/text.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace grunndata::generate {

/// An occurrence that rows tell of: those with the same key are recorded at the same moment.
struct Occurrence {
  Day day = 0;
  std::uint64_t key = 0;
  std::string_view source = "folkeregistermyndigheten";
  std::string_view reason; ///< empty: none
};

struct RowState {
  bool current = true;
  Day ended = no_day;         ///< opphoerstidspunkt; no_day: goes on, or was replaced
  bool may_lack_start = true; ///< a migrated row may come without gyldighetstidspunkt
  Day recorded = no_day;      ///< later than it happened; no_day: as it happened, or ended
};

/// Writes one document. Rows migrated from DSF carry one moment of registration per person.
class Rows {
public:
  Rows(Text& text, std::uint64_t person_key, Day as_of);

  Text& text() noexcept { return text_; }

  void begin_document();
  void end_document();
  /// Begins a property that is a list; `name` comes with its quotes, colon and bracket.
  template <std::size_t N>
  void begin_list(const char (&name)[N]) {
    if (text_.last() != '{') text_.put(',');
    text_.lit(name);
  }
  void end_list() { text_.put(']'); }

  /// Begins a row (or an object after a property name) with its metadata. The caller goes on with
  /// `,"name":…` and ends it with `end_row`.
  void begin_row(const Occurrence& occurrence, const RowState& state = {});
  void end_row() { text_.put('}'); }

  /// The moment something of that day was recorded.
  void moment(Day day, std::uint64_t key);
  /// Midnight in Oslo.
  void midnight(Day day);

private:
  void start_row() {
    if (text_.last() == '}') text_.put(',');
  }

  Text& text_;
  Day as_of_;
  char migrated_[40];
  std::size_t migrated_size_ = 0;
};

/// Whether facts of that day were taken over from the register before Folkeregisteret's present
/// one.
[[nodiscard]] constexpr bool is_migrated(Day day) noexcept { return day < freg_began; }

} // namespace grunndata::generate
