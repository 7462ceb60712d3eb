// The commands of stewards, carried out.
#include "registry/audit/log.h"
#include "registry/loaded_entity.h"
#include "registry/virksomhet/conflicts.h"
#include "registry/virksomhet/joined_view.h"
#include "registry/virksomhet/matcher.h"
#include "registry/virksomhet/suggestions.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/curation_flags.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/kodeverk.h"
#include "tools/commands/virksomhet.h"
#include "tools/config/authority.h"

#include <array>
#include <ostream>
#include <tuple>
#include <type_traits>

namespace grunndata::tools {

namespace {

namespace structure = registry::virksomhet;
using registry::EntityId;
using registry::ErrorCode;
using registry::fail;
using registry::Instant;
using registry::Result;
using registry::audit::Act;
using structure::Structure;

constexpr int status_done = 200;

/// A date or a date-time; empty: none.
Result<std::optional<Instant>> time_of(const std::string& text, const char* flag) {
  if (text.empty()) {
    return std::nullopt;
  }
  const auto when = registry::parse_instant(text);
  return when ? Result<std::optional<Instant>>(when)
              : fail(ErrorCode::invalid, std::string(flag).append(" is a date or a date-time"));
}

Result<EntityId> node_of(const OpenedRegistry& opened, const std::string& number) {
  const auto key = structure::parse_asked_key(number);
  if (!key) {
    return tl::unexpected(key.error());
  }
  return Structure(*opened.registry, {}).find(key->view());
}

Result<structure::RelationKind> kind_of(const std::string& name, structure::RelationKind unsaid) {
  if (name.empty()) {
    return unsaid;
  }
  const auto kind = structure::find_relation_kind(name);
  return kind ? Result<structure::RelationKind>(*kind)
              : fail(ErrorCode::invalid, "--kind: no kind of relation is called " + name);
}

/// `T` as one line of JSON.
template <typename T>
Result<std::string> line_of(const OpenedRegistry& opened, const T& what) {
  const Structure now(*opened.registry, {});
  std::string out;
  auto written = [&] {
    if constexpr (std::is_same_v<T, structure::Conflict>) {
      return append_json(out, now, what, config::authority_of(opened.config));
    } else {
      return append_json(out, now, what);
    }
  }();
  return written ? Result<std::string>(out.append("\n"))
                 : Result<std::string>(tl::unexpected(written.error()));
}

template <typename T>
int print_lines(const std::vector<T>& all, const OpenedRegistry& opened, Console& console) {
  for (const T& one : all) {
    const auto line = line_of(opened, one);
    if (!line) {
      return report_error(console.err, line.error());
    }
    console.out << *line;
  }
  return exit_ok;
}

/// Who gives the command, why, and under which key.
template <typename T>
structure::Instruction<T> told_by(const CurationFlags& flags, const Console& console,
                                  std::string_view operation, const std::string& asked) {
  structure::Instruction<T> told;
  told.by.os_user = console.os_user;
  told.by.organisation = flags.organisation;
  told.reason = flags.reason;
  if (!flags.idempotency_key.empty()) {
    told.key = registry::IdempotencyKey{{},
                                        "os:" + console.os_user,
                                        flags.organisation,
                                        std::string(operation),
                                        flags.idempotency_key};
    told.request_hash = registry::hash_of_record(asked + '\n' + flags.reason);
  }
  return told;
}

/// Does it, logs it and shows what came of it. `work(told)` gives `Result<CarriedOut<T>>`.
template <typename T, typename Work>
int carry_out(const CurationFlags& flags, std::string_view operation, const std::string& asked,
              OpenedRegistry& opened, Console& console, Work work) {
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  auto told = told_by<T>(flags, console, operation, asked);
  told.answer = [&](const T& what) {
    const auto line = line_of(opened, what); // as it was before the commit: ids and numbers hold
    return registry::KeptAnswer{told.request_hash, registry::now(), status_done,
                                line.value_or(std::string("\n")), {}};
  };
  const auto outcome = work(told);
  auto record = command_record(console, Act::administered, operation);
  record.reason.text = flags.reason;
  const auto logged = audit(opened, std::move(record),
                            outcome ? Result<void>{} : tl::unexpected(outcome.error()));
  if (!outcome || !logged) {
    return report_error(console.err, outcome ? logged.error() : outcome.error());
  }
  if (outcome->replayed) {
    console.err << "grunndata: this key was used before; this is the answer of then\n";
    console.out << outcome->replayed->body;
    return exit_ok;
  }
  const auto line = line_of(opened, outcome->what);
  if (!line) {
    return report_error(console.err, line.error());
  }
  console.out << *line;
  return exit_ok;
}

Result<EntityId> id_of(const CurationFlags& flags) {
  const auto id = structure::id_of_hex(flags.id);
  return id ? Result<EntityId>(*id)
            : fail(ErrorCode::invalid, "the id is 32 hexadecimal digits, as listed");
}

int decide_conflict(const CurationFlags& flags, structure::ConflictState state,
                    OpenedRegistry& opened, Console& console) {
  const auto id = id_of(flags);
  if (!id) {
    return report_error(console.err, id.error());
  }
  structure::Conflicts conflicts(*opened.registry, config::authority_of(opened.config));
  return carry_out<structure::Conflict>(
      flags,
      state == structure::ConflictState::accepted ? "virksomhet conflicts accept"
                                                  : "virksomhet conflicts reopen",
      flags.id, opened, console, [&](const auto& told) {
        return conflicts.decide(*id, state, told);
      });
}

Result<structure::ConflictFilter> filter_of(const CurationFlags& flags,
                                            const OpenedRegistry& opened) {
  structure::ConflictFilter filter;
  filter.state = structure::find_conflict_state(flags.state);
  if (!flags.state.empty() && !filter.state) {
    return fail(ErrorCode::invalid, "--state is OPEN, AKSEPTERT or LOST");
  }
  filter.field = structure::find_joined_field(flags.field);
  if (!flags.field.empty() && !filter.field) {
    return fail(ErrorCode::invalid, "--field: `grunndata virksomhet authority` lists the fields");
  }
  if (!flags.number.empty()) {
    const auto node = node_of(opened, flags.number);
    if (!node) {
      return tl::unexpected(node.error());
    }
    filter.node = *node;
  }
  return filter;
}

/// What the commands about one stated relation begin with.
template <typename Work>
int change_relation(const CurationFlags& flags, std::string_view operation,
                    OpenedRegistry& opened, Console& console, Work work) {
  const auto node = node_of(opened, flags.number);
  if (!node) {
    return report_error(console.err, node.error());
  }
  structure::CuratedRelations relations(*opened.registry);
  const std::string asked = flags.number + ' ' + std::to_string(flags.relation) + ' ' +
                            flags.kind + ' ' + flags.valid_from + ' ' + flags.valid_to;
  return carry_out<structure::CuratedRelation>(
      flags, operation, asked, opened, console,
      [&](const auto& told) { return work(relations, *node, told); });
}

} // namespace

int show_joined_view(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto key = structure::parse_asked_key(flags.number);
  const auto when =
      key ? as_of_flags(flags.as_of, flags.recorded_as_of, *opened.registry)
          : Result<structure::AsOf>(tl::unexpected(key.error()));
  if (!when) {
    return report_error(console.err, when.error());
  }
  const Structure asked(*opened.registry, *when);
  const auto node = asked.find(key->view());
  const auto texts = code_texts_of(opened, asked);
  if (!texts) {
    return report_error(console.err, texts.error());
  }
  const auto view =
      node ? joined_view(asked, *node, config::authority_of(opened.config), *texts)
           : Result<structure::JoinedView>(tl::unexpected(node.error()));
  std::string out;
  const auto written = view ? append_json(out, asked, *view)
                            : Result<void>(tl::unexpected(view.error()));
  if (!written) {
    return report_error(console.err, written.error());
  }
  console.out << out << '\n';
  return exit_ok;
}

int list_conflicts(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  structure::Conflicts conflicts(*opened.registry, config::authority_of(opened.config));
  if (flags.find) {
    const auto swept = conflicts.sweep(flags.all, [&console] { return !console.stop(); });
    if (!swept) {
      return swept.error().code == ErrorCode::cancelled ? exit_interrupted
                                                        : report_error(console.err, swept.error());
    }
    console.out << "looked at " << swept->nodes << " nodes: " << swept->opened << " opened, "
                << swept->resolved << " resolved, " << swept->erased << " erased\n";
    return exit_ok;
  }
  const auto filter = filter_of(flags, opened);
  const auto all = filter ? conflicts.list(*filter, flags.limit)
                          : Result<std::vector<structure::Conflict>>(
                                tl::unexpected(filter.error()));
  return all ? print_lines(*all, opened, console) : report_error(console.err, all.error());
}

int accept_conflict(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  return decide_conflict(flags, structure::ConflictState::accepted, opened, console);
}

int reopen_conflict(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  return decide_conflict(flags, structure::ConflictState::open, opened, console);
}

int match_units(const CurationFlags&, OpenedRegistry& opened, Console& console) {
  const auto figures = structure::match_nodes(
      *opened.registry, [&console](const structure::MatchFigures&) { return !console.stop(); });
  if (!figures) {
    return figures.error().code == ErrorCode::cancelled
               ? exit_interrupted
               : report_error(console.err, figures.error());
  }
  console.out << "looked at " << figures->units << " units under " << figures->legal_roots
              << " legal entities, " << figures->pairs << " pairs: " << figures->suggested
              << " suggested, " << figures->kept << " kept, " << figures->withdrawn
              << " withdrawn\n";
  if (figures->too_large != 0) {
    console.err << "grunndata: " << figures->too_large
                << " legal entities have too many units and were passed over\n";
  }
  return exit_ok;
}

int list_suggestions(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto state = structure::find_suggestion_state(flags.state);
  if (!state && flags.state != "all") {
    return report_error(console.err,
                        {ErrorCode::invalid,
                         "--state is open, approved, rejected, withdrawn or all"});
  }
  const auto all = structure::Suggestions(*opened.registry).list(state, flags.limit);
  return all ? print_lines(*all, opened, console) : report_error(console.err, all.error());
}

int approve_suggestion(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto id = id_of(flags);
  const auto kind = kind_of(flags.kind, structure::RelationKind::equal);
  const auto from = time_of(flags.valid_from, "--valid-from");
  for (const auto* error : {id ? nullptr : &id.error(), kind ? nullptr : &kind.error(),
                            from ? nullptr : &from.error()}) {
    if (error != nullptr) {
      return report_error(console.err, *error);
    }
  }
  structure::Suggestions suggestions(*opened.registry);
  return carry_out<structure::Suggestion>(
      flags, "virksomhet suggestions approve",
      flags.id + ' ' + flags.kind + ' ' + flags.valid_from + ' ' + flags.document, opened, console,
      [&](const auto& told) {
        return suggestions.approve(*id, {*kind, *from, flags.document}, told);
      });
}

int reject_suggestion(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto id = id_of(flags);
  if (!id) {
    return report_error(console.err, id.error());
  }
  structure::Suggestions suggestions(*opened.registry);
  return carry_out<structure::Suggestion>(
      flags, "virksomhet suggestions reject", flags.id, opened, console,
      [&](const auto& told) { return suggestions.reject(*id, told); });
}

int list_relations(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto node = node_of(opened, flags.number);
  const auto all = node ? structure::CuratedRelations(*opened.registry).of(*node)
                        : Result<std::vector<structure::CuratedRelation>>(
                              tl::unexpected(node.error()));
  return all ? print_lines(*all, opened, console) : report_error(console.err, all.error());
}

int state_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto type = structure::find_node_relation(flags.type);
  if (!type) {
    return report_error(console.err,
                        {ErrorCode::invalid, "no relation is called " + flags.type});
  }
  const auto kind = kind_of(flags.kind, structure::RelationKind::none);
  const auto valid_from = time_of(flags.valid_from, "--valid-from");
  const auto valid_to = time_of(flags.valid_to, "--valid-to");
  const auto from = node_of(opened, flags.number);
  const auto to = node_of(opened, flags.to);
  const std::array<const registry::Error*, 5> errors{
      kind ? nullptr : &kind.error(), valid_from ? nullptr : &valid_from.error(),
      valid_to ? nullptr : &valid_to.error(), from ? nullptr : &from.error(),
      to ? nullptr : &to.error()};
  for (const registry::Error* error : errors) {
    if (error != nullptr) {
      return report_error(console.err, *error);
    }
  }
  const structure::RelationWanted wanted{*type,     *kind, *from,         *to, *valid_from,
                                         *valid_to, 1000,  flags.document};
  structure::CuratedRelations relations(*opened.registry);
  return carry_out<structure::CuratedRelation>(
      flags, "virksomhet relation state",
      flags.type + ' ' + flags.number + ' ' + flags.to + ' ' + flags.kind + ' ' +
          flags.valid_from + ' ' + flags.valid_to + ' ' + flags.document,
      opened, console, [&](const auto& told) { return relations.state(wanted, told); });
}

int end_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto when = time_of(flags.valid_to, "--valid-to");
  if (!when || !*when) {
    return report_error(console.err, when ? registry::Error{ErrorCode::invalid,
                                                            "--valid-to is a date or a date-time"}
                                          : when.error());
  }
  return change_relation(flags, "virksomhet relation end", opened, console,
                         [&](auto& relations, const EntityId& node, const auto& told) {
                           return relations.end(node, flags.relation, **when, told);
                         });
}

int correct_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  structure::RelationCorrection correction;
  for (const auto& [text, flag, corrected] :
       {std::tuple{&flags.valid_from, "--valid-from", &correction.valid_from},
        std::tuple{&flags.valid_to, "--valid-to", &correction.valid_to}}) {
    const auto when = time_of(*text == "-" ? std::string() : *text, flag);
    if (!when) {
      return report_error(console.err, when.error());
    }
    if (!text->empty()) {
      corrected->emplace(*when);
    }
  }
  if (!flags.kind.empty()) {
    const auto kind = kind_of(flags.kind, structure::RelationKind::none);
    if (!kind) {
      return report_error(console.err, kind.error());
    }
    correction.kind = *kind;
  }
  return change_relation(flags, "virksomhet relation correct", opened, console,
                         [&](auto& relations, const EntityId& node, const auto& told) {
                           return relations.correct(node, flags.relation, correction, told);
                         });
}

int withdraw_curated(const CurationFlags& flags, OpenedRegistry& opened, Console& console) {
  return change_relation(flags, "virksomhet relation withdraw", opened, console,
                         [&](auto& relations, const EntityId& node, const auto& told) {
                           return relations.withdraw(node, flags.relation, told);
                         });
}

} // namespace grunndata::tools
