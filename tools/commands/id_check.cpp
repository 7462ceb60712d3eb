#include "tools/commands/id_check.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <charconv>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "identifiers/check_json.h"
#include "tools/commands/json_string.h"

namespace grunndata::tools {
namespace {

using identifiers::Check;
using identifiers::Kind;
using identifiers::Reason;
using identifiers::Rules;
using identifiers::Synthetic;
using identifiers::SyntheticSet;

constexpr std::size_t read_bytes = 64 * 1024;

void append_column(std::string& out, std::string_view text, std::size_t width) {
  out.append(text);
  out.append(text.size() < width ? width - text.size() : 0, ' ');
  out.append("  ");
}

constexpr std::array<std::size_t, 5> column_widths{7, 5, 5, 10, 12};

void append_row(std::string& out, const std::array<std::string_view, 5>& columns,
                std::string_view last) {
  for (std::size_t index = 0; index < columns.size(); ++index) {
    append_column(out, columns[index], column_widths[index]);
  }
  out.append(last);
  out.erase(out.find_last_not_of(' ') + 1);
  out.push_back('\n');
}

void append_check_row(std::string& out, std::size_t line, const Check& check) {
  std::array<char, 20> number{};
  const auto end = std::to_chars(number.data(), number.data() + number.size(), line).ptr;
  std::array<char, identifiers::date_bytes> date{};
  if (check.birth_date) identifiers::write_date(*check.birth_date, date.data());
  const auto unless_none = [](std::string_view name) { return name == "none" ? "-" : name; };
  append_row(out,
             {std::string_view(number.data(), static_cast<std::size_t>(end - number.data())),
              check.valid ? "yes" : "no", unless_none(kind_name(check.kind)),
              check.birth_date ? std::string_view(date.data(), date.size()) : "-",
              unless_none(synthetic_name(check.synthetic))},
             unless_none(reason_name(check.reason)));
}

// Judges lines as they are completed and collects the answers.
class LineChecker {
 public:
  explicit LineChecker(const IdCheckOptions& options) : options_(options) {
    if (!options_.json) {
      append_row(answers_, {"line", "valid", "kind", "birth date", "synthetic"}, "reason");
    }
  }

  void feed(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::size_t end = bytes.find('\n');
      if (end == std::string_view::npos) {
        keep(bytes);
        return;
      }
      if (begun_.empty()) {
        answer(bytes.substr(0, end));
      } else {
        keep(bytes.substr(0, end));
        answer(begun_);
        begun_.clear();
      }
      bytes.remove_prefix(end + 1);
    }
  }

  // The last line, if it had no line end.
  void finish() {
    if (!begun_.empty()) answer(begun_);
    begun_.clear();
  }

  std::string& answers() { return answers_; }

 private:
  // One byte more than the longest line is enough to see that it is too long.
  void keep(std::string_view bytes) {
    begun_.append(bytes.substr(0, id_check_line_bytes_max + 1 - begun_.size()));
  }

  void answer(std::string_view line) {
    ++line_;
    const Check check = judge(line);
    if (options_.json) {
      append_check_json(answers_, line_, check);
      answers_.push_back('\n');
    } else {
      append_check_row(answers_, line_, check);
    }
  }

  Check judge(std::string_view line) {
    if (line.size() > id_check_line_bytes_max) return identifiers::refused(Reason::length);
    if (!options_.ndjson) return check_declared(line, options_.rules, options_.target);
    if (!read_json_string(line, text_)) return identifiers::refused(Reason::json);
    return check_declared(text_, options_.rules, options_.target);
  }

  IdCheckOptions options_;
  std::size_t line_ = 0;
  std::string begun_;  // of a line whose end has not been read yet
  std::string text_;
  std::string answers_;
};

// Blocks for at least one byte; gives what is there, empty at the end or after a fault.
std::string_view read_some(std::istream& in, std::vector<char>& buffer) {
  if (in.peek() == std::istream::traits_type::eof()) return {};
  auto count = in.readsome(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  if (count == 0) {  // a stream that cannot tell how much is there
    in.read(buffer.data(), 1);
    count = in.gcount();
  }
  return {buffer.data(), static_cast<std::size_t>(count)};
}

}  // namespace

int run_id_check(const IdCheckOptions& options, std::istream& in, std::ostream& out,
                 std::ostream& err) {
  LineChecker checker(options);
  std::vector<char> buffer(read_bytes);
  const auto write = [&] {
    out.write(checker.answers().data(), static_cast<std::streamsize>(checker.answers().size()));
    checker.answers().clear();
    return out.good();
  };
  for (;;) {
    const std::string_view bytes = read_some(in, buffer);
    if (bytes.empty()) break;
    checker.feed(bytes);
    if (!write()) break;
    if (in.rdbuf()->in_avail() <= 0) out.flush();
  }
  checker.finish();
  write();
  out.flush();
  if (in.bad()) {
    err << "id check: the input could not be read\n";
    return 1;
  }
  if (!out) {
    err << "id check: the answers could not be written\n";
    return 1;
  }
  return 0;
}

namespace {

// What the flags said; an empty text is a flag that was not given.
struct Flags {
  std::string environment = "test";
  std::string rule;
  std::string target = "person";
  std::string month40;
  std::vector<std::string> accept_synthetic;
  IdCheckOptions options;
};

Rules rules_of(const Flags& flags) {
  Rules rules = rules_for(flags.environment == "production" ? identifiers::Environment::production
                                                            : identifiers::Environment::test);
  if (flags.rule == "pre2032") rules.check_rule = identifiers::CheckRule::pre2032;
  if (flags.month40 == "hnumber") rules.month40 = identifiers::Month40::h_number;
  if (flags.month40 == "nav") rules.month40 = identifiers::Month40::nav;
  if (flags.accept_synthetic.empty()) return rules;
  rules.accepted_synthetic = SyntheticSet{};
  for (const std::string& name : flags.accept_synthetic) {
    for (const Synthetic series : {Synthetic::skatteetaten, Synthetic::nav, Synthetic::nhn}) {
      if (synthetic_name(series) == name) {
        rules.accepted_synthetic = rules.accepted_synthetic.with(series);
      }
    }
  }
  return rules;
}

}  // namespace

void add_id_command(CLI::App& app, int& exit_status) {
  const auto flags = std::make_shared<Flags>();
  CLI::App* id = app.add_subcommand("id", "Work with identifiers; needs no server and no data");
  id->require_subcommand(1);
  CLI::App* check = id->add_subcommand(
      "check", "Judge the identifiers on standard input, one a line, and never print them");
  check->add_option("--environment", flags->environment,
                    "test accepts every synthetic series, production none")
      ->check(CLI::IsMember({"production", "test"}))
      ->capture_default_str();
  check->add_option("--rule", flags->rule,
                    "check digits: 2032 (the default) accepts old and new ones and derives nothing")
      ->check(CLI::IsMember({"pre2032", "2032"}));
  check->add_option("--target", flags->target, "what the lines are")
      ->check(CLI::IsMember({"person", "duf", "orgnr", "gln", "hpr", "her", "resh"}))
      ->capture_default_str();
  check->add_option("--month40", flags->month40,
                    "what month + 40 means: nav in test and hnumber in production by default")
      ->check(CLI::IsMember({"hnumber", "nav"}));
  check->add_option("--accept-synthetic", flags->accept_synthetic,
                    "the synthetic series to accept, separated by commas, or none")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"skatteetaten", "nav", "nhn", "none"}));
  check->add_flag("--ndjson", flags->options.ndjson,
                  "each line is a JSON string, so that blanks and odd characters survive");
  check->add_flag("--json", flags->options.json, "print one JSON object a line, not a table");
  check->callback([flags, &exit_status] {
    flags->options.rules = rules_of(*flags);
    flags->options.target = flags->target == "person"
                                ? Kind::none
                                : identifiers::kind_named(flags->target).value_or(Kind::none);
    std::ios::sync_with_stdio(false);
    exit_status = run_id_check(flags->options, std::cin, std::cout, std::cerr);
  });
}

}  // namespace grunndata::tools
