//===- TestSupport.h - what the runtime's tests share -----------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TEST_UNIT_RUNTIME_TESTSUPPORT_H
#define LEXON_TEST_UNIT_RUNTIME_TESTSUPPORT_H

#include "lexon/Runtime/Runtime.hpp"

#include <cstring>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace lexon::test {

inline std::string testFile(const std::string &name) { return std::string(LEXON_TEST_FOLDER) + "/" + name; }

/// A folder of this test's own, gone when it ends.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lexon-test-XXXXXX").string();
    path = mkdtemp(name.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::string operator/(const std::string &name) const { return path + "/" + name; }
  std::string path;
};

inline void writeFile(const std::string &path, const std::string &content) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << content;
}

/// The error is of this status, and its message has these words.
inline void expectError(const runtime::Error &error, lexon_status status, const std::vector<std::string> &words) {
  EXPECT_STREQ(lexon_status_name(error.status), lexon_status_name(status)) << error.message;
  for (const std::string &word : words)
    EXPECT_NE(error.message.find(word), std::string::npos) << "'" << word << "' is not in: " << error.message;
}

} // namespace lexon::test

#endif // LEXON_TEST_UNIT_RUNTIME_TESTSUPPORT_H
