// What loads have just written, of families that the next load asks for by key.
#pragma once

#include "registry/place_table.h"
#include "registry/store/store.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace grunndata::registry {

/// Who has a number is asked for each record of a load, and mostly nobody has, or somebody of the
/// same load: the store would look through all files that the load has added. For the writer's
/// thread alone. What it knows is right as long as every load is taken in and it is forgotten
/// before anything is written otherwise.
class LoadMemory {
public:
  static constexpr std::size_t family_bytes_max = std::size_t{160} << 20U;

  /// `bytes_max`: of keys and values of one family, beside eight bytes and more for each key.
  explicit LoadMemory(const store::Store& store, std::size_t bytes_max = family_bytes_max)
      : store_(store), bytes_max_(bytes_max) {}

  static constexpr std::array families{store::Family::node_key, store::Family::identifier};
  [[nodiscard]] static constexpr bool holds(store::Family family) noexcept {
    return index_of(family) < families.size();
  }

  struct Known {
    bool is_known = false; ///< else the store has to be asked
    std::optional<std::string_view> value; ///< lives until `take` or `forget`
  };
  [[nodiscard]] Known find(store::Family family, std::string_view key) const noexcept;

  /// Before a load; the first time since it was forgotten it looks what the store has.
  void begin();
  /// Of a load that goes to the store, in order.
  void take(std::span<const store::Change> changes);
  void forget() noexcept;

private:
  /// An entry in `chunks` says how long its key and value are, then follow both.
  class Table {
  public:
    [[nodiscard]] Known find(std::string_view key) const noexcept;
    void set(std::string_view key, const std::optional<std::string>& value, std::size_t bytes_max);
    bool knows_all = false; ///< what is not found is not in the store

  private:
    [[nodiscard]] char* entry_at(std::uint32_t place) const noexcept;
    [[nodiscard]] bool is_at(std::uint32_t place, std::string_view key) const noexcept;
    /// 0: there is no room.
    [[nodiscard]] std::uint32_t add(std::string_view key, std::string_view value,
                                    std::uint16_t value_size, std::size_t bytes_max);

    std::vector<std::unique_ptr<char[]>> chunks_;
    std::size_t used_ = 0; ///< bytes of the last chunk
    PlaceTable places_;    ///< of entries, from 1, in units of 8 bytes
  };

  /// The number of families when it is not among them.
  [[nodiscard]] static constexpr std::size_t index_of(store::Family family) noexcept {
    return static_cast<std::size_t>(std::ranges::find(families, family) - families.begin());
  }

  const store::Store& store_;
  std::size_t bytes_max_;
  bool has_begun_ = false;
  std::array<Table, families.size()> tables_;
};

} // namespace grunndata::registry
