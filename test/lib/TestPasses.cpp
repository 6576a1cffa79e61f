//===- TestPasses.cpp - the list of passes for tests ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TestPasses.h"

void lexon::test::registerTestPasses() {
  registerBreakBlas();
  registerEmulateAmx();
  registerPlantMiscompile();
}
