// The synthetic people the benchmarks work on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace grunndata::tools::bench {

struct People {
  std::uint64_t persons = 0;
  std::uint64_t seed = 1;
};

/// Writes their documents, one a line. False when the file cannot be written.
[[nodiscard]] bool write_documents(const People& people, const std::filesystem::path& file);

/// At most `count` of their current numbers, in a random order that is the same every time.
[[nodiscard]] std::vector<std::string> shuffled_numbers(const People& people, std::size_t count);

/// Valid numbers that none of them has or had, at most as many as there are people.
[[nodiscard]] std::vector<std::string> unknown_numbers(const People& people, std::size_t count);

} // namespace grunndata::tools::bench
