#include "tools/administration/input_file.h"

#include "tools/progress/interrupts.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <poll.h>
#include <string_view>
#include <system_error>
#include <unistd.h>

namespace grunndata::tools {

namespace fs = std::filesystem;
using registry::ErrorCode;
using registry::fail;
using registry::Result;

namespace {

constexpr std::string_view name_begin = "administration-input-";
constexpr int interrupt_poll_ms = 200;

bool write_all(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t done = ::write(file, bytes.data(), bytes.size());
    if (done < 0 && errno != EINTR) {
      return false;
    }
    bytes.remove_prefix(done < 0 ? 0 : static_cast<std::size_t>(done));
  }
  return true;
}

Result<void> copy_input(int file) {
  std::array<char, 1U << 16U> block{};
  while (true) {
    if (Interrupts::requested()) {
      return fail(ErrorCode::cancelled, "stopped before the input was read to its end");
    }
    pollfd waiting{STDIN_FILENO, POLLIN, 0};
    if (::poll(&waiting, 1, interrupt_poll_ms) <= 0) {
      continue;
    }
    const ssize_t got = ::read(STDIN_FILENO, block.data(), block.size());
    if (got < 0 && errno != EINTR) {
      return fail(ErrorCode::storage, "cannot read the input");
    }
    if (got == 0) {
      return {};
    }
    const auto size = got < 0 ? std::size_t{0} : static_cast<std::size_t>(got);
    if (!write_all(file, std::string_view(block.data(), size))) {
      return fail(ErrorCode::storage, "cannot keep the input in the data directory");
    }
  }
}

} // namespace

Result<std::string> keep_input(const fs::path& directory) {
  std::error_code fault;
  std::string path = (fs::absolute(directory, fault) / name_begin).string() + "XXXXXX";
  const int file = fault ? -1 : ::mkstemp(path.data());
  if (file < 0) {
    return fail(ErrorCode::storage, "cannot keep the input in the data directory");
  }
  Result<void> copied = copy_input(file);
  if (::close(file) != 0 && copied) {
    copied = fail(ErrorCode::storage, "cannot keep the input in the data directory");
  }
  if (!copied) {
    fs::remove(path, fault);
    return tl::unexpected(copied.error());
  }
  return path;
}

void remove_kept_inputs(const fs::path& directory) {
  std::error_code fault;
  for (fs::directory_iterator entry(directory, fault), end; !fault && entry != end;
       entry.increment(fault)) {
    if (entry->path().filename().string().starts_with(name_begin)) {
      std::error_code ignored;
      fs::remove(entry->path(), ignored);
    }
  }
}

} // namespace grunndata::tools
