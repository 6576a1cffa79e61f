//===- Matrix.h - matrices for checks made by hand --------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_MATRIX_H
#define LEXON_TEST_DIFFERENTIAL_MATRIX_H

#include "Data.h"
#include "Execute.h"

#include <dlfcn.h>

namespace lexon::differential {

/// An f32 matrix somewhere in memory, as a memref descriptor describes it.
struct Matrix {
  float *base;
  View view;

  Matrix(float *base, int64_t rows, int64_t columns, int64_t leading, int64_t offset = 0)
      : base(base), view{offset, {rows, columns}, {leading, 1}} {}

  int64_t rows() const { return view.sizes[0]; }
  int64_t columns() const { return view.sizes[1]; }
  float &at(int64_t i, int64_t j) const { return base[view.offset + i * view.strides[0] + j * view.strides[1]]; }
};

inline std::vector<float> randomFloats(size_t count, Random &random) {
  std::vector<float> values(count);
  for (float &value : values)
    value = static_cast<float>(random.unit());
  return values;
}

/// A compiled library.
class Library {
public:
  explicit Library(const std::string &path) : handle(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {}

  explicit operator bool() const { return handle != nullptr; }

  /// Calls `function` on memrefs; false if there is none.
  bool call(const char *function, const std::vector<View> &views, const std::vector<void *> &bases) const {
    void *entry = dlsym(handle, (std::string("_mlir_ciface_") + function).c_str());
    if (!entry)
      return false;
    std::vector<std::vector<int64_t>> descriptors;
    for (size_t i = 0; i < views.size(); ++i)
      descriptors.push_back(descriptor(bases[i], bases[i], views[i]));
    std::vector<uintptr_t> arguments;
    for (std::vector<int64_t> &words : descriptors)
      arguments.push_back(reinterpret_cast<uintptr_t>(words.data()));
    callEntry(entry, arguments);
    return true;
  }

  bool call(const char *function, const Matrix &a, const Matrix &b, const Matrix &c) const {
    return call(function, {a.view, b.view, c.view}, {a.base, b.base, c.base});
  }

private:
  void *handle;
};

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_MATRIX_H
