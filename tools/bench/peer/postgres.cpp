#include "tools/bench/peer/postgres.h"

#include <libpq-fe.h>

namespace grunndata::tools::bench {

using registry::ErrorCode;
using registry::fail;
using registry::Result;

namespace {

struct Clear {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
using Answer = std::unique_ptr<PGresult, Clear>;

bool is_good(const Answer& answer) noexcept {
  const auto status = PQresultStatus(answer.get());
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

} // namespace

void Postgres::Close::operator()(pg_conn* connection) const noexcept { PQfinish(connection); }

tl::unexpected<registry::Error> Postgres::failed() const {
  return fail(ErrorCode::storage,
              "PostgreSQL: " + std::string(PQerrorMessage(connection_.get())));
}

Result<Postgres> Postgres::connect(const std::string& where) {
  Postgres made(PQconnectdb(where.c_str()));
  if (PQstatus(made.connection_.get()) != CONNECTION_OK) {
    return made.failed();
  }
  return made;
}

Result<void> Postgres::execute(const std::string& statements) {
  const Answer answer(PQexec(connection_.get(), statements.c_str()));
  return is_good(answer) ? Result<void>{} : failed();
}

Result<void> Postgres::prepare(const std::string& name, const std::string& query) {
  const Answer answer(PQprepare(connection_.get(), name.c_str(), query.c_str(), 0, nullptr));
  return is_good(answer) ? Result<void>{} : failed();
}

Result<std::size_t> Postgres::run(const std::string& name,
                                  const std::vector<std::string>& parameters,
                                  std::vector<std::string>* first) {
  constexpr int binary = 1;
  std::vector<const char*> values;
  for (const std::string& parameter : parameters) {
    values.push_back(parameter.c_str());
  }
  const Answer answer(PQexecPrepared(connection_.get(), name.c_str(),
                                     static_cast<int>(values.size()), values.data(), nullptr,
                                     nullptr, binary));
  if (!is_good(answer)) {
    return failed();
  }
  const int rows = PQntuples(answer.get());
  for (int row = 0; first != nullptr && row < rows; ++row) {
    first->emplace_back(PQgetvalue(answer.get(), row, 0),
                        static_cast<std::size_t>(PQgetlength(answer.get(), row, 0)));
  }
  return static_cast<std::size_t>(rows);
}

Result<void> Postgres::begin_copy(const std::string& table) {
  const Answer answer(PQexec(connection_.get(), ("COPY " + table + " FROM STDIN").c_str()));
  return PQresultStatus(answer.get()) == PGRES_COPY_IN ? Result<void>{} : failed();
}

Result<void> Postgres::copy(std::string_view lines) {
  const int sent = PQputCopyData(connection_.get(), lines.data(), static_cast<int>(lines.size()));
  return sent == 1 ? Result<void>{} : failed();
}

Result<void> Postgres::end_copy() {
  if (PQputCopyEnd(connection_.get(), nullptr) != 1) {
    return failed();
  }
  bool is_whole = true;
  while (const Answer answer{PQgetResult(connection_.get())}) {
    is_whole = is_whole && is_good(answer);
  }
  return is_whole ? Result<void>{} : failed();
}

} // namespace grunndata::tools::bench
