//===- ModelTest.cpp - loading models and finding functions ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <algorithm>

#define XXH_INLINE_ALL
#include <xxhash.h>

using namespace lexon::runtime;
using namespace lexon::test;

extern "C" const char *lexon_test_c_version(void);

// This program is a model itself.
#define EXPORTED extern "C" __attribute__((visibility("default"), used))
EXPORTED const char lexon_signature_ownFunction[] = R"({"function": "ownFunction", "version": 1, "arguments": [],
  "results": [{"kind": "scalar", "dtype": "i32", "passing": "returned"}]})";
EXPORTED void lexon_invoke_ownFunction(void **args) { *static_cast<int32_t *>(args[0]) = 42; }

namespace {
std::string writeWeights(const TemporaryFolder &folder, size_t floats) {
  std::string data(floats * 4, '\0');
  for (size_t i = 0; i < floats; ++i) {
    const float value = float(i) / 2;
    std::memcpy(&data[4 * i], &value, 4);
  }
  char checksum[32];
  std::snprintf(checksum, sizeof checksum, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(data.data(), data.size())));
  const std::string bytes = std::to_string(data.size());
  writeFile(folder / "w.data", data);
  writeFile(folder / "w.json",
            R"({"format": "lexon-weights", "version": 1, "data": "w.data", "alignment": 64, "bytes": )" + bytes +
                R"(, "tensors": [{"name": "w", "dtype": "f32", "offset": 0, "shape": [)" + std::to_string(floats) +
                R"(], "bytes": )" + bytes + R"(, "checksum": "xxh3:)" + checksum + R"("}]})");
  return folder / "w.data";
}
} // namespace

TEST(Model, VersionFromC) { EXPECT_STREQ(lexon_test_c_version(), LEXON_VERSION_STRING); }

TEST(Model, Tables) {
  EXPECT_STREQ(lexon_status_name(LEXON_WRONG_SHAPE), "WRONG_SHAPE");
  EXPECT_NE(lexon_status_meaning(LEXON_OK), nullptr);
  EXPECT_EQ(lexon_status_name(-1), nullptr);
  EXPECT_EQ(lexon_status_meaning(1000), nullptr);
  EXPECT_STREQ(lexon_dtype_name(LEXON_BF16), "bf16");
  EXPECT_EQ(lexon_dtype_from_name("c128"), LEXON_C128);
  EXPECT_EQ(lexon_dtype_from_name("f31"), 0);
  EXPECT_EQ(lexon_dtype_from_name(nullptr), 0);
  EXPECT_EQ(lexon_dtype_bytes(LEXON_C64), 8u);
  EXPECT_EQ(lexon_dtype_bytes(0), 0u);
}

TEST(Model, ListsItsFunctions) {
  Result<Model> model = Model::open(testFile("lexon-test-module.so"));
  ASSERT_TRUE(model) << model.error().message;
  const std::vector<std::string> names = model->functions();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  for (const char *name : {"add", "empty", "garbled", "weighted"})
    EXPECT_TRUE(std::count(names.begin(), names.end(), name)) << name;
  EXPECT_EQ(names.size(), 16u);
  EXPECT_EQ(lexon_model_function_name(model->c(), names.size()), nullptr);
}

TEST(Model, TheProgramItself) {
  Result<Model> model = Model::open("");
  ASSERT_TRUE(model) << model.error().message;
  const std::vector<std::string> names = model->functions();
  EXPECT_TRUE(std::count(names.begin(), names.end(), "ownFunction"));
  Result<Function> function = model->function("ownFunction");
  ASSERT_TRUE(function) << function.error().message;
  auto results = function->call({});
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(*results->front().as<int32_t>(), 42);
}

TEST(Model, LibrariesThatAreNone) {
  const TemporaryFolder folder;
  expectError(Model::open(folder / "absent.so").error(), LEXON_FILE_ERROR, {"absent.so", "No such file"});
  writeFile(folder / "text.so", "not a library");
  expectError(Model::open(folder / "text.so").error(), LEXON_BAD_LIBRARY, {"text.so"});
  writeFile(folder / "empty.so", "");
  expectError(Model::open(folder / "empty.so").error(), LEXON_BAD_LIBRARY, {"empty.so"});
  expectError(Model::open(folder.path).error(), LEXON_FILE_ERROR, {"not a regular file"});
  // Every truncation of a real one is refused; the loader itself would die of some.
  std::ifstream file(testFile("lexon-test-module.so"), std::ios::binary);
  const std::string whole((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  for (size_t bytes = 1; bytes < whole.size(); bytes += 997) {
    writeFile(folder / "short.so", whole.substr(0, bytes));
    EXPECT_EQ(Model::open(folder / "short.so").error().status, LEXON_BAD_LIBRARY) << bytes;
  }
  EXPECT_EQ(lexon_model_open(nullptr, nullptr, nullptr, nullptr), LEXON_INVALID_ARGUMENT);
}

TEST(Model, MissingOpenMPNamesThePackage) {
  expectError(Model::open(testFile("lexon-test-needs-absent.so")).error(), LEXON_MISSING_DEPENDENCY,
              {"lexon-test-needs-absent.so", "libomp-absent.so", "libomp-22-dev"});
}

TEST(Model, MissingFunctions) {
  Result<Model> model = Model::open(testFile("lexon-test-module.so"));
  ASSERT_TRUE(model);
  expectError(model->function("forward").error(), LEXON_NOT_FOUND,
              {"lexon-test-module.so", "'forward'", "'add'", "and 6 more"});
  expectError(model->function("").error(), LEXON_NOT_FOUND, {"''"});
  expectError(model->function("headless").error(), LEXON_BAD_LIBRARY, {"lexon_invoke_headless"});
  expectError(model->function("garbled").error(), LEXON_BAD_FORMAT, {"signature of 'garbled'", "no JSON"});
  expectError(model->function("future").error(), LEXON_BAD_FORMAT, {"version 2"});
  Result<Model> plain = Model::open(testFile("lexon-test-plain.so"));
  ASSERT_TRUE(plain);
  expectError(plain->function("f").error(), LEXON_NOT_FOUND, {"no lexon_signature_* at all"});
}

TEST(Model, Parameters) {
  Result<Model> model = Model::open(testFile("lexon-test-module.so"));
  Result<Function> function = model->function("mixed");
  ASSERT_TRUE(function);
  EXPECT_EQ(function->argumentCount(), 2u);
  EXPECT_EQ(function->resultCount(), 8u);
  EXPECT_EQ(function->argument(0)->shape[0], LEXON_DYNAMIC);
  EXPECT_EQ(function->argument(1)->kind, LEXON_SCALAR);
  EXPECT_EQ(function->result(1)->passing, LEXON_OUT);
  EXPECT_EQ(function->result(5)->dtype, LEXON_C128);
  expectError(function->result(8).error(), LEXON_INVALID_ARGUMENT, {"result #8"});
  EXPECT_EQ(function->name(), "mixed");
  EXPECT_NE(function->signature().find("\"function\": \"mixed\""), std::string::npos);
}

TEST(Model, Weights) {
  const TemporaryFolder folder;
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), writeWeights(folder, 48));
  ASSERT_TRUE(model) << model.error().message;
  Result<Function> function = model->function("weighted");
  ASSERT_TRUE(function) << function.error().message;
  EXPECT_TRUE(function->takesWeights());
  EXPECT_EQ(function->argumentCount(), 1u);
  float x[4] = {1, 2, 3, 4};
  std::vector<Tensor> arguments;
  arguments.push_back(Tensor::view(x, {4}));
  auto results = function->call(arguments);
  ASSERT_TRUE(results) << results.error().message;
  for (int i = 0; i < 4; ++i)
    EXPECT_EQ(results->front().as<float>()[i], x[i] + float(i) / 2);
  // A result buffer in the weights would be written to.
  lexon_tensor view;
  ASSERT_EQ(lexon_weights_tensor(lexon_model_weights(model->c()), 0, nullptr, &view), LEXON_OK);
}

TEST(Model, WeightsOfAnotherModel) {
  const TemporaryFolder folder;
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), writeWeights(folder, 64));
  ASSERT_TRUE(model);
  expectError(model->function("weighted").error(), LEXON_WRONG_WEIGHTS,
              {"w.data", "weights of another model", "'weighted'", "192 bytes", "256"});
  expectError(model->function("add").error(), LEXON_WRONG_WEIGHTS, {"takes no weights", "2x3xf32"});
  expectError(model->function("nothing").error(), LEXON_WRONG_WEIGHTS, {"takes no weights"});
  expectError(Model::open(testFile("lexon-test-module.so"), folder / "absent.data").error(), LEXON_FILE_ERROR,
              {"absent.json"});
}
