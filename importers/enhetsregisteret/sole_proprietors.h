// What is said of units that are natural persons', and of their shops.
#pragma once

#include "registry/virksomhet/node_record.h"

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace grunndata::importers::enhetsregisteret {

/// Marks everything in the record as personal by which a unit of a natural person tells of them:
/// names, addresses, contacts, annotations.
void mark_personal(registry::virksomhet::NodeRecord& record);

/// A set of organisasjonsnumre: a bit each, in pages that are made when they are needed. Norway's
/// numbers take less than 3 MB.
class UnitNumbers {
 public:
  /// What is no organisasjonsnummer is never in it.
  void insert(std::string_view orgnr);
  [[nodiscard]] bool contains(std::string_view orgnr) const;

 private:
  static constexpr std::size_t page_bits = 1U << 15U;
  using Page = std::array<std::uint64_t, page_bits / 64>;
  std::vector<std::unique_ptr<Page>> pages_;
};

/// Who among the units met so far is a sole proprietor. One thread at a time.
class SoleProprietors {
 public:
  /// `is_one`: asked of units that were not met; may be unset.
  explicit SoleProprietors(std::function<bool(std::string_view orgnr)> is_one)
      : is_one_(std::move(is_one)) {}

  /// Learns from the record of a unit, and marks that of an underenhet whose owner is one.
  void relate(registry::virksomhet::NodeRecord& record);

 private:
  [[nodiscard]] bool is_one(std::string_view orgnr) const;

  std::function<bool(std::string_view orgnr)> is_one_;
  UnitNumbers met_;
  UnitNumbers persons_;
};

} // namespace grunndata::importers::enhetsregisteret
