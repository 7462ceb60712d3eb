// Codes in rows of nodes: which code list each is of, and the text it has there.
#pragma once

#include "registry/kodeverk/kodeverk.h"
#include "registry/virksomhet/node_part.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace grunndata::registry::virksomhet {

/// A code and the number of its list; views into the row and the room.
struct RowCode {
  std::string_view list;
  std::string_view code;
};
/// Where texts stand that the row has in another form.
struct RowCodeRoom {
  std::string list, code;
};

/// The code of a row's body; nothing when the part has none with a list of its own, or this row no
/// code. Næringskoder are of 1303 or 1305 by their edition.
[[nodiscard]] std::optional<RowCode> code_of_row(NodePart part, std::string_view body,
                                                 RowCodeRoom& room);

/// What codes are called, by the lists that hold at one time. Reads memory alone; copies are cheap.
/// Any thread.
class CodeTexts {
public:
  CodeTexts() = default; ///< knows no text
  /// `lists` may be null. `valid`: of the question, whenever the row holds; lists count as they are
  /// known now.
  CodeTexts(std::shared_ptr<const CodeLists> lists, Instant valid)
      : lists_(std::move(lists)), valid_(valid) {}

  /// Appends `,"codeText":"…"`; nothing when list or code is not known.
  void append(std::string& out, NodePart part, std::string_view body) const;

private:
  std::shared_ptr<const CodeLists> lists_;
  Instant valid_{};
};

} // namespace grunndata::registry::virksomhet
