//===- ModelTest.cpp - loading models and finding functions ---------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"

#include <algorithm>
#include <dlfcn.h>

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
std::string makeData(size_t floats) {
  std::string data(floats * 4, '\0');
  for (size_t i = 0; i < floats; ++i) {
    const float value = float(i) / 2;
    std::memcpy(&data[4 * i], &value, 4);
  }
  return data;
}

/// NAME.data and NAME.json with one tensor; `version` and `more` go into the manifest.
std::string writeData(const TemporaryFolder &folder, const std::string &name, const std::string &data,
                      const std::string &version = "1", const std::string &more = "") {
  char checksum[32];
  std::snprintf(checksum, sizeof checksum, "%016llx",
                static_cast<unsigned long long>(XXH3_64bits(data.data(), data.size())));
  const std::string bytes = std::to_string(data.size());
  writeFile(folder / (name + ".data"), data);
  writeFile(folder / (name + ".json"), R"({"format": "lexon-weights", "version": )" + version + R"(, "data": ")" +
                                           name + R"(.data", "alignment": 64, "bytes": )" + bytes + more +
                                           R"(, "tensors": [{"name": "w", "dtype": "i8", "offset": 0, "shape": [)" +
                                           bytes + R"(], "bytes": )" + bytes + R"(, "checksum": "xxh3:)" + checksum +
                                           R"("}]})");
  return folder / (name + ".data");
}

std::string writeWeights(const TemporaryFolder &folder, size_t floats) {
  return writeData(folder, "w", makeData(floats));
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
  EXPECT_EQ(names.size(), 26u);
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
              {"lexon-test-module.so", "'forward'", "'add'", "and 16 more"});
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

namespace {
/// Calls `name` of the test's module on these weights: gives what it added to 1, 2, 3, 4, or why it did not.
Result<std::vector<float>> addWeights(const Model &model, const std::string &name) {
  Result<Function> function = model.function(name);
  if (!function)
    return function.error();
  float x[4] = {1, 2, 3, 4};
  std::vector<Tensor> arguments;
  arguments.push_back(Tensor::view(x, {4}));
  auto results = function->call(arguments);
  if (!results)
    return results.error();
  std::vector<float> added;
  for (int i = 0; i < 4; ++i)
    added.push_back(results->front().as<float>()[i] - x[i]);
  return added;
}
const std::vector<float> kAdded = {0, 0.5, 1, 1.5};

std::string reversed(std::string data) { return std::string(data.rbegin(), data.rend()); }
constexpr char kPrepared[] = R"(, "prepared": {"layout": "reversed.1", "cpu": "some"})";

/// Asks the module itself, loaded a second time under the same name and hence the same.
int64_t prepareCalls() {
  void *library = dlopen(testFile("lexon-test-module.so").c_str(), RTLD_NOW);
  const int64_t calls = *static_cast<int64_t *>(dlsym(library, "lexon_test_prepare_calls"));
  dlclose(library);
  return calls;
}
} // namespace

TEST(Prepared, OnceForAllFunctions) {
  const TemporaryFolder folder;
  const std::string weights = writeData(folder, "w", makeData(48));
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), weights);
  ASSERT_TRUE(model) << model.error().message;
  const int64_t before = prepareCalls();
  for (const char *name : {"prepared", "prepared", "prepared_too", "weighted"}) {
    auto added = addWeights(*model, name);
    ASSERT_TRUE(added) << name << added.error().message;
    EXPECT_EQ(*added, kAdded) << name;
  }
  EXPECT_EQ(prepareCalls() - before, 1);
  Result<Function> function = model->function("prepared");
  EXPECT_EQ(function->prepare(), "prepared_prepare");
  EXPECT_EQ(function->preparedLayout(), "reversed.1");
  EXPECT_EQ(function->argumentCount(), 1u);
  Result<Tensor> passed = function->weights();
  ASSERT_TRUE(passed) << passed.error().message;
  EXPECT_EQ(reinterpret_cast<uintptr_t>(passed->data()) % (2 << 20), 0u);
  EXPECT_EQ(std::string(static_cast<const char *>(passed->data()), 192), reversed(makeData(48)));
  // The tensors of the file stay readable by name.
  lexon_tensor raw;
  ASSERT_EQ(lexon_weights_find(lexon_model_weights(model->c()), "w", &raw), LEXON_OK);
  EXPECT_EQ(std::string(static_cast<const char *>(raw.data), 192), makeData(48));
  EXPECT_EQ(lexon_weights_prepared_layout(lexon_model_weights(model->c())), nullptr);
}

TEST(Prepared, WithoutAFileTheCallerPrepares) {
  Result<Model> model = Model::open(testFile("lexon-test-module.so"));
  ASSERT_TRUE(model);
  Result<Function> function = model->function("prepared");
  ASSERT_TRUE(function) << function.error().message;
  EXPECT_EQ(function->argumentCount(), 2u);
  EXPECT_TRUE(function->argument(0)->constant);
  EXPECT_FALSE(function->argument(1)->constant);
  expectError(function->weights().error(), LEXON_NOT_FOUND, {"'prepared'", "no weights"});
  Result<Function> prepare = model->function(function->prepare());
  ASSERT_TRUE(prepare) << prepare.error().message;
  std::string data = makeData(48);
  std::vector<Tensor> arguments;
  arguments.push_back(Tensor(data.data(), LEXON_I8, {192}));
  auto results = prepare->call(arguments);
  ASSERT_TRUE(results) << results.error().message;
  EXPECT_EQ(std::string(static_cast<const char *>(results->front().data()), 192), reversed(data));
  EXPECT_TRUE(model->function("weighted")->prepare().empty());
}

TEST(Prepared, LayoutsOfFunctionsThatArePassedConstants) {
  Result<Model> model = Model::open(testFile("lexon-test-module.so"));
  ASSERT_TRUE(model);
  Result<Function> function = model->function("passing_on");
  ASSERT_TRUE(function) << function.error().message;
  EXPECT_EQ(function->preparedLayout(), "0:@prepared[0] 64:@weighted[0]; @prepared: reversed.1; @weighted: raw");
}

TEST(Prepared, NothingToPrepare) {
  const TemporaryFolder folder;
  const std::string weights = writeData(folder, "w", makeData(48));
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), weights);
  ASSERT_TRUE(model) << model.error().message;
  lexon_tensor raw;
  ASSERT_EQ(lexon_weights_find(lexon_model_weights(model->c()), "w", &raw), LEXON_OK);
  const int64_t before = prepareCalls();
  for (const char *name : {"passing_raw", "passing_far"}) {
    Result<Function> function = model->function(name);
    ASSERT_TRUE(function) << function.error().message;
    EXPECT_TRUE(function->prepare().empty()) << name;
    EXPECT_TRUE(function->preparedLayout().empty()) << name;
    EXPECT_EQ(function->weights()->data(), raw.data) << name;
    EXPECT_EQ(*addWeights(*model, name), kAdded) << name;
  }
  EXPECT_EQ(prepareCalls(), before);
  EXPECT_EQ(model->function("passing_mixed")->prepare(), "prepared_prepare");
  EXPECT_EQ(*addWeights(*model, "passing_mixed"), kAdded);
  EXPECT_EQ(prepareCalls() - before, 1);
}

TEST(Prepared, FromAFile) {
  const TemporaryFolder folder;
  const std::string weights = writeData(folder, "w", reversed(makeData(48)), "2", kPrepared);
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), weights);
  ASSERT_TRUE(model) << model.error().message;
  const int64_t before = prepareCalls();
  auto added = addWeights(*model, "prepared");
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(*added, kAdded);
  EXPECT_EQ(prepareCalls(), before);
  EXPECT_STREQ(lexon_weights_prepared_layout(lexon_model_weights(model->c())), "reversed.1");
  // What wants the weights as they were imported must not get them so.
  expectError(model->function("weighted").error(), LEXON_WRONG_WEIGHTS, {"w.data", "reversed.1", "'weighted'"});
  expectError(model->function("prepared_prepare").error(), LEXON_WRONG_WEIGHTS, {"reversed.1"});
}

TEST(Prepared, AFileOfAnotherOrder) {
  const TemporaryFolder folder;
  const std::string other = R"(, "prepared": {"layout": "shuffled.1", "cpu": "another")", raw = makeData(48);
  const std::string weights = writeData(folder, "w", raw, "2", other + "}");
  Result<Model> refused = Model::open(testFile("lexon-test-module.so"), weights);
  ASSERT_TRUE(refused) << refused.error().message;
  expectError(refused->function("prepared").error(), LEXON_WRONG_WEIGHTS,
              {"w.data", "another kind of CPU", "shuffled.1", "another", "reversed.1", "save the model again"});
  // With what it was made of at hand, it is made again.
  writeData(folder, "w", reversed(raw), "2", other + R"(, "raw": "raw.data"})");
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), weights);
  ASSERT_TRUE(model) << model.error().message;
  expectError(model->function("prepared").error(), LEXON_FILE_ERROR, {"raw.json"});
  writeData(folder, "raw", makeData(64));
  expectError(model->function("prepared").error(), LEXON_WRONG_WEIGHTS, {"raw.data", "w.data"});
  writeData(folder, "raw", raw);
  auto added = addWeights(*model, "prepared");
  ASSERT_TRUE(added) << added.error().message;
  EXPECT_EQ(*added, kAdded);
}

TEST(Prepared, DamagedFiles) {
  const TemporaryFolder folder;
  const std::string module = testFile("lexon-test-module.so"), data = reversed(makeData(48));
  auto open = [&] { return Model::open(module, folder / "w.data").error(); };
  writeData(folder, "w", data, "2");
  expectError(open(), LEXON_BAD_FORMAT, {"w.json", "'prepared'"});
  writeData(folder, "w", data, "1", kPrepared);
  expectError(open(), LEXON_BAD_FORMAT, {"w.json", "'prepared'"});
  writeData(folder, "w", data, "2", R"(, "prepared": {"layout": "", "cpu": ""})");
  expectError(open(), LEXON_BAD_FORMAT, {"'layout' is empty"});
  writeData(folder, "w", data, "2", R"(, "prepared": {"layout": "x", "cpu": "", "raw": "../w.data"})");
  expectError(open(), LEXON_BAD_FORMAT, {"'raw' must be the name of a file in the same folder"});
  writeData(folder, "w", data, "2", kPrepared);
  std::string damaged = data;
  damaged[7] ^= 1;
  writeFile(folder / "w.data", damaged);
  expectError(open(), LEXON_BAD_CHECKSUM, {"w.data"});
  writeFile(folder / "w.data", data.substr(1));
  expectError(open(), LEXON_BAD_FORMAT, {"191 bytes"});
}

TEST(Prepared, ModulesThatCannot) {
  const TemporaryFolder folder;
  Result<Model> model = Model::open(testFile("lexon-test-module.so"), writeData(folder, "w", makeData(48)));
  ASSERT_TRUE(model) << model.error().message;
  expectError(model->function("unpreparable").error(), LEXON_BAD_LIBRARY, {"'unpreparable'", "'absent'"});
  expectError(model->function("misprepared").error(), LEXON_BAD_LIBRARY, {"'add'", "'misprepared'"});
  expectError(model->function("two_constants").error(), LEXON_UNSUPPORTED, {"'two_constants_prepare'"});
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
