// Streams source records out of files, whatever they are wrapped in.
#pragma once

#include "importers/reading/envelope.h"
#include "registry/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::reading {

/// A longer record is delivered as a fault.
inline constexpr std::size_t record_bytes_max = 16U << 20U;
/// So much of a record that is too long is delivered.
inline constexpr std::size_t long_record_bytes_shown = 64U << 10U;

/// One document as it stands in the input. Views live until the next call of `next`.
struct Record {
  std::string_view json;
  std::string_view path;           ///< as given, or the file in a given folder; `-` for stdin
  std::uint64_t record_number = 0; ///< in the path, from 1
  std::uint64_t offset = 0;        ///< of its first byte in the path, unpacked
  bool in_envelope = false; ///< an element of one of `RecordReaderOptions::envelopes`
  /// Empty, or why this cannot be a document: record_too_long (`json` is its beginning), or what
  /// `TableRows::render` says of a row (`json` is then the row).
  std::string_view fault;
};

struct RecordReaderOptions {
  std::size_t buffer_bytes = 1U << 20U; ///< grows to the longest record
  std::string standard_input = "-";     ///< another file may be read where a path is `-`
  Envelopes envelopes;
  bool tables = false; ///< what begins like no JSON is a table with a header
};

/// Reads paths in order: files, folders (their files by name, no folders below, no dot-files) and
/// `-`. Content decides, not names: documents one a line, documents written over several lines, a
/// JSON array of documents, objects around a list of them (pages, answers to many look-ups), any of
/// them after each other, or a table; each plain, gzip or zstd, with or without a byte order mark.
/// Among documents one a line, an object around a list is known by its first member.
///
/// What is no valid document is delivered as a record all the same: the mapping says what is wrong
/// with it. A broken document ends at the next line that starts as its own did, when there is one.
/// Memory is bounded by the longest record. Not thread-safe.
class RecordReader {
 public:
  /// `not_found` for a path that does not exist; `invalid` for a folder without files.
  [[nodiscard]] static registry::Result<RecordReader> open(const std::vector<std::string>& paths,
                                                           const RecordReaderOptions& options = {});
  RecordReader(RecordReader&&) noexcept;
  RecordReader& operator=(RecordReader&&) noexcept;
  ~RecordReader();

  /// False at the end of the last path. After an error (`not_found`, `storage`, `corrupt` for
  /// damaged packing, `invalid` for an array without its end) the rest of that path is given up;
  /// a further call goes on with the next path.
  [[nodiscard]] registry::Result<bool> next(Record& out);

  /// Bytes taken from all inputs so far, as they lie on disk.
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept;
  /// Of all inputs; nothing when one of them is no regular file.
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const noexcept;

 private:
  class Work;
  explicit RecordReader(std::unique_ptr<Work> work);
  std::unique_ptr<Work> work_;
};

} // namespace grunndata::importers::reading
