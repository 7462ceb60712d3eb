#include "importers/reading/byte_source.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>
#include <zlib.h>
#include <zstd.h>

namespace grunndata::importers::reading {

using registry::ErrorCode;
using registry::Result;

namespace {

constexpr std::size_t packed_buffer_bytes = 256U << 10U;
constexpr std::size_t magic_bytes = 4;
constexpr int zstd_window_log_max = 27; ///< 128 MiB of memory for the hungriest frame

/// An open file, as it is.
class RawInput {
 public:
  explicit RawInput(int descriptor) : descriptor_(descriptor) {}
  RawInput(RawInput&& other) noexcept
      : descriptor_(std::exchange(other.descriptor_, -1)), taken_(other.taken_) {}
  RawInput& operator=(RawInput&&) = delete;
  RawInput(const RawInput&) = delete;
  RawInput& operator=(const RawInput&) = delete;
  ~RawInput() {
    if (descriptor_ > STDIN_FILENO) ::close(descriptor_);
  }

  Result<std::size_t> read(char* to, std::size_t size) {
    while (true) {
      const ssize_t got = ::read(descriptor_, to, size);
      if (got >= 0) {
        taken_ += static_cast<std::uint64_t>(got);
        return static_cast<std::size_t>(got);
      }
      if (errno != EINTR) {
        return registry::fail(ErrorCode::storage, std::string("reading failed: ") +
                                                      std::strerror(errno));
      }
    }
  }
  [[nodiscard]] std::uint64_t taken() const noexcept { return taken_; }

 private:
  int descriptor_;
  std::uint64_t taken_ = 0;
};

/// Packed bytes waiting to be unpacked.
class PackedInput {
 public:
  PackedInput(RawInput raw, std::string_view first)
      : raw_(std::move(raw)), buffer_(packed_buffer_bytes), end_(first.size()) {
    std::copy(first.begin(), first.end(), buffer_.begin());
  }
  /// False at the end of the input; otherwise something waits.
  Result<bool> refill() {
    if (begin_ < end_) return true;
    const Result<std::size_t> got = raw_.read(buffer_.data(), buffer_.size());
    if (!got) return tl::unexpected(got.error());
    begin_ = 0;
    end_ = *got;
    return end_ > 0;
  }
  [[nodiscard]] const char* data() const noexcept { return buffer_.data() + begin_; }
  [[nodiscard]] std::size_t size() const noexcept { return end_ - begin_; }
  void consume(std::size_t bytes) noexcept { begin_ += bytes; }
  [[nodiscard]] std::uint64_t taken() const noexcept { return raw_.taken(); }

 private:
  RawInput raw_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0;
  std::size_t end_;
};

tl::unexpected<registry::Error> damaged(std::string_view what) {
  return registry::fail(ErrorCode::corrupt, std::string(what));
}

class PlainSource final : public ByteSource {
 public:
  PlainSource(RawInput raw, std::string_view first) : raw_(std::move(raw)), first_(first) {}
  Result<std::size_t> read(char* to, std::size_t size) override {
    if (first_.empty()) return raw_.read(to, size);
    const std::size_t count = std::min(size, first_.size());
    std::copy_n(first_.begin(), count, to);
    first_.erase(0, count);
    return count;
  }
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept override { return raw_.taken(); }

 private:
  RawInput raw_;
  std::string first_;
};

class GzipSource final : public ByteSource {
 public:
  GzipSource(RawInput raw, std::string_view first) : input_(std::move(raw), first) {
    constexpr int gzip_only = 16;
    usable_ = ::inflateInit2(&stream_, MAX_WBITS + gzip_only) == Z_OK;
  }
  ~GzipSource() override { ::inflateEnd(&stream_); }
  GzipSource(const GzipSource&) = delete;
  GzipSource& operator=(const GzipSource&) = delete;

  Result<std::size_t> read(char* to, std::size_t size) override {
    if (!usable_) return registry::fail(ErrorCode::unavailable, "no memory to unpack gzip");
    while (true) {
      const Result<bool> more = input_.refill();
      if (!more) return tl::unexpected(more.error());
      if (!*more) {
        if (between_members_) return std::size_t{0};
        return damaged("the gzip input ends too early");
      }
      if (between_members_ && *input_.data() == '\0') { // padding after the last member
        input_.consume(1);
        continue;
      }
      const Result<std::size_t> got = unpack(to, size);
      if (!got || *got > 0) return got;
    }
  }
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept override { return input_.taken(); }

 private:
  Result<std::size_t> unpack(char* to, std::size_t size) {
    between_members_ = false;
    // zlib does not write through next_in.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(input_.data()));
    stream_.avail_in = static_cast<uInt>(input_.size());
    stream_.next_out = reinterpret_cast<Bytef*>(to);
    stream_.avail_out = static_cast<uInt>(std::min(size, std::size_t{1} << 30U));
    const uInt room = stream_.avail_out;
    const int state = ::inflate(&stream_, Z_NO_FLUSH);
    input_.consume(input_.size() - stream_.avail_in);
    if (state == Z_STREAM_END) {
      between_members_ = true;
      ::inflateReset(&stream_);
    } else if (state != Z_OK && state != Z_BUF_ERROR) {
      usable_ = state != Z_MEM_ERROR;
      return damaged("the gzip input is damaged");
    }
    return static_cast<std::size_t>(room - stream_.avail_out);
  }

  PackedInput input_;
  z_stream stream_{};
  bool usable_ = false;
  bool between_members_ = false;
};

class ZstdSource final : public ByteSource {
 public:
  ZstdSource(RawInput raw, std::string_view first)
      : input_(std::move(raw), first), stream_(ZSTD_createDStream(), ZSTD_freeDStream) {
    if (stream_) ZSTD_DCtx_setParameter(stream_.get(), ZSTD_d_windowLogMax, zstd_window_log_max);
  }
  Result<std::size_t> read(char* to, std::size_t size) override {
    if (!stream_) return registry::fail(ErrorCode::unavailable, "no memory to unpack zstd");
    while (true) {
      const Result<bool> more = input_.refill();
      if (!more) return tl::unexpected(more.error());
      // A frame that is not done may still hold output when the input has ended.
      ZSTD_inBuffer in{input_.data(), input_.size(), 0};
      ZSTD_outBuffer out{to, size, 0};
      if (!*more && frame_done_) return std::size_t{0};
      const std::size_t hint = ZSTD_decompressStream(stream_.get(), &out, &in);
      if (ZSTD_isError(hint) != 0U) return damaged("the zstd input is damaged");
      input_.consume(in.pos);
      frame_done_ = hint == 0;
      if (out.pos > 0) return out.pos;
      if (!*more && !frame_done_) return damaged("the zstd input ends too early");
    }
  }
  [[nodiscard]] std::uint64_t bytes_taken() const noexcept override { return input_.taken(); }

 private:
  PackedInput input_;
  std::unique_ptr<ZSTD_DStream, decltype(&ZSTD_freeDStream)> stream_;
  bool frame_done_ = true;
};

bool is_zstd(std::string_view magic) noexcept {
  const bool is_frame = magic == "\x28\xB5\x2F\xFD";
  const bool is_skippable = magic.size() == magic_bytes && (magic[0] & '\xF0') == '\x50' &&
                            magic.substr(1) == "\x2A\x4D\x18";
  return is_frame || is_skippable;
}

} // namespace

Result<std::unique_ptr<ByteSource>> ByteSource::open(const std::string& path) {
  const int descriptor = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) {
    return registry::fail(ErrorCode::not_found, "cannot open " + path + ": " +
                                                    std::strerror(errno));
  }
  RawInput raw(descriptor);
  std::string first;
  while (first.size() < magic_bytes) {
    char byte = 0;
    const Result<std::size_t> got = raw.read(&byte, 1);
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) break;
    first.push_back(byte);
  }
  std::unique_ptr<ByteSource> source;
  if (first.starts_with("\x1F\x8B")) {
    source = std::make_unique<GzipSource>(std::move(raw), first);
  } else if (is_zstd(first)) {
    source = std::make_unique<ZstdSource>(std::move(raw), first);
  } else {
    source = std::make_unique<PlainSource>(std::move(raw), first);
  }
  return source;
}

} // namespace grunndata::importers::reading
