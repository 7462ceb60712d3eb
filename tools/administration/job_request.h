// What a command asks the server to carry out.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grunndata::tools {

struct JobRequest {
  std::filesystem::path directory; ///< where the caller stands: relative paths start here
  std::string input_path;          ///< a file with the caller's stdin; empty: none
  std::vector<std::pair<std::string, std::string>> settings; ///< of the caller, defaults left out
  std::vector<std::string> words;                            ///< the program's arguments
};

/// As it travels: every text with a NUL after it, settings after their count.
[[nodiscard]] std::string write_job_request(const JobRequest& request);
/// Nothing when it is malformed.
[[nodiscard]] std::optional<JobRequest> read_job_request(std::string_view body);

} // namespace grunndata::tools
