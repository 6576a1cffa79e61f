//===- transformer_runner.cpp - time the compiled block and prove it ------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The compiled block is linked into this program. It runs on the input that import-transformer.py stored, is timed, and
// every element of its output is compared with the f64 reference stored beside it. Exit code 0 means PASS.
//
// An element is right if it is off by no more than the smaller of
// - four times the largest error of PyTorch's own f32 output on this input: another order of the same sums may be
//   somewhat worse than PyTorch's, but not another kind of error, and
// - the tolerance of that element, which reference_block.py derives from the operations.
// PyTorch's own output must keep the tolerance too. If it does not, the model is not the block that the reference
// computes (gate and up exchanged, say), and the comparison would prove nothing.
//
//===----------------------------------------------------------------------===//

#include "lexon/Runtime/Runtime.hpp"

#include <algorithm>
#include <cerrno>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

// The threads that the block was compiled for; 0 leaves it to the OpenMP runtime.
#ifndef LEXON_THREADS
#define LEXON_THREADS 0
#endif

using namespace lexon::runtime;

namespace {
constexpr double kMultipleOfEager = 4;
constexpr uint64_t kWarmup = 5;
constexpr double kMebi = 1 << 20;

//===----------------------------------------------------------------------===//
// Options
//===----------------------------------------------------------------------===//

struct Options {
  std::string weights, reference, dump;
  uint64_t runs = 50;
  bool threadsInfo = false, help = false;
};

constexpr char kHelp[] = R"(Runs the compiled transformer block, times it, and compares it with an f64 reference.

usage: transformer-runner [options]

  --weights FILE      arg0.data (default: beside this program, else in ../examples/transformer)
  --reference FILE    reference.data (default: likewise)
  --runs N            timed runs, after 5 for warm-up (default: 50)
  --dump-output FILE  also write the output: f32, row-major, little-endian
  --threads-info      say how many threads are used, and stop
  --help              this text

exit code: 0 if every element is within its bound, else 1
)";

bool fail(const std::string &message) {
  std::fflush(stdout);
  std::fprintf(stderr, "transformer-runner: error: %s\n", message.c_str());
  return false;
}

bool parseRuns(const char *text, uint64_t &runs) {
  char *end = nullptr;
  const long long value = std::strtoll(text, &end, 10);
  if (end == text || *end || value < 1 || value > 1000000)
    return fail(std::string("--runs ") + text + ": give a number from 1 to 1000000");
  runs = uint64_t(value);
  return true;
}

bool parse(int argc, char **argv, Options &options) {
  for (int i = 1; i < argc; ++i) {
    std::string flag = argv[i], value;
    if (flag == "--help" || flag == "--threads-info") {
      (flag == "--help" ? options.help : options.threadsInfo) = true;
      continue;
    }
    const size_t equals = flag.find('=');
    std::string *target = nullptr;
    const std::string name = flag.substr(0, equals);
    if (name == "--weights")
      target = &options.weights;
    else if (name == "--reference")
      target = &options.reference;
    else if (name == "--dump-output")
      target = &options.dump;
    else if (name != "--runs")
      return fail("unknown option '" + flag + "'; see --help");
    if (equals != std::string::npos)
      value = flag.substr(equals + 1);
    else if (++i < argc)
      value = argv[i];
    if (value.empty())
      return fail(name + " needs a value; see --help");
    if (target)
      *target = value;
    else if (!parseRuns(value.c_str(), options.runs))
      return false;
  }
  return true;
}

/// `file` beside this program, or where the build puts it.
std::string findFile(const char *file) {
  char buffer[4096];
  const ssize_t length = readlink("/proc/self/exe", buffer, sizeof buffer);
  const std::string program = length > 0 ? std::string(buffer, size_t(length)) : "./transformer-runner";
  const std::string folder = program.substr(0, program.find_last_of('/') + 1);
  const std::string beside = folder + file, built = folder + "../examples/transformer/" + file;
  struct stat info;
  return stat(beside.c_str(), &info) == 0 ? beside : built;
}

//===----------------------------------------------------------------------===//
// The reference
//===----------------------------------------------------------------------===//

/// Sizes of the block and of its input.
struct Sizes {
  int64_t batch, length, hidden, intermediate, heads, kvHeads, headDim;

  int64_t tokens() const { return batch * length; }
  int64_t qkvWidth() const { return (heads + 2 * kvHeads) * headDim; }
  /// Two per multiply-add of the matrix multiplications; scores and their products with v in full, as the model says.
  double flops() const {
    const double linear = double(hidden) * double(qkvWidth() + heads * headDim + 3 * intermediate);
    const double attention = 2.0 * double(heads * headDim) * double(length);
    return 2.0 * double(tokens()) * (linear + attention);
  }
  /// Bytes of everything that the block computes: norms, q k v, scores, mix, projections, gate, up, their product.
  double activationBytes() const {
    const double widths = double(6 * hidden + qkvWidth() + heads * headDim + heads * length + 3 * intermediate);
    return 4.0 * double(tokens()) * widths;
  }
};

struct Reference {
  Tensor input, eager, expected, tolerance;
  Sizes sizes;
};

bool readTensor(const Weights &file, const std::string &name, lexon_dtype dtype, Tensor &tensor) {
  Result<Tensor> found = file.find(name);
  if (!found)
    return fail(found.error().message);
  if (found->dtype() != dtype)
    return fail("the reference's tensor '" + name + "' has dtype " + lexon_dtype_name(found->dtype()) + ", expected " +
                lexon_dtype_name(dtype));
  tensor = std::move(*found);
  return true;
}

bool readSize(const Weights &file, const char *name, int64_t &value) {
  Tensor tensor;
  if (!readTensor(file, std::string("configuration.") + name, LEXON_I64, tensor))
    return false;
  if (tensor.rank() != 0 || *tensor.as<int64_t>() < 1)
    return fail(std::string("the reference's configuration.") + name + " is not a positive number");
  value = *tensor.as<int64_t>();
  return true;
}

bool readReference(const Weights &file, Reference &reference) {
  Sizes &sizes = reference.sizes;
  if (!readTensor(file, "input", LEXON_F32, reference.input) ||
      !readTensor(file, "eager", LEXON_F32, reference.eager) ||
      !readTensor(file, "expected", LEXON_F64, reference.expected) ||
      !readTensor(file, "tolerance", LEXON_F64, reference.tolerance) || !readSize(file, "batch_size", sizes.batch) ||
      !readSize(file, "seq_len", sizes.length) || !readSize(file, "hidden_size", sizes.hidden) ||
      !readSize(file, "intermediate_size", sizes.intermediate) || !readSize(file, "num_attention_heads", sizes.heads) ||
      !readSize(file, "num_key_value_heads", sizes.kvHeads) || !readSize(file, "head_dim", sizes.headDim))
    return false;
  const std::vector<int64_t> shape = {sizes.batch, sizes.length, sizes.hidden};
  for (const Tensor *tensor : {&reference.input, &reference.eager, &reference.expected, &reference.tolerance})
    if (tensor->shape() != shape)
      return fail("the reference's tensors and its configuration have different shapes");
  return true;
}

//===----------------------------------------------------------------------===//
// The proof
//===----------------------------------------------------------------------===//

/// The error of one element: 0 where both are the same infinity or NaN, infinite where only one of them is finite.
double errorOf(float value, double expected) {
  if (double(value) == expected || (std::isnan(value) && std::isnan(expected)))
    return 0;
  const double error = std::abs(double(value) - expected);
  return std::isnan(error) ? INFINITY : error;
}

struct Largest {
  double error = 0;
  int64_t index = 0;
};

Largest largestError(const float *values, const double *expected, int64_t count) {
  Largest largest;
  for (int64_t i = 0; i < count; ++i)
    if (const double error = errorOf(values[i], expected[i]); error > largest.error)
      largest = {error, i};
  return largest;
}

std::string place(int64_t index, const Sizes &sizes) {
  char text[96];
  std::snprintf(text, sizeof text, "[%" PRId64 ", %" PRId64 ", %" PRId64 "]", index / sizes.hidden / sizes.length,
                index / sizes.hidden % sizes.length, index % sizes.hidden);
  return text;
}

bool eagerKeepsTolerance(const Reference &reference) {
  const float *eager = reference.eager.as<float>();
  const double *expected = reference.expected.as<double>(), *tolerance = reference.tolerance.as<double>();
  for (int64_t i = 0; i < reference.expected.elements(); ++i) {
    const double error = errorOf(eager[i], expected[i]);
    if (error <= tolerance[i] || error == 0)
      continue;
    std::printf("FAIL: the reference disagrees with PyTorch: element %s is %.9g in PyTorch, %.17g in f64; they differ "
                "by %.3g, rounding explains %.3g. The model is not the block that the reference computes.\n",
                place(i, reference.sizes).c_str(), double(eager[i]), expected[i], error, tolerance[i]);
    return false;
  }
  return true;
}

bool prove(const float *output, const Reference &reference) {
  const int64_t count = reference.expected.elements();
  const double *expected = reference.expected.as<double>(), *tolerance = reference.tolerance.as<double>();
  if (!eagerKeepsTolerance(reference))
    return false;
  const Largest own = largestError(output, expected, count);
  const Largest eager = largestError(reference.eager.as<float>(), expected, count);
  const double multiple = kMultipleOfEager * eager.error;
  double smallest = INFINITY, largest = 0; // tolerances of elements whose error can be measured
  int64_t wrong = 0, first = 0;
  for (int64_t i = 0; i < count; ++i) {
    const double error = errorOf(output[i], expected[i]);
    const double bound = std::fmin(multiple, tolerance[i]);
    if (std::isfinite(tolerance[i])) {
      smallest = std::min(smallest, tolerance[i]);
      largest = std::max(largest, tolerance[i]);
    }
    if (error == 0 || error <= bound)
      continue;
    if (wrong++ == 0)
      first = i;
  }
  std::printf("largest error    %.3g at %s; PyTorch eager's %.3g at %s (both against f64)\n", own.error,
              place(own.index, reference.sizes).c_str(), eager.error, place(eager.index, reference.sizes).c_str());
  std::printf("bound            %.3g = %g x eager's largest error, and each element's tolerance (%.3g to %.3g)\n",
              multiple, kMultipleOfEager, smallest, largest);
  if (wrong == 0) {
    std::printf("PASS             all %" PRId64 " elements are within their bounds\n", count);
    return true;
  }
  std::printf("FAIL: %" PRId64 " of %" PRId64
              " elements are wrong; the first is %s: %.9g, expected %.17g, off by %.3g, "
              "bound %.3g\n",
              wrong, count, place(first, reference.sizes).c_str(), double(output[first]), expected[first],
              errorOf(output[first], expected[first]), std::fmin(multiple, tolerance[first]));
  return false;
}

//===----------------------------------------------------------------------===//
// Running and reporting
//===----------------------------------------------------------------------===//

bool writeOutput(const std::string &path, const Tensor &output) {
  // A file appears complete or not at all; a device or a pipe must never be replaced by a file.
  struct stat info;
  const bool inPlace = stat(path.c_str(), &info) == 0 && !S_ISREG(info.st_mode);
  const std::string target = inPlace ? path : path + ".part";
  const size_t bytes = size_t(output.elements()) * sizeof(float);
  std::FILE *file = std::fopen(target.c_str(), "wb");
  bool good = file && std::fwrite(output.data(), 1, bytes, file) == bytes;
  int reason = errno;
  if (file && std::fclose(file) != 0 && good) {
    good = false;
    reason = errno;
  }
  if (good && !inPlace && std::rename(target.c_str(), path.c_str()) != 0) {
    good = false;
    reason = errno;
  }
  if (good)
    return true;
  if (file && !inPlace)
    std::remove(target.c_str());
  return fail("cannot write '" + path + "': " + std::strerror(reason));
}

void reportSpeed(const Sizes &sizes, const lexon_stats &stats) {
  const double gflops = sizes.flops() / stats.min_ns;
  std::printf("time per run     %.3f ms minimum, %.3f ms median of %" PRIu64 " runs after %" PRIu64 " for warm-up\n",
              stats.min_ns / 1e6, stats.median_ns / 1e6, stats.runs, kWarmup);
  double peak = 0;
  const char *isa = "";
  std::printf("speed            %.1f GFLOP/s", gflops);
  if (Error error = Error::check(lexon_fma_peak(LEXON_THREADS, &peak, &isa)))
    std::printf(" (the FMA peak cannot be measured: %s)\n", error.message.c_str());
  else
    std::printf(", %.1f %% of this machine's measured FMA peak of %.1f GFLOP/s (%s)\n", 100 * gflops / peak, peak, isa);
}

void reportMemory(const Sizes &sizes, uint64_t weights, const lexon_stats &stats) {
  const double needed = double(weights) + sizes.activationBytes();
  if (stats.allocated_bytes >= 0)
    std::printf("memory           %" PRId64 " bytes allocated per run, %" PRIu64 " copied by the runtime\n",
                stats.allocated_bytes, stats.copied_bytes);
  if (stats.peak_rss_bytes >= 0)
    std::printf("peak memory      %.1f MiB resident = %.2f x (weights %.1f MiB + activations %.1f MiB)\n",
                double(stats.peak_rss_bytes) / kMebi, double(stats.peak_rss_bytes) / needed, double(weights) / kMebi,
                sizes.activationBytes() / kMebi);
}

void printThreads() {
  if (LEXON_THREADS)
    std::printf("compiled for %d threads; ", LEXON_THREADS);
  else
    std::printf("the OpenMP runtime chooses the threads (OMP_NUM_THREADS); ");
  std::printf("this machine has %u cores\n", std::thread::hardware_concurrency());
}

bool run(const Options &options) {
  const std::string weights = options.weights.empty() ? findFile("arg0.data") : options.weights;
  const std::string stored = options.reference.empty() ? findFile("reference.data") : options.reference;
  Result<Weights> file = Weights::open(stored);
  if (!file)
    return fail(file.error().message);
  Reference reference;
  if (!readReference(*file, reference))
    return false;
  Result<Model> model = Model::open("", weights);
  if (!model)
    return fail(model.error().message);
  Result<Function> forward = model->function("forward");
  if (!forward)
    return fail(forward.error().message);
  const Sizes &sizes = reference.sizes;
  std::printf("block            input %" PRId64 "x%" PRId64 "x%" PRId64 ", %.4g GFLOP per run\n", sizes.batch,
              sizes.length, sizes.hidden, sizes.flops() / 1e9);
  std::fflush(stdout);

  std::vector<Tensor> arguments, results(1);
  arguments.push_back(std::move(reference.input));
  lexon_stats stats;
  if (Error error = forward->benchmark(arguments, results, kWarmup, options.runs, stats))
    return fail(error.message);
  const Tensor &output = results.front();
  if (!output.as<float>() || output.shape() != reference.expected.shape())
    return fail("the compiled block's output has not the type and shape of the reference");
  if (!options.dump.empty() && !writeOutput(options.dump, output))
    return false;
  reportSpeed(sizes, stats);
  reportMemory(sizes, lexon_weights_bytes(lexon_model_weights(model->c())), stats);
  return prove(output.as<float>(), reference);
}
} // namespace

int main(int argc, char **argv) {
  Options options;
  if (!parse(argc, argv, options))
    return 1;
  if (options.help) {
    std::fputs(kHelp, stdout);
    return 0;
  }
  if (options.threadsInfo) {
    printThreads();
    return 0;
  }
  const bool good = run(options);
  const bool said = std::fflush(stdout) == 0 && !std::ferror(stdout);
  if (!said)
    fail("cannot write to standard output");
  return good && said ? 0 : 1;
}
