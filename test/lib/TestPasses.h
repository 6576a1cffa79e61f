//===- TestPasses.h - passes for tests only ----------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_LIB_TESTPASSES_H
#define LEXON_TEST_LIB_TESTPASSES_H

namespace lexon::test {
void registerBreakBlas();
void registerEmulateAmx();
void registerPlantMiscompile();

/// Registers every pass of this folder.
void registerTestPasses();
} // namespace lexon::test

#endif // LEXON_TEST_LIB_TESTPASSES_H
