#include "registry/store/store.h"

namespace grunndata::registry::store {
namespace {

struct OwnValue final : Pinned::Holder {
  std::string text;
  void release() noexcept override { text.clear(); }
  Holder* move_to(void* place) noexcept override {
    auto* moved = new (place) OwnValue();
    moved->text = std::move(text);
    return moved;
  }
  [[nodiscard]] std::string_view value() const noexcept override { return text; }
};

} // namespace

Pinned::Pinned(Pinned&& other) noexcept { take(other); }

Pinned& Pinned::operator=(Pinned&& other) noexcept {
  if (this != &other) {
    destroy();
    take(other);
  }
  return *this;
}

Pinned::~Pinned() { destroy(); }

void Pinned::reset() noexcept {
  view_ = {};
  if (holder_ != nullptr) {
    holder_->release();
  }
}

void Pinned::adopt(std::string value) {
  auto& own = hold<OwnValue>();
  own.text = std::move(value);
  set_view(own.text);
}

void Pinned::take(Pinned& other) noexcept {
  if (other.holder_ == nullptr) {
    return;
  }
  const bool has_value = other.view_.data() != nullptr;
  holder_ = other.holder_->move_to(room_);
  kind_ = other.kind_;
  view_ = has_value ? holder_->value() : std::string_view{};
  other.destroy();
}

void Pinned::destroy() noexcept {
  view_ = {};
  if (holder_ != nullptr) {
    holder_->~Holder();
    holder_ = nullptr;
    kind_ = nullptr;
  }
}

} // namespace grunndata::registry::store
