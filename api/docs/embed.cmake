# Writes OUTPUT, a C++ source that holds FILES (a ;-list of paths) as string literals.
# cmake -DOUTPUT=... -DFILES=a;b -P embed.cmake
set(source "#include \"api/docs/embedded.h\"\n\n#include <array>\n\n")
# With its length: the compiler counts characters only so far.
string(APPEND source "namespace grunndata::api::docs {\nnamespace {\n"
  "using namespace std::string_view_literals;\n")
set(entries "")
set(count 0)
foreach(path IN LISTS FILES)
  get_filename_component(name "${path}" NAME)
  file(READ "${path}" text)
  if(text MATCHES "\\)embedded\"")
    message(FATAL_ERROR "${path} holds the end mark of an embedded file")
  endif()
  string(APPEND source
    "constexpr std::string_view file_${count} = R\"embedded(" "${text}" ")embedded\"sv;\n")
  string(APPEND entries "    EmbeddedFile{\"${name}\", file_${count}},\n")
  math(EXPR count "${count} + 1")
endforeach()
string(APPEND source
  "constexpr std::array<EmbeddedFile, ${count}> files{\n${entries}};\n} // namespace\n\n"
  "std::span<const EmbeddedFile> embedded_files() noexcept { return files; }\n\n"
  "std::string_view embedded_file(std::string_view name) noexcept {\n"
  "  for (const EmbeddedFile& file : files) {\n"
  "    if (file.name == name) return file.text;\n"
  "  }\n"
  "  return {};\n"
  "}\n\n} // namespace grunndata::api::docs\n")
file(WRITE "${OUTPUT}" "${source}")
