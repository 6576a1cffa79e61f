//===- Header.cpp - C headers for compiled modules ------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The header stands alone: whoever calls a compiled module from C or C++ needs it, the object, and nothing of ours.
// Several of them may be included in one file, so what they share is guarded piece by piece.
//
//===----------------------------------------------------------------------===//

#include "lexon/Target/Header/Header.h"

#include "Functions.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Support/xxhash.h"
#include <map>

using namespace llvm;
using namespace lexon::header;

namespace {
constexpr StringLiteral kConventions = R"(
 *
 * For each function F of the module:
 *   lexon_call_F     calls it with plain pointers; what follows is about this one.
 *   _mlir_ciface_F   is the function as MLIR exports it: memrefs as pointers to descriptors (lexon_memref_TYPE_RANKd).
 *                    What it returns besides one scalar comes through its first parameter.
 *   lexon_invoke_F   is the same with the address of each parameter in an array, in order, then that of what is returned.
 *   LEXON_ELEMENTS_F_PARAMETER   is the number of elements of a parameter whose shape is fixed.
 *
 * Types and shapes: f32[2][arg0_size1] is a row-major array of 2 rows without gaps; arg0_size1 is a size that the caller
 * gives. Sizes are not checked. Data is aligned as its element type asks, a model's weights (arg0.data) to 64 bytes.
 * Ownership: the caller owns every buffer that it passes. Arguments are only read, unless marked. Results of fixed shape
 * are written to the caller's buffer, which must not overlap another buffer of the call. Results that the function
 * allocates are the caller's to release: free(result->allocated).
 * Threads: any number of threads may call at once, each with result buffers of its own.
 * Errors: false if a check of the compiled code failed (an index out of bounds, sizes that must agree). The results are
 * then not valid, and lexon_failure_message says why. The count of failures is the program's: if calls run at the same
 * time, the failed one may be another thread's.
 */
)";

constexpr StringLiteral kFailures = R"(
#ifndef LEXON_FAILURES
#define LEXON_FAILURES
/* Failed checks so far, and what the last one was. Absent, hence weak, in a program whose modules check nothing. */
extern uint64_t lexon_failure_count __attribute__((weak));
extern const char *lexon_failure_message __attribute__((weak));
static inline uint64_t lexon_failures(void) {
  return &lexon_failure_count ? __atomic_load_n(&lexon_failure_count, __ATOMIC_RELAXED) : 0;
}
#endif
)";

// clang takes the text as the symbol; gcc hands it to the assembler, which needs quotes around what is no identifier.
constexpr StringLiteral kSymbol = R"(
#ifndef LEXON_SYMBOL
#ifdef __clang__
#define LEXON_SYMBOL(name) __asm__(name)
#else
#define LEXON_SYMBOL(name) __asm__("\"" name "\"")
#endif
#endif
)";

struct ExtraType {
  StringLiteral dtype, text;
};
constexpr ExtraType kExtraTypes[] = {
    {"f16", "typedef uint16_t lexon_f16; /* the bits of an IEEE 754 binary16 */"},
    {"bf16", "typedef uint16_t lexon_bf16; /* the bits of a bfloat16: the upper half of a float's */"},
    {"c64", "typedef struct lexon_c64 {\n  float real, imaginary;\n} lexon_c64;"},
    {"c128", "typedef struct lexon_c128 {\n  double real, imaginary;\n} lexon_c128;"},
};

void writeExtraTypes(raw_ostream &os, ArrayRef<Function> functions) {
  auto uses = [&](StringRef dtype) {
    return any_of(functions, [&](const Function &function) {
      auto hasType = [&](const Parameter &parameter) { return parameter.type->dtype == dtype; };
      return any_of(function.arguments, hasType) || any_of(function.results, hasType);
    });
  };
  for (const ExtraType &type : kExtraTypes)
    if (uses(type.dtype)) {
      std::string guard = "LEXON_TYPE_" + type.dtype.upper();
      os << "\n#ifndef " << guard << "\n#define " << guard << "\n" << type.text << "\n#endif\n";
    }
}

/// The descriptor of one element type and rank, and a function that makes one of contiguous data.
void writeDescriptor(raw_ostream &os, const Parameter &parameter) {
  size_t rank = parameter.shape.size();
  std::string suffix = parameter.suffix(), type = "lexon_memref_" + suffix;
  std::string guard = StringRef(type).upper(), element = parameter.type->name.str();
  os << "\n#ifndef " << guard << "\n#define " << guard << "\n";
  os << "typedef struct " << type << " {\n  " << element << " *allocated; /* what free takes, if the function "
     << "allocated it */\n  " << element << " *aligned;   /* where the data is */\n  int64_t offset;\n";
  if (rank)
    os << "  int64_t sizes[" << rank << "];\n  int64_t strides[" << rank << "]; /* in elements */\n";
  os << "} " << type << ";\n";
  os << "/* Row-major data without gaps. */\nstatic inline " << type << " lexon_view_" << suffix << "(" << element
     << " *data";
  for (size_t i = 0; i < rank; ++i)
    os << ", int64_t size" << i;
  os << ") {\n  " << type << " view;\n  view.allocated = data;\n  view.aligned = data;\n  view.offset = 0;\n";
  for (size_t i = 0; i < rank; ++i)
    os << "  view.sizes[" << i << "] = size" << i << ";\n";
  for (size_t i = rank; i-- > 0;) {
    os << "  view.strides[" << i << "] = ";
    if (i + 1 == rank)
      os << "1;\n";
    else
      os << "view.strides[" << i + 1 << "] * size" << i + 1 << ";\n";
  }
  os << "  return view;\n}\n#endif\n";
}

void writeDescriptors(raw_ostream &os, ArrayRef<Function> functions) {
  std::map<std::string, const Parameter *> needed;
  for (const Function &function : functions)
    for (const auto *list : {&function.arguments, &function.results})
      for (const Parameter &parameter : *list)
        if (parameter.isMemref)
          needed.insert({parameter.suffix(), &parameter});
  for (const auto &[suffix, parameter] : needed)
    writeDescriptor(os, *parameter);
}
} // namespace

Expected<std::string> lexon::emitHeader(StringRef signatures) {
  Expected<std::vector<Function>> functions = readSignatures(signatures);
  if (!functions)
    return functions.takeError();
  if (functions->empty())
    return createStringError(
        "the module carries no signatures to make a header of; run lexon-opt --pipeline=backend on "
        "it first");
  // The content in the guard's name: equal files may be included twice, others never shut each other out.
  std::string hash = utohexstr(xxh3_64bits(signatures), /*LowerCase=*/false, /*Width=*/16);
  std::string guard = "LEXON_MODULE_" + functions->front().identifier + "_" + hash + "_H";
  std::string text;
  raw_string_ostream os(text);
  os << "/* Generated by lexon-translate --emit=header; do not edit." << kConventions;
  os << "\n#ifndef " << guard << "\n#define " << guard << "\n\n#include <stdbool.h>\n#include <stddef.h>\n"
     << "#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
  writeExtraTypes(os, *functions);
  writeDescriptors(os, *functions);
  os << kFailures;
  if (any_of(*functions, [](const Function &function) { return function.symbol != function.identifier; }))
    os << kSymbol;
  for (const Function &function : *functions)
    writeFunction(os, function);
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  return text;
}
