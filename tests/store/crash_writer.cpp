// Writes numbered batches to a store until it is killed, and says on stdout which are acknowledged.
// crash_writer DIRECTORY FIRST: each batch N puts N under the same key in three families; every
// seventh is a load, and every fifth is followed by a write that promises nothing.
#include "registry/store/store.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

using namespace grunndata::registry::store;

namespace {

constexpr std::size_t padding_bytes = 3000;
constexpr long load_every = 7;
constexpr long promise_nothing_every = 5;

std::vector<Change> batch(long number) {
  std::array<char, 16> key{};
  std::snprintf(key.data(), key.size(), "%010ld", number);
  const std::string value = std::to_string(number);
  return {{Family::current, key.data(), value + std::string(padding_bytes, 'c')},
          {Family::log, key.data(), value},
          {Family::source, key.data(), value + std::string(padding_bytes, 's')}};
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) {
    return 2;
  }
  EngineOptions options;
  options.write_buffer_bytes = 1u << 20;
  auto store = open_rocksdb(arguments[1], options);
  if (!store) {
    std::fprintf(stderr, "%s\n", store.error().message.c_str());
    return 1;
  }
  for (long number = std::atol(arguments[2]);; ++number) {
    const auto written = number % load_every == 0
                             ? (*store)->bulk_load(batch(number))
                             : (*store)->commit(batch(number), Durability::synced);
    const std::string line = std::to_string(number) + "\n";
    if (!written || ::write(STDOUT_FILENO, line.data(), line.size()) < 0) {
      return 1;
    }
    if (number % promise_nothing_every == 0) {
      const std::vector<Change> loose{{Family::meta, "loose", std::string(padding_bytes, 'l')}};
      if (!(*store)->commit(loose, Durability::buffered)) {
        return 1;
      }
    }
  }
}
