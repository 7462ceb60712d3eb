#include "api/http/request_parser.h"

#include "api/http/host.h"
#include "api/http/syntax.h"

#include <algorithm>
#include <cstring>

namespace grunndata::api::http {
namespace {

constexpr std::size_t request_id_chars_max = 64;
constexpr std::size_t content_length_digits_max = 19;  ///< fits 64 bits
constexpr std::size_t request_line_extra_bytes = 64;   ///< method, version, blanks
constexpr std::size_t body_bytes_kept_max = 64 * 1024; ///< buffer kept between requests

bool is_sane_request_id(std::string_view id) noexcept {
  if (id.empty() || id.size() > request_id_chars_max) return false;
  return std::all_of(id.begin(), id.end(), [](char c) {
    const bool is_letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    return is_letter || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
  });
}

bool is_percent_encoding_whole(std::string_view text) noexcept {
  for (std::size_t at = text.find('%'); at != std::string_view::npos; at = text.find('%', at + 3)) {
    if (at + 2 >= text.size() || !syntax::is(text[at + 1], syntax::hex_char) ||
        !syntax::is(text[at + 2], syntax::hex_char)) {
      return false;
    }
    if (text[at + 1] == '0' && text[at + 2] == '0') return false;
  }
  return true;
}

/// Moves a view that points into `from` to the same place in `to`.
void rebase(std::string_view& view, std::string_view from, const char* to) noexcept {
  if (view.data() < from.data() || view.data() > from.data() + from.size()) return;
  view = {to + (view.data() - from.data()), view.size()};
}

} // namespace

bool RequestParser::fail(const ProblemKind& kind) noexcept {
  failure_ = &kind;
  state_ = State::failed;
  keep_alive_ = false;
  return false;
}

std::size_t RequestParser::consume(std::string_view bytes) {
  if (state_ == State::head) return bytes.empty() ? 0 : consume_head(bytes);
  if (state_ == State::body) return consume_body(bytes);
  return 0;
}

std::size_t RequestParser::consume_head(std::string_view bytes) {
  const std::size_t held = buffer_.size();
  std::string_view text = bytes;
  if (held > 0) {
    const std::size_t room = limits_->head_bytes_max + 4 - held;
    buffer_.append(bytes.substr(0, room));
    text = buffer_;
  }
  switch (find_head_end(text)) {
    case Found::failure: return bytes.size();
    case Found::nothing:
      if (line_begin_ == head_begin_) request_line_bytes_ = text.size() - line_begin_;
      check_head_size(text);
      if (held == 0 && state_ == State::head) buffer_.assign(bytes);
      return bytes.size();
    case Found::head: break;
  }
  const std::size_t end = scanned_;
  if (held > 0) {
    buffer_.resize(end);
    text = buffer_;
  }
  check_head_size(text.substr(0, end));
  if (state_ == State::head) parse_head(text.substr(head_begin_, end - head_begin_));
  return end - held;
}

/// Looks for the empty line that ends the head, from where the last search stopped.
RequestParser::Found RequestParser::find_head_end(std::string_view text) {
  if (scanned_ == 0 && text[0] != '\r' && !syntax::is(text[0], syntax::token_char)) {
    fail(problem::bad_request); // for instance a TLS greeting, which may never hold a line end
    return Found::failure;
  }
  for (;;) {
    const void* found = std::memchr(text.data() + scanned_, '\n', text.size() - scanned_);
    if (found == nullptr) {
      scanned_ = text.size();
      return Found::nothing;
    }
    const auto at = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
    const bool is_blank = at == line_begin_ + 1;
    if (at == line_begin_ || text[at - 1] != '\r') {
      fail(problem::bad_request);
      return Found::failure;
    }
    scanned_ = at + 1;
    if (is_blank && line_begin_ > head_begin_) return Found::head;
    if (is_blank) {
      if (head_begin_ > 0) {
        fail(problem::bad_request);
        return Found::failure;
      }
      head_begin_ = scanned_;
    } else if (line_begin_ == head_begin_) {
      request_line_bytes_ = at - line_begin_;
    }
    line_begin_ = scanned_;
  }
}

/// The same verdict for a head that is there and for one that is still coming.
void RequestParser::check_head_size(std::string_view text) {
  if (request_line_bytes_ > limits_->target_bytes_max + request_line_extra_bytes) {
    fail(problem::target_too_long);
  } else if (text.size() - head_begin_ > limits_->head_bytes_max) {
    fail(problem::head_too_large);
  }
}

void RequestParser::parse_head(std::string_view head) {
  head_ = head;
  std::size_t begin = 0;
  bool is_first = true;
  for (;;) {
    const void* found = std::memchr(head.data() + begin, '\n', head.size() - begin);
    const auto end = static_cast<std::size_t>(static_cast<const char*>(found) - head.data());
    const std::string_view line = head.substr(begin, end - begin - 1);
    begin = end + 1;
    if (is_first) {
      if (!parse_request_line(line)) return;
      is_first = false;
    } else if (line.empty()) {
      break;
    } else if (!parse_header(line)) {
      return;
    }
  }
  if (finish_head()) state_ = State::head_complete;
}

bool RequestParser::parse_request_line(std::string_view line) {
  const std::size_t first = line.find(' ');
  const std::size_t last = line.rfind(' ');
  if (first == std::string_view::npos || first == last) return fail(problem::bad_request);
  const std::string_view name = line.substr(0, first);
  const std::string_view target = line.substr(first + 1, last - first - 1);
  const std::string_view version = line.substr(last + 1);
  if (name.empty() || !syntax::all(name, syntax::token_char)) return fail(problem::bad_request);
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          version[6] == '.' && syntax::is(version[5], syntax::digit_char) &&
                          syntax::is(version[7], syntax::digit_char);
  if (!is_version) return fail(problem::bad_request);
  if (version[5] != '1' || version[7] > '1') return fail(problem::version_unsupported);
  request_.minor_version = static_cast<std::uint8_t>(version[7] - '0');
  const auto method = method_from(name);
  if (!method) return fail(problem::method_unknown);
  request_.method = *method;
  return parse_target(target);
}

/// Clients of one operation send the same target again and again: it is judged once.
bool RequestParser::is_remembered(std::string_view target) noexcept {
  if (target.empty() || target != remembered_target_) return false;
  request_.target = target;
  request_.path = target.substr(0, remembered_path_bytes_);
  if (remembered_path_bytes_ < target.size()) {
    request_.query = target.substr(remembered_path_bytes_ + 1);
  }
  return true;
}

bool RequestParser::parse_target(std::string_view target) {
  if (is_remembered(target)) return true;
  if (target.size() > limits_->target_bytes_max) return fail(problem::target_too_long);
  if (!syntax::all(target, syntax::target_char)) return fail(problem::bad_target);
  std::string_view path = target;
  if (target.empty() || target.front() != '/') {
    if (target == "*" && request_.method == Method::options) {
      request_.target = request_.path = target;
      return true;
    }
    const std::size_t scheme = target.find("://");
    const bool is_absolute = scheme != std::string_view::npos &&
                             (equals_ignoring_case(target.substr(0, scheme), "http") ||
                              equals_ignoring_case(target.substr(0, scheme), "https"));
    if (!is_absolute) return fail(problem::bad_target);
    const std::string_view rest = target.substr(scheme + 3);
    const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
    request_.host = rest.substr(0, end);
    has_authority_ = true;
    path = rest.substr(end);
  }
  if (!is_percent_encoding_whole(path)) return fail(problem::bad_target);
  const std::size_t question = path.find('?');
  request_.target = target;
  if (question != std::string_view::npos) request_.query = path.substr(question + 1);
  request_.path = path.substr(0, question);
  if (request_.path.empty()) request_.path = "/";
  if (target.front() == '/') {
    remembered_target_ = target;
    remembered_path_bytes_ = request_.path.size();
  }
  return true;
}

bool RequestParser::parse_header(std::string_view line) {
  if (headers_.size() == limits_->header_count_max) return fail(problem::head_too_large);
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return fail(problem::bad_header);
  const std::string_view name = line.substr(0, colon);
  const std::string_view value = syntax::trim_blanks(line.substr(colon + 1));
  if (!syntax::all(name, syntax::token_char)) return fail(problem::bad_header);
  if (!syntax::all(value, syntax::value_char)) return fail(problem::bad_header);
  headers_.push_back({name, value});
  return note_header(name, value);
}

/// The headers that framing depends on; told apart by length first, as most are none of these.
bool RequestParser::note_header(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 4:
      if (!equals_ignoring_case(name, "host")) return true;
      ++host_count_;
      if (!has_authority_) request_.host = value;
      if (!host_name(value)) return fail(problem::bad_host);
      return true;
    case 6:
      if (!equals_ignoring_case(name, "expect")) return true;
      if (!equals_ignoring_case(value, "100-continue")) return fail(problem::expectation_failed);
      wants_continue_ = true;
      return true;
    case 10:
      if (equals_ignoring_case(name, "connection")) note_connection(value);
      return true;
    case 12:
      if (equals_ignoring_case(name, "x-request-id") && is_sane_request_id(value)) {
        request_.request_id = value;
      }
      return true;
    case 14: return !equals_ignoring_case(name, "content-length") || note_content_length(value);
    case 17:
      if (!equals_ignoring_case(name, "transfer-encoding")) return true;
      ++transfer_encoding_count_;
      is_chunked_ = equals_ignoring_case(value, "chunked");
      return is_chunked_ || fail(problem::bad_framing);
    default: return true;
  }
}

bool RequestParser::note_content_length(std::string_view value) {
  ++content_length_count_;
  const bool is_number = !value.empty() && syntax::all(value, syntax::digit_char);
  if (!is_number) return fail(problem::bad_framing);
  if (value.size() > content_length_digits_max) return fail(problem::body_too_large);
  content_length_ = 0;
  for (const char c : value) {
    content_length_ = content_length_ * 10 + static_cast<unsigned>(c - '0');
  }
  return true;
}

void RequestParser::note_connection(std::string_view value) {
  while (!value.empty()) {
    const std::size_t comma = std::min(value.find(','), value.size());
    const std::string_view option = syntax::trim_blanks(value.substr(0, comma));
    says_close_ = says_close_ || equals_ignoring_case(option, "close");
    says_keep_alive_ = says_keep_alive_ || equals_ignoring_case(option, "keep-alive");
    value.remove_prefix(std::min(comma + 1, value.size()));
  }
}

bool RequestParser::finish_head() {
  const bool is_http_10 = request_.minor_version == 0;
  request_.headers = headers_;
  if (host_count_ > 1 || (host_count_ == 0 && !is_http_10)) return fail(problem::bad_host);
  if (has_authority_ && !host_name(request_.host)) return fail(problem::bad_host);
  if (content_length_count_ > 1 || transfer_encoding_count_ > 1) {
    return fail(problem::bad_framing);
  }
  if (is_chunked_ && (content_length_count_ > 0 || is_http_10)) return fail(problem::bad_framing);
  keep_alive_ = !says_close_ && (!is_http_10 || says_keep_alive_);
  wants_continue_ = wants_continue_ && !is_http_10;
  return true;
}

void RequestParser::begin_body(std::size_t body_bytes_max) {
  if (is_chunked_) {
    chunks_.reset(*limits_, body_bytes_max);
    state_ = State::body;
  } else if (content_length_ > body_bytes_max) {
    fail(problem::body_too_large);
  } else {
    body_bytes_left_ = content_length_;
    state_ = content_length_ == 0 ? State::complete : State::body;
  }
}

std::size_t RequestParser::consume_body(std::string_view bytes) {
  std::size_t taken = 0;
  if (is_chunked_) {
    taken = chunks_.consume(bytes, body_);
    if (chunks_.state() == ChunkedDecoder::State::failed) fail(chunks_.failure());
    if (chunks_.state() == ChunkedDecoder::State::complete) state_ = State::complete;
    request_.body = body_;
  } else if (body_.empty() && bytes.size() >= body_bytes_left_) {
    taken = static_cast<std::size_t>(body_bytes_left_);
    request_.body = bytes.substr(0, taken);
    state_ = State::complete;
  } else {
    taken = static_cast<std::size_t>(std::min<std::uint64_t>(bytes.size(), body_bytes_left_));
    body_.append(bytes.substr(0, taken));
    body_bytes_left_ -= taken;
    request_.body = body_;
    if (body_bytes_left_ == 0) state_ = State::complete;
  }
  if (state_ == State::body) retain();
  return taken;
}

/// Copies a head that lies in the caller's bytes, which are about to go.
void RequestParser::retain() {
  if (!buffer_.empty()) return;
  const std::string_view from = head_;
  buffer_.assign(from);
  head_ = buffer_;
  const char* to = buffer_.data();
  for (std::string_view* view :
       {&request_.target, &request_.path, &request_.query, &request_.host, &request_.request_id}) {
    rebase(*view, from, to);
  }
  for (std::string_view& parameter : request_.path_parameters) rebase(parameter, from, to);
  for (Header& header : headers_) {
    rebase(header.name, from, to);
    rebase(header.value, from, to);
  }
}

void RequestParser::forget() {
  next();
  std::string().swap(buffer_);
  std::string().swap(body_);
}

void RequestParser::next() {
  request_ = Request{};
  headers_.clear();
  buffer_.clear();
  body_.clear();
  if (body_.capacity() > body_bytes_kept_max) body_.shrink_to_fit();
  head_ = {};
  scanned_ = line_begin_ = head_begin_ = request_line_bytes_ = 0;
  content_length_ = body_bytes_left_ = 0;
  host_count_ = content_length_count_ = transfer_encoding_count_ = 0;
  state_ = State::head;
  has_authority_ = is_chunked_ = says_close_ = says_keep_alive_ = wants_continue_ = false;
  keep_alive_ = true;
}

} // namespace grunndata::api::http
