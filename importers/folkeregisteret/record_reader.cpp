#include "importers/folkeregisteret/record_reader.h"

#include "importers/reading/json_scan.h"

#include <algorithm>
#include <utility>

namespace grunndata::importers::folkeregisteret {

using registry::Result;

namespace {

constexpr std::size_t masked_digits_min = 6;

/// Without the digits that a message could have copied from a request.
std::string masked(std::string_view message) {
  std::string out(message);
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  for (auto begin = out.begin(); begin != out.end();) {
    const auto end = std::find_if_not(begin, out.end(), is_digit);
    if (static_cast<std::size_t>(end - begin) >= masked_digits_min) std::fill(begin, end, '*');
    begin = std::find_if(end, out.end(), is_digit);
  }
  return out;
}

/// The text of a feilmelding, given as a string or as an object around one.
std::string message_in(std::string_view feilmelding) {
  if (feilmelding.starts_with('{')) feilmelding = reading::member_of(feilmelding, "feilmelding");
  if (!feilmelding.starts_with('"') || feilmelding.size() < 2) return "not found";
  return masked(feilmelding.substr(1, feilmelding.size() - 2));
}

} // namespace

Result<RecordReader> RecordReader::open(const std::vector<std::string>& paths,
                                        const RecordReaderOptions& options) {
  reading::RecordReaderOptions given;
  given.buffer_bytes = options.buffer_bytes;
  given.standard_input = options.standard_input;
  given.envelopes.lists = {"oppslag"};
  auto reader = reading::RecordReader::open(paths, given);
  if (!reader) return tl::unexpected(reader.error());
  return RecordReader(std::move(*reader));
}

Result<bool> RecordReader::next(Record& out) {
  out.lookup_error = {};
  Result<bool> more = reader_.next(out);
  if (more && *more && out.in_envelope && out.fault.empty()) unwrap(out);
  return more;
}

/// The person inside an item of a bulk answer, or what is said instead of it.
void RecordReader::unwrap(Record& out) {
  const std::string_view person = reading::member_of(out.json, "folkeregisterperson");
  if (!person.empty() && person != "null") {
    out.offset += static_cast<std::uint64_t>(person.data() - out.json.data());
    out.json = person;
    return;
  }
  const std::string_view message = reading::member_of(out.json, "feilmelding");
  if (message.empty()) return;
  lookup_error_ = message_in(message);
  out.lookup_error = lookup_error_;
}

} // namespace grunndata::importers::folkeregisteret
