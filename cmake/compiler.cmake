# Compiler settings of every target. Warnings are errors.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_OPTIMIZE_DEPENDENCIES ON) # libraries compile side by side
set(CLIENTELE_SANITIZE "" CACHE STRING "sanitizers to build with, e.g. address,undefined")
option(CLIENTELE_FUZZ "build the fuzzers (needs clang)" OFF)

# -ffp-contract=off: the same request gives the same bytes whether or not a kernel's clone has FMA.
add_compile_options(-Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror
                    $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> # sees overlaps in std::string (bug 105651)
                    $<$<CXX_COMPILER_ID:Clang>:-Wno-shadow> # counts members as shadowed
                    -ffp-contract=off -fno-math-errno)
if(CLIENTELE_SANITIZE)
  add_compile_options(-fsanitize=${CLIENTELE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ sees uninitialised values in its own instrumentation (bug 105562).
    add_compile_options(-Wno-error=maybe-uninitialized)
    # A fifth of the code of these builds; what reads through a null pointer stops under
    # AddressSanitizer anyway, and the fuzzers' builds keep the check.
    add_compile_options(-fno-sanitize=null)
  endif()
  add_link_options(-fsanitize=${CLIENTELE_SANITIZE})
endif()
if(CLIENTELE_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link) # the coverage that guides a fuzzer
endif()

find_program(CCACHE ccache)
if(CCACHE)
  # What ccache must be told to keep objects built on the precompiled headers of tests.
  set(CMAKE_CXX_COMPILER_LAUNCHER
    ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
find_program(MOLD mold)
if(MOLD)
  add_link_options(-fuse-ld=mold)
endif()
