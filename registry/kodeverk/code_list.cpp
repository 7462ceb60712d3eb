#include "registry/kodeverk/code_list.h"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

namespace grunndata::registry {

namespace {

bool is_word(std::string_view text, std::string_view others) noexcept {
  return std::ranges::all_of(text, [others](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           others.find(c) != std::string_view::npos;
  });
}

bool is_oid(std::string_view text) noexcept {
  return std::ranges::all_of(text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; });
}

bool is_plain(std::string_view text, std::size_t bytes_max) noexcept {
  return text.size() <= bytes_max && std::ranges::none_of(text, [](char c) {
           return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
         });
}

std::int64_t begin_of(const ListedCode& code) noexcept {
  return code.valid_from ? code.valid_from->microseconds
                         : std::numeric_limits<std::int64_t>::min();
}

/// By code, then by when the row begins.
std::vector<std::uint32_t> ordered(const std::vector<ListedCode>& codes) {
  std::vector<std::uint32_t> places(codes.size());
  std::iota(places.begin(), places.end(), 0U);
  std::ranges::sort(places, {}, [&codes](std::uint32_t place) {
    const ListedCode& code = codes[place];
    return std::tuple(std::string_view(code.code), begin_of(code), place);
  });
  return places;
}

std::optional<std::string> fault_of(const ListedCode& code) {
  if (code.code.empty() || !is_plain(code.code, code_bytes_max)) {
    return "a code is empty, too long or holds control characters";
  }
  const auto about = [&code](std::string_view what) {
    return std::string("code ").append(code.code).append(" ").append(what);
  };
  if (code.text.empty() || !is_plain(code.text, list_text_bytes_max)) {
    return about("has no text, or one that is too long or holds control characters");
  }
  if (code.valid_from && code.valid_to && *code.valid_to <= *code.valid_from) {
    return about("ends before it begins");
  }
  return std::nullopt;
}

std::optional<std::string> fault_of_head(const CodeList& list) {
  if (list.number.empty() || list.number.size() > list_number_bytes_max ||
      !is_word(list.number, "._-")) {
    return "its number is 1 to 64 letters, digits, dots, hyphens and underscores";
  }
  if (list.oid.size() > list_number_bytes_max || !is_oid(list.oid)) {
    return "its OID is digits and dots";
  }
  if (list.title.empty() || list.source.empty()) {
    return "it has no title, or says no source";
  }
  for (const std::string* text : {&list.title, &list.source, &list.version, &list.note}) {
    if (!is_plain(*text, list_text_bytes_max)) {
      return "a text of it is too long or holds control characters";
    }
  }
  if (list.codes.size() > codes_of_list_max) {
    return "it has more codes than a list may have";
  }
  return std::nullopt;
}

} // namespace

bool holds_at(const ListedCode& code, Instant at) noexcept {
  return (!code.valid_from || *code.valid_from <= at) && (!code.valid_to || at < *code.valid_to);
}

std::optional<std::string> fault_of(const CodeList& list) {
  if (auto fault = fault_of_head(list)) {
    return fault;
  }
  for (const ListedCode& code : list.codes) {
    if (auto fault = fault_of(code)) {
      return fault;
    }
  }
  const ListedCode* before = nullptr;
  for (const std::uint32_t place : ordered(list.codes)) {
    const ListedCode& code = list.codes[place];
    const bool again = before != nullptr && before->code == code.code;
    if (again && (!before->valid_to || begin_of(code) < before->valid_to->microseconds)) {
      return std::string("code ").append(code.code).append(" stands there twice for one time");
    }
    before = &code;
  }
  return std::nullopt;
}

ListVersion::ListVersion(CodeList list, std::uint64_t place, Instant loaded, bool shipped)
    : list_(std::move(list)), place_(place), loaded_(loaded), shipped_(shipped),
      by_code_(ordered(list_.codes)) {
  first_.reserve(by_code_.size());
  for (std::size_t row = 0; row < by_code_.size(); ++row) {
    first_.emplace(list_.codes[by_code_[row]].code, static_cast<std::uint32_t>(row));
  }
}

const ListedCode* ListVersion::find(std::string_view code, Instant at) const noexcept {
  const ListedCode* newest = nullptr;
  const auto first = first_.find(code);
  for (std::size_t row = first == first_.end() ? by_code_.size() : first->second;
       row < by_code_.size() && list_.codes[by_code_[row]].code == code; ++row) {
    newest = &list_.codes[by_code_[row]];
    if (holds_at(*newest, at)) {
      break;
    }
  }
  return newest;
}

} // namespace grunndata::registry
