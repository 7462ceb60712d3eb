#include "api/audit_trail.h"

#include "registry/audit/subject_set.h"
#include "registry/disclosure.h"
#include "registry/reading.h"

#include <algorithm>
#include <span>
#include <vector>

namespace grunndata::api {

namespace {

namespace audit = registry::audit;

constexpr std::size_t records_kept_max = 1'024; ///< between requests, for a thread

/// Records are made of many texts: kept, so that their room is used again.
std::vector<audit::Record>& thread_records() {
  static thread_local std::vector<audit::Record> records;
  return records;
}

void fill_actor(audit::Actor& actor, const access::Caller& caller) {
  const access::TokenClaims& claims = *caller.claims;
  actor.issuer = claims.issuer_name;
  actor.client_id = claims.client_id;
  actor.client_name = claims.client_name.empty() ? caller.client->name : claims.client_name;
  actor.organisation_parent = claims.organisation_parent;
  actor.organisation =
      claims.organisation_child.empty() ? claims.organisation_parent : claims.organisation_child;
  if (actor.organisation.empty()) {
    actor.organisation = caller.client->organisation;
  }
  actor.user_name = claims.user_name;
  actor.user_hpr = claims.user_hpr;
  actor.user_key = caller.user_key;
  actor.user_protected = caller.user_protected;
  actor.os_user.clear();
  actor.security_level = static_cast<std::uint8_t>(claims.security_level);
}

void fill_reason(audit::Reason& reason, const access::TokenClaims& claims) {
  reason.purpose_of_use = claims.purpose_of_use;
  reason.purpose_details = claims.purpose_details;
  reason.healthcare_service = claims.healthcare_service;
  reason.decision_ref = claims.decision_ref;
  reason.text.clear();
}

} // namespace

AuditTrail::AuditTrail(audit::Log* log, const access::Caller& caller, const http::Request& request,
                       std::string_view operation)
    : log_(log), caller_(caller), request_(request), operation_(operation) {}

audit::Record& AuditTrail::next() {
  auto& records = thread_records();
  if (count_ == records.size()) {
    records.emplace_back();
  }
  audit::Record& record = records[count_];
  if (log_ == nullptr) {
    return record; // written over again and again
  }
  if (count_ == 0) {
    fill_actor(record.actor, caller_);
    fill_reason(record.reason, *caller_.claims);
  } else {
    record.actor = records[0].actor;
    record.reason = records[0].reason;
  }
  ++count_;
  record.kind = audit::Class::ordinary;
  record.subject.reset();
  record.asked.reset();
  record.subjects.reset();
  record.operation = operation_;
  record.parts_asked.reset();
  record.parts_delivered.reset();
  record.history = false;
  record.with_legal_basis = false;
  record.protected_shown = false;
  record.emergency = false;
  record.status = 0;
  record.outcome.clear();
  record.request_id = request_.request_id;
  return record;
}

audit::Record& AuditTrail::add(audit::Act act) {
  persons_ += act == audit::Act::issued || act == audit::Act::search_hit ? 1 : 0;
  audit::Record& record = next();
  record.act = act;
  return record;
}

void AuditTrail::shown(const registry::Reading& reading, const registry::ViewRequest& view,
                       bool emergency) {
  ++persons_;
  if (log_ == nullptr) {
    return;
  }
  audit::Record& record = add(audit::Act::read);
  const registry::Disclosure told = registry::disclosed(reading, view);
  record.subject = reading.entity();
  if (reading.asked() != reading.entity()) {
    record.asked = reading.asked();
  }
  record.parts_asked = view.parts;
  record.parts_delivered = told.parts;
  record.history = view.history || view.as_of || view.recorded_as_of;
  record.with_legal_basis = view.access == registry::Access::legal_basis;
  record.protected_shown = told.protected_shown;
  record.emergency = emergency;
  record.outcome = "ok";
  if (told.protected_shown || emergency) {
    record.kind = audit::Class::important;
  }
}

void AuditTrail::shown(const registry::EntityId& node, registry::Access access) {
  ++persons_;
  if (log_ == nullptr) {
    return;
  }
  audit::Record& record = add(audit::Act::read);
  record.subject = node;
  record.with_legal_basis = access == registry::Access::legal_basis;
  record.outcome = "ok";
}

registry::Result<void> AuditTrail::delivered(const registry::Registry& registry, std::uint64_t from,
                                             std::uint64_t to, registry::Access access) {
  if (log_ == nullptr) {
    return {};
  }
  const auto subjects = audit::subject_set(registry, from, to, access);
  if (!subjects) {
    return tl::unexpected(subjects.error());
  }
  audit::Record& record = add(audit::Act::feed);
  record.subjects = *subjects;
  record.with_legal_basis = access == registry::Access::legal_basis;
  return {};
}

bool AuditTrail::must_wait() const noexcept {
  const auto& records = thread_records();
  return std::any_of(
      records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count_),
      [](const audit::Record& record) { return record.kind == audit::Class::important; });
}

void AuditTrail::missed(const registry::ViewRequest& view, std::string_view outcome) {
  audit::Record& record = add(audit::Act::miss);
  record.parts_asked = view.parts;
  record.history = view.history || view.as_of || view.recorded_as_of;
  record.with_legal_basis = view.access == registry::Access::legal_basis;
  record.outcome = outcome;
}

registry::Result<void> AuditTrail::write(int status) {
  auto& records = thread_records();
  if (log_ == nullptr || count_ == 0) {
    return {};
  }
  for (std::size_t i = 0; i < count_; ++i) {
    audit::Record& record = records[i];
    record.status = static_cast<std::uint16_t>(status);
    if (record.outcome.empty()) {
      record.outcome = status < 400 ? "ok" : "refused";
    }
  }
  const auto written = log_->append(std::span<const audit::Record>(records.data(), count_));
  count_ = 0;
  if (records.size() > records_kept_max) {
    records.resize(records_kept_max);
  }
  if (!written) {
    return tl::unexpected(written.error());
  }
  return {};
}

} // namespace grunndata::api
