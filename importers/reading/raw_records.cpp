#include "importers/reading/raw_records.h"

#include <utility>

namespace grunndata::importers::reading {

void RawRecords::add(const Record& record, std::string fault) {
  if (origins.empty() || origins.back() != record.path) origins.emplace_back(record.path);
  records.push_back({text.size(), record.json.size(), record.record_number, record.offset,
                     static_cast<std::uint32_t>(origins.size() - 1), std::move(fault)});
  text += record.json;
}

void RawRecords::clear() {
  text.clear();
  origins.clear();
  records.clear();
}

} // namespace grunndata::importers::reading
