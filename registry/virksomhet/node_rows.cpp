#include "registry/virksomhet/node_rows.h"

#include <algorithm>

namespace grunndata::registry::virksomhet {

namespace {

constexpr std::size_t life_rows_usual = 2; ///< that `merge_life` adds

std::int64_t stored(const std::optional<Instant>& instant) noexcept {
  return instant ? instant->microseconds : no_instant;
}

/// What the source says of a row now.
struct Draft {
  const NodeItem* item = nullptr;
  std::string_view body;
  std::uint16_t ordinal = 0;
  bool is_known = false;
};

std::vector<Draft> drafts_of(const NodeRecord& record) {
  std::vector<Draft> drafts;
  drafts.reserve(record.items.size());
  std::uint16_t ordinal = 0;
  for (std::size_t i = 0; i < record.items.size(); ++i) {
    const NodeItem& item = record.items[i];
    ordinal = i != 0 && record.items[i - 1].part == item.part
                  ? static_cast<std::uint16_t>(ordinal + 1)
                  : std::uint16_t{0};
    drafts.push_back({&item, record.view(item.body), ordinal, false});
  }
  return drafts;
}

bool is_interval(const NodeRowEntry& entry) noexcept {
  return (entry.marks & mark::interval) != 0;
}

bool says_the_same(const NodeRow& row, const Draft& draft) noexcept {
  const NodeItem& item = *draft.item;
  if (row.entry.part != item.part || row.text != draft.body ||
      is_interval(row.entry) != (item.says == Says::interval) ||
      ((row.entry.marks & mark::personal) != 0) != (item.sensitivity == Sensitivity::personal)) {
    return false;
  }
  const bool same_end = row.entry.valid_to == stored(item.valid_to);
  return item.says == Says::interval
             ? row.entry.valid_from == stored(item.valid_from) && same_end
             : (!item.valid_from || row.entry.valid_from == stored(item.valid_from)) && same_end;
}

NodeRow new_row(const Draft& draft, const Telling& telling) {
  NodeRow row;
  row.text = draft.body;
  row.entry.part = draft.item->part;
  row.entry.source = telling.source;
  row.entry.ordinal = draft.ordinal;
  row.entry.recorded_from = telling.sequence;
  row.entry.valid_from = stored(draft.item->valid_from);
  row.entry.valid_to = stored(draft.item->valid_to);
  if (draft.item->says == Says::interval) {
    row.entry.marks |= mark::interval;
  } else if (!draft.item->valid_from && !telling.is_first) {
    row.entry.valid_from = telling.observed;
    row.entry.marks |= mark::from_observed;
  }
  if (draft.item->sensitivity == Sensitivity::personal) {
    row.entry.marks |= mark::personal;
  }
  return row;
}

/// The begin of what came instead of a row of `part`, as far as the source says it.
std::int64_t begin_of_new(const std::vector<Draft>& drafts, NodePart part) noexcept {
  std::int64_t begin = no_instant;
  for (const Draft& draft : drafts) {
    const bool counts = !draft.is_known && draft.item->part == part &&
                        draft.item->says == Says::now && draft.item->valid_from;
    if (counts && (begin == no_instant || draft.item->valid_from->microseconds < begin)) {
      begin = draft.item->valid_from->microseconds;
    }
  }
  return begin;
}

/// The source itself says by now since when and until when it held.
bool is_told_as_interval(const NodeRow& row, const std::vector<Draft>& drafts) noexcept {
  return std::ranges::any_of(drafts, [&row](const Draft& draft) {
    return draft.item->part == row.entry.part && draft.item->says == Says::interval &&
           draft.body == row.text;
  });
}

struct LifeRow {
  NodeStatus status{};
  std::int64_t from = no_instant;
  std::int64_t to = no_instant;
  std::uint8_t marks = mark::interval;
};

/// Under which statuses the node has lived and lives.
std::vector<LifeRow> life_of(const NodeRecord& record, const NodeHeader& before,
                             const Telling& telling) {
  std::int64_t opened = stored(record.opened);
  if (opened == no_instant && record.is_remainder) {
    opened = before.opened;
  }
  switch (record.status) {
  case NodeStatus::unknown: return {};
  case NodeStatus::under_arbeid:
  case NodeStatus::aktiv: return {{record.status, opened, stored(record.closed)}};
  case NodeStatus::opphort: {
    std::int64_t closed = stored(record.closed);
    std::uint8_t end_mark = 0;
    if (closed == no_instant) {
      closed = before.status == NodeStatus::opphort ? before.closed : telling.observed;
      end_mark = mark::from_observed;
    }
    const auto after = static_cast<std::uint8_t>(mark::interval | end_mark);
    if (opened != no_instant && opened >= closed) {
      return {{NodeStatus::opphort, closed, no_instant, after}};
    }
    return {{NodeStatus::aktiv, opened, closed}, {NodeStatus::opphort, closed, no_instant, after}};
  }
  case NodeStatus::fjernet:
  case NodeStatus::feilregistrert: return {{record.status, stored(record.closed), no_instant}};
  }
  return {};
}

std::string life_text(NodeType type, NodeStatus status) {
  std::string text = R"({"status":")";
  text.append(name_of(status)).append(R"(","type":")").append(name_of(type)).append("\"}");
  return text;
}

} // namespace

std::int64_t end_of_replaced(std::int64_t valid_from, std::int64_t successor_begin,
                             const Telling& telling) noexcept {
  std::int64_t end = telling.observed;
  if (telling.ended != no_instant) {
    end = telling.ended;
  } else if (successor_begin != no_instant) {
    end = successor_begin;
  }
  return end > valid_from ? end : no_instant;
}

NodeRowsOutcome merge_rows(Node& node, const NodeRecord& record, const SourceValue& said,
                           const Telling& telling) {
  NodeRowsOutcome outcome;
  std::vector<Draft> drafts = drafts_of(record);
  std::vector<std::size_t> gone; ///< places of rows that the source says no more
  std::vector<std::string_view> gone_elements;
  std::size_t element = 0;
  for (std::size_t i = 0; i < node.rows.size(); ++i) {
    NodeRow& row = node.rows[i];
    const bool counts = row.entry.source == telling.source && row.entry.part != NodePart::life &&
                        row.entry.recorded_to == still_recorded &&
                        (row.entry.marks & mark::ended) == 0;
    if (!counts) {
      continue;
    }
    const TextSlice slice = element < said.elements.size() ? said.elements[element] : TextSlice{};
    ++element;
    const auto same = std::ranges::find_if(drafts, [&row](const Draft& draft) {
      return !draft.is_known && says_the_same(row, draft);
    });
    if (same != drafts.end()) {
      same->is_known = true;
      row.entry.ordinal = same->ordinal;
      continue;
    }
    gone.push_back(i);
    gone_elements.push_back(said.raw.substr(slice.begin, slice.size));
  }
  for (std::size_t i = 0; i < gone.size(); ++i) {
    NodeRow& row = node.rows[gone[i]];
    outcome.withdrawn.push_back(
        {static_cast<PersonPart>(row.entry.part), telling.sequence, gone_elements[i]});
    NodeRow history = row;
    row.entry.recorded_to = telling.sequence;
    if (is_interval(row.entry) || is_told_as_interval(row, drafts)) {
      continue;
    }
    const std::int64_t begin = begin_of_new(drafts, row.entry.part);
    const std::int64_t end = end_of_replaced(row.entry.valid_from, begin, telling);
    if (end == no_instant) {
      continue;
    }
    history.entry.recorded_from = telling.sequence;
    history.entry.valid_to = end;
    history.entry.marks |= mark::ended;
    if (telling.ended == no_instant && begin == no_instant) {
      history.entry.marks |= mark::end_observed;
    }
    node.rows.push_back(history);
  }
  outcome.changed = !gone.empty();
  node.rows.reserve(node.rows.size() + drafts.size() + life_rows_usual);
  for (const Draft& draft : drafts) {
    if (!draft.is_known) {
      node.rows.push_back(new_row(draft, telling));
      outcome.changed = true;
    }
  }
  return outcome;
}

bool merge_life(Node& node, const NodeRecord& record, bool describes, const Telling& telling,
                std::list<std::string>& texts) {
  const std::vector<LifeRow> wanted =
      describes ? life_of(record, node.header, telling) : std::vector<LifeRow>{};
  std::vector<NodeRow> made;
  for (const LifeRow& life : wanted) {
    NodeRow row;
    row.text = texts.emplace_back(life_text(record.type, life.status));
    row.entry.part = NodePart::life;
    row.entry.source = telling.source;
    row.entry.valid_from = life.from;
    row.entry.valid_to = life.to;
    row.entry.marks = life.marks;
    row.entry.recorded_from = telling.sequence;
    row.entry.ordinal = static_cast<std::uint16_t>(made.size());
    made.push_back(row);
  }
  bool changed = false;
  bool said_before = false;
  for (NodeRow& row : node.rows) {
    if (row.entry.part != NodePart::life || row.entry.source != telling.source ||
        row.entry.recorded_to != still_recorded) {
      continue;
    }
    said_before = true;
    const auto same = std::ranges::find_if(made, [&row](const NodeRow& other) {
      return other.text == row.text && other.entry.valid_from == row.entry.valid_from &&
             other.entry.valid_to == row.entry.valid_to;
    });
    if (same != made.end()) {
      made.erase(same);
      continue;
    }
    row.entry.recorded_to = telling.sequence;
    changed = true;
  }
  changed = changed || !made.empty();
  node.rows.insert(node.rows.end(), made.begin(), made.end());
  NodeHeader& header = node.header;
  if (describes && !wanted.empty()) {
    header.type = record.type;
    header.status = record.status;
    header.opened = wanted.front().from;
    header.closed = record.status == NodeStatus::opphort ? wanted.back().from : wanted.back().to;
  } else if (said_before && !describes) {
    header.status = NodeStatus::unknown; // its type stays: what hangs on it was checked by it
    header.opened = no_instant;
    header.closed = no_instant;
  }
  return changed;
}

} // namespace grunndata::registry::virksomhet
