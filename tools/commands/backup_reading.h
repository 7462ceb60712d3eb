// The commands that need backups and their key, and no registry.
#pragma once

#include "registry/backup/create.h"
#include "registry/backup/key.h"
#include "tools/config/config.h"
#include "tools/progress/progress.h"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace grunndata::tools {

struct BackupFlags {
  config::ConfigSources sources;
  std::string id;
  std::string reason;
  std::string progress = "auto";
  bool full = false;
  bool json = false;
  bool accept_missing = false;
};

/// Folder and key as the configuration says. Errors: `invalid` (not set, or the folder lies in the
/// data directory); those of `Key::load`.
[[nodiscard]] registry::Result<registry::backup::Key> backup_key(const config::Config& config);

/// "12.3 MB"
[[nodiscard]] std::string size_text(std::uint64_t bytes);

/// Shows how far a backup, a verification or a restore has come.
class BackupBar {
public:
  BackupBar(std::string label, ProgressStyle style, std::ostream& out)
      : label_(std::move(label)), style_(style), out_(out) {}
  void update(const registry::backup::BackupProgress& figures);
  void finish();

private:
  std::string label_;
  ProgressStyle style_;
  std::ostream& out_;
  std::unique_ptr<Progress> shown_;
  std::uint64_t total_ = 0;
  ProgressFigures last_;
};

[[nodiscard]] int backup_list(const BackupFlags& flags);
[[nodiscard]] int backup_verify(const BackupFlags& flags);
[[nodiscard]] int backup_restore(const BackupFlags& flags);

} // namespace grunndata::tools
