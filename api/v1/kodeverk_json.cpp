#include "api/v1/kodeverk_json.h"

#include "api/http/problem.h"
#include "api/number_text.h"
#include "api/v1/admin/client_json.h"
#include "registry/date_text.h"

namespace grunndata::api::v1 {
namespace {

using registry::CodeList;
using registry::CodeLists;
using registry::ListedCode;
using registry::ListVersion;

void append_flag(std::string& out, std::string_view name, bool value) {
  out.append(",\"").append(name).append(value ? "\":true" : "\":false");
}

void append_time(std::string& out, std::string_view name,
                 const std::optional<registry::Instant>& when) {
  if (when) append_text_member(out, name, registry::format_date_or_instant(*when));
}

void append_members(std::string& out, const ListVersion& version) {
  const CodeList& list = version.list();
  out += R"("number":)";
  http::append_json_string(out, list.number);
  append_text_member(out, "oid", list.oid);
  append_text_member(out, "title", list.title);
  append_flag(out, "complete", list.complete);
  append_text_member(out, "source", list.source);
  append_text_member(out, "note", list.note);
  append_text_member(out, "version", list.version);
  append_time(out, "validFrom", list.valid_from);
  append_time_member(out, "loaded", version.loaded());
  append_flag(out, "shipped", version.shipped());
  out += R"(,"codeCount":)";
  append_number(out, list.codes.size());
}

void append_row(std::string& out, const ListedCode& code) {
  out += R"("code":)";
  http::append_json_string(out, code.code);
  append_text_member(out, "text", code.text);
  append_flag(out, "active", code.active);
  append_time(out, "validFrom", code.valid_from);
  append_time(out, "validTo", code.valid_to);
}

void append_versions(std::string& out, const CodeLists::Versions& versions) {
  out += R"(,"versions":[)";
  for (std::size_t place = 0; place < versions.size(); ++place) {
    const ListVersion& version = *versions[place];
    out += place == 0 ? R"({"loaded":")" : R"(,{"loaded":")";
    out += registry::format_instant(version.loaded());
    out += '"';
    append_text_member(out, "version", version.list().version);
    append_time(out, "validFrom", version.list().valid_from);
    append_time(out, "validTo", end_of(versions, place));
    append_flag(out, "shipped", version.shipped());
    append_flag(out, "replaced", is_replaced(versions, place));
    out += '}';
  }
  out += ']';
}

} // namespace

void append_list_head(std::string& out, const ListVersion& version) {
  out += '{';
  append_members(out, version);
  out += '}';
}

void append_code_list(std::string& out, const CodeLists::Versions& versions,
                      const ListVersion& version, const std::optional<registry::Instant>& as_of) {
  out += '{';
  append_members(out, version);
  for (std::size_t place = 0; place < versions.size(); ++place) {
    if (versions[place].get() == &version) append_time(out, "validTo", end_of(versions, place));
  }
  append_versions(out, versions);
  out += R"(,"codes":[)";
  for (const ListedCode& code : version.list().codes) {
    if (as_of && !holds_at(code, *as_of)) continue;
    out += out.back() == '[' ? "{" : ",{";
    append_row(out, code);
    out += '}';
  }
  out += "]}";
}

void append_code(std::string& out, const registry::CodeAnswer& answer) {
  const CodeList& list = answer.version->list();
  out += R"({"number":)";
  http::append_json_string(out, list.number);
  append_flag(out, "complete", list.complete);
  append_text_member(out, "version", list.version);
  out += ',';
  append_row(out, *answer.code);
  append_flag(out, "valid", answer.standing == registry::CodeStanding::valid);
  out += '}';
}

} // namespace grunndata::api::v1
