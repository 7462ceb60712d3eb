// What few people have: each is drawn at the rate of the real register, and besides given to one
// eligible person of every block, so that a small population shows it too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>

namespace grunndata::generate {

enum class Feature : std::uint8_t {
  strictly_protected,
  protected_address,
  client_address,
  graded_openly,
  missing,
  not_resident,
  birth_registered,
  active,
  stillborn,
  provisional_name,
  no_birth_date,
  preferred_address,
  other_relation,
  responsibility_outsider,
  responsibility_organisation,
  responsibility_unknown,
  responsibility_father,
  responsibility_co_mother,
  responsible_for_outsider,
  split_home,
  split_home_unknown,
  keeps_citizenship,
  lost_citizenship,
  needs_no_keeping,
  svalbard_short,
  svalbard_half_year,
  svalbard_year,
  svalbard_unknown,
  false_known,
  false_unknown,
  false_described,
  guardian_asylum,
  guardian_refugee,
  guardian_adult,
  guardian_adult_interim,
  guardian_minor,
  guardian_minor_interim,
  guardian_assets,
  guardian_proxy,
  limited_capacity,
  deprived_capacity,
  sami_north,
  sami_south,
  sami_lule,
  sameting_in,
  sameting_out,
  sameting_never,
  count,
};
static_assert(static_cast<std::size_t>(Feature::count) <= 64);

class Features {
public:
  constexpr Features() = default;
  constexpr Features(std::initializer_list<Feature> features) noexcept {
    for (const Feature feature : features) set(feature);
  }
  [[nodiscard]] static constexpr Features all() noexcept {
    Features every;
    every.bits_ = (std::uint64_t{1} << static_cast<unsigned>(Feature::count)) - 1;
    return every;
  }
  [[nodiscard]] constexpr bool has(Feature feature) const noexcept {
    return (bits_ >> static_cast<unsigned>(feature) & 1) != 0;
  }
  [[nodiscard]] constexpr bool has_any(Features other) const noexcept {
    return (bits_ & other.bits_) != 0;
  }
  [[nodiscard]] constexpr bool empty() const noexcept { return bits_ == 0; }
  constexpr void set(Feature feature) noexcept {
    bits_ |= std::uint64_t{1} << static_cast<unsigned>(feature);
  }
  constexpr void clear(Feature feature) noexcept {
    bits_ &= ~(std::uint64_t{1} << static_cast<unsigned>(feature));
  }

private:
  std::uint64_t bits_ = 0;
};

/// The kinds of partnership that ended with the year 2008 and are rare today.
enum class Partnership : std::uint8_t { lasting, separated, dissolved, surviving, count };

/// Which of what few people have is still to be given to somebody in this block.
struct Pending {
  Features features;
  std::uint8_t partnerships = 0; ///< one bit each

  [[nodiscard]] static constexpr Pending whole() noexcept {
    return {Features::all(),
            static_cast<std::uint8_t>((1U << static_cast<unsigned>(Partnership::count)) - 1)};
  }
};

} // namespace grunndata::generate
