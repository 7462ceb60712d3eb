// Extracts: ordered, made for a while, read batch by batch.
#include "tools/simulate/selection.h"
#include "tools/simulate/service.h"
#include "tools/simulate/wire.h"

#include <algorithm>

namespace grunndata::simulate {

namespace {

using std::chrono::steady_clock;

/// Of one organisation, in the making or being read.
constexpr std::size_t jobs_max = 10;
/// Those that nobody asks for any more count no longer.
constexpr std::chrono::minutes job_lives{10};
constexpr std::size_t finished_jobs_max = 10;
constexpr std::string_view jobs_wait_ms = "500";
/// Some documents come twice, as they have: once as they were ordered, once as they are.
constexpr std::size_t doubled_each = 97;

} // namespace

bool Service::take_job(Job job, Response& response) {
  const auto now = steady_clock::now();
  const auto is_over = [now](const auto& one) {
    return one.second.finished || one.second.asked + job_lives < now;
  };
  const auto over = static_cast<std::size_t>(std::count_if(jobs_.begin(), jobs_.end(), is_over));
  if (jobs_.size() - over >= jobs_max) {
    response.add_header("Retry-After", jobs_wait_ms);
    refuse(response, 429, "FREG-429", "For mange samtidige uttrekk");
    return false;
  }
  if (over > finished_jobs_max) std::erase_if(jobs_, is_over);
  job.asked = now;
  job.ready = now + options_.extract_takes;
  const std::string id = "job-" + std::to_string(draw_.next());
  jobs_.emplace(id, std::move(job));
  response.body = R"({"jobbId":")" + id + "\"}";
  return true;
}

void Service::order(const Request& request, Response& response) {
  // One beyond the newest, or none, stands for the newest.
  std::optional<std::uint64_t> from;
  if (!read_query_number(request, "feedsekvensnr", from)) {
    return refuse(response, 400, "FREG-400", "feedsekvensnr er ugyldig");
  }
  const std::lock_guard lock(mutex_);
  Job job;
  job.ids = world_.newest_documents();
  for (std::size_t i = 0, documents = job.ids.size(); i < documents; i += doubled_each) {
    job.ids.push_back(job.ids[i]);
  }
  take_job(std::move(job), response);
}

void Service::order_selection(const Request& request, Response& response) {
  const auto selection = Selection::read(request.body);
  if (!selection) return refuse(response, 400, "FREG-400", "Ugyldig utvalg");
  const std::lock_guard lock(mutex_);
  Job job;
  job.of_persons = true;
  world_.for_each([&](const std::string& json) {
    std::string number = selection->number_of(json);
    if (!number.empty()) job.ids.push_back(std::move(number));
  });
  take_job(std::move(job), response);
}

void Service::batch(const Request& request, Response& response) {
  const auto number = number_of(request.path_parameter(1));
  const std::lock_guard lock(mutex_);
  if (has(Fault::gone)) jobs_.clear();
  const auto job = jobs_.find(std::string(request.path_parameter(0)));
  if (job == jobs_.end()) return refuse(response, 410, "FREG-410", "Uttrekket er slettet");
  if (!number) return refuse(response, 400, "FREG-400", "Ugyldig batchnummer");
  job->second.asked = steady_clock::now();
  if (job->second.asked < job->second.ready) {
    return refuse(response, 404, "FREG-404", "Ikke klar");
  }
  const auto& ids = job->second.ids;
  if (*number > ids.size() / options_.batch_documents ||
      *number * options_.batch_documents >= ids.size()) {
    job->second.finished = true;
    response.body = "{}";
    return;
  }
  const std::size_t begin = *number * options_.batch_documents;
  const std::size_t end = std::min(begin + options_.batch_documents, ids.size());
  response.body =
      job->second.of_persons ? R"({"foedselsEllerDNummer":[)" : R"({"dokumentidentifikator":[)";
  for (std::size_t i = begin; i < end; ++i) {
    if (i > begin) response.body += ',';
    response.body.append(1, '"').append(ids[i]).append(1, '"');
  }
  response.body += "]}";
}

} // namespace grunndata::simulate
