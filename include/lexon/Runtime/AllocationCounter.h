//===- AllocationCounter.h - bytes that the program allocated ---*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// An executable that links the CMake target LexonAllocationCounter counts every allocation of the process, of compiled
// models too, and lexon_benchmark reports the bytes per run. Optional: without it nothing is intercepted.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_RUNTIME_ALLOCATIONCOUNTER_H
#define LEXON_RUNTIME_ALLOCATIONCOUNTER_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Bytes asked for by malloc and its family since the program started, in all threads; what was freed is not
/// subtracted.
__attribute__((visibility("default"))) uint64_t lexon_allocated_bytes(void);

#ifdef __cplusplus
}
#endif

#endif // LEXON_RUNTIME_ALLOCATIONCOUNTER_H
