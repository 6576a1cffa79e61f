//===- Runner.h - time a compiled model and prove it -----------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The compiled model is linked into the runner. It runs on the input that the import script stored, is timed, and every
// element of its output is compared with the f64 reference stored beside it (Proof.h). Exit code 0 means PASS.
//
// All in headers, so that an example's runner is one file to compile.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_EXAMPLES_COMMON_RUNNER_H
#define LEXON_EXAMPLES_COMMON_RUNNER_H

#include "Proof.h"

#include <cerrno>
#include <cstring>
#include <thread>

// The threads that the model was compiled for; 0 leaves it to the OpenMP runtime.
#ifndef LEXON_THREADS
#define LEXON_THREADS 0
#endif

namespace lexon::example {
constexpr uint64_t kWarmup = 5;
constexpr double kMebi = 1 << 20;

/// What one example says about its model.
struct Subject {
  std::string name;                         ///< of the example: its folder, and NAME-runner
  std::string what;                         ///< one word for what runs
  std::vector<std::string> sizes;           ///< that the counts below need
  double (*flops)(const Sizes &);           ///< two per multiply-add of the matrix multiplications
  double (*activationBytes)(const Sizes &); ///< of everything that is computed
};

inline bool writeOutput(const std::string &path, const Tensor &output) {
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

inline void reportSpeed(double flops, const lexon_stats &stats) {
  const double gflops = flops / stats.min_ns;
  std::printf("time per run     %.3f ms minimum, %.3f ms median of %" PRIu64 " runs after %" PRIu64 " for warm-up\n",
              stats.min_ns / 1e6, stats.median_ns / 1e6, stats.runs, kWarmup);
  double peak = 0;
  const char *isa = "";
  std::printf("speed            %.1f GFLOP/s", gflops);
  if (runtime::Error error = runtime::Error::check(lexon_fma_peak(LEXON_THREADS, &peak, &isa)))
    std::printf(" (the FMA peak cannot be measured: %s)\n", error.message.c_str());
  else
    std::printf(", %.1f %% of this machine's measured FMA peak of %.1f GFLOP/s (%s)\n", 100 * gflops / peak, peak, isa);
}

inline void reportMemory(double activations, uint64_t weights, const lexon_stats &stats) {
  const double needed = double(weights) + activations;
  if (stats.allocated_bytes >= 0)
    std::printf("memory           %" PRId64 " bytes allocated per run, %" PRIu64 " copied by the runtime\n",
                stats.allocated_bytes, stats.copied_bytes);
  if (stats.peak_rss_bytes >= 0)
    std::printf("peak memory      %.1f MiB resident = %.2f x (weights %.1f MiB + activations %.1f MiB)\n",
                double(stats.peak_rss_bytes) / kMebi, double(stats.peak_rss_bytes) / needed, double(weights) / kMebi,
                activations / kMebi);
}

inline void printThreads() {
  if (LEXON_THREADS)
    std::printf("compiled for %d threads; ", LEXON_THREADS);
  else
    std::printf("the OpenMP runtime chooses the threads (OMP_NUM_THREADS); ");
  std::printf("this machine has %u cores\n", std::thread::hardware_concurrency());
}

inline std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") + std::to_string(size);
  return text;
}

inline bool run(const Subject &subject, const Options &options) {
  const std::string weights = options.weights.empty() ? findFile(subject.name, "arg0.data") : options.weights;
  const std::string stored = options.reference.empty() ? findFile(subject.name, "reference.data") : options.reference;
  Result<Weights> file = Weights::open(stored);
  if (!file)
    return fail(file.error().message);
  Reference reference;
  if (!readReference(*file, subject.sizes, reference))
    return false;
  Result<runtime::Model> model = runtime::Model::open("", weights);
  if (!model)
    return fail(model.error().message);
  Result<runtime::Function> forward = model->function("forward");
  if (!forward)
    return fail(forward.error().message);
  const double flops = subject.flops(reference.sizes);
  std::printf("%-17sinput %s, %.4g GFLOP per run\n", subject.what.c_str(), shapeText(reference.input.shape()).c_str(),
              flops / 1e9);
  std::fflush(stdout);

  std::vector<Tensor> arguments, results(1);
  arguments.push_back(std::move(reference.input));
  lexon_stats stats;
  if (runtime::Error error = forward->benchmark(arguments, results, kWarmup, options.runs, stats))
    return fail(error.message);
  const Tensor &output = results.front();
  if (!output.as<float>() || output.shape() != reference.expected.shape())
    return fail("the compiled model's output has not the type and shape of the reference");
  if (!options.dump.empty() && !writeOutput(options.dump, output))
    return false;
  reportSpeed(flops, stats);
  reportMemory(subject.activationBytes(reference.sizes), lexon_weights_bytes(lexon_model_weights(model->c())), stats);
  return prove(output.as<float>(), reference);
}

/// All of a runner's main.
inline int runnerMain(int argc, char **argv, const Subject &subject) {
  programName() = subject.name + "-runner";
  Options options;
  if (!parse(argc, argv, options))
    return 1;
  if (options.help) {
    std::printf("Runs the compiled %s, times it, and compares it with an f64 reference.\n\nusage: %s [options]\n%s",
                subject.what.c_str(), programName().c_str(), kHelp);
    return 0;
  }
  if (options.threadsInfo) {
    printThreads();
    return 0;
  }
  const bool good = run(subject, options);
  const bool said = std::fflush(stdout) == 0 && !std::ferror(stdout);
  if (!said)
    fail("cannot write to standard output");
  return good && said ? 0 : 1;
}

} // namespace lexon::example

#endif // LEXON_EXAMPLES_COMMON_RUNNER_H
