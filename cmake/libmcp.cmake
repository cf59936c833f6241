# SPDX-License-Identifier: MIT
# src/mcp and what it stands on as one static library for other programs:
#   cmake --install build/release --component libmcp --prefix PREFIX
# puts libmcp.a, the headers (below include/libmcp), libmcp.pc and CMake's libmcp-config.cmake there.
include(GNUInstallDirs)
# lib/… may be as deep as lib/x86_64-linux-gnu: the way up from what is installed below it.
string(REGEX REPLACE "[^/]+" ".." up ${CMAKE_INSTALL_LIBDIR})
set(LIBMCP_UP_PC "../${up}")
set(LIBMCP_UP "../../${up}")

set(objects)
foreach(part IN ITEMS mcp http jose json base)
  list(APPEND objects $<TARGET_OBJECTS:${part}>)
endforeach()
# Of the stores, the one in memory: others would bring their libraries.
list(APPEND objects "$<FILTER:$<TARGET_OBJECTS:store>,EXCLUDE,store/(sqlite|redis)>")
add_library(libmcp STATIC ${objects})
set_target_properties(libmcp PROPERTIES LINKER_LANGUAGE C OUTPUT_NAME mcp
  ARCHIVE_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/libmcp)

program(mcp-adder examples/adder.c DEPS mcp)
program(mcp-notes examples/notes.c DEPS mcp)

configure_file(cmake/libmcp.pc.in libmcp/libmcp.pc @ONLY)
configure_file(cmake/libmcp-config.cmake.in libmcp/libmcp-config.cmake @ONLY)
install(FILES ${CMAKE_BINARY_DIR}/libmcp/libmcp.a DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT libmcp)
install(FILES ${CMAKE_BINARY_DIR}/libmcp/libmcp.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT libmcp)
install(FILES ${CMAKE_BINARY_DIR}/libmcp/libmcp-config.cmake DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/libmcp COMPONENT libmcp)
foreach(header IN ITEMS
    mcp/mcp.h http/http.h jose/seal.h jose/jwk.h json/dom.h json/write.h store/spent.h
    base/arena.h base/attr.h base/buf.h base/cancel.h base/err.h base/err_codes.def base/str.h)
  get_filename_component(folder ${header} DIRECTORY)
  install(FILES src/${header} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/libmcp/${folder} COMPONENT libmcp)
endforeach()
