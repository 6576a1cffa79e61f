# The three functions every Lexon target is made with: lexon_dialect, lexon_library, lexon_tool.
#
# MLIR's own add_mlir_library is not used: the distribution does not set MLIR_LINK_MLIR_DYLIB, so it would link static
# components beside libMLIR.so, and every TypeID would exist twice.

# Compile options every C++ target shares. NDEBUG is defined in every configuration: without it Pass::Statistic has
# another layout than in the distribution's libMLIR. Our own checks are LEXON_ASSERT.
add_library(lexon-options INTERFACE)
target_compile_definitions(lexon-options INTERFACE NDEBUG $<$<BOOL:${LEXON_ENABLE_ASSERTIONS}>:LEXON_ENABLE_ASSERTIONS>)
target_compile_options(lexon-options INTERFACE -Wall -Wextra -Wno-unused-parameter -fno-exceptions
                       $<$<BOOL:${LEXON_SANITIZE}>:-fsanitize=address,undefined;-fno-sanitize=vptr;-fno-omit-frame-pointer>)
target_link_options(lexon-options INTERFACE $<$<BOOL:${LEXON_SANITIZE}>:-fsanitize=address,undefined>)

# Include folders of Lexon and MLIR for targets that see MLIR.
add_library(lexon-mlir INTERFACE)
target_include_directories(lexon-mlir INTERFACE ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
target_include_directories(lexon-mlir SYSTEM INTERFACE ${MLIR_INCLUDE_DIRS} ${LLVM_INCLUDE_DIRS})
target_link_libraries(lexon-mlir INTERFACE lexon-options MLIR LLVM)

# A dialect, or a file of passes: runs TableGen in the current folder.
#   lexon_dialect(NAME <C++ name> [DIALECT <mnemonic>] [OPS <file.td>] [ATTRS] [PASSES <file.td>])
# Makes the target LexonTableGen-<NAME>, which all libraries depend on through LexonHeaders.
if(NOT TARGET LexonHeaders)
  add_custom_target(LexonHeaders)
endif()
function(lexon_dialect)
  cmake_parse_arguments(ARG "ATTRS" "NAME;DIALECT;OPS;PASSES" "" ${ARGN})
  set(includes ${PROJECT_SOURCE_DIR}/include ${MLIR_INCLUDE_DIRS})
  if(ARG_OPS)
    set(LLVM_TARGET_DEFINITIONS ${ARG_OPS})
    mlir_tablegen(${ARG_NAME}Ops.h.inc -gen-op-decls EXTRA_INCLUDES ${includes})
    mlir_tablegen(${ARG_NAME}Ops.cpp.inc -gen-op-defs EXTRA_INCLUDES ${includes})
    mlir_tablegen(${ARG_NAME}Dialect.h.inc -gen-dialect-decls -dialect=${ARG_DIALECT} EXTRA_INCLUDES ${includes})
    mlir_tablegen(${ARG_NAME}Dialect.cpp.inc -gen-dialect-defs -dialect=${ARG_DIALECT} EXTRA_INCLUDES ${includes})
    if(ARG_ATTRS)
      mlir_tablegen(${ARG_NAME}Enums.h.inc -gen-enum-decls EXTRA_INCLUDES ${includes})
      mlir_tablegen(${ARG_NAME}Enums.cpp.inc -gen-enum-defs EXTRA_INCLUDES ${includes})
      mlir_tablegen(${ARG_NAME}Attributes.h.inc -gen-attrdef-decls -attrdefs-dialect=${ARG_DIALECT} EXTRA_INCLUDES ${includes})
      mlir_tablegen(${ARG_NAME}Attributes.cpp.inc -gen-attrdef-defs -attrdefs-dialect=${ARG_DIALECT} EXTRA_INCLUDES ${includes})
    endif()
  endif()
  if(ARG_PASSES)
    set(LLVM_TARGET_DEFINITIONS ${ARG_PASSES})
    mlir_tablegen(Passes.h.inc -gen-pass-decls -name ${ARG_NAME} EXTRA_INCLUDES ${includes})
  endif()
  add_public_tablegen_target(LexonTableGen-${ARG_NAME})
  add_dependencies(LexonHeaders LexonTableGen-${ARG_NAME})
endfunction()

# A library of ours: lexon_library(NAME SOURCES <files> [LINK <targets>] [NO_MLIR])
function(lexon_library name)
  cmake_parse_arguments(ARG "NO_MLIR" "" "SOURCES;LINK" ${ARGN})
  add_library(${name} STATIC ${ARG_SOURCES})
  if(ARG_NO_MLIR)
    target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR}/include ${PROJECT_BINARY_DIR}/include)
    target_link_libraries(${name} PUBLIC lexon-options ${ARG_LINK})
  else()
    add_dependencies(${name} LexonHeaders)
    target_link_libraries(${name} PUBLIC lexon-mlir ${ARG_LINK})
    if(LEXON_PCH)
      target_precompile_headers(${name} REUSE_FROM LexonSupport)
    endif()
  endif()
endfunction()

# A tool of ours: lexon_tool(NAME SOURCES <files> LINK <targets>)
function(lexon_tool name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINK" ${ARGN})
  add_executable(${name} ${ARG_SOURCES})
  add_dependencies(${name} LexonHeaders)
  target_link_libraries(${name} PRIVATE lexon-mlir ${ARG_LINK})
  install(TARGETS ${name} RUNTIME DESTINATION bin)
endfunction()
