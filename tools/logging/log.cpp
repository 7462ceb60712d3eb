#include "tools/logging/log.h"

#include "tools/logging/render.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <ctime>
#include <memory>
#include <string>

#include <unistd.h>

namespace grunndata::tools::log {

namespace {

struct State {
  std::shared_ptr<spdlog::logger> logger;
  Level level = Level::info;
  bool json = ::isatty(STDERR_FILENO) == 0;

  State() {
    logger = std::make_shared<spdlog::logger>("grunndata",
                                              std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    logger->set_level(spdlog::level::trace); // the choice is made before a line is rendered
    logger->flush_on(spdlog::level::trace);
    logger->set_error_handler([](const std::string&) {}); // a full pipe must not stop the server
  }
};

State& state() {
  static State the_state;
  return the_state;
}

std::string timestamp() {
  using std::chrono::duration_cast;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto milliseconds = duration_cast<std::chrono::milliseconds>(since_epoch).count();
  const auto seconds = static_cast<std::time_t>(milliseconds / 1000);
  std::tm utc{};
  ::gmtime_r(&seconds, &utc);
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::string result(text, length);
  const std::string fraction = std::to_string(1000 + milliseconds % 1000);
  return result + "." + fraction.substr(1) + "Z";
}

spdlog::level::level_enum spdlog_level(Level level) {
  switch (level) {
    case Level::debug: return spdlog::level::debug;
    case Level::info: return spdlog::level::info;
    case Level::warn: return spdlog::level::warn;
    case Level::error: return spdlog::level::err;
    case Level::off: return spdlog::level::off;
  }
  return spdlog::level::info;
}

} // namespace

void configure(Level level, Format format) {
  State& current = state();
  current.level = level;
  current.json =
      format == Format::automatic ? ::isatty(STDERR_FILENO) == 0 : format == Format::json;
}

void write(Level level, std::string_view component, std::string_view message, Fields fields) {
  const State& current = state();
  if (level < current.level || level == Level::off) return;
  const std::string line = current.json
                               ? render_json(timestamp(), level, component, message, fields)
                               : render_text(timestamp(), level, component, message, fields);
  current.logger->log(spdlog_level(level), spdlog::string_view_t(line.data(), line.size()));
}

} // namespace grunndata::tools::log
