#include "registry/audit/segment_index.h"

#include <algorithm>
#include <cstring>
#include <functional>

#include <xxhash.h>

namespace grunndata::registry::audit {

namespace {

constexpr std::array<char, 8> magic{'g', 'r', 'd', 'i', 'n', 'd', 'e', 'x'};
constexpr std::uint32_t index_version = 1;
constexpr std::uint32_t place_every = 16;
constexpr std::size_t place_bytes = 8;
constexpr std::size_t key_entry_bytes = 12; ///< key, then where its postings end
constexpr std::size_t postings_bytes_max = std::size_t{1} << 30U;

struct IndexHead {
  std::array<char, 8> magic{};
  std::uint32_t version = 0;
  std::uint32_t reserved = 0;
  std::uint64_t number = 0;
  std::uint64_t first = 0;
  std::uint64_t segment_bytes = 0;
  std::uint32_t records = 0;
  std::uint32_t keys = 0;
  std::array<std::uint32_t, 2> living{};
  std::array<std::int64_t, 2> oldest{};
  std::array<std::int64_t, 2> newest{};
  std::uint64_t postings_bytes = 0;
  std::uint64_t body_checksum = 0; ///< XXH3 of what follows the head
  std::uint64_t checksum = 0;      ///< XXH3 of the head up to here
};
static_assert(sizeof(IndexHead) == 112);
constexpr std::size_t checksum_offset = offsetof(IndexHead, checksum);

IndexKey key_of(char kind, std::string_view value) noexcept {
  return XXH3_64bits_withSeed(value.data(), value.size(), static_cast<unsigned char>(kind));
}

template <typename N>
void put(std::string& out, N number) {
  std::array<char, sizeof(N)> bytes{};
  std::memcpy(bytes.data(), &number, sizeof(N));
  out.append(bytes.data(), bytes.size());
}

void put_varint(std::string& out, std::uint32_t number) {
  for (; number >= 0x80; number >>= 7U) {
    out += static_cast<char>(0x80U | (number & 0x7FU));
  }
  out += static_cast<char>(number);
}

/// Each as the distance from the one before, counting from 1, so that a distance is never 0.
void put_postings(std::string& out, std::vector<std::uint32_t>& ordinals) {
  if (std::ranges::adjacent_find(ordinals, std::greater_equal{}) != ordinals.end()) {
    // Two keys with one hash.
    std::ranges::sort(ordinals);
    ordinals.erase(std::unique(ordinals.begin(), ordinals.end()), ordinals.end());
  }
  std::uint32_t before = 0;
  for (const std::uint32_t ordinal : ordinals) {
    put_varint(out, ordinal + 1 - before);
    before = ordinal + 1;
  }
}

std::vector<std::uint32_t> read_postings(Bytes bytes, std::uint32_t records) {
  std::vector<std::uint32_t> ordinals;
  std::uint64_t ordinal = 0;
  std::uint64_t delta = 0;
  unsigned shift = 0;
  for (const std::uint8_t byte : bytes) {
    delta |= std::uint64_t{byte & 0x7FU} << shift;
    shift = std::min(shift + 7, 56U);
    if ((byte & 0x80U) != 0) {
      continue;
    }
    ordinal += delta;
    if (ordinal > records || ordinal == 0) {
      break; // damaged: `verify` says so
    }
    ordinals.push_back(static_cast<std::uint32_t>(ordinal - 1));
    delta = 0;
    shift = 0;
  }
  return ordinals;
}

/// Reads what a question needs and no more: an index may be looked at by the thousand.
class IndexFile : public SegmentIndex {
public:
  IndexFile(File file, const IndexHead& head) : file_(std::move(file)), head_(head) {
    summary_.records = head.records;
    summary_.living = head.living;
    summary_.oldest = head.oldest;
    summary_.newest = head.newest;
  }

  const SegmentSummary& summary() const noexcept override { return summary_; }

  Result<std::vector<std::uint32_t>> find(IndexKey key) const override {
    std::uint32_t low = 0;
    std::uint32_t high = head_.keys;
    while (low < high) {
      const std::uint32_t middle = low + (high - low) / 2;
      const auto entry = entry_at(middle);
      if (!entry) {
        return tl::unexpected(entry.error());
      }
      if (entry->key == key) {
        return postings_of(middle, entry->end);
      }
      (entry->key < key ? low : high) = entry->key < key ? middle + 1 : middle;
    }
    return std::vector<std::uint32_t>{};
  }

  Result<IndexedPlace> place_before(std::uint32_t ordinal) const override {
    const std::uint32_t sample = ordinal / place_every;
    std::array<std::uint8_t, place_bytes> bytes{};
    IndexedPlace place{sample * place_every, 0};
    if (auto read = read_at(file_, sizeof(IndexHead) + std::uint64_t{sample} * place_bytes, bytes);
        !read) {
      return tl::unexpected(read.error());
    }
    std::memcpy(&place.offset, bytes.data(), bytes.size());
    return place;
  }

private:
  struct Entry {
    IndexKey key = 0;
    std::uint32_t end = 0;
  };

  std::uint64_t entries_offset() const {
    return sizeof(IndexHead) +
           (std::uint64_t{head_.records} + place_every - 1) / place_every * place_bytes;
  }

  Result<Entry> entry_at(std::uint32_t at) const {
    std::array<std::uint8_t, key_entry_bytes> bytes{};
    if (auto read = read_at(file_, entries_offset() + std::uint64_t{at} * key_entry_bytes, bytes);
        !read) {
      return tl::unexpected(read.error());
    }
    Entry entry;
    std::memcpy(&entry.key, bytes.data(), sizeof(entry.key));
    std::memcpy(&entry.end, bytes.data() + sizeof(entry.key), sizeof(entry.end));
    return entry;
  }

  Result<std::vector<std::uint32_t>> postings_of(std::uint32_t at, std::uint32_t end) const {
    const auto before = at == 0 ? Result<Entry>(Entry{}) : entry_at(at - 1);
    if (!before) {
      return tl::unexpected(before.error());
    }
    if (before->end > end || end > head_.postings_bytes) {
      return fail(ErrorCode::corrupt, "an index of the audit log is damaged");
    }
    std::vector<std::uint8_t> bytes(end - before->end);
    const std::uint64_t postings =
        entries_offset() + std::uint64_t{head_.keys} * key_entry_bytes + before->end;
    if (auto read = read_at(file_, postings, bytes); !read) {
      return tl::unexpected(read.error());
    }
    return read_postings(bytes, head_.records);
  }

  File file_;
  IndexHead head_;
  SegmentSummary summary_;
};

} // namespace

IndexKey subject_key(const EntityId& subject) noexcept { return key_of('s', subject.view()); }
IndexKey user_key_of(std::string_view text) noexcept { return key_of('u', text); }
IndexKey organisation_key(std::string_view orgnr) noexcept { return key_of('o', orgnr); }
IndexKey client_key(std::string_view client_id) noexcept { return key_of('c', client_id); }
IndexKey act_key(Act act) noexcept {
  const char value = static_cast<char>(act);
  return key_of('a', {&value, 1});
}

void IndexBuilder::list(IndexKey key) {
  std::vector<std::uint32_t>& ordinals = lists_[key];
  if (ordinals.empty() || ordinals.back() != summary_.records) {
    ordinals.push_back(summary_.records);
  }
}

void IndexBuilder::add(std::uint64_t offset, const RecordKeys* record) {
  if (summary_.records % place_every == 0) {
    places_.push_back(offset);
  }
  if (record != nullptr) {
    const auto kind = static_cast<std::size_t>(record->kind);
    ++summary_.living[kind];
    summary_.oldest[kind] = std::min(summary_.oldest[kind], record->time.microseconds);
    summary_.newest[kind] = std::max(summary_.newest[kind], record->time.microseconds);
    if (record->subject) {
      subjects_.push_back({subject_key(*record->subject), summary_.records});
    }
    if (record->asked && record->asked != record->subject) {
      subjects_.push_back({subject_key(*record->asked), summary_.records});
    }
    if (record->act != Act::read) {
      list(act_key(record->act));
    }
    for (const std::string_view user : {record->user_hpr, std::string_view(record->user_key)}) {
      if (!user.empty()) {
        list(user_key_of(user));
      }
    }
    for (const std::string_view orgnr : {record->organisation, record->organisation_parent}) {
      if (!orgnr.empty()) {
        list(organisation_key(orgnr));
      }
    }
    if (!record->client_id.empty()) {
      list(client_key(record->client_id));
    }
  }
  ++summary_.records;
}

Result<std::vector<std::uint32_t>> IndexBuilder::find(IndexKey key) const {
  if (const auto listed = lists_.find(key); listed != lists_.end()) {
    return listed->second;
  }
  std::vector<std::uint32_t> ordinals;
  for (const Entry& entry : subjects_) {
    if (entry.key == key) {
      ordinals.push_back(entry.ordinal);
    }
  }
  return ordinals;
}

Result<IndexedPlace> IndexBuilder::place_before(std::uint32_t ordinal) const {
  const std::uint32_t sample = ordinal / place_every;
  if (sample >= places_.size()) {
    return fail(ErrorCode::corrupt, "an index of the audit log is damaged");
  }
  return IndexedPlace{sample * place_every, places_[sample]};
}

std::string IndexBuilder::file_bytes(const SegmentHead& head, std::uint64_t segment_bytes) const {
  std::vector<Entry> subjects = subjects_;
  std::ranges::sort(subjects);
  std::vector<IndexKey> others;
  for (const auto& [key, ordinals] : lists_) {
    others.push_back(key);
  }
  std::ranges::sort(others);
  std::string postings;
  std::string keys;
  IndexHead stored;
  auto other = others.begin();
  std::vector<std::uint32_t> ordinals;
  for (auto subject = subjects.begin(); subject != subjects.end() || other != others.end();) {
    // The smaller key of the two rows is next; a key may stand in both.
    const bool listed =
        other != others.end() && (subject == subjects.end() || *other <= subject->key);
    const IndexKey key = listed ? *other : subject->key;
    ordinals.clear();
    if (listed) {
      ordinals = lists_.at(*other++);
    }
    for (; subject != subjects.end() && subject->key == key; ++subject) {
      ordinals.push_back(subject->ordinal);
    }
    put_postings(postings, ordinals);
    put(keys, key);
    put(keys, static_cast<std::uint32_t>(postings.size()));
    ++stored.keys;
  }
  std::string body;
  for (const std::uint64_t place : places_) {
    put(body, place);
  }
  body += keys;
  body += postings;
  stored.magic = magic;
  stored.version = index_version;
  stored.number = head.number;
  stored.first = head.first;
  stored.segment_bytes = segment_bytes;
  stored.records = summary_.records;
  stored.living = summary_.living;
  stored.oldest = summary_.oldest;
  stored.newest = summary_.newest;
  stored.postings_bytes = postings.size();
  stored.body_checksum = XXH3_64bits(body.data(), body.size());
  stored.checksum = XXH3_64bits(&stored, checksum_offset);
  std::string bytes;
  put(bytes, stored);
  return bytes + body;
}

Result<void> build_index(const File& segment, std::uint64_t segment_bytes, IndexBuilder& into) {
  FrameReader frames(segment, segment_head_bytes, segment_bytes);
  while (true) {
    const auto frame = frames.next();
    if (!frame) {
      return tl::unexpected(frame.error());
    }
    if (!*frame) {
      return {};
    }
    if ((*frame)->erased) {
      into.add((*frame)->offset, nullptr);
      continue;
    }
    const auto record = read_keys((*frame)->record());
    if (!record) {
      return tl::unexpected(record.error());
    }
    into.add((*frame)->offset, &*record);
  }
}

std::unique_ptr<SegmentIndex> open_index(const std::filesystem::path& path, const SegmentHead& head,
                                         std::uint64_t segment_bytes) {
  auto file = open_to_read(path);
  std::array<std::uint8_t, sizeof(IndexHead)> bytes{};
  if (!file || !read_at(*file, 0, bytes)) {
    return nullptr;
  }
  IndexHead stored;
  std::memcpy(&stored, bytes.data(), sizeof(stored));
  const bool fits = stored.magic == magic && stored.version == index_version &&
                    stored.checksum == XXH3_64bits(&stored, checksum_offset) &&
                    stored.number == head.number && stored.first == head.first &&
                    stored.segment_bytes == segment_bytes &&
                    stored.postings_bytes <= postings_bytes_max;
  return fits ? std::make_unique<IndexFile>(std::move(*file), stored) : nullptr;
}

} // namespace grunndata::registry::audit
