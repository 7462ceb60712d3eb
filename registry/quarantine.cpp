#include "registry/quarantine.h"

#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {

void append_text(std::string& out, std::string_view text) {
  const auto size = static_cast<std::uint32_t>(text.size());
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  out += text;
}

template <typename T>
bool take(std::string_view& bytes, T& value) noexcept {
  if (bytes.size() < sizeof value) {
    return false;
  }
  std::memcpy(&value, bytes.data(), sizeof value);
  bytes.remove_prefix(sizeof value);
  return true;
}

bool take_text(std::string_view& bytes, std::string& text) {
  std::uint32_t size = 0;
  if (!take(bytes, size) || bytes.size() < size) {
    return false;
  }
  text = bytes.substr(0, size);
  bytes.remove_prefix(size);
  return true;
}

struct Head {
  std::uint64_t record = 0;
  std::uint64_t byte_offset = 0;
  std::int64_t when = 0;
  std::int64_t extracted_at = 0;
  std::uint64_t source = 0;
};

} // namespace

std::string quarantine_mark(const QuarantineEntry& entry) {
  std::string text(1, static_cast<char>(entry.source));
  append_text(text, entry.reason);
  append_text(text, entry.json_path);
  text += entry.raw;
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  std::string mark(meta::quarantined_prefix);
  mark.append(reinterpret_cast<const char*>(&hash.low64), sizeof hash.low64);
  mark.append(reinterpret_cast<const char*>(&hash.high64), sizeof hash.high64);
  return mark;
}

std::string write_quarantine(const QuarantineEntry& entry) {
  const Head head{entry.record, entry.byte_offset, entry.when.microseconds,
                  entry.extracted_at.microseconds, static_cast<std::uint64_t>(entry.source)};
  std::string out(reinterpret_cast<const char*>(&head), sizeof head);
  append_text(out, entry.origin);
  append_text(out, entry.json_path);
  append_text(out, entry.reason);
  append_text(out, entry.message);
  append_text(out, entry.raw);
  return out;
}

std::optional<QuarantineEntry> read_quarantine(std::uint64_t number, std::string_view value,
                                               bool with_raw) {
  QuarantineEntry entry;
  Head head;
  if (!take(value, head) || !take_text(value, entry.origin) ||
      !take_text(value, entry.json_path) || !take_text(value, entry.reason) ||
      !take_text(value, entry.message) || !take_text(value, entry.raw)) {
    return std::nullopt;
  }
  entry.number = number;
  entry.record = head.record;
  entry.byte_offset = head.byte_offset;
  entry.when = Instant{head.when};
  entry.extracted_at = Instant{head.extracted_at};
  entry.source = static_cast<Source>(head.source);
  if (!with_raw) {
    entry.raw.clear();
  }
  return entry;
}

Result<std::optional<std::uint64_t>> keep_quarantined(Transaction& transaction,
                                                      const QuarantineEntry& entry) {
  std::string mark = quarantine_mark(entry);
  store::Pinned pin;
  const auto known = transaction.get(store::Family::meta, mark, pin);
  if (!known) {
    return tl::unexpected(known.error());
  }
  if (*known) {
    return std::nullopt; // imported before, and refused for the same reason
  }
  const auto newest = transaction.get(store::Family::meta, meta::quarantine_newest, pin);
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  const std::uint64_t number = (*newest ? number_of_key(**newest) : 0) + 1;
  transaction.put(store::Family::meta, std::move(mark), key_of_number(number));
  transaction.put(store::Family::quarantine, key_of_number(number), write_quarantine(entry));
  transaction.put(store::Family::meta, std::string(meta::quarantine_newest),
                  key_of_number(number));
  return number;
}

} // namespace grunndata::registry
