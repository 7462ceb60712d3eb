// Streams source records out of files of person documents, whatever they are wrapped in.
#pragma once

#include "registry/error.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret {

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
  /// What a bulk answer says in place of a person, runs of digits masked; `json` is then the item
  /// that says so. Empty for a document.
  std::string_view lookup_error;
  /// Empty, or why this cannot be a document: record_too_long (`json` is its beginning).
  std::string_view fault;
};

struct RecordReaderOptions {
  std::size_t buffer_bytes = 1U << 20U; ///< grows to the longest record
  std::string standard_input = "-";     ///< another file may be read where a path is `-`
};

/// Reads paths in order: files, folders (their files by name, no folders below, no dot-files) and
/// `-`. Content decides, not names: documents one a line, documents written over several lines, a
/// JSON array of documents, answers of Folkeregisteret's bulkoppslag, any of them after each other,
/// each plain, gzip or zstd, with or without a byte order mark.
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

} // namespace grunndata::importers::folkeregisteret
