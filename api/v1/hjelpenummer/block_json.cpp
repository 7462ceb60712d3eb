#include "api/v1/hjelpenummer/block_json.h"

#include "api/number_text.h"
#include "api/v1/admin/client_json.h"

namespace grunndata::api::v1 {

namespace {

namespace hn = registry::hjelpenummer;

void append_count(std::string& out, std::string_view name, std::size_t count) {
  out.append(",\"").append(name).append("\":");
  append_number(out, count);
}

/// Without the closing brace.
void begin_block(std::string& out, const hn::Block& block) {
  out += R"({"id":")";
  append_number(out, block.number);
  out += '"';
  append_text_member(out, "organisation", block.organisation);
  append_text_member(out, "label", block.label);
  append_time_member(out, "reserved", block.reserved);
  append_time_member(out, "expires", block.expires);
  if (block.burnt) append_time_member(out, "burnt", *block.burnt);
  append_count(out, "count", block.numbers.size());
}

void append_figures(std::string& out, const hn::BlockFigures& figures) {
  out += R"(,"figures":{"unused":)";
  append_number(out, figures.unused);
  append_count(out, "used", figures.used);
  append_count(out, "burnt", figures.burnt);
  append_count(out, "cancelled", figures.cancelled);
  out += '}';
}

} // namespace

void append_block(std::string& out, const hn::Block& block, const hn::BlockFigures* figures) {
  begin_block(out, block);
  if (figures != nullptr) append_figures(out, *figures);
  out += '}';
}

void append_block_in_full(std::string& out, const hn::Block& block, const hn::BlockFigures& figures,
                          std::string_view verifier_key) {
  begin_block(out, block);
  append_figures(out, figures);
  out += R"(,"numbers":[)";
  for (const std::string& number : block.numbers) {
    if (out.back() != '[') out += ',';
    out.append("\"").append(number).append("\"");
  }
  out += ']';
  if (!block.signature.empty()) {
    append_text_member(out, "signedList", signed_block_list(block));
    append_text_member(out, "verifierKey", verifier_key);
  }
  out += '}';
}

void append_reported(std::string& out, const hn::ReportedNumber& number,
                     const registry::IdCipher& ids) {
  out += R"({"number":")" + number.number + '"';
  append_text_member(out, "result", name_of(number.result));
  // Of a conflict nobody learns here who goes by the number.
  const bool tells = number.result == hn::ReportResult::in_use ||
                     (number.result == hn::ReportResult::known && number.work == 0);
  if (tells && number.entity) {
    append_text_member(out, "id", registry::view_of(ids.seal(*number.entity)));
  }
  if (number.work != 0) append_text_member(out, "work", std::to_string(number.work));
  out += '}';
}

void append_reported(std::string& out, const std::vector<hn::ReportedNumber>& numbers,
                     const registry::IdCipher& ids) {
  out += R"({"numbers":[)";
  for (const hn::ReportedNumber& number : numbers) {
    if (out.back() != '[') out += ',';
    append_reported(out, number, ids);
  }
  out += "]}";
}

} // namespace grunndata::api::v1
