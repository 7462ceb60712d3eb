#include "api/persontjenesten/persons.h"

#include "api/http/form.h"
#include "api/path_segment.h"
#include "api/person_answer.h"
#include "api/person_key.h"
#include "api/persontjenesten/list.h"
#include "api/persontjenesten/query.h"
#include "api/problems.h"
#include "registry/reading.h"
#include "registry/view.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

namespace grunndata::api::persontjenesten {
namespace {

constexpr std::string_view form_type = "application/x-www-form-urlencoded";
constexpr std::string_view nin_field = "nin";
constexpr std::string_view nins_field = "nins";
constexpr std::string_view person_ids_field = "personIds";

/// What header and query ask for; nothing, and the refusal written, when they are not in order.
std::optional<registry::ViewRequest> read_view(Context& context, const Call& call,
                                               const http::Request& request,
                                               http::Response& response) {
  if (const Refusal refusal = check_api_version(request)) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  const PersonQuery query = read_person_query(request.query);
  if (query.unknown_fields != 0) context.metrics.count_unknown_fields(query.unknown_fields);
  if (query.refusal) {
    refuse(request, response, query.refusal);
    return std::nullopt;
  }
  if (const Refusal refusal = check_parts(context, call, query.parts, "informationParts")) {
    refuse(request, response, refusal);
    return std::nullopt;
  }
  registry::ViewRequest view;
  view.parts = query.parts;
  view.history = query.history;
  view.access = call.access;
  view.dialect = registry::Dialect::persontjenesten_v2;
  return view;
}

bool is_form(const http::Request& request) noexcept {
  const auto type = request.header("content-type");
  if (!type) return false;
  return http::equals_ignoring_case(without_blanks(type->substr(0, type->find(';'))), form_type);
}

/// Calls `use(value)` for every field called `name`, until it gives a refusal. Counts the fields
/// of other names.
template <typename Use>
Refusal read_form(Context& context, const http::Request& request, std::string_view name,
                  Use&& use) {
  if (!request.body.empty() && !is_form(request)) return {&problem::form_required, {}, {}};
  http::FormReader reader(request.body);
  std::uint64_t unknown = 0;
  while (reader.next()) {
    if (!http::equals_ignoring_case(reader.name(), name)) {
      ++unknown;
    } else if (const Refusal refusal = use(reader.value())) {
      return refusal;
    }
  }
  if (unknown != 0) context.metrics.count_unknown_fields(unknown);
  if (reader.error()) return {&problem::form_invalid, "The form is not percent-encoded UTF-8", {}};
  return {};
}

/// The persons a bulk answer holds already.
class Given {
public:
  [[nodiscard]] bool holds(const registry::EntityId& id) const noexcept {
    return std::find(ids_.begin(), ids_.begin() + count_, id) != ids_.begin() + count_;
  }
  void add(const registry::EntityId& id) noexcept { ids_[static_cast<std::size_t>(count_++)] = id; }
  [[nodiscard]] bool empty() const noexcept { return count_ == 0; }

private:
  std::array<registry::EntityId, bulk_items_max> ids_;
  std::ptrdiff_t count_ = 0;
};

/// What resolves to nobody is left out; any other error ends the answer.
bool is_nobody(registry::ErrorCode code) noexcept {
  return code == registry::ErrorCode::not_found || code == registry::ErrorCode::ambiguous;
}

struct Bulk {
  std::string_view field;
  /// Whether an item has the form it must have.
  bool (*well_formed)(std::string_view item);
  /// Finds the person; `not_found` for a number that cannot be anybody's.
  registry::Result<void> (*find)(const Context&, std::string_view item, registry::Reading&);
};

Refusal check_items(Context& context, const http::Request& request, const Bulk& bulk) {
  std::size_t count = 0;
  const Refusal refusal =
      read_form(context, request, bulk.field, [&](std::string_view list) -> Refusal {
        if (without_blanks(list).empty()) return {};
        bool well_formed = true;
        for_each_item(list, [&](std::string_view item) {
          ++count;
          well_formed = bulk.well_formed(item);
          return well_formed && count <= bulk_items_max;
        });
        if (!well_formed) return {&problem::identifier_malformed, {}, bulk.field};
        if (count > bulk_items_max) return {&problem::too_many_items, "At most 100", bulk.field};
        return {};
      });
  if (refusal) return refusal;
  if (count == 0) return {&problem::identifier_required, {}, bulk.field};
  return {};
}

Failure write_items(Context& context, Call& call, const registry::ViewRequest& view,
                    const Bulk& bulk, std::string_view body, std::string& out) {
  Given given;
  registry::Reading reading;
  Failure failure = nullptr;
  const auto write_one = [&](std::string_view item) {
    const auto found = bulk.find(context, item, reading);
    if (!found) {
      const http::ProblemKind& why = problem_of(found.error().code);
      note_missed(call, view, why);
      if (!is_nobody(found.error().code)) failure = &why;
      return failure == nullptr;
    }
    if (given.holds(reading.entity())) return true;
    if (!given.empty()) out += ',';
    given.add(reading.entity());
    failure = write_person(context, call, reading, view, out);
    return failure == nullptr;
  };
  out += '[';
  http::FormReader reader(body);
  while (failure == nullptr && reader.next()) {
    if (!http::equals_ignoring_case(reader.name(), bulk.field)) continue;
    if (without_blanks(reader.value()).empty()) continue;
    for_each_item(reader.value(), write_one);
  }
  out += ']';
  return failure;
}

void answer_bulk(Context& context, Call& call, const http::Request& request,
                 http::Response& response, const Bulk& bulk) {
  const auto view = read_view(context, call, request, response);
  if (!view) return;
  if (const Refusal refusal = check_items(context, request, bulk)) {
    refuse(request, response, refusal);
    return;
  }
  const Failure failure = write_items(context, call, *view, bulk, request.body, response.body);
  if (failure != nullptr) refuse(request, response, *failure);
}

registry::Result<void> find_nin(const Context& context, std::string_view nin,
                                registry::Reading& reading) {
  const PersonKey asked = person_key(nin, *context.options.rules);
  if (!asked.key) return registry::fail(registry::ErrorCode::not_found, {});
  const auto match = context.registry.lookup(*asked.key, reading);
  if (!match) return tl::unexpected(match.error());
  return {};
}

registry::Result<void> find_id(const Context& context, std::string_view id,
                               registry::Reading& reading) {
  return context.registry.get(id, reading);
}

bool is_id(std::string_view text) { return !text.empty() && text.size() <= person_id_bytes_max; }

constexpr Bulk by_nin{nins_field, has_number_form, find_nin};
constexpr Bulk by_id{person_ids_field, is_id, find_id};

void answer_one(Context& context, Call& call, const http::Request& request,
                http::Response& response, const registry::ViewRequest& view, const Bulk& way,
                std::string_view item) {
  registry::Reading reading;
  Failure failure = nullptr;
  if (const auto found = way.find(context, item, reading); !found) {
    failure = &problem_of(found.error().code);
    note_missed(call, view, *failure);
  } else {
    failure = write_person(context, call, reading, view, response.body);
  }
  if (failure != nullptr) refuse(request, response, *failure);
}

} // namespace

void person_by_id(Context& context, Call& call, const http::Request& request,
                  http::Response& response) {
  const auto view = read_view(context, call, request, response);
  if (!view) return;
  std::string decoded;
  const auto id = decoded_segment(request.path_parameter(0), decoded);
  if (!id || !is_id(*id)) {
    refuse(request, response, problem::identifier_malformed, {}, "id");
    return;
  }
  answer_one(context, call, request, response, *view, by_id, *id);
}

void person_by_nin(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  const auto view = read_view(context, call, request, response);
  if (!view) return;
  std::array<char, nin_bytes_max> nin{};
  std::size_t nin_bytes = 0;
  Refusal refusal = read_form(context, request, nin_field, [&](std::string_view value) -> Refusal {
    value = without_blanks(value);
    if (!has_number_form(value)) return {&problem::identifier_malformed, {}, nin_field};
    nin_bytes = value.copy(nin.data(), nin.size());
    return {};
  });
  if (!refusal && nin_bytes == 0) refusal = {&problem::identifier_required, {}, nin_field};
  if (refusal) {
    refuse(request, response, refusal);
    return;
  }
  answer_one(context, call, request, response, *view, by_nin, {nin.data(), nin_bytes});
}

void persons_by_id(Context& context, Call& call, const http::Request& request,
                   http::Response& response) {
  answer_bulk(context, call, request, response, by_id);
}

void persons_by_nin(Context& context, Call& call, const http::Request& request,
                    http::Response& response) {
  answer_bulk(context, call, request, response, by_nin);
}

} // namespace grunndata::api::persontjenesten
