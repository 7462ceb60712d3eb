#include "tests/http/echo_server.h"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace grunndata::api::http::testing {

namespace {

enum class Ending { whole, fails, throws };

/// The bytes of a body, a piece at a time; now and then an empty piece.
class Pieces : public BodyStream {
public:
  Pieces(std::string body, Ending ending, Gate* gate, std::atomic<int>& alive,
         std::atomic<int>& made)
      : body_(std::move(body)), ending_(ending), gate_(gate), alive_(alive), made_(made) {
    ++alive_;
  }
  ~Pieces() override { --alive_; }

  Piece next(std::string& out) override {
    if (gate_ != nullptr) gate_->pass();
    if (++made_ % 3 == 0) return Piece::more;
    const std::size_t size = std::min(body_.size() - at_, EchoServer::piece_bytes);
    out.append(body_, at_, size);
    at_ += size;
    if (at_ < body_.size()) return Piece::more;
    if (ending_ == Ending::throws) throw std::runtime_error("a secret of the server");
    return ending_ == Ending::fails ? Piece::failed : Piece::last;
  }

private:
  std::string body_;
  std::size_t at_ = 0;
  Ending ending_;
  Gate* gate_;
  std::atomic<int>& alive_;
  std::atomic<int>& made_;
};

} // namespace

void Gate::open() {
  const std::lock_guard lock(mutex_);
  open_ = true;
  changed_.notify_all();
}

void Gate::pass() {
  std::unique_lock lock(mutex_);
  ++waiting_;
  changed_.notify_all();
  changed_.wait(lock, [this] { return open_; });
  --waiting_;
}

void Gate::wait_for_waiting(std::size_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return waiting_ >= count; });
}

EchoServer::EchoServer(ServerOptions options) : server_(make_routes(), std::move(options)) {
  if (!server_.start()) throw std::runtime_error("the test server does not start");
}

EchoServer::~EchoServer() {
  gate_.open();
  static_cast<void>(server_.stop(std::chrono::milliseconds{0}));
}

std::string EchoServer::big_body(std::size_t size) {
  std::string body(size, ' ');
  for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + (i * 7 + i / 251) % 26);
  return body;
}

RouteTable EchoServer::make_routes() {
  const auto echo_word = [](const Request& request, Response& response) {
    response.content_type = content_type::text;
    response.body += request.path_parameter("word");
  };
  const auto echo_body = [](const Request& request, Response& response) {
    response.content_type = content_type::text;
    response.body += request.body;
  };
  const auto gated = [this](const Request& request, Response& response) {
    gate_.pass();
    response.body += request.query;
  };
  const auto big = [](const Request& request, Response& response) {
    std::size_t size = 0;
    std::from_chars(request.query.data(), request.query.data() + request.query.size(), size);
    response.body += big_body(size);
  };
  const auto thrower = [](const Request& request, Response&) {
    if (request.query == "odd") throw 42;
    throw std::runtime_error("a secret of the server");
  };
  // What is written before the pool is asked for must never be seen.
  const auto waiting = [](const Handler& handler) -> Handler {
    return [handler](const Request& request, Response& response) {
      if (request.in_pool) return handler(request, response);
      response.status = 299;
      response.body = "dropped";
      static_cast<void>(response.add_header("X-Dropped", "yes"));
      response.close_connection = true;
      response.needs_pool = true;
    };
  };
  const auto page = [](const Request&, Response& response) {
    response.content_type = content_type::html;
    response.cache_control = "max-age=300";
    static_cast<void>(response.add_header("content-security-policy", "script-src 'self'"));
    response.body = "<p>";
  };
  const auto streamed = [this](Ending ending, bool is_gated) -> Handler {
    return [this, ending, is_gated](const Request& request, Response& response) {
      std::size_t size = 0;
      std::from_chars(request.query.data(), request.query.data() + request.query.size(), size);
      response.content_type = content_type::text;
      Gate* const gate = is_gated ? &gate_ : nullptr;
      response.stream =
          std::make_shared<Pieces>(big_body(size), ending, gate, streams_, pieces_);
    };
  };
  const auto inline_stream = [&](std::string path, std::string id, Ending ending, bool is_gated) {
    return Route{Method::get,       std::move(path), std::move(id), Lane::inline_lane,
                 streamed(ending, is_gated), {}};
  };
  std::vector<Route> routes{
      inline_stream("/stream", "stream", Ending::whole, false),
      inline_stream("/stream-fails", "stream_fails", Ending::fails, false),
      inline_stream("/stream-throws", "stream_throws", Ending::throws, false),
      inline_stream("/stream-gate", "stream_gate", Ending::whole, true),
      {Method::get, "/stream-pool", "stream_pool", Lane::pool_lane,
       streamed(Ending::whole, false), {}},
      {Method::get, "/page", "page", Lane::inline_lane, page, {}},
      {Method::get, "/echo/{word}", "echo_word", Lane::inline_lane, echo_word, {}},
      {Method::post, "/echo", "echo_body", Lane::inline_lane, echo_body, {}},
      {Method::get, "/pool/{word}", "pool_word", Lane::pool_lane, echo_word, {}},
      {Method::post, "/pool", "pool_body", Lane::pool_lane, echo_body, {}},
      {Method::get, "/gate", "gate", Lane::pool_lane, gated, {}},
      {Method::get, "/wait/{word}", "wait_word", Lane::inline_lane, waiting(echo_word), {}},
      {Method::post, "/wait", "wait_body", Lane::inline_lane, waiting(echo_body), {}},
      {Method::get, "/wait-gate", "wait_gate", Lane::inline_lane, waiting(gated), {}},
      {Method::get, "/wait-throw", "wait_throw", Lane::inline_lane, waiting(thrower), {}},
      {Method::get, "/big", "big", Lane::inline_lane, big, {}},
      {Method::get, "/throw", "throw", Lane::inline_lane, thrower, {}},
      {Method::get, "/pool-throw", "pool_throw", Lane::pool_lane, thrower, {}},
      {Method::post, "/small", "small", Lane::inline_lane, echo_body, 16},
  };
  return RouteTable::build(std::move(routes)).value();
}

std::string get(std::string_view path, std::string_view header_lines) {
  std::string text = "GET ";
  text.append(path).append(" HTTP/1.1\r\nHost: localhost\r\n").append(header_lines);
  return text += "\r\n";
}

std::string post(std::string_view path, std::string_view body, std::string_view header_lines) {
  std::string text = "POST ";
  text.append(path).append(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: ");
  text.append(std::to_string(body.size())).append("\r\n").append(header_lines);
  return text.append("\r\n").append(body);
}

} // namespace grunndata::api::http::testing
