# bitsmith_register(<table> [TARGET <target>] <id>...) -- one word registers a choice.
#
# Called in the folder that holds <id>.cpp, one file per choice. It adds the files to bitsmith_core
# (or <target>) and writes registered_<table>.inc with one BITSMITH_ENTRY(<id>) per line, which the
# table's registry.cpp includes twice: to declare the accessors `<table>_<id>()` and to list them. A
# file without its accessor is a link error that names it.
function(bitsmith_register table)
  cmake_parse_arguments(ARG "" "TARGET" "" ${ARGN})
  if(NOT ARG_TARGET)
    set(ARG_TARGET bitsmith_core)
  endif()
  set(text "")
  foreach(id IN LISTS ARG_UNPARSED_ARGUMENTS)
    target_sources(${ARG_TARGET} PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/${id}.cpp")
    string(APPEND text "BITSMITH_ENTRY(${id})\n")
  endforeach()
  file(CONFIGURE OUTPUT "${PROJECT_BINARY_DIR}/registered/registered_${table}.inc" CONTENT "${text}" @ONLY)
endfunction()
