// Appends from several threads until it is killed, and says on stdout what has been acknowledged:
//   audit_crash_writer FOLDER FIRST
#include "registry/audit/log.h"

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include <unistd.h>

using namespace grunndata::registry;
using namespace grunndata::registry::audit;

namespace {

constexpr unsigned threads = 4;
constexpr std::uint64_t numbers_a_thread = 200'000;

/// Batches of one to three, now and then an important one.
void append(Log& log, std::uint64_t first) {
  for (std::uint64_t n = first; n < first + numbers_a_thread;) {
    std::vector<Record> batch(1 + n % 3);
    std::string acknowledged;
    for (Record& record : batch) {
      record.operation = "crash";
      record.kind = n % 50 == 0 ? Class::important : Class::ordinary;
      record.request_id = std::to_string(n++);
      acknowledged += record.request_id + "\n";
    }
    if (!log.append(batch)) std::exit(3);
    // One write, so that lines of threads do not mix.
    if (::write(STDOUT_FILENO, acknowledged.data(), acknowledged.size()) < 0) std::exit(4);
  }
}

} // namespace

int main(int count, char** arguments) {
  if (count != 3) return 2;
  LogOptions options;
  options.directory = std::string(arguments[1]) + "/audit";
  options.origin = "test.example/audit";
  options.segment_bytes = 64 * 1024;
  options.sync_within = std::chrono::milliseconds(5);
  options.checkpoint_every = std::chrono::seconds(0);
  auto log = Log::open(options);
  if (!log) {
    std::fprintf(stderr, "%s\n", log.error().message.c_str());
    return 1;
  }
  std::vector<std::thread> writers;
  for (unsigned thread = 0; thread < threads; ++thread) {
    const std::uint64_t first = std::stoull(arguments[2]) + thread * numbers_a_thread;
    writers.emplace_back([&log = **log, first] { append(log, first); });
  }
  for (std::thread& writer : writers) writer.join();
  return 0;
}
