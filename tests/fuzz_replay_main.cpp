// Stands in for libFuzzer in ordinary builds: feeds a fuzz target every corpus file whole, cut at
// every early length, and with single bytes flipped. Deterministic; a finding is a crash.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t cut_lengths_max = 256;
constexpr std::size_t flips_per_input = 256;

void feed(const std::string& input) {
  // A copy of exactly this size, so that a sanitizer sees a read past the end.
  const std::vector<std::uint8_t> bytes(input.begin(), input.end());
  LLVMFuzzerTestOneInput(bytes.data(), bytes.size());
}

void feed_variants(const std::string& input, std::mt19937& random) {
  feed(input);
  for (std::size_t length = 0; length < std::min(input.size(), cut_lengths_max); ++length) {
    feed(input.substr(0, length));
  }
  for (std::size_t flip = 0; flip < flips_per_input && !input.empty(); ++flip) {
    std::string changed = input;
    changed[random() % changed.size()] = static_cast<char>(random() & 0xff);
    feed(changed);
  }
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

} // namespace

int main(int argument_count, char** arguments) {
  std::mt19937 random(1); // a fixed seed: the same inputs every time
  feed("");
  std::vector<std::filesystem::path> files;
  for (int index = 1; index < argument_count; ++index) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(arguments[index])) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) feed_variants(contents(file), random);
  for (std::size_t length = 1; length <= cut_lengths_max; ++length) {
    std::string noise(length, '\0');
    for (char& byte : noise) byte = static_cast<char>(random() & 0xff);
    feed(noise);
  }
  std::printf("%zu corpus files replayed\n", files.size());
  return 0;
}
