#include "registry/audit/record_codec.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>

namespace grunndata::registry::audit {

namespace {

enum Flag : std::uint16_t {
  has_subject = 1U << 0U,
  has_subjects = 1U << 1U,
  history = 1U << 2U,
  with_legal_basis = 1U << 3U,
  protected_shown = 1U << 4U,
  emergency = 1U << 5U,
  user_protected = 1U << 6U,
  binary_user_key = 1U << 7U, ///< the user key is 16 bytes, shown as 32 hexadecimal digits
  has_asked = 1U << 8U,       ///< since version 2
};
constexpr std::uint16_t flags_known = 0x1FF;

constexpr std::size_t part_set_bytes = 5; ///< 35 bits
constexpr std::size_t user_key_bytes = 16;
/// Numbers, digests, sets of parts, and two bytes of size for each text.
constexpr std::size_t fixed_bytes_max = 192;
constexpr std::string_view cut_mark = "…";
constexpr std::string_view hex_digits = "0123456789abcdef";

/// Every text of a record, in stored order.
template <typename R>
auto texts_of(R& record) {
  auto& [issuer, client, client_name, organisation, parent, user_name, user_hpr, key, os_user,
         user_protected_, level] = record.actor;
  auto& [purpose, details, service, decision, text] = record.reason;
  return std::array{&issuer,  &client,           &client_name,    &organisation,
                    &parent,  &user_name,        &user_hpr,       &os_user,
                    &purpose, &details,          &service,        &decision,
                    &text,    &record.operation, &record.outcome, &record.request_id};
}

/// Writes values behind each other into room that suffices.
class Putter {
public:
  explicit Putter(std::uint8_t* to) : to_(to) {}
  template <typename N>
  void number(N value) {
    for (std::size_t i = 0; i < sizeof(N); ++i) {
      *to_++ = static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i));
    }
  }
  void bytes(Bytes bytes) {
    if (!bytes.empty()) {
      std::memcpy(to_, bytes.data(), bytes.size());
      to_ += bytes.size();
    }
  }
  void parts(const PersonPartSet& parts) {
    const std::uint64_t bits = parts.to_ullong();
    for (std::size_t i = 0; i < part_set_bytes; ++i) {
      *to_++ = static_cast<std::uint8_t>(bits >> (8 * i));
    }
  }
  /// Below 128 as one byte, else two: low seven bits with the high bit set, then the rest.
  void size(std::size_t size) {
    if (size < 0x80) {
      *to_++ = static_cast<std::uint8_t>(size);
      return;
    }
    *to_++ = static_cast<std::uint8_t>(0x80U | (size & 0x7FU));
    *to_++ = static_cast<std::uint8_t>(size >> 7U);
  }
  void text(std::string_view text);
  void user_key(std::string_view key);
  [[nodiscard]] std::uint8_t* end() const noexcept { return to_; }

private:
  std::uint8_t* to_;
};

/// As much of a text as is kept, without the mark of a cut.
std::string_view kept_of(std::string_view text) {
  std::size_t size = text_bytes_max - cut_mark.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return text.substr(0, size);
}

void Putter::text(std::string_view text) {
  if (text.size() <= text_bytes_max) {
    size(text.size());
    bytes(bytes_of(text));
    return;
  }
  const std::string_view kept = kept_of(text);
  size(kept.size() + cut_mark.size());
  bytes(bytes_of(kept));
  bytes(bytes_of(cut_mark));
}

/// Of a lower-case hexadecimal digit; -1 for anything else.
constexpr int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') {
    return c - '0';
  }
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool is_binary_key(std::string_view key) {
  return key.size() == 2 * user_key_bytes &&
         std::ranges::all_of(key, [](char c) { return hex_value(c) >= 0; });
}

void Putter::user_key(std::string_view key) {
  if (!is_binary_key(key)) {
    text(key);
    return;
  }
  for (std::size_t i = 0; i < user_key_bytes; ++i) {
    *to_++ = static_cast<std::uint8_t>(hex_value(key[2 * i]) * 16 + hex_value(key[2 * i + 1]));
  }
}

std::uint16_t flags_of(const Record& record) {
  unsigned flags = 0;
  const auto set = [&flags](unsigned flag, bool when) { flags |= when ? flag : 0U; };
  set(has_subject, record.subject.has_value());
  set(has_subjects, record.subjects.has_value());
  set(history, record.history);
  set(with_legal_basis, record.with_legal_basis);
  set(protected_shown, record.protected_shown);
  set(emergency, record.emergency);
  set(user_protected, record.actor.user_protected);
  set(binary_user_key, is_binary_key(record.actor.user_key));
  set(has_asked, record.asked.has_value());
  return static_cast<std::uint16_t>(flags);
}

/// Takes values off the front of stored bytes; `good` is false once they did not suffice.
class Taker {
public:
  explicit Taker(Bytes bytes) : left_(bytes) {}
  [[nodiscard]] bool done() const noexcept { return good_ && left_.empty(); }
  [[nodiscard]] bool good() const noexcept { return good_; }

  Bytes bytes(std::size_t count) {
    good_ = good_ && count <= left_.size();
    if (!good_) {
      return {};
    }
    const Bytes taken = left_.first(count);
    left_ = left_.subspan(count);
    return taken;
  }
  std::uint64_t number(std::size_t count) {
    std::uint64_t value = 0;
    std::size_t at = 0;
    for (const std::uint8_t byte : bytes(count)) {
      value |= std::uint64_t{byte} << (8 * at++);
    }
    return value;
  }
  std::string_view text() {
    std::size_t size = number(1);
    if (size >= 0x80) {
      const std::size_t high = number(1);
      good_ = good_ && high != 0; // else one byte would have done
      size = (size & 0x7FU) | (high << 7U);
    }
    good_ = good_ && size <= text_bytes_max;
    return text_of(bytes(size));
  }
  PersonPartSet parts() {
    const std::uint64_t bits = number(part_set_bytes);
    good_ = good_ && bits >> person_part_count == 0;
    return PersonPartSet(bits);
  }

private:
  Bytes left_;
  bool good_ = true;
};

std::string take_user_key(Taker& taker, bool binary) {
  if (!binary) {
    return std::string(taker.text());
  }
  std::string key;
  key.reserve(2 * user_key_bytes);
  for (const std::uint8_t byte : taker.bytes(user_key_bytes)) {
    key += hex_digits[byte >> 4U];
    key += hex_digits[byte & 0xFU];
  }
  return key;
}

std::uint8_t version_of(const Record& record) noexcept { return record.asked ? 2 : 1; }

void take_entity(Taker& taker, std::optional<EntityId>& entity) {
  entity.emplace();
  std::ranges::copy(taker.bytes(entity->bytes.size()), entity->bytes.begin());
}

void take_subjects(Taker& taker, std::uint64_t flags, Record& record) {
  if ((flags & has_subject) != 0) {
    take_entity(taker, record.subject);
  }
  if ((flags & has_asked) != 0) {
    take_entity(taker, record.asked);
  }
  if ((flags & has_subjects) != 0) {
    SubjectSet set;
    set.from = taker.number(sizeof(set.from));
    set.to = taker.number(sizeof(set.to));
    set.persons = taker.number(sizeof(set.persons));
    std::ranges::copy(taker.bytes(set.digest.size()), set.digest.begin());
    record.subjects = set;
  }
}

using TextViews = std::array<std::string_view, 16>;
// Where some of them stand in the order of `texts_of`.
constexpr std::size_t client_at = 1;
constexpr std::size_t organisation_at = 3;
constexpr std::size_t parent_at = 4;
constexpr std::size_t hpr_at = 6;

/// Everything but the texts, which stay in `bytes`.
Result<void> read_stored(Bytes bytes, Record& record, TextViews& texts) {
  Taker taker(bytes);
  const auto version = taker.number(1);
  if (taker.good() && version > record_version) {
    return fail(ErrorCode::unsupported, "a record of the audit log is of a newer version");
  }
  const auto act = taker.number(1);
  const auto kind = taker.number(1);
  const auto flags = taker.number(2);
  record.act = static_cast<Act>(act);
  record.kind = static_cast<Class>(kind);
  record.time.microseconds = static_cast<std::int64_t>(taker.number(8));
  record.status = static_cast<std::uint16_t>(taker.number(2));
  record.actor.security_level = static_cast<std::uint8_t>(taker.number(1));
  take_subjects(taker, flags, record);
  record.parts_asked = taker.parts();
  record.parts_delivered = taker.parts();
  record.actor.user_key = take_user_key(taker, (flags & binary_user_key) != 0);
  for (std::string_view& text : texts) {
    text = taker.text();
  }
  record.history = (flags & history) != 0;
  record.with_legal_basis = (flags & with_legal_basis) != 0;
  record.protected_shown = (flags & protected_shown) != 0;
  record.emergency = (flags & emergency) != 0;
  record.actor.user_protected = (flags & user_protected) != 0;
  const bool fits = taker.done() && version == version_of(record) && !name_of(record.act).empty() &&
                    kind <= static_cast<std::uint64_t>(Class::important) &&
                    (flags & ~std::uint64_t{flags_known}) == 0 && flags == flags_of(record);
  return fits ? Result<void>{}
              : fail(ErrorCode::corrupt, "a record of the audit log cannot be read");
}

struct ActName {
  Act act;
  std::string_view name;
};
constexpr std::array<ActName, 13> act_names{{{Act::read, "read"},
                                             {Act::miss, "miss"},
                                             {Act::denied, "denied"},
                                             {Act::search_hit, "search_hit"},
                                             {Act::feed, "feed"},
                                             {Act::exported, "exported"},
                                             {Act::imported, "imported"},
                                             {Act::linked, "linked"},
                                             {Act::issued, "issued"},
                                             {Act::administered, "administered"},
                                             {Act::log_read, "log_read"},
                                             {Act::break_glass, "break_glass"},
                                             {Act::reviewed, "reviewed"}}};

} // namespace

void write_record(const Record& record, Instant when, std::vector<std::uint8_t>& out) {
  const std::size_t start = out.size();
  std::size_t texts = record.actor.user_key.size();
  for (const std::string* text : texts_of(record)) {
    texts += std::min(text->size(), text_bytes_max);
  }
  out.resize(start + fixed_bytes_max + texts);
  Putter put(out.data() + start);
  put.number(version_of(record));
  put.number(static_cast<std::uint8_t>(record.act));
  put.number(static_cast<std::uint8_t>(record.kind));
  put.number(flags_of(record));
  put.number(when.microseconds);
  put.number(record.status);
  put.number(record.actor.security_level);
  if (record.subject) {
    put.bytes(record.subject->bytes);
  }
  if (record.asked) {
    put.bytes(record.asked->bytes);
  }
  if (record.subjects) {
    put.number(record.subjects->from);
    put.number(record.subjects->to);
    put.number(record.subjects->persons);
    put.bytes(record.subjects->digest);
  }
  put.parts(record.parts_asked);
  put.parts(record.parts_delivered);
  put.user_key(record.actor.user_key);
  for (const std::string* text : texts_of(record)) {
    put.text(*text);
  }
  out.resize(static_cast<std::size_t>(put.end() - out.data()));
}

Result<Record> read_record(Bytes bytes) {
  Record record;
  TextViews texts;
  if (auto read = read_stored(bytes, record, texts); !read) {
    return tl::unexpected(read.error());
  }
  auto view = texts.begin();
  for (std::string* text : texts_of(record)) {
    *text = *view++;
  }
  return record;
}

Result<RecordKeys> read_keys(Bytes bytes) {
  Record record;
  TextViews texts;
  if (auto read = read_stored(bytes, record, texts); !read) {
    return tl::unexpected(read.error());
  }
  RecordKeys keys;
  keys.time = record.time;
  keys.act = record.act;
  keys.kind = record.kind;
  keys.subject = record.subject;
  keys.asked = record.asked;
  keys.user_key = std::move(record.actor.user_key);
  keys.client_id = texts[client_at];
  keys.organisation = texts[organisation_at];
  keys.organisation_parent = texts[parent_at];
  keys.user_hpr = texts[hpr_at];
  return keys;
}

std::string_view name_of(Act act) noexcept {
  const auto row = std::ranges::find(act_names, act, &ActName::act);
  return row == act_names.end() ? std::string_view{} : row->name;
}

std::optional<Act> find_act(std::string_view name) noexcept {
  const auto row = std::ranges::find(act_names, name, &ActName::name);
  return row == act_names.end() ? std::nullopt : std::optional(row->act);
}

std::string_view name_of(Class kind) noexcept {
  return kind == Class::important ? "important" : "ordinary";
}

std::optional<Class> find_class(std::string_view name) noexcept {
  if (name == name_of(Class::ordinary)) {
    return Class::ordinary;
  }
  return name == name_of(Class::important) ? std::optional(Class::important) : std::nullopt;
}

} // namespace grunndata::registry::audit
