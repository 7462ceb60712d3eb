#include "tests/audit/audit_fixture.h"

#include "registry/audit/record_codec.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace grunndata::registry::audit::tests {

namespace {

constexpr Instant beginning{1'700'000'000'000'000};

} // namespace

ScratchFolder::ScratchFolder() {
  std::error_code failed;
  const std::filesystem::path memory = "/dev/shm";
  const auto parent = std::filesystem::is_directory(memory, failed)
                          ? memory
                          : std::filesystem::temp_directory_path();
  std::string name = (parent / "grunndata-audit-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::string bytes_in(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void put_bytes(const std::filesystem::path& file, std::string_view bytes) {
  std::ofstream out(file, std::ios::binary | std::ios::trunc);
  out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  REQUIRE(out.good());
}

std::vector<std::filesystem::path> files_below(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

EntityId person(unsigned n) {
  EntityId id;
  id.bytes = {1, 2, 3, 4, 5, 6, 0x70, 8, 0x80};
  id.bytes[14] = static_cast<std::uint8_t>(n >> 8U);
  id.bytes[15] = static_cast<std::uint8_t>(n);
  return id;
}

Instant after(std::int64_t seconds) { return {beginning.microseconds + seconds * 1'000'000}; }

Record look_up(unsigned n) {
  Record record;
  record.subject = person(n);
  record.actor.issuer = "helseid";
  record.actor.client_id = "client-" + std::to_string(n % 3);
  record.actor.organisation = "99900000" + std::to_string(n % 4);
  record.actor.organisation_parent = "998000000";
  record.actor.user_name = "Lege " + std::to_string(n % 5);
  record.actor.user_hpr = "100000" + std::to_string(n % 5);
  record.actor.security_level = 4;
  record.reason.purpose_of_use = "TREAT";
  record.operation = "getPerson";
  record.parts_asked.set(1);
  record.parts_delivered.set(1);
  record.outcome = "ok";
  record.request_id = "request-" + std::to_string(n);
  return record;
}

Record full_record() {
  Record record = look_up(7);
  record.act = Act::break_glass;
  record.kind = Class::important;
  record.subjects = SubjectSet{3, 70'000, 12, {}};
  record.subjects->digest.fill(0xAB);
  record.actor.client_name = "Journal 3000";
  record.actor.user_key = "00112233445566778899aabbccddeeff";
  record.actor.os_user = "drift";
  record.actor.user_protected = true;
  record.reason = {"ETREAT", "details", "service", "decision-1", "bevisstløs på vakt"};
  record.parts_asked.set();
  record.history = record.with_legal_basis = record.protected_shown = record.emergency = true;
  record.status = 206;
  return record;
}

bool same(const Record& left, const Record& right) {
  std::vector<std::uint8_t> one;
  std::vector<std::uint8_t> other;
  write_record(left, left.time, one);
  write_record(right, right.time, other);
  return one == other;
}

LogOptions small_log(const std::filesystem::path& folder) {
  LogOptions options;
  options.directory = folder / "audit";
  options.segment_bytes = 4'096;
  options.origin = "test.example/audit";
  const auto ticks = std::make_shared<std::atomic<std::int64_t>>(0);
  options.clock = [ticks] { return after((*ticks)++); };
  return options;
}

std::unique_ptr<Log> open_log(LogOptions options) {
  auto log = Log::open(std::move(options));
  if (!log) FAIL(log.error().message);
  return std::move(*log);
}

void append_look_ups(Log& log, unsigned first, unsigned count) {
  for (unsigned n = first; n < first + count; ++n) {
    const Record record = look_up(n);
    const auto position = log.append({&record, 1});
    if (!position) FAIL(position.error().message);
  }
}

std::string open_fault(const LogOptions& options, ErrorCode expected) {
  const auto log = Log::open(options);
  if (log) return {};
  CHECK_MESSAGE(log.error().code == expected, log.error().message);
  return log.error().message;
}

std::vector<std::string> faults_of(const LogOptions& options,
                                   const std::vector<std::string>& notes) {
  auto log = Log::open(options);
  if (!log) return {log.error().message};
  const auto report = (*log)->verify(notes);
  return report ? report->faults : std::vector<std::string>{report.error().message};
}

} // namespace grunndata::registry::audit::tests
