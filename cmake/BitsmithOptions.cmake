# Compiler, warnings, sanitizers, ccache and mold: the same for every target.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${CMAKE_BINARY_DIR}")

find_program(BITSMITH_CCACHE ccache)
if(BITSMITH_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness is what ccache asks for to cache objects made with a precompiled header (tests/).
  set(CMAKE_CXX_COMPILER_LAUNCHER env CCACHE_SLOPPINESS=pch_defines,time_macros "${BITSMITH_CCACHE}")
endif()
find_program(BITSMITH_MOLD mold)
if(BITSMITH_MOLD AND BITSMITH_SANITIZER STREQUAL "none")
  add_link_options(-fuse-ld=mold)
endif()

# nvcc does not know these; gpu/ hands it its own.
add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:-Wall;-Wextra;-Wno-missing-field-initializers>")
option(BITSMITH_WERROR "Treat warnings as errors" OFF)
if(BITSMITH_WERROR)
  add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-Werror>)
endif()
# Paths of the building machine stay out of the binaries.
add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:-ffile-prefix-map=${CMAKE_SOURCE_DIR}=.>")

if(BITSMITH_SANITIZER STREQUAL "address")
  add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=address,undefined;-fno-sanitize-recover=undefined;-fno-omit-frame-pointer>")
  add_link_options(-fsanitize=address,undefined)
elseif(BITSMITH_SANITIZER STREQUAL "thread")
  add_compile_options("$<$<COMPILE_LANGUAGE:C,CXX>:-fsanitize=thread>")
  add_link_options(-fsanitize=thread)
elseif(NOT BITSMITH_SANITIZER STREQUAL "none")
  message(FATAL_ERROR "BITSMITH_SANITIZER must be none, address or thread")
endif()
