//===- Signature.cpp - what a compiled function takes and gives -----------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Signature.h"

#include "Json.h"

using namespace lexon::rt;

namespace {
constexpr int64_t kVersion = 1;

lexon_kind parseKind(const JsonObject &object) {
  const std::string &kind = object.string("kind");
  if (kind == "memref")
    return LEXON_MEMREF;
  if (kind == "scalar")
    return LEXON_SCALAR;
  object.refuse("kind '", kind, "' is neither memref nor scalar");
}

lexon_passing parsePassing(const JsonObject &object, lexon_kind kind, const Shape &shape) {
  const std::string &passing = object.string("passing");
  if (passing != "out" && passing != "returned")
    object.refuse("passing '", passing, "' is neither out nor returned");
  if (passing == "returned")
    return LEXON_RETURNED;
  if (kind == LEXON_SCALAR)
    object.refuse("a scalar result must be returned");
  for (int64_t size : shape)
    if (size == LEXON_DYNAMIC)
      object.refuse("a result of dynamic shape must be returned");
  return LEXON_OUT;
}

Parameter parseParameter(const Json &value, std::string place, bool isResult) {
  const JsonObject object(value, std::move(place));
  Parameter parameter;
  parameter.kind = parseKind(object);
  const std::string &dtype = object.string("dtype");
  const DTypeInfo *info = dtypeInfo(dtype);
  if (!info)
    object.refuse("unknown dtype '", dtype, "'");
  parameter.dtype = info->dtype;
  if (parameter.kind == LEXON_MEMREF) {
    for (const Json &size : object.array("shape")) {
      const auto number = wholeNumber(size, LEXON_DYNAMIC);
      if (!number)
        object.refuse("a size must be a whole number, or -1 where it is dynamic");
      parameter.shape.push_back(*number);
    }
  }
  if (isResult) {
    parameter.passing = parsePassing(object, parameter.kind, parameter.shape);
    return parameter;
  }
  parameter.mutated = object.flag("mutated");
  parameter.constant = object.flag("constant");
  if (parameter.constant && (parameter.mutated || parameter.kind == LEXON_SCALAR))
    object.refuse("a constant must be a memref that the function does not write to");
  return parameter;
}

std::vector<Parameter> parseList(const JsonObject &object, const char *key, const char *singular, bool isResult) {
  std::vector<Parameter> list;
  for (const Json &value : object.array(key)) {
    const std::string place = object.where() + ": " + singular + " #" + std::to_string(list.size());
    list.push_back(parseParameter(value, place, isResult));
  }
  return list;
}

void parsePrepare(const JsonObject &object, Signature &signature) {
  if (!object.find("prepare"))
    return;
  signature.prepare = object.string("prepare");
  signature.preparedLayout = object.string("prepared_layout");
  if (signature.prepare.empty() || signature.preparedLayout.empty())
    object.refuse("'prepare' and 'prepared_layout' must not be empty");
  for (const Parameter &argument : signature.arguments)
    for (int64_t size : argument.shape)
      if (argument.constant && size == LEXON_DYNAMIC)
        object.refuse("a constant that is prepared must be of fixed shape");
}
} // namespace

Signature lexon::rt::parseSignature(const std::string &text, const std::string &function, const std::string &place) {
  const std::string here = place + ": signature of '" + function + "'";
  const Json document = parseJson(text, here);
  const JsonObject object(document, here);
  if (const auto version = wholeNumber(object.at("version"), 0); version != kVersion)
    object.refuse("version ", object.at("version").dump(), " is not known to this runtime, which reads version ",
                  kVersion);
  Signature signature;
  signature.function = object.string("function");
  if (signature.function != function)
    object.refuse("it describes '", signature.function, "'");
  signature.arguments = parseList(object, "arguments", "argument", /*isResult=*/false);
  signature.results = parseList(object, "results", "result", /*isResult=*/true);
  parsePrepare(object, signature);
  return signature;
}
