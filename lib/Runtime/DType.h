//===- DType.h - element types and sizes of tensors -------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_DTYPE_H
#define LEXON_LIB_RUNTIME_DTYPE_H

#include "lexon/Runtime/lexon.h"

#include <optional>
#include <string>
#include <vector>

namespace lexon::rt {

struct DTypeInfo {
  lexon_dtype dtype;
  const char *name;
  size_t bytes;
  size_t alignment;
};

/// Null for a value or name that is no dtype.
const DTypeInfo *dtypeInfo(int dtype);
const DTypeInfo *dtypeInfo(const std::string &name);

/// Same bits: `index` is a 64-bit integer.
bool sameBits(int a, int b);

using Shape = std::vector<int64_t>;

/// Product of the sizes times `elementBytes`; nothing if a size is negative or the result passes 2^63-1.
std::optional<int64_t> byteCount(const int64_t *shape, size_t rank, size_t elementBytes);

/// "1x40x1536xf32", "?xf32" for a dynamic size, "f32" for rank 0.
std::string describe(const int64_t *shape, size_t rank, int dtype);

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_DTYPE_H
