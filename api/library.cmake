# What grunndata_api needs besides its sources: the documents built into it, and the libraries that
# single files of it use.
add_subdirectory(${CMAKE_CURRENT_LIST_DIR}/docs ${CMAKE_BINARY_DIR}/api-documents)
target_link_libraries(grunndata_api PRIVATE
  grunndata_api_documents simdjson::simdjson prometheus-cpp::core PkgConfig::XXHASH
  ZLIB::ZLIB PkgConfig::ZSTD)
