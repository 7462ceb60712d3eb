#include "importers/reading/record_reader.h"

#include "importers/reading/input_window.h"
#include "importers/reading/json_scan.h"
#include "importers/reading/table_rows.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

namespace grunndata::importers::reading {

namespace fs = std::filesystem;
using registry::ErrorCode;
using registry::Result;

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
/// How the documents from here on are set apart.
enum class Shape : std::uint8_t {
  unknown, ///< look first
  lines,   ///< one a line
  value,   ///< one object over several lines
  list,    ///< elements of an array, perhaps inside objects
  table,   ///< one row a record
};

/// Whether the first member of the object is one that a list of records stands in.
bool opens_like_envelope(std::string_view object, const Envelopes& envelopes) noexcept {
  if (!object.starts_with("{\"")) return false;
  object.remove_prefix(2);
  return std::ranges::any_of(envelopes.lists, [object](std::string_view path) {
    const std::string_view first = path.substr(0, path.find('.'));
    return object.starts_with(first) && object.substr(first.size()).starts_with('"');
  });
}

Result<std::vector<std::string>> files_in(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code fault;
  for (fs::directory_iterator entry(folder, fault), end; !fault && entry != end;
       entry.increment(fault)) {
    const std::string name = entry->path().filename().string();
    if (entry->is_regular_file(fault) && !name.starts_with('.')) {
      files.push_back(entry->path().string());
    }
  }
  if (fault) return registry::fail(ErrorCode::not_found, "cannot list " + folder);
  if (files.empty()) return registry::fail(ErrorCode::invalid, folder + " holds no files");
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace

class RecordReader::Work {
 public:
  Work(std::vector<std::string> paths, const RecordReaderOptions& options)
      : paths_(std::move(paths)), standard_input_(options.standard_input),
        envelopes_(options.envelopes), tables_(options.tables),
        window_(std::max<std::size_t>(options.buffer_bytes, 64)) {}

  Result<bool> next(Record& out);
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return window_.bytes_taken(); }
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const noexcept;

 private:
  Result<bool> open_next();
  Result<bool> step(Record& out);
  Result<void> look();
  Result<void> look_at_object();
  Result<bool> next_line(Record& out);
  Result<bool> next_value(Record& out);
  Result<bool> next_element(Record& out);
  Result<bool> end_of_list();
  Result<bool> broken_value(Record& out);
  void too_long(Record& out);
  void deliver(std::size_t bytes, Record& out);
  Result<std::optional<std::size_t>> row_size();
  Result<bool> next_row(Record& out);
  Result<bool> skip_space();
  Result<bool> skip_line();
  [[nodiscard]] bool in_list() const noexcept { return shape_ == Shape::list; }

  std::vector<std::string> paths_;
  std::string standard_input_;
  Envelopes envelopes_;
  bool tables_;
  std::size_t next_path_ = 0;
  InputWindow window_;
  Shape shape_ = Shape::unknown;
  std::uint64_t records_ = 0;       ///< delivered of this path
  std::size_t pending_ = 0;         ///< bytes of the record delivered last, not yet taken
  bool skips_line_ = false;         ///< the rest of a line too long is still to come
  std::string indent_;              ///< white space before the current list's elements
  std::size_t objects_open_ = 0;    ///< around the current list
  TableRows rows_;
  std::string row_json_;            ///< the row delivered last
};

Result<bool> RecordReader::Work::next(Record& out) {
  out = Record{};
  window_.take(std::exchange(pending_, 0));
  while (true) {
    if (!window_.is_open()) {
      const Result<bool> opened = open_next();
      if (!opened || !*opened) return opened;
    }
    Result<bool> found = step(out);
    if (!found) window_.stop();
    if (!found || *found) return found;
  }
}

/// False when there is no further path.
Result<bool> RecordReader::Work::open_next() {
  if (next_path_ == paths_.size()) return false;
  const std::string& path = paths_[next_path_++];
  auto source = ByteSource::open(path == "-" ? standard_input_ : path);
  if (!source) return tl::unexpected(source.error());
  window_.start(std::move(*source));
  shape_ = Shape::unknown;
  records_ = 0;
  skips_line_ = false;
  rows_.stop();
  while (window_.view().size() < byte_order_mark.size()) {
    const Result<bool> more = window_.more();
    if (!more) {
      window_.stop();
      return more;
    }
    if (!*more) break;
  }
  if (window_.view().starts_with(byte_order_mark)) window_.take(byte_order_mark.size());
  return true;
}

/// True: a record was delivered. False: go on, perhaps with the next path.
Result<bool> RecordReader::Work::step(Record& out) {
  if (skips_line_) return skip_line();
  if (shape_ == Shape::lines) return next_line(out);
  if (shape_ == Shape::table) return next_row(out);
  const Result<bool> any = skip_space();
  if (!any) return any;
  if (!*any) {
    const bool is_cut = in_list();
    window_.stop();
    if (is_cut) return registry::fail(ErrorCode::invalid, "a JSON array has no end");
    return false;
  }
  switch (shape_) {
    case Shape::value: return next_value(out);
    case Shape::list: return next_element(out);
    default: break;
  }
  const Result<void> looked = look();
  if (!looked) return tl::unexpected(looked.error());
  return false;
}

/// Decides the shape of what stands at the front.
Result<void> RecordReader::Work::look() {
  const char first = window_.view().front();
  if (first == '[') {
    window_.take(1);
    shape_ = Shape::list;
    objects_open_ = 0;
    indent_.clear();
    return {};
  }
  if (first == '{') return look_at_object();
  shape_ = tables_ && records_ == 0 ? Shape::table : Shape::lines;
  return {};
}

/// An object whose first line is complete starts a file of lines, unless a list stands in it.
Result<void> RecordReader::Work::look_at_object() {
  BracketScan scan;
  while (true) {
    const std::string_view view = window_.view();
    const EnvelopeFinding finding = find_envelope(view, envelopes_);
    if (finding.state == EnvelopeFinding::State::list) {
      window_.take(finding.list_begin);
      shape_ = Shape::list;
      objects_open_ = finding.objects_open;
      indent_.clear();
      return {};
    }
    if (finding.state == EnvelopeFinding::State::page) {
      window_.take(finding.end);
      return {};
    }
    const std::size_t line_end = view.find('\n', scan.seen());
    const std::size_t line_size = std::min(line_end, view.size());
    const auto value_end = scan.run(view.substr(0, line_size));
    const std::size_t after =
        value_end ? skip_json_space(view.substr(0, line_size), *value_end) : 0;
    if (value_end && (line_end != view.npos || after < view.size())) {
      shape_ = after == line_size ? Shape::lines : Shape::value;
      return {};
    }
    const bool is_told = finding.state == EnvelopeFinding::State::none || envelopes_.lists.empty();
    if (view.size() > record_bytes_max || (line_end != view.npos && is_told)) {
      shape_ = Shape::value;
      return {};
    }
    const Result<bool> more = window_.more();
    if (!more) return tl::unexpected(more.error());
    if (!*more) {
      shape_ = value_end ? Shape::lines : Shape::value;
      return {};
    }
  }
}

Result<bool> RecordReader::Work::next_line(Record& out) {
  std::size_t searched = 0;
  while (true) {
    const std::string_view view = window_.view();
    if (opens_like_envelope(view, envelopes_) &&
        find_envelope(view, envelopes_).state == EnvelopeFinding::State::list) {
      shape_ = Shape::unknown;
      return false;
    }
    const auto* const found = static_cast<const char*>(
        std::memchr(view.data() + searched, '\n', view.size() - searched));
    if (found != nullptr) {
      const auto size = static_cast<std::size_t>(found - view.data());
      if (skip_json_space(view.substr(0, size), 0) == size) {
        window_.take(size + 1);
        searched = 0;
        continue;
      }
      deliver(size + 1, out);
      return true;
    }
    searched = view.size();
    if (view.size() > record_bytes_max) {
      too_long(out);
      skips_line_ = true;
      return true;
    }
    const Result<bool> more = window_.more();
    if (!more) return more;
    if (*more) continue;
    if (skip_json_space(view, 0) < view.size()) {
      deliver(view.size(), out);
      return true;
    }
    window_.stop();
    return false;
  }
}

Result<bool> RecordReader::Work::skip_line() {
  while (true) {
    const std::size_t end = window_.view().find('\n');
    if (end != std::string_view::npos) {
      window_.take(end + 1);
      skips_line_ = false;
      return false;
    }
    window_.take(window_.view().size());
    const Result<bool> more = window_.more();
    if (!more) return more;
    if (!*more) {
      window_.stop();
      return false;
    }
  }
}

/// One bracketed value at the front.
Result<bool> RecordReader::Work::next_value(Record& out) {
  BracketScan scan;
  while (true) {
    if (const auto end = scan.run(window_.view())) {
      deliver(*end, out);
      if (!in_list()) shape_ = Shape::unknown;
      return true;
    }
    if (scan.is_broken() || window_.view().size() > record_bytes_max) return broken_value(out);
    const Result<bool> more = window_.more();
    if (!more) return more;
    if (!*more) return broken_value(out);
  }
}

/// A value that has no end: it is cut where the next line starts as it did itself.
Result<bool> RecordReader::Work::broken_value(Record& out) {
  std::string start(1, '\n');
  if (in_list()) start += indent_;
  start += '{';
  while (true) {
    const std::size_t cut = window_.view().find(start);
    if (cut != std::string_view::npos) {
      deliver(cut, out);
      break;
    }
    if (window_.view().size() > record_bytes_max) {
      return registry::fail(ErrorCode::invalid,
                            "a document is longer than the limit and has no visible end");
    }
    const Result<bool> more = window_.more();
    if (!more) return more;
    if (!*more) {
      deliver(window_.view().size(), out);
      break;
    }
  }
  if (!in_list()) shape_ = Shape::unknown;
  return true;
}

/// An element of the current list, its end, or what should not be there.
Result<bool> RecordReader::Work::next_element(Record& out) {
  const std::string_view view = window_.view();
  const char first = view.front();
  if (first == ',') {
    window_.take(1);
    return false;
  }
  if (first == ']') return end_of_list();
  if (first == '{' || first == '[') return next_value(out);
  while (true) {
    const std::size_t end = window_.view().find_first_of(",]{[");
    if (end != std::string_view::npos || window_.view().size() > record_bytes_max) {
      deliver(std::min(end, window_.view().size()), out);
      return true;
    }
    const Result<bool> more = window_.more();
    if (!more) return more;
    if (!*more) {
      deliver(window_.view().size(), out);
      return true;
    }
  }
}

/// Behind a list in objects the rest of those is skipped too.
Result<bool> RecordReader::Work::end_of_list() {
  window_.take(1);
  shape_ = Shape::unknown;
  if (objects_open_ == 0) return false;
  BracketScan scan(objects_open_);
  while (true) {
    if (const auto end = scan.run(window_.view())) {
      window_.take(*end);
      return false;
    }
    if (scan.is_broken() || window_.view().size() > record_bytes_max) {
      return registry::fail(ErrorCode::invalid, "the object around a list has no end");
    }
    const Result<bool> more = window_.more();
    if (!more) return more;
    if (!*more) return registry::fail(ErrorCode::invalid, "the object around a list has no end");
  }
}

void RecordReader::Work::deliver(std::size_t bytes, Record& out) {
  std::string_view json = window_.view().substr(0, bytes);
  pending_ = bytes;
  const std::size_t begin = skip_json_space(json, 0);
  json.remove_prefix(begin);
  while (!json.empty() && is_json_space(json.back())) json.remove_suffix(1);
  out.json = json;
  out.path = paths_[next_path_ - 1];
  out.record_number = ++records_;
  out.offset = window_.offset() + begin;
  out.in_envelope = in_list() && objects_open_ > 0;
  if (json.size() > record_bytes_max) {
    out.json = json.substr(0, long_record_bytes_shown);
    out.fault = "record_too_long";
  }
}

void RecordReader::Work::too_long(Record& out) {
  deliver(window_.view().size(), out);
  out.json = out.json.substr(0, long_record_bytes_shown);
  out.fault = "record_too_long";
}

/// Bytes of the row at the front; 0 at the end of the input, nothing when it is too long.
/// A row whose quotes stay open ends with its line.
Result<std::optional<std::size_t>> RecordReader::Work::row_size() {
  bool more = true;
  while (true) {
    const std::string_view view = window_.view();
    if (const auto end = TableRows::row_end(view)) return end;
    if (!more || view.size() > table_row_bytes_max) {
      const bool is_whole = !more && std::ranges::count(view, '"') % 2 == 0;
      const std::size_t line = view.find('\n');
      if (line != view.npos && !is_whole) return std::optional(line + 1);
      return more ? std::nullopt : std::optional(view.size());
    }
    const Result<bool> read = window_.more();
    if (!read) return tl::unexpected(read.error());
    more = *read;
  }
}

/// The header is read on the way to the first row.
Result<bool> RecordReader::Work::next_row(Record& out) {
  const auto size = row_size();
  if (!size) return tl::unexpected(size.error());
  if (!*size) {
    too_long(out);
    skips_line_ = true;
    return true;
  }
  const std::string_view row = window_.view().substr(0, **size);
  if (row.empty()) {
    window_.stop();
    return false;
  }
  if (!rows_.is_started()) {
    const Result<void> started = rows_.start(row);
    if (!started) return tl::unexpected(started.error());
    window_.take(row.size());
    return false;
  }
  if (row.find_first_not_of(" \r\n") == row.npos) {
    window_.take(row.size());
    return false;
  }
  deliver(row.size(), out);
  out.fault = rows_.render(row, row_json_);
  if (out.fault.empty()) out.json = row_json_;
  return true;
}

/// False at the end of the input. Remembers how far in the line what follows stands.
Result<bool> RecordReader::Work::skip_space() {
  while (true) {
    const std::string_view view = window_.view();
    const std::size_t at = skip_json_space(view, 0);
    if (at > 0) {
      const std::size_t line = view.substr(0, at).rfind('\n');
      if (line != std::string_view::npos) indent_ = view.substr(line + 1, at - line - 1);
      window_.take(at);
    }
    if (at < view.size()) return true;
    const Result<bool> more = window_.more();
    if (!more || !*more) return more;
  }
}

std::optional<std::uint64_t> RecordReader::Work::bytes_total() const noexcept {
  std::uint64_t sum = 0;
  for (const std::string& given : paths_) {
    const std::string& path = given == "-" ? standard_input_ : given;
    std::error_code fault;
    if (path == "-" || !fs::is_regular_file(path, fault) || fault) return std::nullopt;
    sum += fs::file_size(path, fault);
    if (fault) return std::nullopt;
  }
  return sum;
}

Result<RecordReader> RecordReader::open(const std::vector<std::string>& paths,
                                        const RecordReaderOptions& options) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code fault;
    if (path != "-" && !fs::exists(path, fault)) {
      return registry::fail(ErrorCode::not_found, "there is no " + path);
    }
    if (path == "-" || !fs::is_directory(path, fault)) {
      files.push_back(path);
      continue;
    }
    Result<std::vector<std::string>> inside = files_in(path);
    if (!inside) return tl::unexpected(inside.error());
    std::move(inside->begin(), inside->end(), std::back_inserter(files));
  }
  return RecordReader(std::make_unique<Work>(std::move(files), options));
}

RecordReader::RecordReader(std::unique_ptr<Work> work) : work_(std::move(work)) {}
RecordReader::RecordReader(RecordReader&&) noexcept = default;
RecordReader& RecordReader::operator=(RecordReader&&) noexcept = default;
RecordReader::~RecordReader() = default;

Result<bool> RecordReader::next(Record& out) { return work_->next(out); }
std::uint64_t RecordReader::bytes_taken() const noexcept { return work_->bytes_taken(); }
std::optional<std::uint64_t> RecordReader::bytes_total() const noexcept {
  return work_->bytes_total();
}

} // namespace grunndata::importers::reading
