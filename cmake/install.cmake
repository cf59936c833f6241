# SPDX-License-Identifier: MIT
# `cmake --install … --component zscaler-mcp`: the program, its manual page and the completions of shells, which it prints
# itself.
include(GNUInstallDirs)

set(printed ${CMAKE_BINARY_DIR}/printed)
file(MAKE_DIRECTORY ${printed})

function(printed_file name folder)
  add_custom_command(
    OUTPUT ${printed}/${name}
    COMMAND zscaler-mcp ${ARGN} > ${printed}/${name}
    DEPENDS zscaler-mcp
    VERBATIM)
  set_property(GLOBAL APPEND PROPERTY printed_files ${printed}/${name})
  install(FILES ${printed}/${name} DESTINATION ${folder} COMPONENT zscaler-mcp)
endfunction()

printed_file(zscaler-mcp.1 ${CMAKE_INSTALL_MANDIR}/man1 --print-man)
printed_file(zscaler-mcp ${CMAKE_INSTALL_DATADIR}/bash-completion/completions --print-completion bash)
printed_file(_zscaler-mcp ${CMAKE_INSTALL_DATADIR}/zsh/site-functions --print-completion zsh)
printed_file(zscaler-mcp.fish ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d --print-completion fish)
get_property(files GLOBAL PROPERTY printed_files)
add_custom_target(printed ALL DEPENDS ${files})
install(TARGETS zscaler-mcp RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR} COMPONENT zscaler-mcp)
