//===- RunnerOptions.h - the command line of the examples' runners -*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_EXAMPLES_COMMON_RUNNEROPTIONS_H
#define LEXON_EXAMPLES_COMMON_RUNNEROPTIONS_H

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace lexon::example {

struct Options {
  std::string weights, reference, dump;
  uint64_t runs = 50;
  bool threadsInfo = false, help = false;
};

constexpr char kHelp[] = R"(
  --weights FILE      arg0.data (default: beside this program, else where the build puts it)
  --reference FILE    reference.data (default: likewise)
  --runs N            timed runs, after 5 for warm-up (default: 50)
  --dump-output FILE  also write the output: f32, row-major, little-endian
  --threads-info      say how many threads are used, and stop
  --help              this text

exit code: 0 if every element is within its bound, else 1
)";

/// The name that messages start with; set once, by runnerMain.
inline std::string &programName() {
  static std::string name = "runner";
  return name;
}

inline bool fail(const std::string &message) {
  std::fflush(stdout);
  std::fprintf(stderr, "%s: error: %s\n", programName().c_str(), message.c_str());
  return false;
}

inline bool parseRuns(const char *text, uint64_t &runs) {
  char *end = nullptr;
  const long long value = std::strtoll(text, &end, 10);
  if (end == text || *end || value < 1 || value > 1000000)
    return fail(std::string("--runs ") + text + ": give a number from 1 to 1000000");
  runs = uint64_t(value);
  return true;
}

inline bool parse(int argc, char **argv, Options &options) {
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

/// `file` beside this program, or in the folder of example `name` where the build puts it.
inline std::string findFile(const std::string &name, const std::string &file) {
  char buffer[4096];
  const ssize_t length = readlink("/proc/self/exe", buffer, sizeof buffer);
  const std::string program = length > 0 ? std::string(buffer, size_t(length)) : "./runner";
  const std::string folder = program.substr(0, program.find_last_of('/') + 1);
  const std::string beside = folder + file, built = folder + "../examples/" + name + "/" + file;
  struct stat info;
  return stat(beside.c_str(), &info) == 0 ? beside : built;
}

} // namespace lexon::example

#endif // LEXON_EXAMPLES_COMMON_RUNNEROPTIONS_H
