// Any bytes as an identifier: the first two choose the rules and the declared kind, the rest is
// the text. Aborts when the answers contradict themselves, each other or the values they make.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "identifiers/batch.h"
#include "identifiers/check.h"
#include "identifiers/check_json.h"
#include "identifiers/generate.h"
#include "identifiers/organisation_identifier.h"
#include "identifiers/person_identifier.h"

namespace ids = grunndata::identifiers;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

ids::Rules rules_from(std::uint8_t byte) {
  ids::Rules rules;
  rules.check_rule = static_cast<ids::CheckRule>(byte & 1);
  rules.month40 = static_cast<ids::Month40>((byte >> 1) & 1);
  rules.accepted_synthetic = ids::SyntheticSet{};
  for (unsigned series = 1; series <= 3; ++series) {
    if (((byte >> (series + 1)) & 1) != 0) {
      rules.accepted_synthetic = rules.accepted_synthetic.with(static_cast<ids::Synthetic>(series));
    }
  }
  return rules;
}

void require_sound(const ids::Check& check, const ids::Rules& rules, ids::Kind declared) {
  require(check.valid == (check.reason == ids::Reason::none));
  require(check.valid == (check.kind != ids::Kind::none));
  require(check.birth_date_derived == check.birth_date.has_value());
  require(!check.birth_date || ids::is_date(*check.birth_date));
  require(!check.birth_date || rules.check_rule == ids::CheckRule::pre2032);
  require(check.synthetic == ids::Synthetic::none ||
          rules.accepted_synthetic.contains(check.synthetic));
  require(!check.valid || declared == ids::Kind::none || check.kind == declared);
}

void require_batch_agrees(std::string_view text, const ids::Rules& rules) {
  std::vector<std::array<char, ids::person_number_digits>> numbers;
  for (std::size_t at = 0; at + ids::person_number_digits <= text.size(); ++at) {
    auto& number = numbers.emplace_back();
    text.copy(number.data(), number.size(), at);
  }
  std::vector<ids::Verdict> verdicts(numbers.size());
  ids::check_batch(numbers, verdicts, rules);
  for (std::size_t index = 0; index < numbers.size(); ++index) {
    const ids::Check alone =
        ids::check_person({numbers[index].data(), numbers[index].size()}, rules);
    require(verdicts[index].valid() == alone.valid);
    require(verdicts[index].kind() == alone.kind);
    require(verdicts[index].reason() == alone.reason);
    require(verdicts[index].synthetic() == alone.synthetic);
  }
}

// Seals the digits at the start, so that valid numbers are reached at once.
void require_sealed_is_judged(std::string_view text, const ids::Rules& rules) {
  std::uint32_t nine_digits = 0;
  for (const char byte : text.substr(0, 9)) {
    nine_digits = nine_digits * 10 + static_cast<unsigned char>(byte) % 10;
  }
  const auto number = ids::frame::seal(nine_digits, 0);
  if (!number) return;
  const ids::Check check = check_person(*number, rules);
  require_sound(check, rules, ids::Kind::none);
  require(check.reason != ids::Reason::control_digit);
  if (!check.valid) return;
  ids::Rules newer = rules;
  newer.check_rule = ids::CheckRule::from2032;
  require(check_person(*number, newer).kind == check.kind);
  const auto value = ids::PersonIdentifier::parse(*number, rules);
  require(value && value->text() == number->text() && value->kind() == check.kind);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 2) return 0;
  const ids::Rules rules = rules_from(data[0]);
  const auto declared = static_cast<ids::Kind>(data[1] % ids::kinds_count);
  const std::string_view text(reinterpret_cast<const char*>(data) + 2, size - 2);

  const ids::Check check = check_declared(text, rules, declared);
  require_sound(check, rules, declared);
  std::string json;
  append_check_json(json, size, check);
  require(json.size() <= ids::check_json_bytes_max);

  require(ids::PersonIdentifier::parse(text, rules).has_value() == check_person(text, rules).valid);
  require(ids::DufNummer::parse(text).has_value() == ids::check_duf(text).valid);
  require(ids::Gln::parse(text).has_value() == ids::check_gln(text).valid);
  if (const auto hpr = ids::HprNummer::parse(text)) {
    require(hpr->value() > 0 && text.ends_with(hpr->text()));
  }
  require_batch_agrees(text, rules);
  require_sealed_is_judged(text, rules);
  return 0;
}
