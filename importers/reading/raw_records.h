// Records copied out of a reader, so that it can read on while threads map them.
#pragma once

#include "importers/reading/record_reader.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace grunndata::importers::reading {

struct RawRecords {
  struct Place {
    std::size_t begin = 0;
    std::size_t size = 0;
    std::uint64_t number = 0;
    std::uint64_t byte_offset = 0;
    std::uint32_t origin = 0;
    std::string fault; ///< why it cannot be a document; empty when it can
  };
  std::string text;
  std::vector<std::string> origins; ///< paths
  std::vector<Place> records;

  /// `fault`: of the record itself, or what its source adds.
  void add(const Record& record, std::string fault);
  void add(const Record& record) { add(record, std::string(record.fault)); }
  void clear(); ///< keeps memory
};

} // namespace grunndata::importers::reading
