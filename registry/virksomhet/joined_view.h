// One real unit, put together from the nodes that are said to be equal to it, each value with who
// says it.
#pragma once

#include "registry/virksomhet/code_texts.h"
#include "registry/virksomhet/joined_field.h"
#include "registry/virksomhet/structure.h"

#include <array>
#include <string>
#include <vector>

namespace grunndata::registry::virksomhet {

/// What one source says of one field, of one node.
struct JoinedValue {
  EntityId node;
  NodeSource source{};
  std::string body;   ///< the rows' bodies: a JSON array of objects
  std::string folded; ///< what is compared; empty: nothing
};

/// By field, in the order of `JoinedField` from 0; within it the one that counts first, then as
/// the authority has it, then the node asked about before others.
using JoinedValues = std::array<std::vector<JoinedValue>, joined_field_count>;

struct JoinedView {
  std::vector<EntityId> nodes; ///< the one asked about first
  JoinedValues values;
};

/// What the node itself says, and its main place of where it is; what tells of natural persons and
/// names that may not be told are left out. Errors: as `Structure::node`.
[[nodiscard]] Result<JoinedValues> values_of(const Structure& structure, const EntityId& node,
                                             const Authority& authority,
                                             const CodeTexts& texts = {});

/// Those that are equal (LIK) to the node then: each stated directly, none by way of another.
/// Errors: `corrupt`, `storage`.
[[nodiscard]] Result<std::vector<EntityId>> equals_of(const Structure& structure,
                                                      const EntityId& node);

/// With the texts of codes beside them. Errors: as `Structure::node`.
[[nodiscard]] Result<JoinedView> joined_view(const Structure& structure, const EntityId& node,
                                             const Authority& authority,
                                             const CodeTexts& texts = {});

/// Whether two sources say different things of the field.
[[nodiscard]] bool differ(JoinedField field, const JoinedValue& a, const JoinedValue& b) noexcept;

/// `{"nodes":[…],"fields":[{"field":…,"counts":{…},"others":[…],"differs":…},…]}`
/// Errors: as `Structure::summary`.
[[nodiscard]] Result<void> append_json(std::string& out, const Structure& structure,
                                       const JoinedView& view);

/// `{"source":…,"node":<outside id>,"rows":[…]}`
void append_json(std::string& out, const Structure& structure, const JoinedValue& value);

} // namespace grunndata::registry::virksomhet
