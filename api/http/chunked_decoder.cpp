#include "api/http/chunked_decoder.h"

#include "api/http/syntax.h"

#include <algorithm>

namespace grunndata::api::http {
namespace {

constexpr std::uint8_t size_digits_max = 16; ///< 64 bits

} // namespace

void ChunkedDecoder::reset(const Limits& limits, std::size_t body_bytes_max) noexcept {
  *this = ChunkedDecoder{};
  limits_ = &limits;
  body_bytes_left_ = body_bytes_max;
}

std::size_t ChunkedDecoder::consume(std::string_view bytes, std::string& body) {
  std::size_t at = 0;
  while (at < bytes.size() && state_ == State::more) {
    if (step_ == Step::data) {
      const std::size_t length = std::min<std::size_t>(bytes.size() - at, chunk_bytes_);
      body.append(bytes.substr(at, length));
      at += length;
      chunk_bytes_ -= length;
      if (chunk_bytes_ == 0) step_ = Step::data_cr;
    } else {
      take(bytes[at++]);
    }
  }
  return at;
}

void ChunkedDecoder::take(char c) {
  const auto expect = [&](char wanted, Step next) {
    if (c != wanted) return fail(problem::bad_chunk);
    step_ = next;
  };
  switch (step_) {
    case Step::size: return take_size(c);
    case Step::extension:
      if (++extension_bytes_ > limits_->chunk_extension_bytes_max) return fail(problem::bad_chunk);
      if (c == '\r') {
        step_ = Step::size_lf;
      } else if (!syntax::is(c, syntax::value_char)) {
        fail(problem::bad_chunk);
      }
      return;
    case Step::size_lf:
      if (c != '\n') return fail(problem::bad_chunk);
      return finish_size();
    case Step::data: return; // taken in one piece by `consume`
    case Step::data_cr: return expect('\r', Step::data_lf);
    case Step::data_lf: size_digits_ = 0; return expect('\n', Step::size);
    case Step::end_lf:
      if (c != '\n') return fail(problem::bad_chunk);
      state_ = State::complete;
      return;
    default: return take_trailer(c);
  }
}

void ChunkedDecoder::take_size(char c) {
  if (syntax::is(c, syntax::hex_char)) {
    if (++size_digits_ > size_digits_max) return fail(problem::bad_chunk);
    chunk_bytes_ = chunk_bytes_ * 16 + syntax::hex_value(c);
    return;
  }
  if (size_digits_ == 0) return fail(problem::bad_chunk);
  if (c == '\r') {
    step_ = Step::size_lf;
  } else if (c == ';') {
    step_ = Step::extension;
  } else {
    fail(problem::bad_chunk);
  }
}

void ChunkedDecoder::finish_size() {
  if (chunk_bytes_ > body_bytes_left_) return fail(problem::body_too_large);
  body_bytes_left_ -= static_cast<std::size_t>(chunk_bytes_);
  step_ = chunk_bytes_ == 0 ? Step::trailer_start : Step::data;
}

void ChunkedDecoder::take_trailer(char c) {
  if (++trailer_bytes_ > limits_->trailer_bytes_max) return fail(problem::head_too_large);
  switch (step_) {
    case Step::trailer_start:
      if (c == '\r') {
        step_ = Step::end_lf;
      } else if (syntax::is(c, syntax::token_char)) {
        step_ = Step::trailer_name;
      } else {
        fail(problem::bad_chunk);
      }
      return;
    case Step::trailer_name:
      if (c == ':') {
        step_ = Step::trailer_value;
      } else if (!syntax::is(c, syntax::token_char)) {
        fail(problem::bad_chunk);
      }
      return;
    case Step::trailer_value:
      if (c == '\r') {
        step_ = Step::trailer_lf;
      } else if (!syntax::is(c, syntax::value_char)) {
        fail(problem::bad_chunk);
      }
      return;
    default:
      if (c != '\n') return fail(problem::bad_chunk);
      step_ = Step::trailer_start;
      return;
  }
}

void ChunkedDecoder::fail(const ProblemKind& kind) noexcept {
  failure_ = &kind;
  state_ = State::failed;
}

} // namespace grunndata::api::http
