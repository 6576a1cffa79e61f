//===- Process.h - runs a program and waits for it --------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_DIFFERENTIAL_PROCESS_H
#define LEXON_TEST_DIFFERENTIAL_PROCESS_H

#include <string>
#include <vector>

namespace lexon::differential {

/// Runs `command` (a path and its arguments) with its output in files. Returns what went wrong, or nothing. Safe to
/// call from several threads.
std::string runProcess(const std::vector<std::string> &command, const std::string &standardOutput,
                       const std::string &standardError, unsigned timeoutSeconds);

} // namespace lexon::differential

#endif // LEXON_TEST_DIFFERENTIAL_PROCESS_H
