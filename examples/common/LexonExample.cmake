# What the examples are built with: import from PyTorch, stages, objects, runners. Every stage is one command per file; a
# stage that fails stops the build and leaves no output of its own, not even an older one.

include(ProcessorCount)

set(python_candidates ${PROJECT_BINARY_DIR}/venv/bin/python ${PROJECT_SOURCE_DIR}/build/venv/bin/python)
set(default_python "")
foreach(candidate IN LISTS python_candidates)
  if(EXISTS ${candidate} AND NOT default_python)
    set(default_python ${candidate})
  endif()
endforeach()
set(LEXON_PYTHON "${default_python}" CACHE FILEPATH "Python with PyTorch and torch-mlir")
if(NOT EXISTS "${LEXON_PYTHON}")
  message(FATAL_ERROR "the examples need a Python with PyTorch and torch-mlir: run `make setup`, "
                      "or give one with -DLEXON_PYTHON=FILE")
endif()

# nproc knows how many cores this process may use, ProcessorCount only how many there are.
execute_process(COMMAND ${CMAKE_COMMAND} -E env --unset=OMP_NUM_THREADS --unset=OMP_THREAD_LIMIT nproc
                OUTPUT_VARIABLE cores OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT cores MATCHES "^[0-9]+$")
  ProcessorCount(cores)
endif()
set(LEXON_THREADS ${cores} CACHE STRING "Threads of the compiled models; 0 leaves it to the OpenMP runtime")
set(LEXON_TARGET native CACHE STRING "CPU that the models are compiled for: native, or a name of LLVM's")
set(LEXON_BATCH_SIZE 1 CACHE STRING "Sequences that the models are imported for")
set(LEXON_SEQ_LEN 40 CACHE STRING "Tokens per sequence that the models are imported for")
set(LEXON_TOOLS_DIR "" CACHE PATH "Folder with lexon-opt and lexon-translate to use instead of this build's")

if(LEXON_TOOLS_DIR)
  set(LEXON_EXAMPLE_OPT ${LEXON_TOOLS_DIR}/lexon-opt)
  set(LEXON_EXAMPLE_TRANSLATE ${LEXON_TOOLS_DIR}/lexon-translate)
  set(LEXON_EXAMPLE_OPT_DEPENDS ${LEXON_EXAMPLE_OPT})
  set(LEXON_EXAMPLE_TRANSLATE_DEPENDS ${LEXON_EXAMPLE_TRANSLATE})
else()
  set(LEXON_EXAMPLE_OPT $<TARGET_FILE:lexon-opt>)
  set(LEXON_EXAMPLE_TRANSLATE $<TARGET_FILE:lexon-translate>)
  set(LEXON_EXAMPLE_OPT_DEPENDS lexon-opt)
  set(LEXON_EXAMPLE_TRANSLATE_DEPENDS lexon-translate)
endif()

find_library(LEXON_LIBOMP omp PATHS ${LLVM_LIBRARY_DIR} NO_DEFAULT_PATH)
find_library(LEXON_LIBOMP omp)
if(NOT LEXON_LIBOMP)
  message(FATAL_ERROR "the OpenMP runtime of LLVM is missing: install libomp-22-dev")
endif()
find_library(LEXON_LIBMVEC mvec)
find_library(LEXON_OPENBLAS openblas)

# How the models take their weights: prepared, by the runtime that opens them, or raw, for programs that pass them the
# file's bytes. An example sets it after including this.
set(LEXON_EXAMPLE_WEIGHTS prepared)

# The options of the pipelines for the matmul path `matmul`.
function(lexon_example_options result matmul)
  set(${result} "{threads=${LEXON_THREADS} target=${LEXON_TARGET} matmul=${matmul} weights=${LEXON_EXAMPLE_WEIGHTS}}"
      PARENT_SCOPE)
endfunction()

# One command that makes `output` from `input`, absolute paths; what lay there before goes first.
#   lexon_example_stage(<output> <input> opt|translate ARGS <arguments>)
function(lexon_example_stage output input tool)
  cmake_parse_arguments(ARG "" "" "ARGS" ${ARGN})
  string(TOUPPER LEXON_EXAMPLE_${tool} program)
  file(RELATIVE_PATH shown ${PROJECT_BINARY_DIR}/examples ${output})
  get_filename_component(folder ${output} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${output}
    COMMAND ${${program}} ${input} ${ARG_ARGS} -o ${output}
    DEPENDS ${input} ${${program}_DEPENDS}
    COMMENT "${shown}"
    VERBATIM)
endfunction()

# One step: MLIR to an object, nothing kept in between.
#   lexon_example_onestep(<output> <input> <matmul path>)
function(lexon_example_onestep output input matmul)
  lexon_example_options(options ${matmul})
  file(RELATIVE_PATH shown ${PROJECT_BINARY_DIR}/examples ${output})
  get_filename_component(folder ${output} DIRECTORY)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${output}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${output}
    COMMAND ${LEXON_EXAMPLE_OPT} ${input} --pipeline=onestep${options} --emit-bytecode -o ${output}.mlirbc
    COMMAND ${LEXON_EXAMPLE_TRANSLATE} ${output}.mlirbc --emit=obj --mcpu=${LEXON_TARGET} -o ${output}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${output}.mlirbc
    DEPENDS ${input} ${LEXON_EXAMPLE_OPT_DEPENDS} ${LEXON_EXAMPLE_TRANSLATE_DEPENDS}
    COMMENT "${shown}"
    VERBATIM)
endfunction()

# PyTorch to MLIR and weights: runs an import script of the current folder.
#   lexon_example_import(<example> <folder> SCRIPT <file> SOURCES <files> [OPTIONS <options of the script>])
# Sets lexon_imported to the files that appear in <folder>.
function(lexon_example_import name folder)
  cmake_parse_arguments(ARG "" "SCRIPT" "SOURCES;OPTIONS" ${ARGN})
  set(imported graph.log graph_fused.log forward.mlir subgraph0.mlir arg0.data arg0.json reference.data reference.json)
  list(TRANSFORM imported PREPEND ${folder}/)
  file(MAKE_DIRECTORY ${folder})
  add_custom_command(
    OUTPUT ${imported}
    COMMAND ${CMAKE_COMMAND} -E rm -f ${imported}
    COMMAND ${CMAKE_COMMAND} -E env PYTHONPATH=${PROJECT_SOURCE_DIR}/python ${LEXON_PYTHON}
            ${CMAKE_CURRENT_SOURCE_DIR}/${ARG_SCRIPT} ${ARG_OPTIONS} --output-dir ${folder} --depfile ${folder}/import.d
    DEPENDS ${ARG_SCRIPT} ${ARG_SOURCES}
    DEPFILE ${folder}/import.d
    COMMENT "${name}: import from PyTorch"
    USES_TERMINAL # shows each step as it ends
    VERBATIM)
  set(lexon_imported ${imported} PARENT_SCOPE)
endfunction()

# Links a compiled model's objects, and what their code needs, into the executable <target>.
#   lexon_example_link(<target> MATMUL <path> OBJECTS <files>)
function(lexon_example_link target)
  cmake_parse_arguments(ARG "" "MATMUL" "OBJECTS" ${ARGN})
  set_source_files_properties(${ARG_OBJECTS} PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  get_filename_component(libomp_folder ${LEXON_LIBOMP} DIRECTORY)
  target_sources(${target} PRIVATE ${ARG_OBJECTS})
  set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX BUILD_RPATH ${libomp_folder})
  target_link_libraries(${target} PRIVATE LexonRuntime ${LEXON_LIBOMP})
  if(LEXON_LIBMVEC)
    target_link_libraries(${target} PRIVATE ${LEXON_LIBMVEC})
  endif()
  if(ARG_MATMUL STREQUAL blas)
    if(NOT LEXON_OPENBLAS)
      message(FATAL_ERROR "matmul=blas needs OpenBLAS: install libopenblas-dev, or choose another matmul path")
    endif()
    target_link_libraries(${target} PRIVATE ${LEXON_OPENBLAS})
  endif()
  target_link_libraries(${target} PRIVATE m)
endfunction()

# An executable: the example's runner with a compiled model linked in.
#   lexon_example_runner(<target> MAIN <object library> MATMUL <path> OBJECTS <files>)
function(lexon_example_runner target)
  cmake_parse_arguments(ARG "" "MAIN;MATMUL" "OBJECTS" ${ARGN})
  add_executable(${target} EXCLUDE_FROM_ALL $<TARGET_OBJECTS:${ARG_MAIN}>)
  set_target_properties(${target} PROPERTIES ENABLE_EXPORTS ON) # the runtime finds the model by name in the program
  lexon_example_link(${target} MATMUL ${ARG_MATMUL} OBJECTS ${ARG_OBJECTS})
  target_link_libraries(${target} PRIVATE LexonAllocationCounter)
endfunction()

# The runner's main of an example: NAME_runner.cpp of the current folder.
function(lexon_example_main name)
  add_library(lexon-${name}-main OBJECT EXCLUDE_FROM_ALL ${name}_runner.cpp)
  target_compile_definitions(lexon-${name}-main PRIVATE LEXON_THREADS=${LEXON_THREADS})
  target_link_libraries(lexon-${name}-main PRIVATE LexonRuntime)
  # What must be built before the stages can run: the demo shows its time apart from theirs.
  add_custom_target(lexon-${name}-tools)
  add_dependencies(lexon-${name}-tools lexon-${name}-main LexonRuntime LexonAllocationCounter)
  if(NOT LEXON_TOOLS_DIR)
    add_dependencies(lexon-${name}-tools lexon-opt lexon-translate)
  endif()
endfunction()

# The files of all stages of a model in <folder>, from forward.mlir and subgraph0.mlir there.
#   lexon_example_files(<folder> MATMUL <path> BACKEND_SUFFIX <of the LLVM dialect's files>)
# Sets lexon_midend, lexon_backend, lexon_ll, lexon_objects and lexon_onestep_objects to the files.
function(lexon_example_files folder)
  cmake_parse_arguments(ARG "" "MATMUL;BACKEND_SUFFIX" "" ${ARGN})
  lexon_example_options(options ${ARG_MATMUL})
  foreach(files midend backend ll objects onestep_objects)
    set(lexon_${files} "") # what an earlier call left with the caller is visible here
  endforeach()
  foreach(module forward subgraph0)
    set(midend ${folder}/${module}-midend.mlir)
    set(backend ${folder}/${module}-${ARG_BACKEND_SUFFIX}.mlir)
    string(REPLACE subgraph0 subgraph object ${folder}/${module})
    lexon_example_stage(${midend} ${folder}/${module}.mlir opt ARGS --pipeline=midend${options})
    lexon_example_stage(${backend} ${midend} opt ARGS --pipeline=backend${options})
    lexon_example_stage(${folder}/${module}.ll ${backend} translate ARGS --emit=llvm --mcpu=${LEXON_TARGET})
    # Not from the .ll file: LLVM would optimize optimized code again, and make other code than in one step.
    lexon_example_stage(${object}.o ${backend} translate ARGS --emit=obj --mcpu=${LEXON_TARGET})
    lexon_example_onestep(${object}-onestep.o ${folder}/${module}.mlir ${ARG_MATMUL})
    list(APPEND lexon_midend ${midend})
    list(APPEND lexon_backend ${backend})
    list(APPEND lexon_ll ${folder}/${module}.ll)
    list(APPEND lexon_objects ${object}.o)
    list(APPEND lexon_onestep_objects ${object}-onestep.o)
  endforeach()
  foreach(files midend backend ll objects onestep_objects)
    set(lexon_${files} ${lexon_${files}} PARENT_SCOPE)
  endforeach()
endfunction()

# The targets lexon-NAME-{frontend,midend,backend,codegen} for the files given, each after the one before it.
#   lexon_example_targets(<example> FRONTEND <files> MIDEND <files> BACKEND <files> CODEGEN <files>)
function(lexon_example_targets name)
  cmake_parse_arguments(ARG "" "" "FRONTEND;MIDEND;BACKEND;CODEGEN" ${ARGN})
  set(earlier "")
  foreach(stage frontend midend backend codegen)
    string(TOUPPER ARG_${stage} files)
    add_custom_target(lexon-${name}-${stage} DEPENDS ${${files}})
    # Two targets that list one generated file would both make it, at the same time: one goes first.
    if(earlier)
      add_dependencies(lexon-${name}-${stage} ${earlier})
    endif()
    set(earlier lexon-${name}-${stage})
  endforeach()
endfunction()

# The road of one model in the current binary folder.
#   lexon_example_stages(<example> MATMUL <path> BACKEND_SUFFIX <suffix> SCRIPT <file> SOURCES <files>
#                        [OPTIONS <options of the script>])
# Makes lexon-NAME-{frontend,midend,backend,codegen,executable,onestep} and NAME-runner{,-staged,-onestep}.
function(lexon_example_stages name)
  cmake_parse_arguments(ARG "" "MATMUL;BACKEND_SUFFIX;SCRIPT" "SOURCES;OPTIONS" ${ARGN})
  set(script_options --batch-size ${LEXON_BATCH_SIZE} --seq-len ${LEXON_SEQ_LEN} ${ARG_OPTIONS})
  lexon_example_import(${name} ${CMAKE_CURRENT_BINARY_DIR} SCRIPT ${ARG_SCRIPT} SOURCES ${ARG_SOURCES}
                       OPTIONS ${script_options})
  lexon_example_files(${CMAKE_CURRENT_BINARY_DIR} MATMUL ${ARG_MATMUL} BACKEND_SUFFIX ${ARG_BACKEND_SUFFIX})
  lexon_example_targets(${name} FRONTEND ${lexon_imported} MIDEND ${lexon_midend} BACKEND ${lexon_backend}
                        CODEGEN ${lexon_ll} ${lexon_objects})
  add_custom_target(lexon-${name}-objects DEPENDS ${lexon_onestep_objects})
  add_dependencies(lexon-${name}-objects lexon-${name}-frontend)

  set(linked MAIN lexon-${name}-main MATMUL ${ARG_MATMUL} OBJECTS)
  lexon_example_runner(${name}-runner ${linked} ${lexon_onestep_objects})
  lexon_example_runner(${name}-runner-onestep ${linked} ${lexon_onestep_objects})
  lexon_example_runner(${name}-runner-staged ${linked} ${lexon_objects})
  add_dependencies(${name}-runner lexon-${name}-objects)
  add_dependencies(${name}-runner-onestep lexon-${name}-objects)
  add_dependencies(${name}-runner-staged lexon-${name}-codegen)
  add_custom_target(lexon-${name}-onestep DEPENDS ${name}-runner-onestep)
  add_custom_target(lexon-${name}-executable DEPENDS ${name}-runner-staged)
endfunction()
