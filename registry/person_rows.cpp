#include "registry/person_rows.h"

#include "registry/place_fields.h"
#include "registry/row_grading.h"

#include <algorithm>
#include <tuple>

namespace grunndata::registry {

namespace {

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

Row row_of(const AssertionDraft& draft, const SourceRecord& record, std::uint16_t ordinal) {
  Row row;
  row.entry.part = draft.part;
  row.entry.validity = draft.validity;
  row.entry.grading = draft.grading;
  row.entry.source = record.source;
  row.entry.valid_from = stored(draft.valid_from);
  row.entry.valid_to = stored(draft.valid_to);
  row.entry.registered_at = stored(draft.registered_at);
  row.entry.metadata_bytes = draft.metadata_bytes;
  row.entry.ordinal = ordinal;
  row.text = record.view(draft.row);
  row.open = record.view(draft.open_row);
  row.v1 = record.view(draft.v1_row);
  return row;
}

/// A row stored before, with its element and whether the new record gave it again.
struct Stored {
  const Row* row;
  std::string_view element;
  bool kept = false;
};

/// Live rows by part and ordinal, and withdrawn rows in stored order, each with its element.
struct StoredRows {
  std::vector<Stored> live;
  std::vector<Stored> withdrawn;
};

StoredRows take_stock(const Entity& before, const SourceValue& old_source, Source source) {
  StoredRows stock;
  for (const Row& row : before.rows) {
    if (row.entry.source == source) {
      auto& list = row.entry.recorded_to == still_recorded ? stock.live : stock.withdrawn;
      list.push_back({&row, {}, false});
    }
  }
  std::ranges::sort(stock.live, {}, [](const Stored& stored) {
    return std::make_tuple(stored.row->entry.part, stored.row->entry.ordinal);
  });
  for (std::size_t i = 0; i < stock.live.size() && i < old_source.elements.size(); ++i) {
    const TextSlice slice = old_source.elements[i];
    stock.live[i].element = old_source.raw.substr(slice.begin, slice.size);
  }
  for (std::size_t i = 0; i < stock.withdrawn.size() && i < old_source.withdrawn.size(); ++i) {
    stock.withdrawn[i].element = old_source.withdrawn[i].json;
  }
  return stock;
}

/// `lost_places`: the wanted row is one that may have told a place when it was stored.
Stored* find_equal(std::vector<Stored>& live, const Row& wanted, bool lost_places) {
  std::string left;
  for (Stored& stored : live) {
    if (stored.kept || stored.row->entry.part != wanted.entry.part) {
      continue;
    }
    if (lost_places) {
      left.clear();
      append_without_places(wanted.entry.part, stored.row->text, Naming::contract, left);
    }
    if (stored.row->text == wanted.text || (lost_places && left == wanted.text)) {
      return &stored;
    }
  }
  return nullptr;
}

} // namespace

RowChanges compare_rows(const Entity& before, const SourceValue& old_source,
                        const SourceRecord& record, const Circumstances& now) {
  RowChanges result;
  StoredRows stock = take_stock(before, old_source, record.source);
  result.rows.reserve(record.assertions.size() + before.rows.size());
  result.elements.reserve(record.assertions.size());
  std::uint16_t ordinal = 0;
  std::size_t lost_places = 0;
  for (std::size_t i = 0; i < record.assertions.size(); ++i) {
    const AssertionDraft& draft = record.assertions[i];
    ordinal = i != 0 && record.assertions[i - 1].part == draft.part
                  ? static_cast<std::uint16_t>(ordinal + 1)
                  : std::uint16_t{0};
    Row row = row_of(draft, record, ordinal);
    row.entry.recorded_from = now.sequence;
    const bool loses_places =
        locates_in_fields(draft.part) && now.forgotten.test(static_cast<std::size_t>(draft.part));
    if (Stored* same = find_equal(stock.live, row, loses_places)) {
      same->kept = true;
      lost_places += same->row->text == row.text ? 0 : 1;
      row.entry.recorded_from = same->row->entry.recorded_from;
    } else {
      result.changed.set(static_cast<std::size_t>(draft.part));
    }
    result.rows.push_back(row);
    result.elements.push_back(draft.element);
  }
  std::vector<std::pair<Row, std::string_view>> withdrawn;
  for (const Stored& stored : stock.withdrawn) {
    withdrawn.emplace_back(*stored.row, stored.element);
  }
  for (const Stored& stored : stock.live) {
    if (!stored.kept) {
      withdrawn.emplace_back(*stored.row, stored.element);
      withdrawn.back().first.entry.recorded_to = now.sequence;
      result.changed.set(static_cast<std::size_t>(stored.row->entry.part));
    }
  }
  result.forgotten = std::erase_if(withdrawn, [&now](const auto& gone) {
    return now.forgotten.test(static_cast<std::size_t>(gone.first.entry.part));
  });
  result.forgotten += lost_places;
  std::ranges::stable_sort(withdrawn, {}, [](const auto& gone) {
    return std::make_tuple(gone.first.entry.part, gone.first.entry.recorded_to,
                           gone.first.entry.ordinal);
  });
  for (const auto& [row, element] : withdrawn) {
    result.rows.push_back(row);
    result.withdrawn.push_back({row.entry.part, row.entry.recorded_to, element});
  }
  // Rows of other sources stay as they are.
  for (const Row& row : before.rows) {
    if (row.entry.source != record.source) {
      result.rows.push_back(row);
    }
  }
  result.graded = grade_withdrawn(result.rows);
  return result;
}

} // namespace grunndata::registry
