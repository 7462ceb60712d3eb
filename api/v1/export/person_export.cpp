#include "api/v1/export/person_export.h"

#include "api/number_text.h"
#include "registry/document.h"
#include "registry/registry.h"

namespace grunndata::api::v1 {

using registry::Result;

Result<PersonExport> PersonExport::begin(const registry::Registry& registry,
                                         const PersonExportOrder& order) {
  const auto newest = registry.newest_told(order.access);
  if (!newest) return tl::unexpected(newest.error());
  return PersonExport(registry, order, {.epoch = registry.epoch(), .from = *newest + 1});
}

PersonExport::PersonExport(const registry::Registry& registry, const PersonExportOrder& order,
                           Cursor cursor)
    : registry_(&registry), cursor_(cursor), piece_bytes_(order.piece_bytes),
      walk_(registry, order.from, order.to) {
  view_.parts = order.parts;
  view_.access = order.access;
  view_.dialect = registry::Dialect::v1;
}

void PersonExport::append_begin(std::string& out) const {
  out += R"({"export":"begin","entity":"person","nextCursor":")";
  append_cursor(out, cursor_);
  out += "\"}\n";
}

void PersonExport::append_end(std::string& out) const {
  out += R"({"export":"end","nextCursor":")";
  append_cursor(out, cursor_);
  out += R"(","persons":)";
  append_number(out, persons_);
  out += R"(,"moved":)";
  append_number(out, moved_);
  out += "}\n";
}

Result<void> PersonExport::append_moved(registry::Reading& reading, std::string& out) {
  registry::Reading survivor;
  const auto found = registry_->get(reading.entity(), survivor);
  if (!found && found.error().code == registry::ErrorCode::not_found) return {};
  if (!found) return found;
  out += R"({"export":"moved","id":")";
  out += reading.external_id();
  out += R"(","personId":")";
  out += survivor.external_id();
  out += "\"}\n";
  ++moved_;
  return {};
}

Result<void> PersonExport::append_line(registry::Reading& reading, std::string& out) {
  const auto document = registry::DocumentBytes::current(reading.current());
  if (!document) return tl::unexpected(document.error());
  const registry::DocumentHeader header = document->header();
  subjects_.add(reading.entity());
  last_ = header.external_id;
  if (header.successor != registry::EntityId{}.bytes) return append_moved(reading, out);
  if (header.identifier_bytes == 0) return {}; // a cancelled hjelpenummer
  if (auto written = registry::write_view(reading, view_, out); !written) return written;
  out += '\n';
  ++persons_;
  return {};
}

Result<bool> PersonExport::next(std::string& out) {
  const std::size_t begin = out.size();
  if (!has_begun_) append_begin(out);
  has_begun_ = true;
  const auto more = walk_.step([&](registry::Reading& reading) -> Result<bool> {
    if (auto line = append_line(reading, out); !line) return tl::unexpected(line.error());
    return out.size() - begin < piece_bytes_;
  });
  if (more && !*more) append_end(out);
  return more;
}

registry::PersonPartSet PersonExport::parts_delivered() const noexcept {
  registry::PersonPartSet parts = view_.parts;
  if (view_.access == registry::Access::legal_basis) return parts;
  for (const registry::PersonPartFacts& facts : registry::person_parts) {
    if (!registry::is_confidential_part(facts.part)) continue;
    parts.reset(static_cast<std::size_t>(facts.part));
  }
  return parts;
}

registry::audit::SubjectSet PersonExport::covered_at_most() const noexcept {
  return {.from = 0, .to = cursor_.from};
}

Result<registry::audit::SubjectSet> PersonExport::covered() const {
  const auto newest = registry_->newest_told(view_.access);
  if (!newest) return tl::unexpected(newest.error());
  return subjects_.set(0, *newest + 1);
}

} // namespace grunndata::api::v1
