#include "tests/hjelpenummer/disk.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

namespace grunndata::registry::hjelpenummer::tests {

namespace {

struct Watch {
  Plan plan;
  std::vector<std::string> calls;
  bool fails_again = false; ///< the rest of a half write
  bool met = false;
};

Watch* watch = nullptr;

std::string name_of(int descriptor) {
  std::error_code failed;
  const auto path =
      std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(descriptor), failed);
  return path.filename().string();
}

std::string name_of(const char* path) { return std::filesystem::path(path).filename().string(); }

/// What the plan says of this call; it also counts it.
template <typename Name>
Fault next_fault(const char* call, Name name) {
  if (watch == nullptr) {
    return Fault::none;
  }
  Watch& now = *watch;
  const bool is_it = now.calls.size() == now.plan.at;
  now.calls.push_back(std::string(call) + " " + name_of(name));
  if (now.fails_again) {
    now.fails_again = false;
    return Fault::error;
  }
  if (!is_it || now.plan.fault == Fault::none) {
    return Fault::none;
  }
  now.met = true;
  return now.plan.fault;
}

/// The call under its fault; `call` is the real one.
template <typename Name, typename Call>
auto faulty(const char* what, Name name, Call call) -> decltype(call()) {
  const Fault fault = next_fault(what, name);
  if (fault == Fault::error || fault == Fault::half) {
    errno = watch->plan.error_number;
    return -1;
  }
  if (fault == Fault::kill_before) {
    ::kill(::getpid(), SIGKILL);
  }
  const auto result = call();
  if (fault == Fault::kill_after) {
    ::kill(::getpid(), SIGKILL);
  }
  return result;
}

ssize_t real_write(int descriptor, const void* bytes, std::size_t count) {
  const iovec part{const_cast<void*>(bytes), count};
  return ::writev(descriptor, &part, 1);
}

} // namespace

WatchedDisk::WatchedDisk(Plan plan) { watch = new Watch{plan, {}, false, false}; }

WatchedDisk::~WatchedDisk() {
  delete watch;
  watch = nullptr;
}

const std::vector<std::string>& WatchedDisk::calls() const noexcept { return watch->calls; }

bool WatchedDisk::met() const noexcept { return watch->met; }

} // namespace grunndata::registry::hjelpenummer::tests

namespace disk = grunndata::registry::hjelpenummer::tests;

extern "C" {

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & O_CREAT) != 0) {
    std::va_list rest;
    va_start(rest, flags);
    mode = va_arg(rest, mode_t);
    va_end(rest);
  }
  const auto call = [=] { return ::openat(AT_FDCWD, path, flags, mode); };
  // Reading changes nothing.
  return (flags & O_CREAT) == 0 ? call() : disk::faulty("create", path, call);
}

ssize_t write(int descriptor, const void* bytes, std::size_t count) {
  if (disk::watch == nullptr) {
    return disk::real_write(descriptor, bytes, count);
  }
  const disk::Plan& plan = disk::watch->plan;
  if (plan.fault == disk::Fault::half && disk::watch->calls.size() == plan.at) {
    static_cast<void>(disk::next_fault("write", descriptor));
    disk::watch->fails_again = true;
    return disk::real_write(descriptor, bytes, count / 2);
  }
  return disk::faulty("write", descriptor,
                      [=] { return disk::real_write(descriptor, bytes, count); });
}

int fsync(int descriptor) {
  return disk::faulty("sync", descriptor,
                      [=] { return static_cast<int>(::syscall(SYS_fsync, descriptor)); });
}

int rename(const char* from, const char* to) noexcept {
  return disk::faulty("rename", from, [=] { return ::renameat(AT_FDCWD, from, AT_FDCWD, to); });
}

int link(const char* from, const char* to) noexcept {
  return disk::faulty("link", from, [=] { return ::linkat(AT_FDCWD, from, AT_FDCWD, to, 0); });
}

int unlink(const char* path) noexcept {
  return disk::faulty("remove", path, [=] { return ::unlinkat(AT_FDCWD, path, 0); });
}

} // extern "C"
