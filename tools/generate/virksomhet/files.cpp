#include "tools/generate/virksomhet/files.h"

#include "tools/generate/virksomhet/brreg.h"
#include "tools/generate/virksomhet/registers.h"

#include <zlib.h>

#include <cerrno>

namespace grunndata::generate::virksomhet {

namespace {

constexpr std::size_t block_bytes = std::size_t{1} << 20U;

/// A file, packed when its name ends in .gz; faults are remembered until the end.
class Output {
public:
  Output(const std::filesystem::path& path, bool packed)
      // Level 1: the names repeat so much that more effort gains little. T writes plain bytes.
      : file_(::gzopen(path.c_str(), packed ? "wb1" : "wbT")) {
    fault_ = file_ == nullptr ? (errno == 0 ? ENOMEM : errno) : 0;
  }
  ~Output() { static_cast<void>(close()); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  std::string& text() noexcept { return text_; }
  /// After each record.
  void pass() {
    if (text_.size() >= block_bytes) flush();
  }
  [[nodiscard]] int close() {
    if (file_ == nullptr) return fault_;
    flush();
    errno = 0;
    const int closed = ::gzclose(file_);
    file_ = nullptr;
    if (closed != Z_OK && fault_ == 0) fault_ = errno == 0 ? EIO : errno;
    return fault_;
  }

private:
  void flush() {
    errno = 0;
    const auto size = static_cast<unsigned>(text_.size());
    if (fault_ == 0 && size != 0 && ::gzwrite(file_, text_.data(), size) == 0) {
      fault_ = errno == 0 ? EIO : errno;
    }
    text_.clear();
  }

  gzFile file_;
  int fault_ = 0;
  std::string text_;
};

/// Writes records with `each`, which is given a function to call after each of them.
template <typename Each>
int write_file(const std::filesystem::path& directory, std::string name,
               std::vector<WrittenFile>& written, std::string_view begin, std::string_view end,
               const Each& each) {
  Output out(directory / name, name.ends_with(".gz"));
  std::uint64_t records = 0;
  out.text().append(begin);
  each(out.text(), [&] {
    ++records;
    out.pass();
  });
  out.text().append(end);
  const int fault = out.close();
  written.push_back({std::move(name), records});
  return fault;
}

/// A comma before every element but the first, whatever has been written already.
class Commas {
public:
  std::string_view operator()() noexcept {
    const std::string_view comma = first_ ? "" : ",\n";
    first_ = false;
    return comma;
  }

private:
  bool first_ = true;
};

int write_units(const Nation& nation, bool subs, const std::filesystem::path& directory,
                std::vector<WrittenFile>& written) {
  return write_file(
      directory, subs ? "underenheter.json.gz" : "enheter.json.gz", written, "[", "]",
      [&](std::string& out, const auto& pass) {
        Commas commas;
        nation.for_each_concern([&](const Concern& concern) {
          const std::uint64_t count = subs ? concern.subs : concern.units;
          for (std::uint64_t which = 0; which < count; ++which) {
            out.append(commas());
            append_unit(out, subs ? nation.sub_unit(concern, which) : nation.unit(concern, which),
                        {});
            pass();
          }
        });
      });
}

int write_resh(const Nation& nation, const std::filesystem::path& directory,
               std::vector<WrittenFile>& written) {
  const int fault = write_file(
      directory, "resh.json", written,
      std::string(R"({"format":"own neutral shape","uttrekkTidspunkt":")")
          .append(date_text(nation.options().as_of))
          .append("T02:00:00+01:00\",\"enheter\":[\n"),
      "]}\n", [&](std::string& out, const auto& pass) {
        Commas commas;
        for_each_resh_unit(nation, [&](const ReshUnit& unit) {
          out.append(commas());
          append_resh_json(out, unit);
          pass();
        });
      });
  if (fault != 0) return fault;
  return write_file(directory, "resh.csv", written,
                    "reshId;navn;kortnavn;organisatoriskNivaa;organisatoriskBetegnelse;"
                    "overordnetReshId;organisasjonsnummer;gyldigFra;gyldigTil;status\n",
                    "", [&](std::string& out, const auto& pass) {
                      for_each_resh_unit(nation, [&](const ReshUnit& unit) {
                        append_resh_csv(out, unit);
                        pass();
                      });
                    });
}

template <typename Walk>
int write_objects(const char* name, const std::filesystem::path& directory,
                  std::vector<WrittenFile>& written, const Walk& walk) {
  return write_file(directory, name, written, "[\n", "\n]\n",
                    [&](std::string& out, const auto& pass) {
                      Commas commas;
                      walk([&](std::string_view json) {
                        out.append(commas()).append(json);
                        pass();
                      });
                    });
}

} // namespace

int write_files(const Nation& nation, const std::filesystem::path& directory,
                std::vector<WrittenFile>& written) {
  std::error_code fault;
  std::filesystem::create_directories(directory, fault);
  if (fault) return fault.value();
  int status = write_units(nation, false, directory, written);
  if (status == 0) status = write_units(nation, true, directory, written);
  if (status == 0) status = write_resh(nation, directory, written);
  if (status == 0) {
    status = write_file(directory, "adresseregisteret.ndjson.gz", written, "", "",
                        [&](std::string& out, const auto& pass) {
                          for_each_party(nation, [&](const Party& party) {
                            append_party(out, party);
                            out += '\n';
                            pass();
                          });
                        });
  }
  if (status == 0) {
    status = write_file(directory, "gln.csv", written, "", "",
                        [&](std::string& out, const auto& pass) {
                          for_each_gln_line(nation, [&](std::string_view line) {
                            out.append(line);
                            pass();
                          });
                        });
    if (status == 0) --written.back().records; // its header
  }
  if (status == 0) {
    status = write_objects("kuraterte_relasjoner.json", directory, written,
                           [&](const auto& take) { for_each_relation(nation, take); });
  }
  if (status == 0) {
    status = write_objects("etterfolgere.json", directory, written,
                           [&](const auto& take) { for_each_event(nation, take); });
  }
  return status;
}

} // namespace grunndata::generate::virksomhet
