#include "registry/audit/checkpoint_copies.h"

#include "registry/audit/tree/file.h"

#include <system_error>

namespace grunndata::registry::audit {

namespace {

/// "2026-01-31T12:…" -> "checkpoint-20260131T12"
std::string hourly_name(Instant when) {
  const std::string text = format_instant(when);
  return "checkpoint-" + text.substr(0, 4) + text.substr(5, 2) + text.substr(8, 5);
}

} // namespace

CheckpointCopies::CheckpointCopies(std::filesystem::path folder,
                                   std::function<void(const Error&)> notice)
    : folder_(std::move(folder)), notice_(std::move(notice)) {
  if (!folder_.empty()) {
    thread_ = std::thread([this] { loop(); });
  }
}

CheckpointCopies::~CheckpointCopies() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) {
    thread_.join();
  }
}

void CheckpointCopies::offer(std::string note, Instant when) {
  if (folder_.empty()) {
    return;
  }
  {
    const std::lock_guard lock(mutex_);
    waiting_ = Waiting{std::move(note), when};
  }
  changed_.notify_all();
}

void CheckpointCopies::finish() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return !waiting_ && !copying_; });
}

CheckpointCopies::Figures CheckpointCopies::figures() const {
  const std::lock_guard lock(mutex_);
  return figures_;
}

std::optional<std::string> CheckpointCopies::newest() const {
  if (folder_.empty()) {
    return std::nullopt;
  }
  auto note = read_file(folder_ / "checkpoint", note_bytes_max);
  return note ? std::optional(std::move(*note)) : std::nullopt;
}

Result<void> CheckpointCopies::copy(const Waiting& waiting) const {
  const std::filesystem::path hourly = folder_ / hourly_name(waiting.when);
  std::error_code failed;
  if (!std::filesystem::exists(hourly, failed)) {
    if (auto written = replace_file(hourly, waiting.note, Durable::yes); !written) {
      return written;
    }
  }
  return replace_file(folder_ / "checkpoint", waiting.note, Durable::yes);
}

void CheckpointCopies::loop() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return stopping_ || waiting_; });
    if (!waiting_) {
      return;
    }
    const Waiting waiting = std::move(*waiting_);
    waiting_.reset();
    copying_ = true;
    lock.unlock();
    const auto copied = copy(waiting);
    lock.lock();
    copying_ = false;
    if (!copied && !figures_.failing) {
      notice_({copied.error().code, "a checkpoint could not be copied: " + copied.error().message});
    }
    figures_.copied += copied ? 1 : 0;
    figures_.failures += copied ? 0 : 1;
    figures_.failing = !copied;
    changed_.notify_all();
  }
}

} // namespace grunndata::registry::audit
