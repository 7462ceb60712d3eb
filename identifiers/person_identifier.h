// Persons' numbers as values that cannot hold an invalid one. They own their digits inline, are
// trivially copyable, and compare by their text. parse is the only way to make one; it takes the
// rules of check.h and gives the reasons of check.h.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "identifiers/check.h"
#include "identifiers/parsed.h"

namespace grunndata::identifiers {

// A number of the 11-digit frame, of exactly one kind.
template <Kind K>
class FrameNumber {
 public:
  static constexpr Kind kind = K;

  static constexpr Parsed<FrameNumber> parse(std::string_view text, const Rules& rules) {
    const Check check = check_person(text, rules, K);
    if (!check.valid) return check.reason;
    FrameNumber number;
    for (std::size_t index = 0; index < person_number_digits; ++index) {
      number.digits_[index] = text[index];
    }
    return number;
  }

  // A view into this object.
  [[nodiscard]] constexpr std::string_view text() const {
    return {digits_.data(), digits_.size()};
  }
  friend constexpr auto operator<=>(const FrameNumber&, const FrameNumber&) = default;

 private:
  constexpr FrameNumber() = default;

  std::array<char, person_number_digits> digits_{};
};

using Foedselsnummer = FrameNumber<Kind::fnr>;
using DNummer = FrameNumber<Kind::dnr>;
// Issued by Norsk helsenett; carries neither birth date nor gender.
using FellesHjelpenummer = FrameNumber<Kind::fhn>;

// A hjelpenummer that one organisation issued for itself. The same digits may be another person's
// at another issuer, so it is never compared or stored without its assigner.
class LokaltHjelpenummer {
 public:
  static constexpr Kind kind = Kind::hnr;
  static constexpr std::size_t assigner_bytes_max = 64;

  // The assigner is an OID, an organisasjonsnummer or a URI: 1 to assigner_bytes_max bytes of
  // printable ASCII without blanks and quotes, kept as given (Reason::assigner otherwise).
  static constexpr Parsed<LokaltHjelpenummer> parse(std::string_view text,
                                                    std::string_view assigner,
                                                    const Rules& rules) {
    const Check check = check_person(text, rules, Kind::hnr);
    if (!check.valid) return check.reason;
    if (!is_assigner(assigner)) return Reason::assigner;
    LokaltHjelpenummer number;
    for (std::size_t index = 0; index < person_number_digits; ++index) {
      number.digits_[index] = text[index];
    }
    for (std::size_t index = 0; index < assigner.size(); ++index) {
      number.assigner_[index] = assigner[index];
    }
    number.assigner_bytes_ = static_cast<std::uint8_t>(assigner.size());
    return number;
  }

  static constexpr bool is_assigner(std::string_view text) {
    if (text.empty() || text.size() > assigner_bytes_max) return false;
    for (const char character : text) {
      if (character <= ' ' || character > '~' || character == '"' || character == '\\') {
        return false;
      }
    }
    return true;
  }

  // Views into this object.
  [[nodiscard]] constexpr std::string_view text() const {
    return {digits_.data(), digits_.size()};
  }
  [[nodiscard]] constexpr std::string_view assigner() const {
    return {assigner_.data(), assigner_bytes_};
  }
  friend constexpr auto operator<=>(const LokaltHjelpenummer&,
                                    const LokaltHjelpenummer&) = default;

 private:
  constexpr LokaltHjelpenummer() = default;

  std::array<char, person_number_digits> digits_{};
  std::uint8_t assigner_bytes_ = 0;
  std::array<char, assigner_bytes_max> assigner_{};
};

class DufNummer {
 public:
  static constexpr Kind kind = Kind::duf;

  static constexpr Parsed<DufNummer> parse(std::string_view text) {
    const Check check = check_duf(text);
    if (!check.valid) return check.reason;
    DufNummer number;
    for (std::size_t index = 0; index < duf_digits; ++index) number.digits_[index] = text[index];
    return number;
  }

  // A view into this object.
  [[nodiscard]] constexpr std::string_view text() const {
    return {digits_.data(), digits_.size()};
  }
  friend constexpr auto operator<=>(const DufNummer&, const DufNummer&) = default;

 private:
  constexpr DufNummer() = default;

  std::array<char, duf_digits> digits_{};
};

// A valid number of a person together with which kind it is: fnr, dnr, hnr, fhn or duf. Of a
// lokalt hjelpenummer it holds the digits alone: whoever uses one as a key adds the assigner.
// 16 bytes, trivially copyable.
class PersonIdentifier {
 public:
  // `declared` decides ambiguity as in check_person.
  static constexpr Parsed<PersonIdentifier> parse(std::string_view text, const Rules& rules,
                                                  Kind declared = Kind::none) {
    const Check check = check_person(text, rules, declared);
    if (!check.valid) return check.reason;
    return PersonIdentifier(check.kind, check.synthetic, text);
  }

  template <Kind K>
  explicit constexpr PersonIdentifier(const FrameNumber<K>& number)
      : PersonIdentifier(K, frame::series_in(number.text(), K), number.text()) {}
  explicit constexpr PersonIdentifier(const LokaltHjelpenummer& number)
      : PersonIdentifier(Kind::hnr, Synthetic::none, number.text()) {}
  explicit constexpr PersonIdentifier(const DufNummer& number)
      : PersonIdentifier(Kind::duf, Synthetic::none, number.text()) {}

  [[nodiscard]] constexpr Kind kind() const { return kind_; }
  [[nodiscard]] constexpr Synthetic synthetic() const { return synthetic_; }
  // A view into this object: 11 digits, 12 of a DUF-nummer.
  [[nodiscard]] constexpr std::string_view text() const { return {digits_.data(), length_}; }
  friend constexpr auto operator<=>(const PersonIdentifier&, const PersonIdentifier&) = default;

 private:
  constexpr PersonIdentifier(Kind kind, Synthetic synthetic, std::string_view text)
      : kind_(kind), synthetic_(synthetic), length_(static_cast<std::uint8_t>(text.size())) {
    for (std::size_t index = 0; index < text.size(); ++index) digits_[index] = text[index];
  }

  Kind kind_;
  Synthetic synthetic_;
  std::uint8_t length_;
  std::array<char, duf_digits> digits_{};
};

}  // namespace grunndata::identifiers
