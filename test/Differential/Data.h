//===- Data.h - buffers with guards, numbers in and out ---------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_DATA_H
#define LEXON_TEST_DIFFERENTIAL_DATA_H

#include "View.h"

namespace lexon::differential {

double decode(Element element, const void *at);
void encode(Element element, double value, void *at);
/// A value that the element type holds exactly; floating-point ones in [-1, 1].
double randomValue(Element element, Random &random);

/// Memory around the elements of a view: guards on both ends, and whatever lies between the elements.
class Buffer {
public:
  Buffer(Element element, const View &view, Random &random);

  Element element() const { return type; }
  /// Address of the element at this position of the view.
  uint8_t *at(int64_t position) { return memory.data() + origin + position * static_cast<int64_t>(bytes); }
  const uint8_t *at(int64_t position) const { return const_cast<Buffer *>(this)->at(position); }
  int64_t byteOf(int64_t position) const { return at(position) - memory.data(); }

  std::vector<uint8_t> memory;

private:
  Element type;
  unsigned bytes;
  int64_t origin = 0; // of position 0, in bytes; may lie outside of the memory
};

/// The words of a memref descriptor: allocated, aligned, offset, sizes, strides.
std::vector<int64_t> descriptor(void *allocated, void *aligned, const View &view);

/// Everything one call needs.
struct CallData {
  CallData(const Function &concrete);
  std::vector<Buffer> buffers;   // A, B and, where a function is given it, C
  std::vector<View> bases, last; // for A, B and C; the last one of a padded operand is not yet padded
};

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_DATA_H
