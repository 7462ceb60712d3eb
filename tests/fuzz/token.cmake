grunndata_fuzz(token
  SOURCES token_fuzz.cpp ${CMAKE_SOURCE_DIR}/tools/bench/jose_signer.cpp
  LIBS grunndata_access OpenSSL::Crypto
  CORPUS tests/fuzz/corpus/token)
