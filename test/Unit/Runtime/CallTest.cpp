//===- CallTest.cpp - calling compiled functions --------------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "TestSupport.h"
#include "lexon/Runtime/AllocationCounter.h"

#include <complex>
#include <thread>

using namespace lexon::runtime;
using namespace lexon::test;

// The sanitizer would end the program where malloc returns null.
extern "C" const char *__asan_default_options() { return "allocator_may_return_null=1"; }

namespace {
class Call : public testing::Test {
protected:
  void SetUp() override {
    Result<Model> opened = Model::open(testFile("lexon-test-module.so"));
    ASSERT_TRUE(opened) << opened.error().message;
    model = std::make_unique<Model>(std::move(*opened));
  }
  Function function(const char *name) {
    Result<Function> found = model->function(name);
    EXPECT_TRUE(found) << found.error().message;
    return *found;
  }
  template <typename... Tensors> static std::vector<Tensor> list(Tensors &&...tensors) {
    std::vector<Tensor> all;
    (all.push_back(std::forward<Tensors>(tensors)), ...);
    return all;
  }
  std::unique_ptr<Model> model;
  float a[6] = {1, 2, 3, 4, 5, 6}, b[6] = {.5f, .25f, -1, 0, 2, 8};
  const float sum[6] = {10.5f, 20.25f, 29, 40, 52, 68};
};

void expectSame(const float *found, const float *expected, int n) {
  for (int i = 0; i < n; ++i)
    EXPECT_EQ(found[i], expected[i]) << "element " << i;
}
} // namespace

TEST_F(Call, StaticAllocatesAligned) {
  auto results = function("add").call(list(Tensor::view(a, {2, 3}), Tensor::view(b, {2, 3})));
  ASSERT_TRUE(results) << results.error().message;
  const Tensor &out = results->front();
  EXPECT_EQ(out.shape(), (std::vector<int64_t>{2, 3}));
  EXPECT_EQ(reinterpret_cast<uintptr_t>(out.data()) % 64, 0u);
  expectSame(out.as<float>(), sum, 6);
  EXPECT_EQ(lexon_last_copied_bytes(), 0u);
}

TEST_F(Call, IntoTheCallersBuffer) {
  float out[6] = {};
  auto results = list(Tensor::view(out, {2, 3}));
  const Error error = function("add").call(list(Tensor::view(a, {2, 3}), Tensor::view(b, {2, 3})), results);
  EXPECT_FALSE(error) << error.message;
  expectSame(out, sum, 6);
  EXPECT_EQ(results[0].data(), out);
  EXPECT_EQ(lexon_last_copied_bytes(), 0u);
}

TEST_F(Call, StridedArgumentsAndResults) {
  const float turned[6] = {1, 4, 2, 5, 3, 6}; // a, column by column
  float wide[12], backwards[6];
  for (int i = 0; i < 6; ++i) {
    wide[2 * i] = b[i];
    backwards[5 - i] = a[i];
  }
  auto arguments = list(Tensor::view(turned, {2, 3}, {1, 2}), Tensor::view(wide, {2, 3}, {6, 2}));
  float out[12];
  std::fill(out, out + 12, -9.f);
  auto results = list(Tensor::view(out, {2, 3}, {1, 4}));
  Error error = function("add").call(arguments, results);
  ASSERT_FALSE(error) << error.message;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      EXPECT_EQ(out[i + 4 * j], sum[3 * i + j]);
  EXPECT_EQ(out[2], -9); // between the strides nothing is written
  EXPECT_EQ(lexon_last_copied_bytes(), 72u);

  auto negative = function("add").call(list(Tensor::view(backwards + 5, {2, 3}, {-3, -1}), Tensor::view(b, {2, 3})));
  ASSERT_TRUE(negative) << negative.error().message;
  expectSame(negative->front().as<float>(), sum, 6);
}

TEST_F(Call, MisalignedArgument) {
  char bytes[25];
  std::memcpy(bytes + 1, a, 24);
  auto results = function("add").call(list(Tensor(bytes + 1, LEXON_F32, {2, 3}), Tensor::view(b, {2, 3})));
  ASSERT_TRUE(results) << results.error().message;
  expectSame(results->front().as<float>(), sum, 6);
}

TEST_F(Call, ResultOverAnArgument) {
  for (const int shift : {0, 2, -2}) {
    float memory[10];
    std::copy(a, a + 6, memory + 2);
    auto results = list(Tensor::view(memory + 2 + shift, {2, 3}));
    const Error error = function("add").call(list(Tensor::view(memory + 2, {2, 3}), Tensor::view(b, {2, 3})), results);
    ASSERT_FALSE(error) << error.message;
    expectSame(memory + 2 + shift, sum, 6);
    EXPECT_EQ(lexon_last_copied_bytes(), 24u);
  }
}

TEST_F(Call, ResultsOverEachOther) {
  uint16_t bits[6] = {};
  float pair[4] = {};
  bool flags[3] = {};
  uint8_t bytes[3] = {};
  auto arguments = list(Tensor(bits, LEXON_BF16, {3}), Tensor(bits, LEXON_F16, {3}), Tensor(pair, LEXON_C64, {2}),
                        Tensor::view(flags, {3}), Tensor::view(bytes, {3}));
  uint16_t out[6];
  auto results = list(Tensor(out, LEXON_BF16, {3}), Tensor(out + 2, LEXON_F16, {3}), Tensor(), Tensor(), Tensor());
  expectError(function("same").call(arguments, results), LEXON_INVALID_ARGUMENT, {"two result buffers overlap"});
}

TEST_F(Call, DynamicShapes) {
  for (const int64_t rows : {0, 1, 5}) {
    std::vector<float> x(rows * 4, 1.5f);
    double factor = -2;
    auto results = function("scale").call(list(Tensor(x.data(), LEXON_F32, {rows, 4}), Tensor::view(&factor, {})));
    ASSERT_TRUE(results) << results.error().message;
    EXPECT_EQ(results->front().shape(), (std::vector<int64_t>{rows, 4}));
    for (int64_t i = 0; i < 4 * rows; ++i)
      EXPECT_EQ(results->front().as<float>()[i], -3);
  }
}

TEST_F(Call, MixedResults) {
  const int64_t x[3] = {7, -2, 40};
  int8_t small = -5;
  auto results = function("mixed").call(list(Tensor::view(x, {3}), Tensor::view(&small, {})));
  ASSERT_TRUE(results) << results.error().message;
  std::vector<Tensor> &r = *results;
  EXPECT_EQ(*r[0].as<bool>(), false);
  EXPECT_EQ(r[1].as<int64_t>()[0], 3);
  EXPECT_EQ(r[1].as<int64_t>()[1], 45);
  EXPECT_EQ(std::vector<int64_t>(r[2].as<int64_t>(), r[2].as<int64_t>() + 3), (std::vector<int64_t>{7, -2, 40}));
  EXPECT_EQ(*r[3].as<float>(), 22.5f);
  EXPECT_EQ(*static_cast<uint16_t *>(r[4].data()), 0x3c00);
  EXPECT_EQ(*static_cast<std::complex<double> *>(r[5].data()), std::complex<double>(3, 4));
  EXPECT_EQ(*r[6].as<int8_t>(), -5);
  EXPECT_EQ(r[7].dtype(), LEXON_INDEX);
  EXPECT_EQ(*static_cast<int64_t *>(r[7].data()), 45);
}

TEST_F(Call, ScalarResultIntoTheCallersBuffer) {
  const int64_t x[1] = {9};
  int8_t small = 1;
  float half = 0;
  std::vector<Tensor> results(8);
  results[3] = Tensor::view(&half, {});
  const Error error = function("mixed").call(list(Tensor::view(x, {1}), Tensor::view(&small, {})), results);
  ASSERT_FALSE(error) << error.message;
  EXPECT_EQ(half, 4.5f);
}

TEST_F(Call, EmptyRankZeroNothing) {
  auto empty = function("empty").call(list(Tensor(nullptr, LEXON_F32, {0, 3})));
  ASSERT_TRUE(empty) << empty.error().message;
  EXPECT_EQ(empty->front().elements(), 0);
  double value = 4;
  auto negated = function("negate").call(list(Tensor::view(&value, {})));
  ASSERT_TRUE(negated) << negated.error().message;
  EXPECT_EQ(*negated->front().as<double>(), -4);
  EXPECT_TRUE(function("nothing").call({}));
}

TEST_F(Call, MutatedArguments) {
  double x[6] = {};
  std::vector<Tensor> none;
  EXPECT_FALSE(function("increment").call(list(Tensor::view(x, {3})), none));
  EXPECT_FALSE(function("increment").call(list(Tensor::view(x, {3}, {2})), none));
  const double expected[6] = {2, 1, 2, 0, 1, 0};
  for (int i = 0; i < 6; ++i)
    EXPECT_EQ(x[i], expected[i]) << i;
  expectError(function("increment").call(list(Tensor::view(x, {3}, {0})), none), LEXON_INVALID_ARGUMENT,
              {"argument #0", "stride of 0"});
}

TEST_F(Call, OneBufferReturnedTwice) {
  auto results = function("shared").call({});
  ASSERT_TRUE(results) << results.error().message;
  const Tensor &first = (*results)[0], &second = (*results)[1];
  ASSERT_EQ(first.size(0), 3);
  for (int64_t i = 0; i < 3; ++i)
    EXPECT_EQ(first.as<int32_t>()[i * first.c().strides[0]], 2 * i + 1);
  EXPECT_EQ(second.as<int32_t>()[1], 1);
}

TEST_F(Call, WrongArguments) {
  const Function add = function("add");
  auto refused = [&](std::vector<Tensor> arguments) { return add.call(arguments).error(); };
  auto good = [&] { return Tensor::view(a, {2, 3}); };
  expectError(refused(list(good())), LEXON_WRONG_COUNT, {"'add' takes 2 arguments, not 1"});
  expectError(refused(list(good(), good(), good())), LEXON_WRONG_COUNT, {"not 3"});
  expectError(refused(list(good(), Tensor(a, LEXON_F64, {2, 3}))), LEXON_WRONG_DTYPE,
              {"'add' argument #1 must be 2x3xf32, got 2x3xf64"});
  expectError(refused(list(good(), Tensor(a, LEXON_I32, {2, 3}))), LEXON_WRONG_DTYPE, {"got 2x3xi32"});
  expectError(refused(list(Tensor::view(a, {6}), good())), LEXON_WRONG_RANK, {"argument #0", "got 6xf32"});
  expectError(refused(list(Tensor::view(a, {3, 2}), good())), LEXON_WRONG_SHAPE, {"argument #0", "got 3x2xf32"});
  expectError(refused(list(Tensor(nullptr, LEXON_F32, {2, 3}), good())), LEXON_INVALID_ARGUMENT, {"data is null"});
  expectError(refused(list(Tensor(a, 99, {2, 3}), good())), LEXON_INVALID_ARGUMENT, {"99 is no dtype"});
  expectError(refused(list(Tensor(), good())), LEXON_INVALID_ARGUMENT, {"0 is no dtype"});
  const int64_t most = std::numeric_limits<int64_t>::max();
  expectError(refused(list(Tensor::view(a, {2, 3}, {most, most}), good())), LEXON_INVALID_ARGUMENT,
              {"strides lead out of memory"});
}

TEST_F(Call, WrongResults) {
  const Function add = function("add"), scale = function("scale");
  const auto arguments = list(Tensor::view(a, {2, 3}), Tensor::view(b, {2, 3}));
  auto refused = [&](std::vector<Tensor> results) { return add.call(arguments, results); };
  float out[8];
  expectError(refused({}), LEXON_WRONG_COUNT, {"'add' has 1 results, not 0"});
  expectError(refused(list(Tensor::view(out, {2, 4}))), LEXON_WRONG_SHAPE, {"result #0", "got 2x4xf32"});
  expectError(refused(list(Tensor(out, LEXON_F64, {2, 3}))), LEXON_WRONG_DTYPE, {"result #0"});
  expectError(refused(list(Tensor::view(out, {2, 3}, {0, 1}))), LEXON_INVALID_ARGUMENT, {"stride of 0"});
  double factor = 1;
  auto returned = list(Tensor::view(out, {1, 4}));
  expectError(scale.call(list(Tensor::view(a, {1, 4}), Tensor::view(&factor, {})), returned), LEXON_INVALID_ARGUMENT,
              {"result #0", "allocated by the function"});
  expectError(function("liar").call({}).error(), LEXON_BAD_LIBRARY, {"must be 3xf32, the function returned 2xf32"});
}

TEST_F(Call, NullPointers) {
  EXPECT_EQ(lexon_call(nullptr, nullptr, 0, nullptr, 0), LEXON_INVALID_ARGUMENT);
  EXPECT_EQ(lexon_call(function("add").c(), nullptr, 2, nullptr, 1), LEXON_INVALID_ARGUMENT);
  lexon_tensor_free(nullptr);
  lexon_tensor tensor = {};
  tensor.rank = 1; // without a shape
  tensor.dtype = LEXON_F32;
  EXPECT_EQ(lexon_call(function("add").c(), std::vector<lexon_tensor>(2, tensor).data(), 2, &tensor, 1),
            LEXON_INVALID_ARGUMENT);
  EXPECT_EQ(lexon_function_argument_count(nullptr), 0u);
  lexon_model_close(nullptr);
  lexon_weights_close(nullptr);
}

TEST_F(Call, MemoryThatNobodyHas) {
  expectError(function("huge").call({}).error(), LEXON_OUT_OF_MEMORY, {"'huge' result #0", "larger than any memory"});
  // A broadcast argument of 2^57 bytes has to be copied.
  double factor = 1;
  auto results =
      function("scale").call(list(Tensor::view(a, {int64_t(1) << 53, 4}, {0, 1}), Tensor::view(&factor, {})));
  ASSERT_FALSE(results);
  expectError(results.error(), LEXON_OUT_OF_MEMORY, {"'scale' argument #0", "cannot allocate"});
}

TEST_F(Call, ManyThreadsAtOnce) {
  const Function scale = function("scale");
  std::vector<int> wrong(4, 0);
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&, t] {
      for (int i = 0; i < 500; ++i) {
        float x[8];
        std::fill(x, x + 8, float(1000 * t + i));
        double factor = t + 1;
        auto results = scale.call(list(Tensor::view(x, {4, 2}, {1, 4}), Tensor::view(&factor, {})));
        if (results || lexon_last_error()[0] == 0) // 4x2 is refused, on every thread by itself
          ++wrong[t];
        results = scale.call(list(Tensor::view(x, {2, 4}), Tensor::view(&factor, {})));
        if (!results || results->front().as<float>()[7] != x[0] * (t + 1))
          ++wrong[t];
      }
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

TEST_F(Call, Benchmark) {
  lexon_stats stats;
  std::vector<Tensor> none;
  Error error = function("scratch").benchmark({}, none, 2, 10, stats);
  ASSERT_FALSE(error) << error.message;
  EXPECT_EQ(stats.runs, 10u);
  EXPECT_GT(stats.min_ns, 0);
  EXPECT_LE(stats.min_ns, stats.median_ns);
  EXPECT_LE(stats.median_ns, stats.max_ns);
  EXPECT_GE(stats.mean_ns, stats.min_ns);
  EXPECT_GT(stats.peak_rss_bytes, 1 << 20);
#if !defined(__SANITIZE_ADDRESS__)
  EXPECT_EQ(stats.allocated_bytes, 1000);
  EXPECT_GT(lexon_allocated_bytes(), 0u);
#endif
  auto results = list(Tensor());
  error = function("add").benchmark(list(Tensor::view(a, {2, 3}), Tensor::view(b, {2, 3})), results, 0, 3, stats);
  ASSERT_FALSE(error) << error.message;
  expectSame(results[0].as<float>(), sum, 6);
  EXPECT_EQ(function("add").benchmark({}, results, 0, 3, stats).status, LEXON_WRONG_COUNT);
  EXPECT_EQ(function("scratch").benchmark({}, none, 0, 0, stats).status, LEXON_INVALID_ARGUMENT);
}
