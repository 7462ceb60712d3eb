#include "tools/commands/client_file.h"

#include "tools/config/nearest.h"

#include <toml++/toml.h>

#include <algorithm>
#include <set>
#include <sstream>
#include <utility>

namespace grunndata::tools {

namespace {

using registry::Client;
using registry::ClientField;

constexpr std::size_t field_count = static_cast<std::size_t>(ClientField::break_glass_parts) + 1;
constexpr std::string_view tables_key = "client";

/// Reads one file; faults gather.
class Reader {
public:
  Reader(const std::string& name, registry::Instant when) : name_(name), when_(when) {}

  void read(const toml::table& document);
  void refuse(const toml::source_region& place, const std::string& what) {
    refuse(place.begin.line, what);
  }
  /// The faults in the order of the file.
  ClientFile take() && {
    std::ranges::stable_sort(faults_, {}, &std::pair<std::size_t, std::string>::first);
    for (auto& [line, fault] : faults_) {
      file_.faults.push_back(std::move(fault));
    }
    return std::move(file_);
  }

private:
  void refuse(std::size_t line, const std::string& what) {
    faults_.emplace_back(line, name_ + ":" + std::to_string(line) + ": " + what);
  }
  void read_client(const toml::table& table);
  void read_field(const toml::key& key, const toml::node& node, Client& client);
  [[nodiscard]] static bool set_text(ClientField field, const toml::node& node, Client& client);
  [[nodiscard]] bool set_number(ClientField field, const toml::node& node, Client& client);
  [[nodiscard]] bool set_parts(const toml::node& node, registry::PersonPartSet& parts,
                               std::string& wish);
  [[nodiscard]] static bool set_expiry(const toml::node& node, Client& client);

  const std::string& name_;
  registry::Instant when_;
  ClientFile file_;
  std::vector<std::pair<std::size_t, std::string>> faults_; ///< with their lines
  std::set<std::pair<std::string, std::string>> seen_;
};

std::optional<ClientField> field_called(std::string_view name) {
  for (std::size_t i = 0; i < field_count; ++i) {
    const auto field = static_cast<ClientField>(i);
    if (words_of(field) == name) {
      return field;
    }
  }
  return std::nullopt;
}

std::vector<std::string> field_names() {
  std::vector<std::string> names;
  for (std::size_t i = 0; i < field_count; ++i) {
    names.emplace_back(words_of(static_cast<ClientField>(i)));
  }
  return names;
}

std::string unknown_key(const std::string& key) {
  const auto near = config::nearest(key, field_names());
  return "unknown key '" + key + "'" + (near ? "; did you mean '" + *near + "'?" : "");
}

void Reader::read(const toml::table& document) {
  for (const auto& [key, node] : document) {
    const toml::array* tables = key.str() == tables_key ? node.as_array() : nullptr;
    if (tables == nullptr) {
      refuse(key.source(), "only [[client]] tables stand in a file of clients");
      continue;
    }
    for (const toml::node& entry : *tables) {
      if (const toml::table* table = entry.as_table()) {
        read_client(*table);
      } else {
        refuse(entry.source(), "a client is a table");
      }
    }
  }
  if (file_.clients.empty() && faults_.empty()) {
    refuse(1, "there is no [[client]] table");
  }
}

void Reader::read_client(const toml::table& table) {
  ClientOfFile read;
  read.line = table.source().begin.line;
  const std::size_t faults_before = faults_.size();
  for (const auto& [key, node] : table) {
    read_field(key, node, read.client);
  }
  if (faults_.size() != faults_before) {
    return; // rules that follow from a value that could not be read say nothing
  }
  if (const auto fault = fault_of(read.client, when_)) {
    const toml::node* node = table.get(words_of(fault->field));
    refuse(node == nullptr ? read.line : node->source().begin.line,
           std::string(words_of(fault->field)) + " " + std::string(fault->rule));
  } else if (!seen_.emplace(read.client.issuer, read.client.id).second) {
    refuse(read.line, "client " + read.client.id + " stands there twice");
  } else {
    file_.clients.push_back(std::move(read));
  }
}

void Reader::read_field(const toml::key& key, const toml::node& node, Client& client) {
  const std::string name(key.str());
  const auto field = field_called(name);
  if (!field) {
    return refuse(key.source(), unknown_key(name));
  }
  std::string wish;
  bool right = false;
  switch (*field) {
    case ClientField::parts: right = set_parts(node, client.parts, wish); break;
    case ClientField::break_glass_parts:
      right = set_parts(node, client.break_glass_parts, wish);
      break;
    case ClientField::legal_basis:
      wish = "is true or false";
      if (const auto value = node.value_exact<bool>()) {
        client.legal_basis = *value;
        right = true;
      }
      break;
    case ClientField::expires:
      wish = "is a date or a date-time with its offset";
      right = set_expiry(node, client);
      break;
    case ClientField::requests_per_minute:
    case ClientField::persons_per_day:
    case ClientField::numbers_per_day:
      wish = "is a whole number, 0 for the server's own";
      right = set_number(*field, node, client);
      break;
    default:
      wish = "is a string";
      right = set_text(*field, node, client);
      break;
  }
  if (!right) {
    refuse(node.source(), name + " " + wish);
  }
}

bool Reader::set_text(ClientField field, const toml::node& node, Client& client) {
  const auto text = node.value_exact<std::string>();
  if (!text) {
    return false;
  }
  switch (field) {
    case ClientField::id: client.id = *text; break;
    case ClientField::issuer: client.issuer = *text; break;
    case ClientField::name: client.name = *text; break;
    case ClientField::organisation: client.organisation = *text; break;
    default: client.purpose = *text; break;
  }
  return true;
}

bool Reader::set_number(ClientField field, const toml::node& node, Client& client) {
  const auto number = node.value_exact<std::int64_t>();
  if (!number || *number < 0) {
    return false;
  }
  if (field == ClientField::persons_per_day) {
    client.persons_per_day = static_cast<std::uint64_t>(*number);
    return true;
  }
  if (field == ClientField::numbers_per_day) {
    client.numbers_per_day = static_cast<std::uint32_t>(
        std::min<std::int64_t>(*number, registry::numbers_per_day_max + std::int64_t{1}));
    return true; // beyond the most: refused by the rules
  }
  if (*number > registry::requests_per_minute_max) {
    client.requests_per_minute = registry::requests_per_minute_max + 1; // refused by the rules
    return true;
  }
  client.requests_per_minute = static_cast<std::uint32_t>(*number);
  return true;
}

bool Reader::set_parts(const toml::node& node, registry::PersonPartSet& parts, std::string& wish) {
  wish = "is a list of information parts, or \"all\"";
  std::vector<std::string> names;
  if (const auto text = node.value_exact<std::string>()) {
    names.push_back(*text);
  } else if (const toml::array* list = node.as_array()) {
    for (const toml::node& entry : *list) {
      const auto name = entry.value_exact<std::string>();
      if (!name) {
        return false;
      }
      names.push_back(*name);
    }
  } else {
    return false;
  }
  std::string unknown;
  const auto found = parts_of(names, unknown);
  if (!found) {
    wish = "names no information part with '" + unknown + "'";
    return false;
  }
  parts = *found;
  return true;
}

bool Reader::set_expiry(const toml::node& node, Client& client) {
  std::string text;
  if (const auto given = node.value_exact<std::string>()) {
    text = *given;
  } else if (const auto date = node.value_exact<toml::date>()) {
    std::ostringstream out;
    out << *date;
    text = out.str();
  } else if (const auto time = node.value_exact<toml::date_time>(); time && time->offset) {
    std::ostringstream out;
    out << *time;
    text = out.str();
  }
  client.expires = registry::parse_instant(text);
  return client.expires.has_value();
}

} // namespace

std::optional<registry::PersonPartSet> parts_of(const std::vector<std::string>& names,
                                                std::string& unknown) {
  registry::PersonPartSet parts;
  if (names.size() == 1 && names.front() == "all") {
    return parts.set();
  }
  for (const std::string& name : names) {
    const auto part = registry::find_information_part(name);
    if (!part) {
      unknown = name;
      return std::nullopt;
    }
    parts.set(static_cast<std::size_t>(*part));
  }
  return parts;
}

ClientFile read_client_file(std::string_view text, const std::string& name,
                            registry::Instant when) {
  Reader reader(name, when);
  try {
    reader.read(toml::parse(text, name));
  } catch (const toml::parse_error& error) {
    reader.refuse(error.source(), std::string(error.description()));
  }
  return std::move(reader).take();
}

} // namespace grunndata::tools
