// Any bytes as the configuration file: either settings or sentences, and what was read is shown
// again as it was read.
#include "tools/config/config.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <unistd.h>

#include <sys/mman.h>

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const int file = ::memfd_create("configuration", MFD_CLOEXEC);
  static const std::string path = "/proc/self/fd/" + std::to_string(file);
  require(::ftruncate(file, 0) == 0);
  require(::pwrite(file, data, size, 0) == static_cast<ssize_t>(size));
  namespace config = grunndata::tools::config;
  config::ConfigSources sources;
  sources.file = path;
  const auto loaded = config::load_config(sources);
  if (!loaded) {
    require(!loaded.error().message.empty());
    return 0;
  }
  // The same settings as flags give the same settings.
  config::ConfigSources flags;
  flags.file_if_unset.clear();
  for (const config::ResolvedSetting& setting : loaded->settings) {
    if (setting.source == config::Source::file)
      flags.flags.emplace_back(setting.key, setting.value);
  }
  const auto again = config::load_config(flags);
  require(again.has_value() && again->settings.size() == loaded->settings.size());
  for (std::size_t i = 0; i < loaded->settings.size(); ++i) {
    require(again->settings[i].value == loaded->settings[i].value);
  }
  return 0;
}
