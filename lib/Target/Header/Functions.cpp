//===- Functions.cpp - declarations and calls of functions ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A call goes through lexon_invoke_F, where every value is behind a pointer: the one entry that C and LLVM understand
// alike for every type.
//
//===----------------------------------------------------------------------===//

#include "Functions.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;
using namespace lexon::header;

namespace {
bool isReturned(const Parameter &result) { return result.returned; }

std::string descriptorType(const Parameter &parameter) { return "lexon_memref_" + parameter.suffix(); }

/// `f32[2][arg0_size1]`, and for a scalar `f32`.
std::string describe(const Parameter &parameter) {
  std::string text = parameter.type->dtype.str();
  for (auto [i, size] : enumerate(parameter.shape))
    text += "[" + (size == kDynamic ? parameter.sizeName(i) : std::to_string(size)) + "]";
  return text;
}

std::string describeResult(const Parameter &result) {
  std::string text = result.name + ": " + describe(result);
  if (result.isMemref)
    text += result.returned ? ", allocated by the function" : ", in the caller's buffer";
  return text;
}

/// Elements of a fixed shape; nothing if it is not fixed or its product is beyond any memory.
std::optional<int64_t> elements(const Parameter &parameter) {
  int64_t count = 1;
  for (int64_t size : parameter.shape)
    if (size == kDynamic || MulOverflow(count, size, count))
      return std::nullopt;
  return count;
}

void writeDescription(raw_ostream &os, const Function &function) {
  os << "/* " << inComment(function.symbol) << "\n *\n";
  for (const Parameter &argument : function.arguments)
    os << " *   " << argument.name << ": " << describe(argument) << (argument.mutated ? ", may be written to" : "")
       << (!argument.constant         ? ""
           : function.prepare.empty() ? ", the same in all calls"
                                      : ", the same in all calls, prepared")
       << "\n";
  for (const Parameter &result : function.results)
    os << " *   " << describeResult(result) << "\n";
  if (function.arguments.empty() && function.results.empty())
    os << " *   takes nothing, gives nothing\n";
  if (!function.prepare.empty())
    os << " *\n * Prepared: once, before the first call, give all arguments that are marked so, as they were imported, "
          "to\n"
       << " *   lexon_call_" << function.prepare << "\n"
       << " * with a buffer for each of its results, aligned to 64 bytes. Those buffers are what every call here takes "
          "in\n"
       << " * their place; the imported ones are not needed any more. The order of the bytes in them is\n"
       << " *   \"" << inComment(function.preparedLayout) << "\"\n";
  os << " */\n";
  for (const auto *list : {&function.arguments, &function.results})
    for (const Parameter &parameter : *list)
      if (std::optional<int64_t> count = elements(parameter); parameter.isMemref && count)
        os << "#define LEXON_ELEMENTS_" << function.identifier << "_" << parameter.name << " INT64_C(" << *count
           << ")\n";
}

/// `text` as a C string literal.
std::string literal(StringRef text) {
  std::string result = "\"";
  for (unsigned char c : text) {
    if (c == '"' || c == '\\' || !isPrint(c)) // three octal digits: no digit that follows belongs to them
      result += {'\\', char('0' + (c >> 6)), char('0' + (c >> 3 & 7)), char('0' + (c & 7))};
    else
      result += char(c);
  }
  return result + "\"";
}

/// What ties a declaration to a symbol that C cannot spell; empty if it can.
std::string symbolLabel(StringRef prefix, const Function &function) {
  if (function.symbol == function.identifier)
    return "";
  return "\n    LEXON_SYMBOL(" + literal((prefix + function.symbol).str()) + ")";
}

/// C's view of the interface: descriptors by address, scalars by value. Empty if C passes one of them otherwise.
std::string cInterface(const Function &function) {
  SmallVector<const Parameter *> returned;
  for (const Parameter &result : function.results)
    if (result.returned)
      returned.push_back(&result);
  bool byPointer = returned.size() > 1 || (returned.size() == 1 && returned.front()->isMemref);
  std::string type = "void";
  SmallVector<std::string> parameters;
  if (byPointer) {
    parameters.push_back("lexon_returned_" + function.identifier + " *returned");
  } else if (returned.size() == 1) {
    if (!returned.front()->type->returnedAlike)
      return "";
    type = returned.front()->type->name.str();
  }
  for (const Parameter &argument : function.arguments) {
    if (!argument.isMemref && !argument.type->passedAlike)
      return "";
    parameters.push_back(argument.isMemref ? descriptorType(argument) + " *" + argument.name
                                           : (argument.type->name + " " + argument.name).str());
  }
  for (const Parameter &result : function.results)
    if (!result.returned)
      parameters.push_back(descriptorType(result) + " *" + result.name);
  std::string list = parameters.empty() ? "void" : join(parameters, ", ");
  return type + " _mlir_ciface_" + function.identifier + "(" + list + ")" + symbolLabel("_mlir_ciface_", function) +
         ";\n";
}

void writeDeclarations(raw_ostream &os, const Function &function) {
  if (any_of(function.results, isReturned)) {
    os << "typedef struct lexon_returned_" << function.identifier << " {\n";
    for (const Parameter &result : function.results)
      if (result.returned)
        os << "  " << (result.isMemref ? descriptorType(result) : result.type->name.str()) << " " << result.name
           << ";\n";
    os << "} lexon_returned_" << function.identifier << ";\n";
  }
  std::string direct = cInterface(function);
  os << (direct.empty() ? "/* C passes some value of _mlir_ciface_" + function.identifier +
                              " in another way than MLIR: call one of these. */\n"
                        : direct);
  os << "void lexon_invoke_" << function.identifier << "(void **arguments)" << symbolLabel("lexon_invoke_", function)
     << ";\n";
}

/// The parameters of the inline function: a pointer for each memref, then its dynamic sizes; scalars by value.
std::string callParameters(const Function &function) {
  SmallVector<std::string> parameters;
  for (const Parameter &argument : function.arguments) {
    std::string constant = argument.isMemref && !argument.mutated ? "const " : "";
    parameters.push_back((constant + argument.type->name + (argument.isMemref ? " *" : " ") + argument.name).str());
    for (auto [i, size] : enumerate(argument.shape))
      if (size == kDynamic)
        parameters.push_back("int64_t " + argument.sizeName(i));
  }
  for (const Parameter &result : function.results) {
    bool descriptor = result.isMemref && result.returned;
    parameters.push_back((descriptor ? descriptorType(result) : result.type->name.str()) + " *" + result.name);
  }
  return parameters.empty() ? "void" : join(parameters, ", ");
}

/// Writes a descriptor of `parameter`, and the pointer to it that the interface wants.
void writeDescriptor(raw_ostream &os, const Parameter &parameter) {
  os << "  " << descriptorType(parameter) << " " << parameter.name << "_memref = lexon_view_" << parameter.suffix()
     << "((" << parameter.type->name << " *)" << parameter.name;
  for (auto [i, size] : enumerate(parameter.shape))
    os << ", " << (size == kDynamic ? parameter.sizeName(i) : std::to_string(size));
  os << ");\n  " << descriptorType(parameter) << " *" << parameter.name << "_address = &" << parameter.name
     << "_memref;\n";
}

void writeCall(raw_ostream &os, const Function &function) {
  SmallVector<std::string> values;
  os << "static inline bool lexon_call_" << function.identifier << "(" << callParameters(function) << ") {\n";
  for (const Parameter &argument : function.arguments) {
    if (argument.isMemref)
      writeDescriptor(os, argument);
    values.push_back("&" + argument.name + (argument.isMemref ? "_address" : ""));
  }
  for (const Parameter &result : function.results)
    if (!result.returned) {
      writeDescriptor(os, result);
      values.push_back("&" + result.name + "_address");
    }
  if (any_of(function.results, isReturned)) {
    os << "  lexon_returned_" << function.identifier << " returned;\n";
    values.push_back("&returned");
  }
  os << "  void *arguments[" << std::max<size_t>(values.size(), 1) << "];\n"
     << "  const uint64_t failures = lexon_failures();\n";
  for (auto [i, value] : enumerate(values))
    os << "  arguments[" << i << "] = (void *)" << value << ";\n";
  if (values.empty())
    os << "  arguments[0] = NULL;\n";
  os << "  lexon_invoke_" << function.identifier << "(arguments);\n";
  for (const Parameter &result : function.results)
    if (result.returned)
      os << "  *" << result.name << " = returned." << result.name << ";\n";
  os << "  return lexon_failures() == failures;\n}\n";
}
} // namespace

std::string lexon::header::inComment(StringRef text) {
  std::string result;
  for (char c : text)
    result += isPrint(c) && c != '*' && c != '\\' ? c : '?';
  return result;
}

void lexon::header::writeFunction(raw_ostream &os, const Function &function) {
  os << "\n";
  writeDescription(os, function);
  writeDeclarations(os, function);
  writeCall(os, function);
}
