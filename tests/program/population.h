// Synthetic populations to load, and what a registry looks like from outside.
#pragma once

#include "tests/program/running_program.h"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::tests {

/// What `generate folkeregisteret` makes with seed 7; the same text each time.
[[nodiscard]] const std::string& population(std::size_t persons);
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);
[[nodiscard]] std::string first_lines(std::string_view text, std::size_t count);
/// `count` documents of a number and a name each, all different persons.
[[nodiscard]] std::string small_documents(std::size_t count);
/// A document of that number with that name, recorded then.
[[nodiscard]] std::string small_document(std::string_view number, std::string_view family_name,
                                         std::string_view recorded = "2020-01-01T10:00:00+01:00");
/// A valid synthetic number, another for each `index`.
[[nodiscard]] std::string synthetic_number(std::size_t index);

/// All numbers that occur in documents, each once, a line each.
[[nodiscard]] std::string numbers_in(std::string_view documents);

/// Every person found by one of `numbers`, with history, as `lookup` shows it; ids are replaced by
/// the order of their appearance and places in the log are left out, so that equal registries give
/// equal texts.
[[nodiscard]] std::string picture(const std::string& directory, const std::string& numbers);
/// The same of what any lookup printed.
[[nodiscard]] std::string picture_of(std::string_view lookup_output);

/// `import folkeregisteret --data directory --json` and what follows.
Outcome import(const std::string& directory, std::vector<std::string> words,
               std::string input = {});
/// Requires that `check` finds no fault; what it says about its figures.
std::string require_sound(const std::string& directory);
/// read = written + unchanged + superseded + quarantined, and `read` is so many.
void check_summary(const Outcome& outcome, std::uint64_t read);

} // namespace grunndata::tests
