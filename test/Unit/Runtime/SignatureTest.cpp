//===- SignatureTest.cpp - reading signatures -----------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Signature.h"

#include "Failure.h"
#include "TestSupport.h"

using namespace lexon::rt;

namespace {
std::string wrap(const std::string &arguments, const std::string &results) {
  return R"({"function": "f", "version": 1, "arguments": [)" + arguments + R"(], "results": [)" + results + "]}";
}

/// The message of the refusal, or "" if the text was accepted.
std::string refusal(const std::string &text) {
  try {
    parseSignature(text, "f", "model.so");
    return "";
  } catch (const Failure &failure) {
    EXPECT_EQ(failure.status, LEXON_BAD_FORMAT);
    return failure.what();
  }
}
void expectRefusal(const std::string &text, const std::string &words) {
  const std::string message = refusal(text);
  EXPECT_NE(message.find(words), std::string::npos) << "'" << words << "' is not in '" << message << "'";
  EXPECT_NE(message.find("model.so: signature of 'f'"), std::string::npos) << message;
}
} // namespace

TEST(Signature, TheExampleOfTheDocumentation) {
  const Signature signature = parseSignature(
      R"({"function": "forward", "version": 1,
          "arguments": [{"kind": "memref", "dtype": "i8", "shape": [187193344]},
                        {"kind": "memref", "dtype": "f32", "shape": [1, -1, 1536], "mutated": true},
                        {"kind": "scalar", "dtype": "i64"}],
          "results": [{"kind": "memref", "dtype": "f32", "shape": [1, 40, 1536], "passing": "out"},
                      {"kind": "memref", "dtype": "f32", "shape": [-1], "passing": "returned"},
                      {"kind": "scalar", "dtype": "index", "passing": "returned"}]})",
      "forward", "model.so");
  ASSERT_EQ(signature.arguments.size(), 3u);
  ASSERT_EQ(signature.results.size(), 3u);
  EXPECT_EQ(signature.arguments[0].shape, Shape{187193344});
  EXPECT_EQ(signature.arguments[1].shape, (Shape{1, LEXON_DYNAMIC, 1536}));
  EXPECT_TRUE(signature.arguments[1].mutated);
  EXPECT_EQ(signature.arguments[2].kind, LEXON_SCALAR);
  EXPECT_EQ(signature.results[0].passing, LEXON_OUT);
  EXPECT_EQ(signature.results[1].passing, LEXON_RETURNED);
  EXPECT_EQ(signature.results[2].dtype, LEXON_INDEX);
}

TEST(Signature, RefusesWhatIsNotThere) {
  expectRefusal("", "no JSON");
  expectRefusal("[]", "expected an object");
  expectRefusal("{}", "'version' is missing");
  expectRefusal(R"({"function": "f", "version": 2, "arguments": [], "results": []})", "version 2");
  expectRefusal(R"({"function": "f", "version": "1", "arguments": [], "results": []})", "version \"1\"");
  expectRefusal(R"({"function": "g", "version": 1, "arguments": [], "results": []})", "describes 'g'");
  expectRefusal(R"({"function": "f", "version": 1, "arguments": {}, "results": []})", "'arguments' must be an array");
  expectRefusal(std::string(100000, '['), "nested");
}

TEST(Signature, RefusesBadParameters) {
  expectRefusal(wrap("3", ""), "argument #0: expected an object");
  expectRefusal(wrap(R"({"kind": "tensor", "dtype": "f32", "shape": []})", ""), "kind 'tensor'");
  expectRefusal(wrap(R"({"kind": "memref", "dtype": "f31", "shape": []})", ""), "unknown dtype 'f31'");
  expectRefusal(wrap(R"({"kind": "memref", "dtype": "f32"})", ""), "'shape' is missing");
  for (const char *size : {"-2", "1.5", "1e300", "\"1\"", "null", "18446744073709551615", "99999999999999999999999"})
    expectRefusal(wrap(std::string(R"({"kind": "memref", "dtype": "f32", "shape": [)") + size + "]}", ""),
                  "a size must be a whole number");
  expectRefusal(wrap(R"({"kind": "scalar", "dtype": "f32", "mutated": 1})", ""), "'mutated' must be true or false");
  expectRefusal(wrap("", R"({"kind": "scalar", "dtype": "f32", "passing": "out"})"), "must be returned");
  expectRefusal(wrap("", R"({"kind": "memref", "dtype": "f32", "shape": [-1], "passing": "out"})"), "must be returned");
  expectRefusal(wrap("", R"({"kind": "memref", "dtype": "f32", "shape": [1]})"), "result #0: 'passing' is missing");
}

TEST(Signature, Prepared) {
  const std::string head = R"({"function": "f", "version": 1, )", keys = R"("prepare": "p", "prepared_layout": "l", )";
  const std::string rest = R"("arguments": [{"kind": "memref", "dtype": "i8", "shape": [64], "constant": true}],
                              "results": []})";
  const Signature signature = parseSignature(head + keys + rest, "f", "model.so");
  EXPECT_EQ(signature.prepare, "p");
  EXPECT_EQ(signature.preparedLayout, "l");
  EXPECT_TRUE(signature.arguments[0].constant);
  EXPECT_TRUE(parseSignature(head + rest, "f", "model.so").prepare.empty());
  expectRefusal(head + R"("prepare": "p", )" + rest, "'prepared_layout' is missing");
  expectRefusal(head + R"("prepare": "", "prepared_layout": "l", )" + rest, "must not be empty");
  expectRefusal(head + R"("prepare": 1, "prepared_layout": "l", )" + rest, "'prepare' must be a string");
  expectRefusal(head + keys + R"("arguments": [{"kind": "memref", "dtype": "i8", "shape": [-1], "constant": true}],
                                 "results": []})",
                "fixed shape");
  expectRefusal(wrap(R"({"kind": "memref", "dtype": "i8", "shape": [4], "constant": true, "mutated": true})", ""),
                "argument #0: a constant");
  expectRefusal(wrap(R"({"kind": "scalar", "dtype": "i8", "constant": true})", ""), "argument #0: a constant");
}
