#include "registry/hjelpenummer/block_record.h"

#include "registry/fields.h"
#include "registry/loaded_entity.h"

#include <algorithm>
#include <cstring>

namespace grunndata::registry::hjelpenummer {

namespace {

constexpr std::uint8_t block_format = 1;
constexpr std::uint8_t reports_format = 1;

/// A report in the form of the number's record that would follow from it.
std::string write_used(const UsedNumber& used) {
  HelpNumber number;
  number.number = used.number;
  number.state = State::reserved;
  number.issued = used.used;
  number.newborn = used.newborn;
  number.items.push_back({{}, {}, used.reason, used.facts});
  return write_help_number(number);
}

bool read_used(std::string_view value, std::optional<UsedNumber>& used) {
  if (value.empty()) {
    return true;
  }
  auto number = read_help_number(value);
  if (!number || number->items.size() != 1) {
    return false;
  }
  used = UsedNumber{std::move(number->number), number->issued, std::move(number->items[0].facts),
                    std::move(number->newborn), std::move(number->items[0].reason)};
  return true;
}

/// Whether the record holds the facts that `used` says. An erased one may have held them.
bool tells(const HelpNumber& record, const UsedNumber& used) {
  if (record.erased) {
    return true;
  }
  const bool said_nothing = used.facts.empty() && used.reason.empty();
  return said_nothing || std::ranges::any_of(record.items, [&used](const FactItem& item) {
           return item.facts == used.facts && item.reason == used.reason;
         });
}

} // namespace

std::string write_block(const Block& block) {
  FieldWriter out;
  out.number(block_format);
  out.number(block.reserved.microseconds).number(block.expires.microseconds).time(block.burnt);
  out.text(block.organisation).text(block.label);
  write(out, block.by);
  out.text(block.signature).number(static_cast<std::uint32_t>(block.numbers.size()));
  for (const std::string& number : block.numbers) {
    out.text(number);
  }
  return std::move(out).take();
}

std::optional<Block> read_block(std::uint64_t number, std::string_view value) {
  Block block;
  block.number = number;
  FieldReader in(value);
  std::uint8_t format = 0;
  in.number(format);
  in.time(block.reserved);
  in.time(block.expires);
  in.time(block.burnt);
  in.text(block.organisation);
  in.text(block.label);
  read(in, block.by);
  in.text(block.signature);
  block.numbers.resize(in.count());
  for (std::string& one : block.numbers) {
    in.text(one);
  }
  return in.whole() && format == block_format ? std::optional(std::move(block)) : std::nullopt;
}

std::uint16_t trace_of(const UsedNumber& used) {
  const auto hash = hash_of_record(write_used(used));
  std::uint16_t trace = 0;
  std::memcpy(&trace, hash.data(), sizeof trace);
  return trace;
}

bool StoredReport::is(const ReportRequest& request, const UsedNumber& again,
                      const std::optional<HelpNumber>& record) const {
  if (organisation != request.organisation || used != again.used || trace != trace_of(again)) {
    return false;
  }
  if (followed) {
    return record && tells(*record, again);
  }
  return block == request.block && (!kept || *kept == again);
}

std::string write_reports(const std::vector<StoredReport>& reports) {
  FieldWriter out;
  out.number(reports_format).number(static_cast<std::uint32_t>(reports.size()));
  for (const StoredReport& report : reports) {
    out.number(report.block).number(static_cast<std::uint8_t>(report.followed));
    out.number(report.work).number(report.told.microseconds).number(report.used.microseconds);
    out.number(report.trace).text(report.organisation);
    write(out, report.by);
    out.text(report.kept ? write_used(*report.kept) : std::string());
  }
  return std::move(out).take();
}

std::optional<std::vector<StoredReport>> read_reports(std::string_view value) {
  FieldReader in(value);
  std::uint8_t format = 0;
  in.number(format);
  std::vector<StoredReport> reports(in.count());
  bool readable = true;
  for (StoredReport& report : reports) {
    std::uint8_t followed = 0;
    std::string kept;
    in.number(report.block);
    in.number(followed);
    in.number(report.work);
    in.time(report.told);
    in.time(report.used);
    in.number(report.trace);
    in.text(report.organisation);
    read(in, report.by);
    in.text(kept);
    report.followed = followed != 0;
    readable = readable && read_used(kept, report.kept);
  }
  return in.whole() && format == reports_format && readable ? std::optional(std::move(reports))
                                                            : std::nullopt;
}

} // namespace grunndata::registry::hjelpenummer
