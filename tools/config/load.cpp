#include "tools/config/issuers.h"
#include "tools/config/nearest.h"
#include "tools/config/settings.h"

#include <toml++/toml.h>

#include <algorithm>
#include <cstddef>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>
#include <system_error>

#include <unistd.h>

namespace grunndata::tools::config {

namespace {

constexpr std::string_view variable_prefix = "GRUNNDATA_";
constexpr std::string_view file_variable = "GRUNNDATA_CONFIG";
constexpr std::string_view issuer_section = "issuer";

struct Found {
  std::string text;
  Value value;
  Source source{};
  std::string where;
};

// What the sources say so far; a later source overwrites.
struct Reading {
  std::map<std::string, Found, std::less<>> found; // by key
  std::vector<std::string> faults;
  std::vector<IssuerConfig> issuers;
  std::vector<ResolvedSetting> issuer_settings;

  void take_issuer(const std::string& name, const std::string& key,
                   const std::vector<std::string>& values, Source source,
                   const std::string& where) {
    if (const auto set = set_issuer(issuers, name, key, values); !set) {
      faults.push_back(where + ": " + set.error().message);
      return;
    }
    std::string text;
    for (const std::string& value : values) text.append(text.empty() ? "" : ",").append(value);
    const std::string whole = "issuer." + name + "." + key;
    std::erase_if(issuer_settings, [&](const auto& setting) { return setting.key == whole; });
    issuer_settings.push_back({whole, std::move(text), source, where});
  }

  void take(const Setting& setting, registry::Result<Value> value, std::string text, Source source,
            std::string where) {
    if (!value) {
      faults.push_back(where + ": " + std::string(setting.key) + ": " + value.error().message);
      return;
    }
    found.insert_or_assign(std::string(setting.key),
                           Found{std::move(text), std::move(*value), source, std::move(where)});
  }
};

std::string with_suggestion(std::string fault, std::string_view name,
                            const std::vector<std::string>& candidates) {
  if (const auto near = nearest(name, candidates)) fault += "; did you mean '" + *near + "'?";
  return fault;
}

std::vector<std::string> all_keys() {
  std::vector<std::string> keys;
  for (const Setting& setting : settings()) keys.emplace_back(setting.key);
  return keys;
}

std::vector<std::string> all_sections() {
  std::set<std::string> sections;
  for (const Setting& setting : settings()) {
    sections.emplace(setting.key.substr(0, setting.key.find('.')));
  }
  sections.emplace(issuer_section);
  return {sections.begin(), sections.end()};
}

std::string position(const std::string& file, const toml::source_region& region) {
  return file + ":" + std::to_string(region.begin.line);
}

void read_node(const std::string& file, const std::string& key, const toml::node& node,
               const toml::source_region& region, Reading& reading) {
  const Setting* setting = find_setting(key);
  const std::string where = position(file, region);
  if (setting == nullptr) {
    reading.faults.push_back(
        with_suggestion(where + ": unknown key '" + key + "'", key, all_keys()));
  } else if (const auto text = node.value_exact<std::string>()) {
    auto value = setting->kind == Kind::integer
                     ? registry::fail(registry::ErrorCode::invalid, "expected an integer")
                     : parse_value(*setting, *text);
    reading.take(*setting, std::move(value), *text, Source::file, where);
  } else if (const auto number = node.value_exact<std::int64_t>()) {
    reading.take(*setting, parse_value(*setting, *number), std::to_string(*number), Source::file,
                 where);
  } else {
    reading.take(*setting,
                 registry::fail(registry::ErrorCode::invalid,
                                setting->kind == Kind::integer ? "expected an integer"
                                : setting->kind == Kind::bytes ? "expected a number of bytes"
                                                               : "expected a string"),
                 "", Source::file, where);
  }
}

/// With the sections inside it that the table of settings knows ([sync.folkeregisteret]).
void read_section(const std::string& file, const std::string& name, const toml::table& table,
                  Reading& reading) {
  for (const auto& [key, node] : table) {
    const std::string whole = name + "." + std::string(key.str());
    const bool is_section = std::ranges::any_of(settings(), [&whole](const Setting& setting) {
      return setting.key.starts_with(whole + ".");
    });
    if (const toml::table* inner = node.as_table(); inner != nullptr && is_section) {
      read_section(file, whole, *inner, reading);
    } else {
      read_node(file, whole, node, key.source(), reading);
    }
  }
}

void read_issuer(const std::string& file, const std::string& name, const toml::table& table,
                 Reading& reading) {
  for (const auto& [key, node] : table) {
    const std::string where = position(file, key.source());
    std::vector<std::string> values;
    bool strings = true;
    if (const toml::array* list = node.as_array()) {
      for (const toml::node& element : *list) {
        const auto text = element.value_exact<std::string>();
        strings = strings && text.has_value();
        values.push_back(text.value_or(""));
      }
    } else {
      const auto text = node.value_exact<std::string>();
      strings = text.has_value();
      values.push_back(text.value_or(""));
    }
    if (!strings) {
      reading.faults.push_back(where + ": issuer." + name + "." + std::string(key.str()) +
                               ": expected a string");
      continue;
    }
    reading.take_issuer(name, std::string(key.str()), values, Source::file, where);
  }
}

void read_issuers(const std::string& file, const toml::table& section, Reading& reading) {
  for (const auto& [name, node] : section) {
    if (const toml::table* table = node.as_table()) {
      read_issuer(file, std::string(name.str()), *table, reading);
    } else {
      reading.faults.push_back(position(file, name.source()) +
                               ": expected a section [issuer.NAME]");
    }
  }
}

void read_toml(const std::string& file, const toml::table& document, Reading& reading) {
  for (const auto& [section_key, section] : document) {
    const std::string name(section_key.str());
    const toml::table* table = section.as_table();
    if (table != nullptr && name == issuer_section) {
      read_issuers(file, *table, reading);
    } else if (table != nullptr) {
      bool known = false;
      for (const std::string& candidate : all_sections()) known = known || candidate == name;
      if (!known) {
        reading.faults.push_back(with_suggestion(position(file, section_key.source()) +
                                                     ": unknown section '" + name + "'",
                                                 name, all_sections()));
        continue;
      }
      read_section(file, name, *table, reading);
    } else {
      read_node(file, name, section, section_key.source(), reading);
    }
  }
}

registry::Result<void> read_file(const std::filesystem::path& path, Reading& reading) {
  std::error_code ignored;
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path, ignored)) {
    return registry::fail(registry::ErrorCode::not_found,
                          "cannot read the configuration file " + path.string());
  }
  const std::string content{std::istreambuf_iterator<char>(stream),
                            std::istreambuf_iterator<char>()};
  try {
    read_toml(path.string(), toml::parse(content, path.string()), reading);
  } catch (const toml::parse_error& error) {
    reading.faults.push_back(position(path.string(), error.source()) + ": " +
                             std::string(error.description()));
  }
  return {};
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream in(text);
  for (std::string item; std::getline(in, item, ',');) items.push_back(item);
  return items;
}

void read_environment(const std::map<std::string, std::string>& variables, Reading& reading) {
  std::vector<std::string> names;
  for (const Setting& setting : settings()) names.push_back(variable_name(setting.key));
  names.emplace_back(file_variable);
  for (const auto& [name, text] : variables) {
    if (!name.starts_with(variable_prefix) || name == file_variable) continue;
    if (const auto issuer = issuer_variable(name)) {
      reading.take_issuer(issuer->first, issuer->second, split_list(text), Source::environment,
                          name);
      continue;
    }
    const Setting* setting = nullptr;
    for (const Setting& row : settings()) {
      if (variable_name(row.key) == name) setting = &row;
    }
    if (setting == nullptr) {
      reading.faults.push_back(with_suggestion(name + ": unknown variable", name, names));
      continue;
    }
    reading.take(*setting, parse_value(*setting, text), text, Source::environment, name);
  }
}

void read_flags(const std::vector<std::pair<std::string, std::string>>& flags, Reading& reading) {
  for (const auto& [key, text] : flags) {
    const Setting* setting = find_setting(key);
    if (setting == nullptr) {
      reading.faults.push_back(
          with_suggestion("--set: unknown key '" + key + "'", key, all_keys()));
      continue;
    }
    const std::string where = setting->flag.empty() ? "--set " + key : std::string(setting->flag);
    reading.take(*setting, parse_value(*setting, text), text, Source::flag, where);
  }
}

// The file to read, if any: asked for by flag or variable, or the default one when it is there.
std::optional<std::filesystem::path> chosen_file(const ConfigSources& sources) {
  if (sources.file) return sources.file;
  const auto variable = sources.environment.find(std::string(file_variable));
  if (variable != sources.environment.end()) return variable->second;
  std::error_code ignored;
  if (std::filesystem::exists(sources.file_if_unset, ignored)) return sources.file_if_unset;
  return std::nullopt;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text.append(text.empty() ? "" : "\n").append(line);
  return text;
}

} // namespace

registry::Result<LoadedConfig> load_config(const ConfigSources& sources) {
  LoadedConfig loaded;
  Reading reading;
  for (const Setting& setting : settings()) {
    reading.take(setting, parse_value(setting, setting.default_text),
                 std::string(setting.default_text), Source::built_in, "default");
  }
  loaded.file = chosen_file(sources);
  if (loaded.file) {
    if (auto done = read_file(*loaded.file, reading); !done) {
      return tl::unexpected(std::move(done.error()));
    }
  }
  read_environment(sources.environment, reading);
  read_flags(sources.flags, reading);
  std::ranges::move(issuer_faults(reading.issuers), std::back_inserter(reading.faults));
  if (!reading.faults.empty()) {
    return registry::fail(registry::ErrorCode::invalid, joined(reading.faults));
  }
  for (const Setting& setting : settings()) {
    Found& found = reading.found.find(setting.key)->second;
    setting.assign(loaded.values, found.value);
    loaded.settings.push_back(
        {std::string(setting.key), std::move(found.text), found.source, std::move(found.where)});
  }
  loaded.values.issuers = std::move(reading.issuers);
  std::ranges::move(reading.issuer_settings, std::back_inserter(loaded.settings));
  return loaded;
}

std::map<std::string, std::string> grunndata_variables() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto equals = text.find('=');
    if (!text.starts_with(variable_prefix) || equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

constexpr std::string_view issuer_template =
    "\n# An authorization server whose tokens are taken; as many sections as there are.\n"
    "# Variables: GRUNNDATA_ISSUER__HELSEID_TEST__URL and so on.\n"
    "#[issuer.helseid-test]\n"
    "#url = \"https://helseid-sts.test.nhn.no\"\n"
    "#audience = \"nhn:grunndata\"\n"
    "# Where its metadata are, if not below the url at /.well-known/openid-configuration.\n"
    "#metadata_url = \"\"\n"
    "# Further scopes and the rights they stand for.\n"
    "#aliases = [\"nhn:hgd-persontjenesten-api/read-with-legal-basis="
    "person.read-with-legal-basis\"]\n";

std::string config_template() {
  std::ostringstream out;
  out << "# Configuration of grunndata. Every line that is commented out shows the default.\n"
         "# A variable of the environment (in brackets) comes before this file, and a flag before\n"
         "# both; `grunndata config show` tells what holds and why.\n";
  std::string_view section;
  for (const Setting& setting : settings()) {
    const auto dot = setting.key.find('.');
    if (setting.key.substr(0, dot) != section) {
      section = setting.key.substr(0, dot);
      out << "\n[" << section << "]\n";
    }
    out << "# " << setting.description;
    if (!setting.unit.empty()) out << " Unit: " << setting.unit << ".";
    if (!setting.choices.empty()) out << " One of " << setting.choices << ".";
    out << " [" << variable_name(setting.key) << "]\n";
    const std::string quote = setting.kind == Kind::integer ? "" : "\"";
    out << "#" << setting.key.substr(dot + 1) << " = " << quote << setting.default_text << quote
        << "\n";
  }
  out << issuer_template;
  return out.str();
}

} // namespace grunndata::tools::config
