#include "tools/administration/command_host.h"

#include "tools/administration/input_file.h"
#include "tools/administration/job_request.h"
#include "tools/administration/token_file.h"
#include "tools/administration/version.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/logging/log.h"
#include "tools/progress/interrupts.h"

#include <array>
#include <charconv>
#include <iostream>
#include <memory>

#include <curl/curl.h>

namespace grunndata::tools {

namespace {

constexpr long answer_patience_s = 60;

struct Answer {
  long status = 0; ///< 0: no answer
  std::string body;
};

size_t append_body(char* text, size_t size, size_t count, void* body) {
  static_cast<std::string*>(body)->append(text, size * count);
  return size * count;
}

/// Speaks to the server's administration port.
class Client {
public:
  explicit Client(AdministrationAddress address)
      : address_(std::move(address)), curl_(curl_easy_init(), &curl_easy_cleanup) {}

  Answer ask(const char* method, const std::string& path, std::string_view body = {}) {
    Answer answer;
    if (!curl_) {
      return answer;
    }
    const std::string url =
        "http://127.0.0.1:" + std::to_string(address_.port) + "/administration/jobs" + path;
    curl_slist* headers = nullptr;
    headers = curl_slist_append(headers, ("Authorization: Bearer " + address_.token).c_str());
    headers =
        curl_slist_append(headers, ("X-Version: " + std::string(administration_version())).c_str());
    headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
    CURL* curl = curl_.get();
    curl_easy_reset(curl);
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, method);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, answer_patience_s);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_PROXY, "");
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, &append_body);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &answer.body);
    if (!body.empty()) {
      curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.data());
      curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE, static_cast<long>(body.size()));
    }
    if (curl_easy_perform(curl) == CURLE_OK) {
      curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer.status);
    }
    curl_slist_free_all(headers);
    return answer;
  }

private:
  AdministrationAddress address_;
  std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> curl_;
};

/// The four numbers before a job's output.
std::optional<std::array<std::size_t, 4>> read_head(std::string_view head) {
  std::array<std::size_t, 4> numbers{};
  const char* at = head.data();
  for (std::size_t& number : numbers) {
    const auto read = std::from_chars(at, head.data() + head.size(), number);
    if (read.ec != std::errc{}) {
      return std::nullopt;
    }
    at = read.ptr + 1;
  }
  return numbers;
}

/// Shows a job's output until it is done; its exit status.
int follow(Client& client, const std::string& id) {
  bool told = false;
  while (true) {
    if (Interrupts::requested() && !told) {
      told = true;
      client.ask("DELETE", "/" + id);
    }
    const Answer answer = client.ask("GET", "/" + id);
    const auto end = answer.body.find('\n');
    const auto head = answer.status == 200 && end != std::string::npos
                          ? read_head(std::string_view(answer.body).substr(0, end))
                          : std::nullopt;
    if (!head || answer.body.size() != end + 1 + (*head)[2] + (*head)[3]) {
      std::cerr << "grunndata: the running server did not answer to the end\n";
      return exit_unavailable;
    }
    const std::string_view output = std::string_view(answer.body).substr(end + 1);
    std::cout << output.substr(0, (*head)[2]) << std::flush;
    std::cerr << output.substr((*head)[2]);
    if ((*head)[0] == 1) {
      return static_cast<int>((*head)[1]);
    }
  }
}

/// The settings a command may depend on inside the server; the others are the server's own.
std::vector<std::pair<std::string, std::string>> own_settings(const config::LoadedConfig& config) {
  std::vector<std::pair<std::string, std::string>> settings;
  for (const config::ResolvedSetting& setting : config.settings) {
    if (setting.key.starts_with("import.") && setting.source != config::Source::built_in) {
      settings.emplace_back(setting.key, setting.value);
    }
  }
  return settings;
}

int carry_out(const config::ConfigSources& sources, const std::vector<std::string>& words,
              const CommandNeeds& needs, const registry::Error& locked) {
  const Interrupts interrupts;
  const auto config = config::load_config(sources);
  const auto address = config ? read_token_file(config->values.data.directory) : std::nullopt;
  if (!address) {
    return report_error(locked);
  }
  JobRequest request{std::filesystem::current_path(), {}, own_settings(*config), words};
  if (needs.input) {
    // Input is kept beside the data for the server to read.
    if (!has_room(*space_guard(config->values), needs, std::cerr)) {
      return exit_unavailable;
    }
    auto input = keep_input(config->values.data.directory);
    if (!input) {
      return report_error(input.error());
    }
    request.input_path = std::move(*input);
  }
  Client client(*address);
  const Answer made = client.ask("POST", "", write_job_request(request));
  if (made.status == 201) {
    return follow(client, made.body);
  }
  if (!request.input_path.empty()) {
    std::error_code ignored;
    std::filesystem::remove(request.input_path, ignored);
  }
  if (made.status == 409) {
    std::cerr << "grunndata: the running server is of another version of the program\n";
    return exit_conflict;
  }
  return report_error(locked);
}

} // namespace

int LocalHost::run(const config::ConfigSources& sources, const CommandNeeds& needs,
                   const RegistryCommand& command) {
  auto opened = open_registry(sources, needs.create);
  if (!opened && opened.error().code == registry::ErrorCode::unavailable) {
    return carry_out(sources, words_, needs, opened.error());
  }
  if (!opened) {
    return report_error(opened.error());
  }
  if (!has_room(*opened->space, needs, std::cerr)) {
    return exit_unavailable;
  }
  const Interrupts interrupts;
  Console console{std::cin,
                  std::cout,
                  std::cerr,
                  "-",
                  std::filesystem::current_path(),
                  opened->config.values,
                  [] { return Interrupts::requested(); },
                  os_user()};
  return command(*opened, console);
}

} // namespace grunndata::tools
