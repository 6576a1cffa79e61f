//===- kernels.cpp - time every function of a compiled library ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// lexon-bench-kernels [LIBRARY.so] [--benchmark_...]: google-benchmark over the functions that a library compiled by
// Lexon exports (without one: those of kernels.mlir), called through the C ABI as any program would. Counters:
// GFLOP/s of matrix products (functions named matmul... or batch_matmul...), elements per second and bytes per second
// of their arguments and results for all. Where OpenBLAS is linked, it runs the same products beside.
//
//===----------------------------------------------------------------------===//

#include "lexon/Runtime/Runtime.hpp"

#include <benchmark/benchmark.h>

#include <cstdio>
#include <memory>
#include <random>
#include <string>
#include <vector>

#ifdef LEXON_BENCH_OPENBLAS
#include <cblas.h>
#endif

using namespace lexon::runtime;

namespace {
/// A function with memory for its arguments and results; f32 tensors of static shape only.
struct Prepared {
  std::vector<std::vector<float>> memory;
  std::vector<Tensor> arguments, results;
  double bytes = 0, elements = 0, flops = 0;
};

bool fail(const std::string &message) {
  std::fprintf(stderr, "lexon-bench-kernels: error: %s\n", message.c_str());
  return false;
}

/// Memory of the parameter's shape with seeded numbers, appended to `tensors`. False for anything but static f32.
bool append(const lexon_parameter &parameter, Prepared &prepared, std::vector<Tensor> &tensors) {
  if (parameter.kind != LEXON_MEMREF || parameter.dtype != LEXON_F32)
    return false;
  int64_t count = 1;
  for (int32_t i = 0; i < parameter.rank; ++i) {
    if (parameter.shape[i] < 0)
      return false;
    count *= parameter.shape[i];
  }
  std::mt19937 random(unsigned(prepared.memory.size()) + 1);
  std::uniform_real_distribution<float> numbers(-1, 1);
  std::vector<float> &memory = prepared.memory.emplace_back(count);
  for (float &value : memory)
    value = numbers(random);
  tensors.push_back(Tensor::view(memory.data(), {parameter.shape, parameter.shape + parameter.rank}));
  prepared.bytes += double(count) * sizeof(float);
  return true;
}

/// Null if the function takes or gives anything but f32 tensors of static shape.
std::shared_ptr<Prepared> prepare(const Function &function) {
  auto prepared = std::make_shared<Prepared>();
  for (size_t i = 0; i < function.argumentCount(); ++i) {
    Result<lexon_parameter> parameter = function.argument(i);
    if (!parameter || !append(*parameter, *prepared, prepared->arguments))
      return nullptr;
  }
  for (size_t i = 0; i < function.resultCount(); ++i) {
    Result<lexon_parameter> parameter = function.result(i);
    if (!parameter || !append(*parameter, *prepared, prepared->results))
      return nullptr;
    prepared->elements += double(prepared->results.back().elements());
  }
  const bool isProduct = function.name().find("matmul") != std::string::npos && prepared->arguments.size() >= 2;
  if (isProduct) // A is ... x M x K, the result ... x M x N
    prepared->flops = 2 * prepared->elements * double(prepared->arguments[0].shape().back());
  return prepared;
}

void setCounters(benchmark::State &state, const Prepared &prepared) {
  using benchmark::Counter;
  state.SetBytesProcessed(int64_t(prepared.bytes * double(state.iterations())));
  state.SetItemsProcessed(int64_t(prepared.elements * double(state.iterations())));
  if (prepared.flops > 0)
    state.counters["FLOP"] = Counter(prepared.flops, Counter::kIsIterationInvariantRate, Counter::kIs1000);
}

void runLexon(benchmark::State &state, const Function &function, Prepared &prepared) {
  for (auto _ : state)
    if (Error error = function.call(prepared.arguments, prepared.results)) {
      state.SkipWithError(error.message.c_str());
      return;
    }
  setCounters(state, prepared);
}

#ifdef LEXON_BENCH_OPENBLAS
/// C = A B for matrices of rank 2 in row-major order.
void runOpenBlas(benchmark::State &state, Prepared &prepared) {
  const int m = int(prepared.arguments[0].size(0)), k = int(prepared.arguments[0].size(1));
  const int n = int(prepared.arguments[1].size(1));
  for (auto _ : state)
    cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, prepared.arguments[0].as<float>(), k,
                prepared.arguments[1].as<float>(), n, 0, prepared.results[0].as<float>(), n);
  setCounters(state, prepared);
}
#endif

bool registerAll(const Model &model) {
  size_t count = 0;
  for (const std::string &name : model.functions()) {
    Result<Function> function = model.function(name);
    if (!function)
      return fail(function.error().message);
    std::shared_ptr<Prepared> prepared = prepare(*function);
    if (!prepared) {
      std::fprintf(stderr, "lexon-bench-kernels: '%s' is left out: not only f32 tensors of static shape\n",
                   name.c_str());
      continue;
    }
    ++count;
    // Wall time: the work is done by other threads too.
    benchmark::RegisterBenchmark(("lexon/" + name).c_str(), [function = *function, prepared](benchmark::State &state) {
      runLexon(state, function, *prepared);
    })->UseRealTime();
#ifdef LEXON_BENCH_OPENBLAS
    if (prepared->flops > 0 && prepared->arguments[0].rank() == 2)
      benchmark::RegisterBenchmark(("openblas/" + name).c_str(), [prepared](benchmark::State &state) {
        runOpenBlas(state, *prepared);
      })->UseRealTime();
#endif
  }
  return count > 0 || fail("the library exports no function that can be measured");
}
} // namespace

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (argc > 2) {
    std::fprintf(stderr, "usage: lexon-bench-kernels [LIBRARY.so] [--benchmark_...]\n");
    return 2;
  }
  Result<Model> model = Model::open(argc == 2 ? argv[1] : LEXON_BENCH_LIBRARY);
  if (!model)
    return !fail(model.error().message);
  benchmark::AddCustomContext("lexon_cpu", lexon_cpu_info());
  if (!registerAll(*model))
    return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
