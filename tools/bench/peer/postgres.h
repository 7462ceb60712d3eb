// PostgreSQL as a peer: prepared statements over a socket, answers in binary, nothing between.
#pragma once

#include "registry/error.h"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct pg_conn;

namespace grunndata::tools::bench {

/// A connection. One thread. Errors everywhere: `storage`, with the server's words.
class Postgres {
public:
  [[nodiscard]] static registry::Result<Postgres> connect(const std::string& where);

  /// Any number of statements, answers ignored.
  [[nodiscard]] registry::Result<void> execute(const std::string& statements);
  [[nodiscard]] registry::Result<void> prepare(const std::string& name, const std::string& query);
  /// Runs a prepared statement and takes the whole answer; how many rows it had, and, in binary,
  /// the first column of each when `first` is given.
  [[nodiscard]] registry::Result<std::size_t> run(const std::string& name,
                                                  const std::vector<std::string>& parameters,
                                                  std::vector<std::string>* first = nullptr);

  /// COPY … FROM STDIN, text format.
  [[nodiscard]] registry::Result<void> begin_copy(const std::string& table);
  [[nodiscard]] registry::Result<void> copy(std::string_view lines);
  [[nodiscard]] registry::Result<void> end_copy();

private:
  struct Close {
    void operator()(pg_conn* connection) const noexcept;
  };
  explicit Postgres(pg_conn* connection) : connection_(connection) {}
  [[nodiscard]] tl::unexpected<registry::Error> failed() const;

  std::unique_ptr<pg_conn, Close> connection_;
};

} // namespace grunndata::tools::bench
