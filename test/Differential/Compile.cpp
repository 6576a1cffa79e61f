//===- Compile.cpp - a module of plans to a shared library ----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Compile.h"

#include "Emit.h"
#include "Process.h"

#include <fstream>
#include <sstream>

using namespace lexon::differential;

static constexpr unsigned kToolSeconds = 120;

static std::string readFile(const std::string &path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string Unit::file(const Settings &settings, const char *suffix) const {
  return settings.folder + "/" + path + "-" + std::to_string(first) + "-" + std::to_string(last) + suffix;
}

/// Runs a tool that writes `output`.
static std::string runTool(const Settings &settings, const Unit &unit, const std::string &tool,
                           std::vector<std::string> arguments, const std::string &output) {
  std::vector<std::string> command{settings.tools + "/" + tool};
  command.insert(command.end(), arguments.begin(), arguments.end());
  command.insert(command.end(), {"-o", output});
  std::string errors = unit.file(settings, ".errors");
  std::string problem = runProcess(command, "/dev/null", errors, kToolSeconds);
  return problem.empty() ? "" : tool + " " + problem + "\n" + readFile(errors);
}

std::string lexon::differential::compileUnit(const Settings &settings, const Unit &unit) {
  std::vector<Function> functions;
  for (unsigned id = unit.first; id < unit.last; ++id)
    functions.push_back(generateFunction(settings.seed, id));
  std::string source = unit.file(settings, ".mlir"), lowered = unit.file(settings, "-lowered.mlir");
  std::ofstream(source) << emitModule(functions);
  std::string midend = "midend{matmul=" + unit.path + " threads=" + std::to_string(unit.threads) + "}";
  std::string problem;
  if (settings.mutation.empty() || unit.path != "blas") {
    problem = runTool(settings, unit, "lexon-opt", {"--pipeline=" + midend + ",backend", source}, lowered);
  } else {
    std::string calls = unit.file(settings, "-calls.mlir"), broken = unit.file(settings, "-broken.mlir");
    problem = runTool(settings, unit, "lexon-opt", {"--pipeline=" + midend, source}, calls);
    if (problem.empty())
      problem = runTool(settings, unit, "lexon-opt", {"--test-break-blas=defect=" + settings.mutation, calls}, broken);
    if (problem.empty())
      problem = runTool(settings, unit, "lexon-opt", {"--pipeline=backend", broken}, lowered);
  }
  if (!problem.empty())
    return problem;
  // Loops that nobody asked to be fast need no more.
  std::string level = unit.path == "naive" ? "1" : "3";
  return runTool(settings, unit, "lexon-translate", {"--emit=so", "-O", level, lowered}, unit.file(settings, ".so"));
}

static const char *flagValue(Perturbation perturbation) {
  const char *const names[] = {"none", "bound", "term"};
  return names[static_cast<unsigned>(perturbation)];
}

std::map<CaseId, Outcome> lexon::differential::executeUnit(const Settings &settings, const Unit &unit) {
  std::map<CaseId, Outcome> outcomes;
  unsigned first = unit.first, startCase = 0;
  while (first < unit.last) {
    std::vector<std::string> command{settings.self,
                                     "--worker=" + unit.file(settings, ".so"),
                                     "--seed=" + std::to_string(settings.seed),
                                     "--first=" + std::to_string(first),
                                     "--last=" + std::to_string(unit.last),
                                     "--start-case=" + std::to_string(startCase),
                                     "--only-case=" + std::to_string(settings.onlyCase),
                                     std::string("--perturb=") + flagValue(settings.perturbation)};
    std::string output = unit.file(settings, ".output"), errors = unit.file(settings, ".errors");
    std::string problem = runProcess(command, output, errors, kToolSeconds);
    std::map<CaseId, Outcome> some = parseWorkerOutput(readFile(output));
    outcomes.insert(some.begin(), some.end());
    if (problem.empty())
      break;
    std::string words = problem + "\n" + readFile(errors);
    if (some.empty()) { // the library could not be loaded
      outcomes[{first, startCase}].problem = words;
      break;
    }
    auto [id, outcome] = *some.rbegin();
    outcomes[id].problem = (outcome.problem.empty() ? "after its end: " : "") + words;
    first = id.function;
    startCase = id.dataCase + 1;
  }
  return outcomes;
}
