// Small JSON bodies, read strictly: an object of known members, each once and of its kind.
#pragma once

#include "api/http/message.h"
#include "api/problems.h"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::api::v1 {

inline constexpr std::size_t members_body_bytes_max = 512 * 1024;
inline constexpr std::size_t member_texts_max = 100; ///< in a list

enum class MemberKind : std::uint8_t {
  text,
  number,
  flag,
  texts,
  elsewhere ///< of any kind: read by somebody else
};

struct MemberRule {
  std::string_view name;
  MemberKind kind{};
  bool required = false;
};

struct MemberValue {
  bool given = false;
  std::string text;
  std::uint64_t number = 0;
  bool flag = false;
  std::vector<std::string> texts;
};

/// Reads the body into `values`, one for each rule and of the same size. Refused: another media
/// type, no JSON, no object, unknown, repeated, missing and mistyped members. `pointer` is the JSON
/// Pointer that the refusal points at; it names unknown members only when they look like names, so
/// that nothing personal is echoed.
[[nodiscard]] Refusal read_members(const http::Request& request, std::span<const MemberRule> rules,
                                   std::span<MemberValue> values, std::string& pointer);

/// A member that is an array of objects, 1 to `most`, each by `rules`.
struct ObjectsRule {
  std::string_view name;
  std::span<const MemberRule> rules;
  std::size_t most = 0;
};

/// The same for a body that must have such a member besides those of `rules`.
[[nodiscard]] Refusal read_members(const http::Request& request, std::span<const MemberRule> rules,
                                   std::span<MemberValue> values, const ObjectsRule& objects_rule,
                                   std::vector<std::vector<MemberValue>>& objects,
                                   std::string& pointer);

/// The pointer to a member: `/name`.
[[nodiscard]] std::string pointer_to(std::string_view member);

} // namespace grunndata::api::v1
