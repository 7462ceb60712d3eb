// Who may include whom: identifiers <- registry <- {importers, api} <- tools <- tests, and where
// third-party headers may stand.
#include "tests/structure/tree.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

using namespace grunndata::structure;

namespace {

struct Layer {
  std::string_view module;
  std::vector<std::string_view> may_include; ///< besides itself
};

const std::array<Layer, 6>& layers() {
  static const std::array<Layer, 6> all{{
      {"identifiers", {}},
      {"registry", {"identifiers"}},
      {"importers", {"identifiers", "registry"}},
      {"api", {"identifiers", "registry"}},
      {"tools", {"identifiers", "registry", "importers", "api"}},
      {"tests", {"identifiers", "registry", "importers", "api", "tools"}},
  }};
  return all;
}

std::string_view first_folder(std::string_view path) {
  return path.substr(0, std::min(path.find('/'), path.size()));
}

const Layer* layer_of(std::string_view path) {
  const auto row = std::ranges::find(layers(), first_folder(path), &Layer::module);
  return row == layers().end() ? nullptr : &*row;
}

// A library that only one folder knows, or that no header may bring along.
struct Fence {
  std::string_view header_prefix;
  std::string_view folder; ///< empty: any
  bool in_headers = false;
};

constexpr std::array fences{
    Fence{"rocksdb/", "registry/store/", true},
    Fence{"pistache/", "api/http/", true},
    Fence{"simdjson", "", false},
    Fence{"spdlog/", "tools/logging/", false},
    Fence{"CLI/", "tools/", false},
    Fence{"toml++/", "tools/", false},
    Fence{"cjose/", "api/access/", false},
    Fence{"jansson", "api/access/", false},
    Fence{"curl/", "", false},
    Fence{"jemalloc/", "tools/", false},
};

// Tests and measurements look behind the fences: they compare with the bare library, or damage
// what it wrote.
bool looks_behind_fences(std::string_view path) {
  return path.starts_with("tests/") || path.starts_with("tools/bench/");
}

void check_fences(const File& file, const Include& include, std::vector<std::string>& faults) {
  for (const Fence& fence : fences) {
    if (!include.name.starts_with(fence.header_prefix)) continue;
    const std::string name(include.name);
    if (!looks_behind_fences(file.path) && !file.path.starts_with(fence.folder)) {
      faults.push_back(
          at(file, include.line, "<" + name + "> belongs in " + std::string(fence.folder)));
    }
    if (is_header(file) && !fence.in_headers) {
      faults.push_back(at(file, include.line, "<" + name + "> costs too much in a header"));
    }
  }
}

// `identifiers` may be taken into any program: the standard library and nothing else.
bool is_standard(std::string_view name) {
  return name.find('/') == std::string_view::npos && name.find('.') == std::string_view::npos;
}

// Ours, from the root; not a table that the build makes out of data ("names.inc", no folder).
bool is_own_file(const Include& include) {
  const bool generated =
      include.name.ends_with(".inc") && include.name.find('/') == std::string_view::npos;
  return include.ours && !generated;
}

std::string joined(const std::vector<std::string>& faults) {
  std::string text;
  for (const std::string& fault : faults) text += "\n" + fault;
  return text;
}

} // namespace

TEST_CASE("includes point down: identifiers, registry, importers beside api, tools, tests") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    const Layer* layer = layer_of(file.path);
    if (layer == nullptr || !is_cpp(file)) continue;
    for (const Include& include : includes_of(file)) {
      if (!is_own_file(include)) continue;
      const auto target = first_folder(include.name);
      if (target == layer->module || std::ranges::count(layer->may_include, target) > 0) continue;
      faults.push_back(
          at(file, include.line,
             "\"" + std::string(include.name) + "\" is not below " + std::string(layer->module)));
    }
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("every include of ours names a file from the root") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (!is_cpp(file)) continue;
    for (const Include& include : includes_of(file)) {
      const std::string name(include.name);
      if (!is_own_file(include) || std::filesystem::is_regular_file(name)) continue;
      if (file.text.find("__has_include(\"" + name + "\")") != std::string::npos) continue;
      faults.push_back(at(file, include.line, "no file \"" + name + "\""));
    }
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("RocksDB stands in registry/store, Pistache in api/http, heavy headers in no header") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (!is_cpp(file)) continue;
    for (const Include& include : includes_of(file)) check_fences(file, include, faults);
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}

TEST_CASE("identifiers use the standard library only") {
  std::vector<std::string> faults;
  for (const File& file : files()) {
    if (!file.path.starts_with("identifiers/") || !is_cpp(file)) continue;
    for (const Include& include : includes_of(file)) {
      if (!include.ours && !is_standard(include.name)) {
        faults.push_back(at(file, include.line, "<" + std::string(include.name) + ">"));
      }
    }
  }
  CHECK_MESSAGE(faults.empty(), joined(faults));
}
