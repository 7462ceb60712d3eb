// Reads a code list from a file: one JSON object in UTF-8, with the members
//
//   nr (text or number), tittel, kilde, komplett, koder[]; oid, versjon, merknad, gyldigFra, antall
//   and of each code: kode, tekst; aktiv (else true), gyldigFra, gyldigTil
//
// Dates are YYYY-MM-DD and mean days in Norway; gyldigTil is the last day that a code holds, as
// the national lists have it. `antall`, where it stands, must be how many codes there are. null is
// as if the member were not there. Anything else is refused: a slip of the pen loses no date.
#pragma once

#include "registry/error.h"
#include "registry/kodeverk/code_list.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace grunndata::importers::kodeverk {

inline constexpr std::size_t code_list_file_bytes_max = std::size_t{64} << 20U;

/// `invalid` says where in the text it is wrong, as a JSON Pointer, and how.
[[nodiscard]] registry::Result<registry::CodeList> read_code_list(std::string_view json);

/// Of a file, or of all files *.json in a folder, by name. Errors: `not_found`, `storage`,
/// `invalid`, naming the file; a folder without such files is `invalid`.
[[nodiscard]] registry::Result<std::vector<registry::CodeList>>
read_code_lists(const std::filesystem::path& path);

/// Those that come with the program (data/). Read once; lives as long as the program.
[[nodiscard]] const std::vector<registry::CodeList>& shipped_code_lists();

} // namespace grunndata::importers::kodeverk
