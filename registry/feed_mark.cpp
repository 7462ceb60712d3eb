#include "registry/feed_mark.h"

#include "registry/audit/tree/file.h"
#include "registry/keys.h"
#include "registry/registry_impl.h"

#include <array>
#include <charconv>
#include <span>
#include <system_error>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace grunndata::registry {

namespace {

constexpr std::string_view kind = "grunndata-feed 1 ";
constexpr std::size_t directory_digit_count = 16;
constexpr std::size_t checksum_digits = 16;
constexpr std::uint64_t file_bytes_max = 4'096;

std::string hex_of(std::span<const unsigned char> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : bytes) {
    text += digits[byte >> 4U];
    text += digits[byte & 0xFU];
  }
  return text;
}

std::string checksum_of(std::string_view text) {
  XXH64_canonical_t bytes{};
  XXH64_canonicalFromHash(&bytes, XXH3_64bits(text.data(), text.size()));
  return hex_of(bytes.digest);
}

std::string line_of(const FeedMarkFigures& figures) {
  const std::string text = std::string(kind) + figures.directory + ' ' +
                           std::to_string(figures.committed) + ' ' +
                           std::to_string(figures.reserved) + ' ';
  return text + checksum_of(text) + '\n';
}

std::optional<std::uint64_t> take_number(std::string_view& text) {
  const auto end = std::min(text.find(' '), text.size());
  std::uint64_t number = 0;
  const auto read = std::from_chars(text.data(), text.data() + end, number);
  const bool whole = end != 0 && read.ec == std::errc{} && read.ptr == text.data() + end;
  text.remove_prefix(std::min(end + 1, text.size()));
  return whole ? std::optional(number) : std::nullopt;
}

std::optional<FeedMarkFigures> figures_of(std::string_view line) {
  if (!line.starts_with(kind) || !line.ends_with('\n') ||
      line.size() < kind.size() + directory_digit_count + 1 + checksum_digits + 1) {
    return std::nullopt;
  }
  line.remove_suffix(1);
  const std::string_view text = line.substr(0, line.size() - checksum_digits);
  if (checksum_of(text) != line.substr(text.size())) {
    return std::nullopt;
  }
  std::string_view rest = text.substr(kind.size());
  FeedMarkFigures figures;
  figures.directory = rest.substr(0, directory_digit_count);
  rest.remove_prefix(directory_digit_count + 1);
  const auto committed = take_number(rest);
  const auto reserved = take_number(rest);
  figures.committed = committed.value_or(0);
  figures.reserved = reserved.value_or(0);
  return committed && reserved && rest.empty() ? std::optional(figures) : std::nullopt;
}

} // namespace

std::filesystem::path FeedMark::place(const std::filesystem::path& purge_register) {
  std::error_code ignored;
  auto place = std::filesystem::absolute(purge_register, ignored);
  if (place.extension() == ".purges") {
    place.replace_extension();
  }
  return place += ".feed";
}

Result<std::optional<FeedMarkFigures>> FeedMark::read(const std::filesystem::path& file) {
  const auto text = audit::read_file(file, file_bytes_max);
  if (!text && text.error().code == ErrorCode::not_found) {
    return std::nullopt;
  }
  if (!text && text.error().code == ErrorCode::storage) {
    return tl::unexpected(text.error());
  }
  auto figures = text ? figures_of(*text) : std::nullopt;
  if (!figures) {
    return fail(ErrorCode::corrupt, "the mark of the feed " + file.string() +
                                        " is damaged; it says which numbers were given out");
  }
  return figures;
}

Result<FeedMark> FeedMark::open(store::Store& store, std::filesystem::path file) {
  auto found = read(file);
  auto digits = found ? directory_digits(store) : tl::unexpected(found.error());
  const auto newest = digits ? newest_number(store) : tl::unexpected(digits.error());
  if (!newest) {
    return tl::unexpected(newest.error());
  }
  if (*found && (*found)->directory != *digits) {
    std::error_code fault;
    std::filesystem::rename(file, file.string() + ".other", fault);
    found->reset();
  }
  FeedMark mark(std::move(file), found->value_or(FeedMarkFigures{*digits, 0, 0}));
  if (*newest < mark.figures_.committed) {
    const auto changes = new_epoch(mark.figures_.reserved);
    const auto done = changes ? store.commit(*changes, store::Durability::synced)
                              : tl::unexpected(changes.error());
    if (!done) {
      return tl::unexpected(done.error());
    }
  }
  return mark;
}

Result<void> FeedMark::reserve(std::uint64_t committed, std::uint64_t wanted) {
  if (wanted <= figures_.reserved) {
    return {};
  }
  FeedMarkFigures next{figures_.directory, committed, wanted + step};
  auto written = audit::replace_file(file_, line_of(next), audit::Durable::yes);
  if (written) {
    figures_ = std::move(next);
  }
  return written;
}

Result<void> attach_feed_mark(Registry::Impl& impl, const std::filesystem::path& file) {
  auto feed = FeedMark::open(*impl.store, file);
  if (!feed) {
    return tl::unexpected(feed.error());
  }
  impl.feed = std::move(*feed);
  impl.queue->reserve_with([&impl](std::uint64_t committed, std::uint64_t wanted) {
    return impl.feed->reserve(committed, wanted);
  });
  return {};
}

Result<std::string> directory_digits(const store::Store& store) {
  store::Pinned pin;
  const auto found = store.get(store::Family::meta, meta::id_key, pin);
  if (!found || !*found) {
    return found ? Result<std::string>(std::string()) : tl::unexpected(found.error());
  }
  constexpr std::string_view purpose = "grunndata directory";
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  HMAC(EVP_sha256(), pin.view().data(), static_cast<int>(pin.view().size()),
       reinterpret_cast<const unsigned char*>(purpose.data()), purpose.size(), digest.data(),
       &size);
  return hex_of(std::span(digest).first(directory_digit_count / 2));
}

Result<std::uint64_t> newest_number(const store::Store& store) {
  const auto log = store.scan(store::Family::log);
  log->seek_last();
  const std::uint64_t newest = log->valid() ? number_of_key(log->key()) : 0;
  if (auto status = log->status(); !status) {
    return tl::unexpected(status.error());
  }
  store::Pinned pin;
  const auto found = store.get(store::Family::meta, meta::feed_floor, pin);
  if (!found || !*found) {
    return found ? Result<std::uint64_t>(newest) : tl::unexpected(found.error());
  }
  if (pin.view().size() != sizeof(std::uint64_t)) {
    return fail(ErrorCode::corrupt, "the number behind which the feed goes on is damaged");
  }
  return std::max(newest, number_of_key(pin.view()));
}

Result<std::vector<store::Change>> new_epoch(std::uint64_t floor) {
  std::string epoch(sizeof(std::uint64_t), '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(epoch.data()), static_cast<int>(epoch.size())) !=
      1) {
    return fail(ErrorCode::unavailable, "the system gives no randomness");
  }
  return std::vector<store::Change>{
      {store::Family::meta, std::string(meta::epoch), std::move(epoch)},
      {store::Family::meta, std::string(meta::feed_floor), key_of_number(floor)},
      {store::Family::meta, std::string(meta::places_withheld),
       key_of_number(static_cast<std::uint64_t>(now().microseconds))},
      {store::Family::meta, std::string(meta::proofs_ahead), std::nullopt}};
}

} // namespace grunndata::registry
