#include "api/v1/export/exports.h"

#include "api/access/problems.h"
#include "api/audit_trail.h"
#include "api/http/form.h"
#include "api/person_answer.h"
#include "api/problems.h"
#include "api/v1/export/node_export.h"
#include "api/v1/export/packer.h"
#include "api/v1/export/person_export.h"
#include "api/v1/parameters.h"
#include "registry/audit/log.h"
#include "registry/clients/clients.h"

#include <algorithm>
#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace grunndata::api::v1 {

namespace {

namespace audit = registry::audit;
using Clock = std::chrono::steady_clock;
using Piece = http::BodyStream::Piece;

constexpr std::string_view entity_field = "entity";
constexpr std::string_view entity_person = "person";
constexpr std::string_view entity_node = "virksomhet";
constexpr std::string_view format_field = "format";
constexpr std::string_view compression_field = "compression";
constexpr std::string_view from_field = "from";
constexpr std::string_view to_field = "to";
/// When there may be a place again; exports take minutes.
constexpr std::string_view retry_after_seconds = "60";
constexpr std::uint16_t status_ok = 200;
constexpr std::string_view outcome_begun = "begun";
constexpr std::string_view outcome_whole = "ok";
constexpr std::string_view outcome_cut = "cut";

struct ExportQuery {
  registry::ViewRequest view;
  std::optional<std::string> entity;
  std::optional<std::string> format;
  std::optional<Packing> packing;
  std::optional<registry::EntityId> from;
  std::optional<registry::EntityId> to;
};

Refusal set_word(std::string_view text, std::initializer_list<std::string_view> known,
                 std::string_view field, std::optional<std::string>& word) {
  if (word) return {&problem::parameter_repeated, {}, field};
  word = text;
  if (std::ranges::find(known, text) != known.end()) return {};
  return {&problem::parameter_invalid, "entity is person or virksomhet, format is ndjson", field};
}

Refusal set_packing(std::string_view text, ExportQuery& query) {
  if (query.packing) return {&problem::parameter_repeated, {}, compression_field};
  query.packing = packing_of(text);
  if (query.packing) return {};
  return {&problem::parameter_invalid, "compression is none, gzip or zstd", compression_field};
}

Refusal set_id(const Context& context, std::string_view text, std::string_view field,
               std::optional<registry::EntityId>& id) {
  if (id) return {&problem::parameter_repeated, {}, field};
  id = context.registry.ids().open(text);
  if (id) return {};
  return {&problem::parameter_invalid, "from and to are ids that this service gave out", field};
}

Refusal read_field(const Context& context, std::string_view name, std::string_view value,
                   ExportQuery& query) {
  if (name == parts_field) return add_parts(value, query.view);
  if (name == entity_field) {
    return set_word(value, {entity_person, entity_node}, entity_field, query.entity);
  }
  if (name == format_field) return set_word(value, {"ndjson"}, format_field, query.format);
  if (name == compression_field) return set_packing(value, query);
  if (name == from_field) return set_id(context, value, from_field, query.from);
  if (name == to_field) return set_id(context, value, to_field, query.to);
  return {&problem::parameter_unknown,
          "Known are entity, parts, format, compression, from and to", {}};
}

Refusal read_query(const Context& context, std::string_view text, ExportQuery& query) {
  http::FormReader reader(text);
  while (reader.next()) {
    if (const Refusal refusal = read_field(context, reader.name(), reader.value(), query)) {
      return refusal;
    }
  }
  if (reader.error()) return {&problem::form_invalid, {}, {}};
  if (!query.entity) return {&problem::parameter_invalid, "entity must be given", entity_field};
  if (query.entity == entity_node) {
    if (query.view.parts.none()) return {};
    return {&problem::parameter_invalid, "parts are those of persons", parts_field};
  }
  if (query.view.parts.none()) return {&problem::parts_required, {}, parts_field};
  return {};
}

/// Nothing opened for one person in an emergency counts here.
Refusal check_agreed(const Call& call, const registry::PersonPartSet& parts) {
  if ((parts & ~call.caller.client->parts).none()) return {};
  note_denied(call, access::problem::parts_not_agreed, parts);
  return {&access::problem::parts_not_agreed, {}, parts_field};
}

/// What an export consists of.
class Lines {
public:
  virtual ~Lines() = default;
  /// As of `PersonExport`.
  [[nodiscard]] virtual registry::Result<bool> next(std::string& out) = 0;
  /// Persons given out so far.
  [[nodiscard]] virtual std::uint64_t persons() const noexcept = 0;
  /// Whom the lines made so far cover; nothing where it is nobody.
  [[nodiscard]] virtual registry::Result<std::optional<audit::SubjectSet>> covered() const = 0;
};

class PersonLines final : public Lines {
public:
  explicit PersonLines(PersonExport persons) : persons_(std::move(persons)) {}
  registry::Result<bool> next(std::string& out) override { return persons_.next(out); }
  std::uint64_t persons() const noexcept override { return persons_.persons(); }
  registry::Result<std::optional<audit::SubjectSet>> covered() const override {
    auto set = persons_.covered();
    if (!set) return tl::unexpected(set.error());
    return std::optional(*set);
  }

private:
  PersonExport persons_;
};

class NodeLines final : public Lines {
public:
  explicit NodeLines(NodeExport nodes) : nodes_(std::move(nodes)) {}
  registry::Result<bool> next(std::string& out) override { return nodes_.next(out); }
  std::uint64_t persons() const noexcept override { return 0; }
  registry::Result<std::optional<audit::SubjectSet>> covered() const override {
    return std::optional<audit::SubjectSet>{};
  }

private:
  NodeExport nodes_;
};

/// Without a log nobody reads the record.
audit::Record note_begin(Call& call, const registry::ViewRequest& view,
                         const PersonExport& persons) {
  audit::Record& record = call.audit.add(audit::Act::exported);
  record.kind = audit::Class::important;
  record.parts_asked = view.parts;
  record.parts_delivered = persons.parts_delivered();
  record.with_legal_basis = view.access == registry::Access::legal_basis;
  record.protected_shown = record.with_legal_basis;
  record.subjects = persons.covered_at_most();
  record.outcome = outcome_begun;
  return record;
}

/// Of what covers nobody.
audit::Record note_begin(Call& call, std::string_view what) {
  audit::Record& record = call.audit.add(audit::Act::exported);
  record.reason.text = what;
  record.outcome = outcome_begun;
  return record;
}

/// Who exports, and until when they may.
struct Exporter {
  const Context& context;
  std::shared_ptr<const registry::Client> client;
  std::string issuer;
  bool is_registered; ///< else it is a demonstration
  registry::PersonPartSet parts;
  registry::Access access;
  Clock::time_point deadline;

  /// The registration may have ended, or been made narrower, since the request.
  [[nodiscard]] bool may_go_on() const {
    if (Clock::now() > deadline) return false;
    if (!is_registered) return true;
    const auto now = context.options.access.clients->find(client->id, issuer);
    return now != nullptr && now->holds_at(registry::now()) && (parts & ~now->parts).none() &&
           (access == registry::Access::no_legal_basis || now->legal_basis);
  }
};

class ExportStream : public http::BodyStream {
public:
  ExportStream(Exporter exporter, std::unique_ptr<Lines> source, std::unique_ptr<Packer> packer,
               ExportSlots::Slot slot, audit::Record record)
      : exporter_(std::move(exporter)), source_(std::move(source)), packer_(std::move(packer)),
        slot_(std::move(slot)), record_(std::move(record)) {}

  ~ExportStream() override {
    if (!has_begun_ || has_ended_) return;
    try {
      static_cast<void>(end(outcome_cut));
    } catch (...) {
      return; // the record of the beginning covers everybody
    }
  }

  Piece next(std::string& out) override {
    has_begun_ = true;
    if (!exporter_.may_go_on()) return Piece::failed;
    lines_.clear();
    const std::uint64_t before = source_->persons();
    const auto more = source_->next(lines_);
    slot_->count(source_->persons() - before);
    if (!more || !packer_->pack(lines_, !*more, out)) return Piece::failed;
    if (*more) return Piece::more;
    return end(outcome_whole) ? Piece::last : Piece::failed;
  }

private:
  /// The record of whom it covered stands before the last bytes leave.
  bool end(std::string_view outcome) {
    has_ended_ = true;
    slot_->count_end(outcome == outcome_whole);
    audit::Log* const log = exporter_.context.options.audit;
    if (log == nullptr) return true;
    const auto covered = source_->covered();
    if (!covered) return false;
    record_.subjects = *covered;
    record_.outcome = outcome;
    record_.status = status_ok;
    return log->append({&record_, 1}).has_value();
  }

  Exporter exporter_;
  std::unique_ptr<Lines> source_;
  std::unique_ptr<Packer> packer_;
  ExportSlots::Slot slot_;
  audit::Record record_;
  std::string lines_;
  bool has_begun_ = false;
  bool has_ended_ = false;
};

Packing packing_for(const http::Request& request, const ExportQuery& query) {
  if (query.packing) return *query.packing;
  return accepted_packing(request.header("accept-encoding").value_or(""));
}

/// What was asked for; `noted` becomes the log's record of its beginning, where there is one.
registry::Result<std::unique_ptr<Lines>> lines_of(const Context& context, Call& call,
                                                  const ExportQuery& query,
                                                  audit::Record* noted) {
  const registry::EntityId from = query.from.value_or(registry::EntityId{});
  if (query.entity == entity_node) {
    auto nodes = NodeExport::begin(context.registry,
                                   {.access = call.access, .from = from, .to = query.to});
    if (!nodes) return tl::unexpected(nodes.error());
    if (noted != nullptr) *noted = note_begin(call, entity_node);
    return std::make_unique<NodeLines>(std::move(*nodes));
  }
  auto persons = PersonExport::begin(
      context.registry,
      {.parts = query.view.parts, .access = call.access, .from = from, .to = query.to});
  if (!persons) return tl::unexpected(persons.error());
  if (noted != nullptr) *noted = note_begin(call, query.view, *persons);
  return std::make_unique<PersonLines>(std::move(*persons));
}

} // namespace

void export_persons(Context& context, Call& call, const http::Request& request,
                    http::Response& response) {
  ExportQuery query;
  query.view = plain_view(call);
  Refusal refusal = read_query(context, request.query, query);
  if (!refusal) refusal = check_agreed(call, query.view.parts);
  if (refusal) return refuse(request, response, refusal);
  ExportSlots::Slot slot = context.exports.take();
  if (!slot) {
    refuse(request, response, problem::exports_busy);
    response.add_header("Retry-After", retry_after_seconds);
    return;
  }
  audit::Record record;
  // A HEAD makes nothing, so there is nobody to tell of.
  audit::Record* const noted = request.method == http::Method::head ? nullptr : &record;
  auto source = lines_of(context, call, query, noted);
  if (!source) return refuse(request, response, source.error());
  const Packing packing = packing_for(request, query);
  auto packer = Packer::make(packing);
  if (!packer) return refuse(request, response, problem::unavailable);
  response.content_type = http::content_type::ndjson;
  response.add_header("Vary", "Accept-Encoding");
  if (packing != Packing::none) response.add_header("Content-Encoding", name_of(packing));
  const registry::Clients* const clients = context.options.access.clients;
  const std::string& issuer = call.caller.claims->issuer_name;
  Exporter exporter{context,
                    call.caller.client,
                    issuer,
                    clients != nullptr && clients->find(call.caller.client->id, issuer) != nullptr,
                    query.view.parts,
                    call.access,
                    Clock::now() + context.options.export_time_max};
  response.stream =
      std::make_shared<ExportStream>(std::move(exporter), std::move(*source), std::move(packer),
                                     std::move(slot), std::move(record));
}

} // namespace grunndata::api::v1
