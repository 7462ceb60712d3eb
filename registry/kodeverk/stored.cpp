#include "registry/kodeverk/stored.h"

#include "registry/fields.h"
#include "registry/keys.h"

namespace grunndata::registry {

namespace {

constexpr std::uint8_t list_format = 1;
constexpr std::size_t place_bytes = sizeof(std::uint64_t);

std::uint8_t bit(bool value) noexcept { return value ? 1 : 0; }

} // namespace

std::string list_version_key(std::string_view number, std::uint64_t place) {
  std::string key(list_prefix);
  key.append(number);
  key.push_back('\0');
  return key.append(key_of_number(place));
}

std::string write_list_version(const ListVersion& version) {
  const CodeList& list = version.list();
  FieldWriter out;
  out.number(list_format).number(bit(version.shipped())).number(bit(list.complete));
  out.time(list.valid_from).number(version.loaded().microseconds);
  out.text(list.oid).text(list.title).text(list.source).text(list.version).text(list.note);
  out.number(static_cast<std::uint32_t>(list.codes.size()));
  for (const ListedCode& code : list.codes) {
    out.number(bit(code.active)).time(code.valid_from).time(code.valid_to);
    out.text(code.code).text(code.text);
  }
  return std::move(out).take();
}

std::optional<ListVersion> read_list_version(std::string_view key, std::string_view value) {
  if (!key.starts_with(list_prefix)) {
    return std::nullopt;
  }
  key.remove_prefix(list_prefix.size());
  if (key.size() < place_bytes + 2 || key[key.size() - place_bytes - 1] != '\0') {
    return std::nullopt;
  }
  CodeList list;
  list.number = key.substr(0, key.size() - place_bytes - 1);
  const std::uint64_t place = number_of_key(key.substr(key.size() - place_bytes));
  FieldReader in(value);
  std::uint8_t format = 0;
  std::uint8_t shipped = 0;
  std::uint8_t complete = 0;
  Instant loaded;
  in.number(format);
  in.number(shipped);
  in.number(complete);
  in.time(list.valid_from);
  in.time(loaded);
  for (std::string* text : {&list.oid, &list.title, &list.source, &list.version, &list.note}) {
    in.text(*text);
  }
  list.codes.resize(in.count());
  for (ListedCode& code : list.codes) {
    std::uint8_t active = 0;
    in.number(active);
    in.time(code.valid_from);
    in.time(code.valid_to);
    in.text(code.code);
    in.text(code.text);
    code.active = active != 0;
  }
  list.complete = complete != 0;
  if (!in.whole() || format != list_format || place == 0 || fault_of(list)) {
    return std::nullopt;
  }
  return ListVersion(std::move(list), place, loaded, shipped != 0);
}

} // namespace grunndata::registry
