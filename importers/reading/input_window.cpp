#include "importers/reading/input_window.h"

#include <cstring>
#include <utility>

namespace grunndata::importers::reading {

void InputWindow::start(std::unique_ptr<ByteSource> source) {
  stop();
  source_ = std::move(source);
  begin_ = end_ = 0;
  offset_ = 0;
}

void InputWindow::stop() noexcept {
  finished_bytes_ = bytes_taken();
  source_.reset();
  begin_ = end_ = 0;
}

registry::Result<bool> InputWindow::more() {
  if (!source_) return false;
  if (begin_ > 0) {
    std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
    end_ -= begin_;
    begin_ = 0;
  }
  if (end_ == buffer_.size()) buffer_.resize(buffer_.size() * 2);
  const registry::Result<std::size_t> got =
      source_->read(buffer_.data() + end_, buffer_.size() - end_);
  if (!got) return tl::unexpected(got.error());
  end_ += *got;
  return *got > 0;
}

} // namespace grunndata::importers::reading
