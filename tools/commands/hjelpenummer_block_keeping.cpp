// Reserving, listing and printing blocks.
#include "api/v1/hjelpenummer/block_json.h"
#include "registry/audit/log.h"
#include "registry/hjelpenummer/block_sheet.h"
#include "registry/loaded_entity.h"
#include "tools/commands/command_audit.h"
#include "tools/commands/exit_status.h"
#include "tools/commands/hjelpenummer_block_flags.h"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <ostream>
#include <string>
#include <string_view>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace grunndata::tools {

namespace {

namespace hn = registry::hjelpenummer;
namespace v1 = api::v1;
using registry::ErrorCode;
using registry::fail;
using registry::Result;
using registry::audit::Act;

constexpr int status_done = 200;
constexpr std::size_t page_blocks = 100;

std::string verifier_key(const OpenedRegistry& opened) {
  return opened.audit ? opened.audit->verifier_key() : std::string();
}

std::string json_of(const hn::Block& block, const hn::BlockFigures& figures,
                    const OpenedRegistry& opened) {
  std::string out;
  v1::append_block_in_full(out, block, figures, verifier_key(opened));
  return out += '\n';
}

void print_line(const hn::Block& block, const hn::BlockFigures& figures, std::ostream& out) {
  out << block.number << "  " << block.organisation << "  " << block.label << "  " << figures.unused
      << " unused, " << figures.used << " used, " << figures.burnt << " burnt, "
      << figures.cancelled << " cancelled  until " << format_instant(block.expires) << '\n';
}

bool is_key(std::string_view key) {
  return !key.empty() && key.size() <= registry::idempotency_key_bytes_max &&
         std::ranges::all_of(key, [](char c) { return c > ' ' && c < '\x7F'; });
}

/// The same for the same request, another for every other; also when days were given.
std::array<std::uint8_t, 16> hash_of(const BlockFlags& flags) {
  std::string text;
  for (const std::string& part : {flags.organisation, flags.label, flags.expires,
                                  std::to_string(flags.count), std::to_string(flags.days)}) {
    text.append(part).push_back('\0');
  }
  return registry::hash_of_record(text);
}

Result<hn::BlockRequest> request_of(const BlockFlags& flags, const OpenedRegistry& opened,
                                    const Console& console) {
  hn::BlockRequest request;
  request.by.os_user = console.os_user;
  request.by.organisation = flags.organisation;
  request.organisation = flags.organisation;
  request.label = flags.label;
  request.count = flags.count;
  const auto lasts =
      std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::days(flags.days));
  const auto expires = flags.expires.empty()
                           ? registry::Instant{registry::now().microseconds + lasts.count()}
                           : registry::parse_instant(flags.expires);
  if (!expires) {
    return fail(ErrorCode::invalid, "--expires is a date, or a date-time with its offset");
  }
  request.expires = *expires;
  if (flags.idempotency_key.empty()) {
    return request;
  }
  if (!is_key(flags.idempotency_key)) {
    return fail(ErrorCode::invalid, "--idempotency-key is 1 to 128 visible ASCII characters");
  }
  request.key = registry::IdempotencyKey{{},
                                         "os:" + console.os_user,
                                         flags.organisation,
                                         "hjelpenummer block reserve",
                                         flags.idempotency_key};
  request.request_hash = hash_of(flags);
  request.answer = [&opened, hash = request.request_hash](const hn::Block& block) {
    return registry::KeptAnswer{hash,
                                registry::now(),
                                status_done,
                                json_of(block, {.unused = block.numbers.size()}, opened),
                                {}};
  };
  return request;
}

Result<void> note(OpenedRegistry& opened, const Console& console, Act act,
                  std::string_view operation, std::string what, const Result<void>& outcome) {
  auto record = command_record(console, act, operation);
  record.reason.text = std::move(what);
  return audit(opened, std::move(record), outcome);
}

/// A file that was not there, with all of `text` on the disk; for its owner only.
Result<void> write_new(const std::string& path, std::string_view text) {
  const int file = ::open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) {
    return fail(errno == EEXIST ? ErrorCode::conflict : ErrorCode::storage,
                errno == EEXIST ? "--to-file: the file is there already"
                                : "--to-file: the file cannot be made");
  }
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t wrote = ::write(file, text.data() + done, text.size() - done);
    if (wrote <= 0) {
      break;
    }
    done += static_cast<std::size_t>(wrote);
  }
  const bool whole = ::fsync(file) == 0 && ::close(file) == 0 && done == text.size();
  return whole ? Result<void>{} : fail(ErrorCode::storage, "--to-file: the file cannot be written");
}

Result<std::string> form_of(const BlockFlags& flags, const hn::Block& block,
                            const OpenedRegistry& opened) {
  if (flags.form == "list") {
    return signed_block_list(block);
  }
  if (flags.form == "sheet") {
    return block_sheet_html(block, verifier_key(opened));
  }
  const auto figures = opened.blocks->figures(block);
  return figures ? Result<std::string>(json_of(block, *figures, opened))
                 : tl::unexpected(figures.error());
}

/// For people: who can tell that nobody changed the list.
void tell_key(const hn::Block& block, const OpenedRegistry& opened, std::ostream& err) {
  if (block.signature.empty()) {
    err << "the list is not signed\n";
  } else if (opened.audit) {
    err << "the list is signed; its verification key: " << opened.audit->verifier_key() << '\n';
  }
}

} // namespace

int reserve_block(const BlockFlags& flags, OpenedRegistry& opened, Console& console) {
  auto request = request_of(flags, opened, console);
  if (!request) {
    return report_error(console.err, request.error());
  }
  if (const auto able = can_audit(opened); !able) {
    return report_error(console.err, able.error());
  }
  const auto outcome = opened.blocks->reserve(std::move(*request));
  const Result<void> done = outcome ? Result<void>{} : tl::unexpected(outcome.error());
  const std::string what = !outcome            ? flags.label
                           : outcome->replayed ? "a block again"
                                               : "block " + std::to_string(outcome->block.number);
  const auto logged = note(opened, console, Act::issued, "hjelpenummer block reserve", what, done);
  if (!outcome || !logged) {
    return report_error(console.err, outcome ? logged.error() : outcome.error());
  }
  if (outcome->replayed) {
    console.err << "grunndata: this key was used before; this is the block of then\n";
    console.out << outcome->replayed->body;
    return exit_ok;
  }
  const hn::Block& block = outcome->block;
  const hn::BlockFigures figures{.unused = block.numbers.size()};
  if (flags.json) {
    console.out << json_of(block, figures, opened);
  } else {
    print_line(block, figures, console.out);
  }
  return exit_ok;
}

int list_blocks(const BlockFlags& flags, OpenedRegistry& opened, Console& console) {
  std::uint64_t from = 0;
  while (!console.stop()) {
    const auto page = opened.blocks->list(flags.organisation, from, page_blocks);
    if (!page) {
      return report_error(console.err, page.error());
    }
    for (const hn::Block& block : *page) {
      const auto figures = opened.blocks->figures(block);
      if (!figures) {
        return report_error(console.err, figures.error());
      }
      if (flags.json) {
        std::string out;
        v1::append_block(out, block, &*figures);
        console.out << out << '\n';
      } else {
        print_line(block, *figures, console.out);
      }
    }
    if (page->size() < page_blocks) {
      return exit_ok;
    }
    from = page->back().number + 1;
  }
  return exit_interrupted;
}

int print_block(const BlockFlags& flags, OpenedRegistry& opened, Console& console) {
  const auto block = opened.blocks->show(flags.block);
  const auto text =
      block ? form_of(flags, *block, opened) : Result<std::string>(tl::unexpected(block.error()));
  const auto logged = note(opened, console, Act::read, "hjelpenummer block print",
                           "block " + std::to_string(flags.block),
                           text ? Result<void>{} : tl::unexpected(text.error()));
  if (!text || !logged) {
    return report_error(console.err, text ? logged.error() : text.error());
  }
  if (flags.to_file.empty()) {
    console.out << *text;
  } else if (const auto wrote = write_new(console.path_of(flags.to_file), *text); !wrote) {
    return report_error(console.err, wrote.error());
  }
  tell_key(*block, opened, console.err);
  return exit_ok;
}

} // namespace grunndata::tools
