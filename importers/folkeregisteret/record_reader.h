// Streams person documents out of files, and out of answers to bulkoppslag.
#pragma once

#include "importers/reading/record_reader.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::folkeregisteret {

struct Record : reading::Record {
  /// What a bulk answer says in place of a person, runs of digits masked; `json` is then the item
  /// that says so. Empty for a document. Lives until the next call of `next`.
  std::string_view lookup_error;
};

struct RecordReaderOptions {
  std::size_t buffer_bytes = 1U << 20U; ///< grows to the longest record
  std::string standard_input = "-";     ///< another file may be read where a path is `-`
};

/// As `reading::RecordReader`; of a bulk answer's items the persons are the records.
class RecordReader {
 public:
  [[nodiscard]] static registry::Result<RecordReader> open(const std::vector<std::string>& paths,
                                                           const RecordReaderOptions& options = {});
  [[nodiscard]] registry::Result<bool> next(Record& out);
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept { return reader_.bytes_taken(); }
  [[nodiscard]] std::optional<std::uint64_t> bytes_total() const noexcept {
    return reader_.bytes_total();
  }

 private:
  explicit RecordReader(reading::RecordReader reader) : reader_(std::move(reader)) {}
  void unwrap(Record& out);

  reading::RecordReader reader_;
  std::string lookup_error_;
};

} // namespace grunndata::importers::folkeregisteret
