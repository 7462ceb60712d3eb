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
};
constexpr std::uint16_t flags_known = 0xFF;

constexpr std::size_t part_set_bytes = 5; ///< 35 bits
constexpr std::size_t user_key_bytes = 16;
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

template <typename N>
void put(std::vector<std::uint8_t>& out, N number) {
  for (std::size_t i = 0; i < sizeof(N); ++i) {
    out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(number) >> (8 * i)));
  }
}

void put_bytes(std::vector<std::uint8_t>& out, Bytes bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

void put_parts(std::vector<std::uint8_t>& out, const PersonPartSet& parts) {
  const std::uint64_t bits = parts.to_ullong();
  for (std::size_t i = 0; i < part_set_bytes; ++i) {
    out.push_back(static_cast<std::uint8_t>(bits >> (8 * i)));
  }
}

/// A size below 128 as one byte, else two: low seven bits with the high bit set, then the rest.
void put_size(std::vector<std::uint8_t>& out, std::size_t size) {
  if (size < 0x80) {
    out.push_back(static_cast<std::uint8_t>(size));
    return;
  }
  out.push_back(static_cast<std::uint8_t>(0x80U | (size & 0x7FU)));
  out.push_back(static_cast<std::uint8_t>(size >> 7U));
}

/// As much of a text as is kept, without the mark of a cut.
std::string_view kept_of(std::string_view text) {
  std::size_t size = text_bytes_max - cut_mark.size();
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) {
    --size;
  }
  return text.substr(0, size);
}

void put_text(std::vector<std::uint8_t>& out, std::string_view text) {
  if (text.size() <= text_bytes_max) {
    put_size(out, text.size());
    put_bytes(out, bytes_of(text));
    return;
  }
  const std::string_view kept = kept_of(text);
  put_size(out, kept.size() + cut_mark.size());
  put_bytes(out, bytes_of(kept));
  put_bytes(out, bytes_of(cut_mark));
}

int hex_value(char c) noexcept {
  const auto value = hex_digits.find(c);
  return value == std::string_view::npos ? -1 : static_cast<int>(value);
}

bool is_binary_key(std::string_view key) {
  return key.size() == 2 * user_key_bytes &&
         std::ranges::all_of(key, [](char c) { return hex_value(c) >= 0; });
}

void put_user_key(std::vector<std::uint8_t>& out, std::string_view key) {
  if (!is_binary_key(key)) {
    put_text(out, key);
    return;
  }
  for (std::size_t i = 0; i < user_key_bytes; ++i) {
    out.push_back(
        static_cast<std::uint8_t>(hex_value(key[2 * i]) * 16 + hex_value(key[2 * i + 1])));
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
  std::string text() {
    std::size_t size = number(1);
    if (size >= 0x80) {
      const std::size_t high = number(1);
      good_ = good_ && high != 0; // else one byte would have done
      size = (size & 0x7FU) | (high << 7U);
    }
    good_ = good_ && size <= text_bytes_max;
    return std::string(text_of(bytes(size)));
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
    return taker.text();
  }
  std::string key;
  for (const std::uint8_t byte : taker.bytes(user_key_bytes)) {
    key += hex_digits[byte >> 4U];
    key += hex_digits[byte & 0xFU];
  }
  return key;
}

void take_subjects(Taker& taker, std::uint64_t flags, Record& record) {
  if ((flags & has_subject) != 0) {
    record.subject.emplace();
    const Bytes id = taker.bytes(record.subject->bytes.size());
    std::ranges::copy(id, record.subject->bytes.begin());
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
  put(out, record_version);
  put(out, static_cast<std::uint8_t>(record.act));
  put(out, static_cast<std::uint8_t>(record.kind));
  put(out, flags_of(record));
  put(out, when.microseconds);
  put(out, record.status);
  put(out, record.actor.security_level);
  if (record.subject) {
    put_bytes(out, record.subject->bytes);
  }
  if (record.subjects) {
    put(out, record.subjects->from);
    put(out, record.subjects->to);
    put(out, record.subjects->persons);
    put_bytes(out, record.subjects->digest);
  }
  put_parts(out, record.parts_asked);
  put_parts(out, record.parts_delivered);
  put_user_key(out, record.actor.user_key);
  for (const std::string* text : texts_of(record)) {
    put_text(out, *text);
  }
}

Result<Record> read_record(Bytes bytes) {
  Taker taker(bytes);
  const auto version = taker.number(1);
  if (taker.good() && version > record_version) {
    return fail(ErrorCode::unsupported, "a record of the audit log is of a newer version");
  }
  Record record;
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
  for (std::string* text : texts_of(record)) {
    *text = taker.text();
  }
  record.history = (flags & history) != 0;
  record.with_legal_basis = (flags & with_legal_basis) != 0;
  record.protected_shown = (flags & protected_shown) != 0;
  record.emergency = (flags & emergency) != 0;
  record.actor.user_protected = (flags & user_protected) != 0;
  const bool fits = taker.done() && version == record_version && !name_of(record.act).empty() &&
                    kind <= static_cast<std::uint64_t>(Class::important) &&
                    (flags & ~std::uint64_t{flags_known}) == 0 && flags == flags_of(record);
  if (!fits) {
    return fail(ErrorCode::corrupt, "a record of the audit log cannot be read");
  }
  return record;
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
