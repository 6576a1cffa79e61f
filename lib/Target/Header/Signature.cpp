//===- Signature.cpp - signatures as C sees them --------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Signature.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/JSON.h"

using namespace llvm;
using namespace lexon::header;

namespace {
constexpr CType kTypes[] = {
    {"f64", "double", true, true},        {"f32", "float", true, true},       {"f16", "lexon_f16", false, false},
    {"bf16", "lexon_bf16", false, false}, {"i64", "int64_t", true, true},     {"i32", "int32_t", true, true},
    {"i16", "int16_t", true, true},       {"i8", "int8_t", true, true},       {"u8", "uint8_t", true, true},
    {"i1", "bool", true, false},          {"c64", "lexon_c64", false, false}, {"c128", "lexon_c128", false, false},
    {"index", "int64_t", true, true},
};

Error wrong(const Twine &place, const Twine &what) { return createStringError(place + " " + what); }

Error readShape(const json::Object &object, const Twine &place, Parameter &parameter) {
  const json::Array *shape = object.getArray("shape");
  if (!shape)
    return wrong(place, "is a memref without a 'shape'");
  for (const json::Value &value : *shape) {
    std::optional<int64_t> size = value.getAsInteger();
    if (!size || *size < kDynamic)
      return wrong(place, "has a size that is neither a whole number nor -1");
    parameter.shape.push_back(*size);
  }
  return Error::success();
}

Error readPassing(const json::Object &object, const Twine &place, Parameter &parameter) {
  std::optional<StringRef> passing = object.getString("passing");
  if (passing != "out" && passing != "returned")
    return wrong(place, "has a 'passing' that is neither 'out' nor 'returned'");
  parameter.returned = *passing == "returned";
  if (!parameter.returned && (!parameter.isMemref || is_contained(parameter.shape, kDynamic)))
    return wrong(place, "is an out-argument, but not a memref of fixed shape");
  return Error::success();
}

Expected<Parameter> readParameter(const json::Value &value, const Twine &place, bool isResult) {
  Parameter parameter;
  const json::Object *object = value.getAsObject();
  std::optional<StringRef> kind = object ? object->getString("kind") : std::nullopt;
  if (kind != "memref" && kind != "scalar")
    return wrong(place, "has a 'kind' that is neither 'memref' nor 'scalar'");
  parameter.isMemref = *kind == "memref";
  StringRef dtype = object->getString("dtype").value_or("");
  parameter.type = find_if(kTypes, [&](const CType &type) { return type.dtype == dtype; });
  if (parameter.type == std::end(kTypes))
    return wrong(place, "has the unknown dtype '" + dtype + "'");
  if (parameter.isMemref)
    if (Error error = readShape(*object, place, parameter))
      return error;
  if (isResult)
    if (Error error = readPassing(*object, place, parameter))
      return error;
  parameter.mutated = object->getBoolean("mutated").value_or(false);
  parameter.constant = object->getBoolean("constant").value_or(false);
  return parameter;
}

Error readParameters(const json::Object &signature, StringRef key, StringRef prefix, const Twine &place,
                     std::vector<Parameter> &parameters) {
  const json::Array *array = signature.getArray(key);
  if (!array)
    return wrong(place, "lacks the array '" + key + "'");
  for (const auto &[index, value] : enumerate(*array)) {
    std::string name = (prefix + Twine(index)).str();
    Expected<Parameter> parameter = readParameter(value, place + ": " + name, key == "results");
    if (!parameter)
      return parameter.takeError();
    parameters.push_back(std::move(*parameter));
    parameters.back().name = std::move(name);
  }
  return Error::success();
}

bool isIdentifierPart(char c) { return isAlnum(c) || c == '_'; }

/// `symbol` with what C does not allow replaced; another name if that is taken.
std::string makeIdentifier(StringRef symbol, StringSet<> &taken) {
  std::string name = symbol.str();
  for (char &c : name)
    if (!isIdentifierPart(c))
      c = '_';
  std::string unique = name;
  for (unsigned number = 2; !taken.insert(unique).second; ++number)
    unique = name + "_" + std::to_string(number);
  return unique;
}
} // namespace

std::string Parameter::suffix() const { return (type->dtype + "_" + Twine(shape.size()) + "d").str(); }

Expected<std::vector<Function>> lexon::header::readSignatures(StringRef text) {
  Expected<json::Value> parsed = json::parse(text);
  if (!parsed)
    return createStringError("the signatures are not JSON: " + toString(parsed.takeError()));
  const json::Array *array = parsed->getAsArray();
  if (!array)
    return createStringError("the signatures are not a JSON array");
  std::vector<Function> functions;
  StringSet<> symbols, identifiers;
  // Names that are identifiers already stay what they are; the others make way.
  for (const json::Value &value : *array)
    if (const json::Object *object = value.getAsObject())
      if (std::optional<StringRef> name = object->getString("function"); name && all_of(*name, isIdentifierPart))
        identifiers.insert(*name);
  for (const json::Value &value : *array) {
    const json::Object *object = value.getAsObject();
    std::optional<StringRef> name = object ? object->getString("function") : std::nullopt;
    if (!name || name->empty())
      return createStringError("a signature does not name its function");
    std::string place = ("the signature of '" + *name + "'").str();
    if (object->getInteger("version") != 1)
      return wrong(place, "is not of version 1");
    if (!symbols.insert(*name).second)
      return wrong(place, "exists twice");
    Function &function = functions.emplace_back();
    function.symbol = name->str();
    bool plain = identifiers.contains(*name);
    function.identifier = plain ? function.symbol : makeIdentifier(*name, identifiers);
    if (Error error = readParameters(*object, "arguments", "arg", place, function.arguments))
      return error;
    if (Error error = readParameters(*object, "results", "result", place, function.results))
      return error;
    function.prepare = object->getString("prepare").value_or("").str();
    function.preparedLayout = object->getString("prepared_layout").value_or("").str();
  }
  for (Function &function : functions) {
    if (function.prepare.empty())
      continue;
    auto prepare = find_if(functions, [&](const Function &other) { return other.symbol == function.prepare; });
    if (prepare == functions.end())
      return wrong("the signature of '" + function.symbol + "'",
                   "wants its constants prepared by '" + function.prepare + "', which is not there");
    function.prepare = prepare->identifier;
  }
  return functions;
}
