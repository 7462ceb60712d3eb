#include "registry/audit/record_json.h"

#include "registry/audit/record_codec.h"
#include "registry/audit/tree/hash.h"

namespace grunndata::registry::audit {

namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";

/// How many bytes a UTF-8 character at the front of `text` has; 0: it is none.
std::size_t character_bytes(std::string_view text) {
  const auto byte = [&text](std::size_t at) { return static_cast<unsigned char>(text[at]); };
  const unsigned char first = byte(0);
  const std::size_t size = first < 0x80                    ? 1
                           : first >= 0xC2 && first < 0xE0 ? 2
                           : (first & 0xF0U) == 0xE0U      ? 3
                           : first >= 0xF0 && first < 0xF5 ? 4
                                                           : 0;
  if (size == 0 || size > text.size()) {
    return 0;
  }
  for (std::size_t at = 1; at < size; ++at) {
    if ((byte(at) & 0xC0U) != 0x80U) {
      return 0;
    }
  }
  const bool overlong = (first == 0xE0 && byte(1) < 0xA0) || (first == 0xF0 && byte(1) < 0x90);
  const bool beyond = (first == 0xED && byte(1) >= 0xA0) || (first == 0xF4 && byte(1) >= 0x90);
  return overlong || beyond ? 0 : size;
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    const std::size_t size = character_bytes(text);
    const auto byte = static_cast<unsigned char>(text.front());
    if (size == 0) {
      out += "\xEF\xBF\xBD"; // U+FFFD
    } else if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text.front();
    } else if (byte < 0x20 || byte == 0x7F) {
      out += "\\u00";
      out += hex_digits[byte >> 4U];
      out += hex_digits[byte & 15U];
    } else {
      out += text.substr(0, size);
    }
    text.remove_prefix(size == 0 ? 1 : size);
  }
  out += '"';
}

/// Members of an object, with their commas.
class Members {
public:
  explicit Members(std::string& out) : out_(out) { out_ += '{'; }
  ~Members() { out_ += '}'; }
  Members(const Members&) = delete;
  Members& operator=(const Members&) = delete;

  std::string& name(std::string_view name) {
    out_ += first_ ? "\"" : ",\"";
    first_ = false;
    out_ += name;
    out_ += "\":";
    return out_;
  }
  void number(std::string_view member, std::uint64_t value) {
    name(member) += std::to_string(value);
  }
  void text(std::string_view member, std::string_view value) {
    if (!value.empty()) {
      append_string(name(member), value);
    }
  }
  void truth(std::string_view member, bool value) {
    if (value) {
      name(member) += "true";
    }
  }

private:
  std::string& out_;
  bool first_ = true;
};

void append_parts(Members& members, std::string_view name, const PersonPartSet& parts) {
  if (parts.none()) {
    return;
  }
  std::string& out = members.name(name);
  char before = '[';
  for (std::size_t i = 0; i < person_part_count; ++i) {
    if (parts.test(i)) {
      out += before;
      append_string(out, person_parts[i].information_part);
      before = ',';
    }
  }
  out += ']';
}

void append_subjects(Members& members, const SubjectSet& set, bool in_full) {
  Members inner(members.name("subjects"));
  inner.number("from", set.from);
  inner.number("to", set.to);
  if (!in_full) {
    return;
  }
  inner.number("persons", set.persons);
  std::string digest;
  for (const std::uint8_t byte : set.digest) {
    digest += hex_digits[byte >> 4U];
    digest += hex_digits[byte & 15U];
  }
  inner.text("digest", digest);
}

void append_actor(Members& members, const Actor& actor, bool in_full) {
  Members inner(members.name("actor"));
  inner.text("issuer", actor.issuer);
  inner.text("clientId", actor.client_id);
  inner.text("clientName", actor.client_name);
  inner.text("organisation", actor.organisation);
  inner.text("organisationParent", actor.organisation_parent);
  inner.text("userName", actor.user_name);
  inner.text("userHpr", actor.user_hpr);
  inner.text("userKey", actor.user_key);
  inner.truth("userProtected", in_full && actor.user_protected);
  inner.text("osUser", actor.os_user);
  if (actor.security_level != 0) {
    inner.number("securityLevel", actor.security_level);
  }
}

void append_reason(Members& members, const Reason& reason) {
  Members inner(members.name("reason"));
  inner.text("purposeOfUse", reason.purpose_of_use);
  inner.text("purposeDetails", reason.purpose_details);
  inner.text("healthcareService", reason.healthcare_service);
  inner.text("decisionRef", reason.decision_ref);
  inner.text("text", reason.text);
}

} // namespace

void append_json(std::string& out, const StoredRecord& stored, const IdCipher& ids, Access reader) {
  const Record& record = stored.record;
  const bool in_full = reader == Access::legal_basis;
  Members members(out);
  members.number("position", stored.position);
  if (stored.erased) {
    members.truth("erased", true);
    return;
  }
  members.text("time", format_instant(record.time));
  members.text("act", name_of(record.act));
  members.text("class", in_full ? name_of(record.kind) : std::string_view{});
  if (record.subject) {
    members.text("subject", view_of(ids.seal(*record.subject)));
  }
  if (record.asked) {
    members.text("asked", view_of(ids.seal(*record.asked)));
  }
  if (record.subjects) {
    append_subjects(members, *record.subjects, in_full);
  }
  append_actor(members, record.actor, in_full);
  append_reason(members, record.reason);
  members.text("operation", record.operation);
  append_parts(members, "partsAsked", record.parts_asked);
  append_parts(members, "partsDelivered", record.parts_delivered);
  members.truth("history", record.history);
  members.truth("withLegalBasis", record.with_legal_basis);
  members.truth("protectedShown", in_full && record.protected_shown);
  members.truth("emergency", record.emergency);
  members.number("status", record.status);
  members.text("outcome", record.outcome);
  members.text("requestId", record.request_id);
}

void append_json(std::string& out, const OwnLogEntry& entry) {
  Members members(out);
  members.text("time", format_instant(entry.time));
  members.text("act", entry.act);
  members.text("practitioner", entry.practitioner);
  members.text("role", entry.role);
  members.text("organisation", entry.organisation);
  members.text("organisationParent", entry.organisation_parent);
  members.text("system", entry.system);
  members.text("purposeOfUse", entry.purpose);
  members.truth("emergency", entry.emergency);
  members.truth("linked", entry.linked);
}

void append_analysis_json(std::string& out, const StoredRecord& stored, std::string_view subject) {
  const Record& record = stored.record;
  const Actor& actor = record.actor;
  Members members(out);
  members.number("position", stored.position);
  members.text("time", format_instant(record.time));
  members.text("act", name_of(record.act));
  members.text("user", !actor.user_hpr.empty()   ? actor.user_hpr
                       : !actor.user_key.empty() ? actor.user_key
                                                 : actor.os_user);
  members.text("clientId", actor.client_id);
  members.text("organisation", actor.organisation);
  members.text("organisationParent", actor.organisation_parent);
  members.text("subject", subject);
  members.text("purposeOfUse", record.reason.purpose_of_use);
  members.text("decisionRef", record.reason.decision_ref);
  members.text("operation", record.operation);
  members.truth("emergency", record.emergency);
  members.truth("protectedShown", record.protected_shown);
  members.text("outcome", record.outcome);
}

} // namespace grunndata::registry::audit
