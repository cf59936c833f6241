# SPDX-License-Identifier: MIT
# Warnings, hardening and the sanitizers that the presets switch on.
# Asserts guard against programming errors in the release too: they stay on (no NDEBUG).
set(CMAKE_C_FLAGS_RELEASE "-O2 -g1")

option(BUILD_TESTING "build the tests" ON)
set(SANITIZE "" CACHE STRING "sanitizers, as for -fsanitize= (address,undefined or thread)")
option(COVERAGE "instrument for gcov" OFF)
option(FUZZ "build tests/fuzz as libFuzzer programs (clang)" OFF)

add_compile_options(
  -Wall -Wextra -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wformat=2
  -Wno-missing-field-initializers -Werror
  -fstack-protector-strong -fno-strict-aliasing -fvisibility=hidden
  -include ${CMAKE_SOURCE_DIR}/src/base/banned.h)
add_compile_definitions(_GNU_SOURCE ZSCALER_MCP_VERSION="${PROJECT_VERSION}")
add_link_options(-Wl,-z,relro,-z,now -Wl,--as-needed)
if(CMAKE_C_COMPILER_ID STREQUAL "GNU")
  add_compile_options(-fstack-clash-protection -fcf-protection)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "Release")
  add_compile_options(-D_FORTIFY_SOURCE=2)
endif()
if(SANITIZE)
  add_compile_options(-fsanitize=${SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=undefined)
  add_link_options(-fsanitize=${SANITIZE})
endif()
if(COVERAGE)
  add_compile_options(--coverage)
  add_link_options(--coverage)
endif()
include(CheckPIESupported)
check_pie_supported()
if(FUZZ)
  if(NOT CMAKE_C_COMPILER_ID MATCHES "Clang")
    message(FATAL_ERROR "FUZZ=ON needs clang: -DCMAKE_C_COMPILER=clang")
  endif()
  add_compile_options(-fsanitize=fuzzer-no-link)
  add_link_options(-fsanitize=fuzzer-no-link)
endif()
