#include "registry/view.h"

#include "registry/document.h"
#include "registry/reading.h"
#include "registry/row_form.h"
#include "registry/valid_axis.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <vector>

namespace grunndata::registry {

namespace {

tl::unexpected<Error> corrupt() {
  return fail(ErrorCode::corrupt, "stored document: a row outside its text");
}

/// True when `viewer` gets the stored text of the row as it stands.
bool is_plain(const RowEntry& row, const Viewer& viewer) noexcept {
  if (row.grading > Grading::strictly_confidential || !sees(row, false, viewer) ||
      places_are_left_out(row.part, viewer) ||
      (viewer.dialect == Dialect::v1 && row.v1_size != 0)) {
    return false;
  }
  return viewer.access == Access::legal_basis || row.open_size == 0;
}

void append_number(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), number).ptr;
  out.append(digits, end);
}

/// Writes rows of one part one by one, whatever becomes of each.
class PartWriter {
public:
  PartWriter(PersonPart part, std::string& out) : part_(part), out_(out) {}

  void add(std::string_view row) {
    begin_row();
    out_ += row;
  }
  /// With the derived end after the metadata.
  void add(std::string_view row, std::uint16_t metadata_bytes, std::int64_t derived_end) {
    begin_row();
    out_ += row.substr(0, metadata_bytes);
    out_ += metadata_bytes > 1 ? ",\"derivedValidTo\":\"" : "\"derivedValidTo\":\"";
    out_ += format_instant(Instant{derived_end});
    out_ += '"';
    const std::string_view rest = row.substr(metadata_bytes);
    if (metadata_bytes <= 1 && rest.front() != '}') {
      out_ += ',';
    }
    out_ += rest;
  }
  [[nodiscard]] bool is_full() const noexcept { return any_ && !facts_of(part_).is_list; }
  void finish() {
    if (!any_) {
      out_ += part_empty(part_);
    } else if (facts_of(part_).is_list) {
      out_ += ']';
    }
  }

private:
  void begin_row() {
    out_ += any_ ? std::string_view(",") : part_opening(part_);
    any_ = true;
  }
  PersonPart part_;
  std::string& out_;
  bool any_ = false;
};

/// The rows [begin, end) of `part` as they are now: one copy when nothing is withheld.
Result<void> write_current_part(const DocumentBytes& document, PersonPart part, std::size_t begin,
                                std::size_t end, const Viewer& viewer, std::string& out) {
  if (begin == end) {
    out += part_empty(part);
    return {};
  }
  bool plain = true;
  for (std::size_t i = begin; i < end && plain; ++i) {
    plain = is_plain(document.entry(i), viewer);
  }
  if (plain) {
    const RowEntry first = document.entry(begin);
    const RowEntry last = facts_of(part).is_list ? document.entry(end - 1) : first;
    const std::size_t from = first.row_begin - part_opening(part).size();
    const std::size_t to =
        std::size_t{last.row_begin} + last.row_size + (facts_of(part).is_list ? 1 : 0);
    if (from > to || to > document.text().size()) {
      return corrupt();
    }
    out.append(document.text().data() + from, to - from);
    return {};
  }
  PartWriter writer(part, out);
  std::string scratch;
  for (std::size_t i = begin; i < end && !writer.is_full(); ++i) {
    const auto row = document.row(i);
    if (!row) {
      return tl::unexpected(row.error());
    }
    if (const auto form = visible_form(*row, false, viewer, scratch); !form.empty()) {
      writer.add(form);
    }
  }
  writer.finish();
  return {};
}

/// Walks the rows of a value part by part, in the order in which both are stored.
class PartWalk {
public:
  explicit PartWalk(const DocumentBytes& document) : document_(document) {}

  /// Goes on to the rows of `part`, which is behind the one before.
  void go_to(PersonPart part) {
    const std::size_t wanted = static_cast<std::size_t>(part);
    for (begin_ = end_; part_at(begin_) < wanted; ++begin_) {
      in_order_ = in_order_ && part_at(begin_) >= walked_;
    }
    for (end_ = begin_; part_at(end_) == wanted; ++end_) {
    }
    walked_ = wanted + 1;
  }
  [[nodiscard]] std::size_t begin() const noexcept { return begin_; }
  [[nodiscard]] std::size_t end() const noexcept { return end_; }
  /// False when a row stands where it is not looked for.
  [[nodiscard]] bool is_in_order() const noexcept {
    const std::size_t next = part_at(end_);
    return in_order_ && next >= walked_ && (next < person_part_count || next == no_part);
  }

private:
  static constexpr std::size_t no_part = std::numeric_limits<std::size_t>::max();

  /// Of a row, or behind all parts when there is none.
  [[nodiscard]] std::size_t part_at(std::size_t row) const noexcept {
    return row < document_.row_count() ? static_cast<std::size_t>(document_.part_at(row)) : no_part;
  }

  const DocumentBytes& document_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t walked_ = 0; ///< parts below are behind
  bool in_order_ = true;
};

/// The parts asked for, as far as the caller may know of them.
template <typename Write>
Result<void> for_each_part(const ViewRequest& request, const Write& write) {
  for (std::size_t p = 0; p < person_part_count; ++p) {
    const auto part = static_cast<PersonPart>(p);
    if (!request.parts.test(p) ||
        (request.access == Access::no_legal_basis && is_confidential_part(part))) {
      continue;
    }
    if (auto written = write(part); !written) {
      return written;
    }
  }
  return {};
}

/// The usual look-up: no history, no past value.
Result<void> write_current(const DocumentBytes& document, const ViewRequest& request,
                           const Viewer& viewer, std::string& out) {
  PartWalk rows(document);
  auto written = for_each_part(request, [&](PersonPart part) {
    rows.go_to(part);
    return write_current_part(document, part, rows.begin(), rows.end(), viewer, out);
  });
  if (written && !rows.is_in_order()) {
    return corrupt();
  }
  return written;
}

bool recorded_at(const RowEntry& row, const std::optional<std::uint64_t>& sequence) noexcept {
  return sequence ? row.recorded_from <= *sequence && *sequence < row.recorded_to
                  : row.recorded_to == still_recorded;
}

/// Adds the rows at which `walk` stands, as recorded at the asked point.
Result<void> gather(const DocumentBytes& document, const PartWalk& walk,
                    const std::optional<std::uint64_t>& sequence, std::vector<Row>& rows) {
  for (std::size_t i = walk.begin(); i < walk.end(); ++i) {
    const auto row = document.row(i);
    if (!row) {
      return tl::unexpected(row.error());
    }
    if (recorded_at(row->entry, sequence)) {
      rows.push_back(*row);
    }
  }
  return {};
}

/// As the source delivered them.
void put_in_order(std::vector<Row>& rows) {
  constexpr auto ordinal = [](const Row& row) { return row.entry.ordinal; };
  if (!std::ranges::is_sorted(rows, {}, ordinal)) { // sorting takes memory, and most are
    std::ranges::stable_sort(rows, {}, ordinal);
  }
}

/// By index of `rows`. Rows that a grading withholds from `viewer` count for nothing: the end of
/// another row would tell when they began.
std::vector<ValidInterval> intervals_of(const std::vector<Row>& rows, PersonPart part,
                                        const Viewer& viewer) {
  std::vector<RowEntry> entries;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (sees(rows[i].entry, false, viewer)) {
      entries.push_back(rows[i].entry);
      places.push_back(i);
    }
  }
  const auto visible = valid_intervals(entries, facts_of(part).single_valued);
  std::vector<ValidInterval> intervals(rows.size());
  for (std::size_t i = 0; i < visible.size(); ++i) {
    intervals[places[i]] = visible[i];
  }
  return intervals;
}

void write_selected_part(const std::vector<Row>& rows, PersonPart part, const ViewRequest& request,
                         const Viewer& viewer, std::string& out) {
  const bool needs_intervals =
      request.as_of.has_value() || (viewer.dialect == Dialect::v1 && request.history);
  const auto intervals =
      needs_intervals ? intervals_of(rows, part, viewer) : std::vector<ValidInterval>{};
  PartWriter writer(part, out);
  std::string scratch;
  for (std::size_t i = 0; i < rows.size() && !writer.is_full(); ++i) {
    const RowEntry& entry = rows[i].entry;
    const bool wanted = request.as_of ? intervals[i].contains(request.as_of->microseconds)
                                      : request.history || is_current(entry);
    if (!wanted) {
      continue;
    }
    const bool historic = !is_current(entry) || entry.recorded_to != still_recorded;
    const auto form = visible_form(rows[i], historic, viewer, scratch);
    if (form.empty()) {
      continue;
    }
    const bool tell_end = viewer.dialect == Dialect::v1 && needs_intervals &&
                          intervals[i].derived && intervals[i].to != no_instant;
    if (tell_end) {
      writer.add(form, entry.metadata_bytes, intervals[i].to);
    } else {
      writer.add(form);
    }
  }
  writer.finish();
}

Result<void> write_selected(const DocumentBytes& current, const DocumentBytes& past,
                            const ViewRequest& request, const Viewer& viewer, std::string& out) {
  thread_local std::vector<Row> rows;
  PartWalk now(current);
  PartWalk before(past);
  auto written = for_each_part(request, [&](PersonPart part) -> Result<void> {
    rows.clear();
    now.go_to(part);
    before.go_to(part);
    if (auto gathered = gather(current, now, request.recorded_as_of, rows); !gathered) {
      return gathered;
    }
    if (auto gathered = gather(past, before, request.recorded_as_of, rows); !gathered) {
      return gathered;
    }
    put_in_order(rows);
    write_selected_part(rows, part, request, viewer, out);
    return {};
  });
  if (written && !(now.is_in_order() && before.is_in_order())) {
    return corrupt();
  }
  return written;
}

} // namespace

Result<void> write_view(const Reading& reading, const ViewRequest& request, std::string& out) {
  const auto current = DocumentBytes::current(reading.current());
  if (!current) {
    return tl::unexpected(current.error());
  }
  const DocumentHeader header = current->header();
  if (request.recorded_as_of && *request.recorded_as_of < header.sequence_first) {
    return fail(ErrorCode::not_known_then, "nothing was recorded about this person then");
  }
  Viewer viewer = viewer_of(header, request.access, request.dialect);
  viewer.places_withheld = reading.places_withheld();
  const std::size_t begin = out.size();
  out += R"({"id":")";
  out += view_of(header.external_id);
  out += R"(","sequenceNumber":)";
  append_number(out, request.access == Access::legal_basis ? header.sequence_legal
                                                           : header.sequence_open);
  Result<void> written;
  if (request.history || request.as_of || request.recorded_as_of) {
    const auto past = DocumentBytes::past(reading.past());
    written = past ? write_selected(*current, *past, request, viewer, out)
                   : Result<void>(tl::unexpected(past.error()));
  } else {
    written = write_current(*current, request, viewer, out);
  }
  if (!written) {
    out.resize(begin);
    return written;
  }
  out += '}';
  return {};
}

std::uint64_t visible_sequence(const Reading& reading, Access access) noexcept {
  const auto current = DocumentBytes::current(reading.current());
  if (!current) {
    return 0;
  }
  return access == Access::legal_basis ? current->header().sequence_legal
                                       : current->header().sequence_open;
}

} // namespace grunndata::registry
