#include "registry/hjelpenummer/block_store.h"

#include "registry/clients/plain_text.h"
#include "registry/keys.h"

namespace grunndata::registry::hjelpenummer {

using store::Family;

bool is_block_key(std::string_view key) noexcept { return key.size() == sizeof(std::uint64_t); }

Result<Block> find_block(const Transaction& transaction, std::uint64_t number) {
  store::Pinned pin;
  const auto value = transaction.get(Family::block, key_of_number(number), pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return fail(ErrorCode::not_found, "there is no such block");
  }
  auto block = read_block(number, **value);
  return block ? Result<Block>(std::move(*block))
               : fail(ErrorCode::corrupt, "a block of hjelpenumre cannot be read");
}

void put_block(Transaction& transaction, const Block& block) {
  transaction.put(Family::block, key_of_number(block.number), write_block(block));
}

Result<std::vector<StoredReport>> find_reports(const Transaction& transaction,
                                               std::string_view number) {
  store::Pinned pin;
  const auto value = transaction.get(Family::block, number, pin);
  if (!value) {
    return tl::unexpected(value.error());
  }
  if (!*value) {
    return std::vector<StoredReport>{};
  }
  auto reports = read_reports(**value);
  return reports ? Result<std::vector<StoredReport>>(std::move(*reports))
                 : fail(ErrorCode::corrupt, "the reports about a hjelpenummer cannot be read");
}

void put_reports(Transaction& transaction, std::string_view number,
                 const std::vector<StoredReport>& reports) {
  transaction.put(Family::block, std::string(number), write_reports(reports));
}

Result<void> check_note(std::string_view field, std::string_view note) {
  if (!is_plain_text(note) || characters_of(note) > note_characters_max ||
      holds_number_form(note)) {
    return fail(ErrorCode::invalid,
                std::string(field) +
                    " is at most 500 characters on one line, without a number like a person's");
  }
  return {};
}

Result<void> forget_reports(Transaction& transaction, const HelpNumber& number) {
  if (number.is_local()) {
    return {};
  }
  auto reports = find_reports(transaction, number.number);
  if (!reports) {
    return tl::unexpected(reports.error());
  }
  bool any = false;
  for (StoredReport& report : *reports) {
    any = any || report.kept;
    report.kept.reset();
  }
  if (any) {
    put_reports(transaction, number.number, *reports);
  }
  return {};
}

} // namespace grunndata::registry::hjelpenummer
