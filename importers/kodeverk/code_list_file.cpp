#include "importers/kodeverk/code_list_file.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <optional>

namespace grunndata::importers::kodeverk {

namespace {

namespace dom = simdjson::dom;
using registry::CodeList;
using registry::ErrorCode;
using registry::Instant;
using registry::ListedCode;
using registry::Result;

/// What is wrong, and where.
tl::unexpected<registry::Error> wrong(std::string_view place, std::string_view what) {
  return registry::fail(ErrorCode::invalid, std::string(place).append(" ").append(what));
}

Result<void> set(std::string_view place, const dom::element& value, std::string& text) {
  std::string_view given;
  if (value.get_string().get(given) != simdjson::SUCCESS) {
    return wrong(place, "is not text");
  }
  text = given;
  return {};
}

Result<void> set(std::string_view place, const dom::element& value, bool& flag) {
  if (value.get_bool().get(flag) != simdjson::SUCCESS) {
    return wrong(place, "is not true or false");
  }
  return {};
}

/// The day after `date`, which is one.
std::string day_after(std::string_view date) {
  namespace chr = std::chrono;
  const auto number = [date](std::size_t at, std::size_t size) {
    int value = 0;
    for (const char digit : date.substr(at, size)) value = value * 10 + (digit - '0');
    return value;
  };
  const chr::year_month_day day{chr::year(number(0, 4)),
                                chr::month(static_cast<unsigned>(number(5, 2))),
                                chr::day(static_cast<unsigned>(number(8, 2)))};
  const chr::year_month_day next{chr::sys_days(day) + chr::days(1)};
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", static_cast<int>(next.year()),
                static_cast<unsigned>(next.month()), static_cast<unsigned>(next.day()));
  return text;
}

enum class Day : std::uint8_t { first, last };

/// The moment at which the day begins, or at which the last day ends.
Result<void> set(std::string_view place, const dom::element& value, Day day,
                 std::optional<Instant>& when) {
  std::string date;
  if (auto text = set(place, value, date); !text) {
    return text;
  }
  if (!registry::is_date(date)) {
    return wrong(place, "is not a date, YYYY-MM-DD");
  }
  when = registry::oslo_midnight(day == Day::first ? date : day_after(date));
  return when ? Result<void>{} : wrong(place, "is a date beyond what can be kept");
}

Result<void> set_number(std::string_view place, const dom::element& value, std::string& number) {
  std::uint64_t given = 0;
  if (value.get_uint64().get(given) == simdjson::SUCCESS) {
    number = std::to_string(given);
    return {};
  }
  return set(place, value, number);
}

Result<void> check_required(std::string_view place, const dom::object& object,
                            std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    dom::element value;
    if (object.at_key(name).get(value) != simdjson::SUCCESS || value.is_null()) {
      return wrong(std::string(place).append("/").append(name), "is missing");
    }
  }
  return {};
}

Result<ListedCode> read_code(std::string_view place, const dom::element& element) {
  dom::object object;
  if (element.get_object().get(object) != simdjson::SUCCESS) {
    return wrong(place, "is not an object");
  }
  if (auto whole = check_required(place, object, {"kode", "tekst"}); !whole) {
    return tl::unexpected(whole.error());
  }
  ListedCode code;
  for (const auto& [name, value] : object) {
    if (value.is_null()) continue;
    const std::string at = std::string(place).append("/").append(name);
    Result<void> done;
    if (name == "kode") {
      done = set(at, value, code.code);
    } else if (name == "tekst") {
      done = set(at, value, code.text);
    } else if (name == "aktiv") {
      done = set(at, value, code.active);
    } else if (name == "gyldigFra") {
      done = set(at, value, Day::first, code.valid_from);
    } else if (name == "gyldigTil") {
      done = set(at, value, Day::last, code.valid_to);
    } else {
      done = wrong(at, "is a member that is not known");
    }
    if (!done) {
      return tl::unexpected(done.error());
    }
  }
  return code;
}

Result<void> read_codes(const dom::element& element, std::vector<ListedCode>& codes) {
  dom::array array;
  if (element.get_array().get(array) != simdjson::SUCCESS) {
    return wrong("/koder", "is not a list");
  }
  for (const dom::element& row : array) {
    auto code = read_code("/koder/" + std::to_string(codes.size()), row);
    if (!code) {
      return tl::unexpected(code.error());
    }
    codes.push_back(std::move(*code));
  }
  return {};
}

Result<void> read_member(std::string_view name, const dom::element& value, CodeList& list,
                         std::optional<std::uint64_t>& count) {
  const std::string at = std::string(1, '/').append(name);
  if (name == "nr") return set_number(at, value, list.number);
  if (name == "oid") return set(at, value, list.oid);
  if (name == "tittel") return set(at, value, list.title);
  if (name == "kilde") return set(at, value, list.source);
  if (name == "versjon") return set(at, value, list.version);
  if (name == "merknad") return set(at, value, list.note);
  if (name == "komplett") return set(at, value, list.complete);
  if (name == "gyldigFra") return set(at, value, Day::first, list.valid_from);
  if (name == "koder") return read_codes(value, list.codes);
  if (name != "antall") return wrong(at, "is a member that is not known");
  std::uint64_t given = 0;
  if (value.get_uint64().get(given) != simdjson::SUCCESS) return wrong(at, "is not a count");
  count = given;
  return {};
}

Result<std::string> bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    return registry::fail(ErrorCode::not_found, "cannot read " + path.string());
  }
  std::string text;
  std::array<char, 64U << 10U> block;
  while (file.read(block.data(), block.size()) || file.gcount() > 0) {
    text.append(block.data(), static_cast<std::size_t>(file.gcount()));
    if (text.size() > code_list_file_bytes_max) {
      return registry::fail(ErrorCode::invalid, path.string() + " is larger than 64 MiB");
    }
  }
  if (file.bad()) { // a device, for one
    return registry::fail(ErrorCode::storage, "cannot read " + path.string());
  }
  return text;
}

Result<std::vector<std::filesystem::path>> files_of(const std::filesystem::path& path) {
  std::error_code fault;
  std::vector<std::filesystem::path> files;
  if (!std::filesystem::is_directory(path, fault)) {
    files.push_back(path);
    return files;
  }
  for (std::filesystem::directory_iterator entry(path, fault), end; !fault && entry != end;
       entry.increment(fault)) {
    if (entry->path().extension() == ".json") files.push_back(entry->path());
  }
  if (fault) {
    return registry::fail(ErrorCode::storage, "cannot read " + path.string());
  }
  if (files.empty()) {
    return registry::fail(ErrorCode::invalid, path.string() + " holds no file *.json");
  }
  std::ranges::sort(files);
  return files;
}

// The files of data/, made part of the program by the build.
constexpr std::string_view shipped[] = {
#include "kodeverk.inc"
};

} // namespace

Result<CodeList> read_code_list(std::string_view json) {
  dom::parser parser;
  dom::element root;
  dom::object object;
  if (parser.parse(json.data(), json.size()).get(root) != simdjson::SUCCESS) {
    return registry::fail(ErrorCode::invalid, "it is not JSON");
  }
  if (root.get_object().get(object) != simdjson::SUCCESS) {
    return registry::fail(ErrorCode::invalid, "it is not one JSON object");
  }
  if (auto whole = check_required({}, object, {"nr", "tittel", "kilde", "komplett", "koder"});
      !whole) {
    return tl::unexpected(whole.error());
  }
  CodeList list;
  std::optional<std::uint64_t> count;
  for (const auto& [name, value] : object) {
    if (value.is_null()) continue;
    if (auto read = read_member(name, value, list, count); !read) {
      return tl::unexpected(read.error());
    }
  }
  if (count && *count != list.codes.size()) {
    return wrong("/antall", "is not how many codes there are");
  }
  if (const auto fault = fault_of(list)) {
    return registry::fail(ErrorCode::invalid, *fault);
  }
  return list;
}

Result<std::vector<CodeList>> read_code_lists(const std::filesystem::path& path) {
  const auto files = files_of(path);
  if (!files) {
    return tl::unexpected(files.error());
  }
  std::vector<CodeList> lists;
  for (const std::filesystem::path& file : *files) {
    const auto text = bytes_of(file);
    if (!text) {
      return tl::unexpected(text.error());
    }
    auto list = read_code_list(*text);
    if (!list) {
      return registry::fail(list.error().code, file.string() + ": " + list.error().message);
    }
    lists.push_back(std::move(*list));
  }
  return lists;
}

const std::vector<CodeList>& shipped_code_lists() {
  static const std::vector<CodeList> lists = [] {
    std::vector<CodeList> read;
    for (const std::string_view text : shipped) read.push_back(read_code_list(text).value());
    return read;
  }();
  return lists;
}

} // namespace grunndata::importers::kodeverk
