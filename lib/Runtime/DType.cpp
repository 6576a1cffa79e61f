//===- DType.cpp - element types and sizes of tensors ---------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "DType.h"

using namespace lexon::rt;

namespace {
constexpr DTypeInfo kTypes[] = {
#define LEXON_DTYPE(enumerator, value, name, bytes, alignment) {LEXON_##enumerator, name, bytes, alignment},
#include "lexon/Runtime/DType.def"
};
} // namespace

const DTypeInfo *lexon::rt::dtypeInfo(int dtype) {
  for (const DTypeInfo &info : kTypes)
    if (info.dtype == dtype)
      return &info;
  return nullptr;
}

const DTypeInfo *lexon::rt::dtypeInfo(const std::string &name) {
  for (const DTypeInfo &info : kTypes)
    if (name == info.name)
      return &info;
  return nullptr;
}

bool lexon::rt::sameBits(int a, int b) {
  auto canonical = [](int dtype) { return dtype == LEXON_INDEX ? int(LEXON_I64) : dtype; };
  return canonical(a) == canonical(b);
}

std::optional<int64_t> lexon::rt::byteCount(const int64_t *shape, size_t rank, size_t elementBytes) {
  int64_t bytes = elementBytes;
  bool empty = false;
  for (size_t i = 0; i < rank; ++i) {
    if (shape[i] < 0)
      return std::nullopt;
    empty |= shape[i] == 0;
  }
  for (size_t i = 0; i < rank && !empty; ++i)
    if (__builtin_mul_overflow(bytes, shape[i], &bytes))
      return std::nullopt;
  return empty ? 0 : bytes;
}

std::string lexon::rt::describe(const int64_t *shape, size_t rank, int dtype) {
  std::string text;
  for (size_t i = 0; i < rank; ++i)
    text += (shape[i] == LEXON_DYNAMIC ? "?" : std::to_string(shape[i])) + "x";
  const DTypeInfo *info = dtypeInfo(dtype);
  return text + (info ? info->name : "<no dtype>");
}
