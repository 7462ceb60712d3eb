#include "tools/bench/bare_load.h"

#include "tools/bench/measuring.h"

#include <simdjson.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <deque>
#include <future>
#include <memory>
#include <string>

namespace grunndata::tools::bench {

namespace {

namespace store = registry::store;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

constexpr std::size_t parsing_threads = 2;
constexpr std::size_t read_bytes = std::size_t{1} << 20U;
constexpr std::uint64_t parse_lines = 8'000; ///< parsed at a time by `parse_seconds`

/// Keys of these are no function of time.
bool is_scattered(store::Family family) noexcept {
  return family == store::Family::identifier || family == store::Family::relation;
}

/// Reads so many lines at a time, with room behind them for the parser.
class Lines {
public:
  explicit Lines(const std::filesystem::path& file)
      : file_(std::fopen(file.c_str(), "rb"), &std::fclose) {}

  [[nodiscard]] std::string next(std::uint64_t count) {
    std::string text = std::exchange(rest_, {});
    std::size_t at = 0; // lines before this are counted
    while (true) {
      while (count > 0) {
        const void* end = std::memchr(text.data() + at, '\n', text.size() - at);
        if (end == nullptr) break;
        at = static_cast<std::size_t>(static_cast<const char*>(end) - text.data()) + 1;
        --count;
      }
      if (count == 0) break;
      const std::size_t had = text.size();
      text.resize(had + read_bytes);
      const std::size_t got = file_ ? std::fread(text.data() + had, 1, read_bytes, file_.get()) : 0;
      text.resize(had + got);
      if (got == 0) return text;
    }
    rest_.assign(text, at);
    text.resize(at);
    text.reserve(at + simdjson::SIMDJSON_PADDING);
    return text;
  }

private:
  std::unique_ptr<std::FILE, int (*)(std::FILE*)> file_;
  std::string rest_;
};

/// True when every line is a JSON object.
bool parse_all(const std::string& text) {
  simdjson::dom::parser parser;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const auto parsed = parser.parse(text.data() + at, end - at, false);
    if (parsed.error() != simdjson::SUCCESS || !parsed.is_object()) return false;
    at = end + 1;
  }
  return true;
}

using Writing = std::future<Result<void>>;

/// Behind the writing before it, so that batches go in one after the other, as an import's do.
Writing write_after(Writing before, store::Store& to, std::vector<store::Change>&& changes) {
  return std::async(std::launch::async,
                    [before = std::move(before), &to, changes = std::move(changes)]() mutable {
                      auto written = before.valid() ? before.get() : Result<void>{};
                      return written ? to.bulk_load(changes) : written;
                    });
}

} // namespace

Result<BareBatches> collect_batches(const store::Store& finished, std::uint64_t batches) {
  BareBatches collected;
  collected.batches.resize(static_cast<std::size_t>(std::max<std::uint64_t>(batches, 1)));
  const std::size_t count = collected.batches.size();
  for (const store::FamilyFacts& facts : store::families) {
    std::vector<store::Change> all;
    const auto cursor = finished.scan(facts.family);
    for (cursor->seek(""); cursor->valid(); cursor->next()) {
      all.push_back({facts.family, std::string(cursor->key()), std::string(cursor->value())});
      collected.bytes += cursor->key().size() + cursor->value().size();
    }
    if (auto status = cursor->status(); !status) return tl::unexpected(status.error());
    for (std::size_t i = 0; i < all.size(); ++i) {
      const std::size_t batch = is_scattered(facts.family) ? i % count : i * count / all.size();
      collected.batches[batch].push_back(std::move(all[i]));
    }
  }
  return collected;
}

Result<double> run_bare_load(const std::filesystem::path& documents, std::uint64_t lines,
                             BareBatches&& work, store::Store& empty) {
  const std::uint64_t share = lines / work.batches.size() + 1;
  const double begin = wall_seconds();
  Lines reader(documents);
  std::deque<std::future<bool>> parsing;
  Writing writing;
  bool valid = true;
  std::size_t written = 0;
  const auto write_parsed = [&](std::size_t parsing_max) {
    while (parsing.size() > parsing_max) {
      valid = parsing.front().get() && valid;
      parsing.pop_front();
      writing = write_after(std::move(writing), empty, std::move(work.batches[written++]));
    }
  };
  for (std::size_t batch = 0; batch < work.batches.size(); ++batch) {
    parsing.push_back(std::async(std::launch::async,
                                 [text = reader.next(share)] { return parse_all(text); }));
    write_parsed(parsing_threads - 1);
  }
  write_parsed(0);
  const auto done = writing.get();
  const double seconds = wall_seconds() - begin;
  if (!done) return tl::unexpected(done.error());
  if (!valid) return fail(ErrorCode::invalid, "a generated document is no JSON object");
  return seconds;
}

Result<double> parse_seconds(const std::filesystem::path& documents, std::uint64_t lines) {
  Lines reader(documents);
  double seconds = 0;
  for (std::uint64_t done = 0; done < lines; done += parse_lines) {
    const std::string text = reader.next(parse_lines);
    const double begin = thread_cpu_seconds();
    if (!parse_all(text)) {
      return fail(ErrorCode::invalid, "a generated document is no JSON object");
    }
    seconds += thread_cpu_seconds() - begin;
  }
  return seconds;
}

} // namespace grunndata::tools::bench
