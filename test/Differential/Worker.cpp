//===- Worker.cpp - runs the cases of one compiled module -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Worker.h"

#include <cstdio>
#include <dlfcn.h>
#include <sstream>

using namespace lexon::differential;

static void runFunction(void *entry, const Function &function, const WorkerRequest &request) {
  for (unsigned dataCase = function.id == request.first ? request.startCase : 0; dataCase < function.dataCases;
       ++dataCase) {
    if (request.onlyCase >= 0 && dataCase != static_cast<unsigned>(request.onlyCase))
      continue;
    std::printf("begin %u %u\n", function.id, dataCase);
    std::fflush(stdout);
    Function concrete = generateCase(function, request.seed, dataCase);
    Outcome outcome = runCase(entry, function, concrete, request.perturbation);
    std::printf("end %u %u %lu %.3g %d %s\n", function.id, dataCase, static_cast<unsigned long>(outcome.blasCalls),
                outcome.worstRatio, outcome.perturbed, outcome.problem.c_str());
  }
}

int lexon::differential::runWorker(const WorkerRequest &request) {
  void *library = dlopen(request.library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  for (unsigned id = request.first; id < request.last; ++id) {
    std::string symbol = "_mlir_ciface_f" + std::to_string(id);
    void *entry = dlsym(library, symbol.c_str());
    if (!entry) {
      std::fprintf(stderr, "no symbol '%s'\n", symbol.c_str());
      return 1;
    }
    runFunction(entry, generateFunction(request.seed, id), request);
  }
  return 0;
}

std::map<CaseId, Outcome> lexon::differential::parseWorkerOutput(const std::string &text) {
  std::map<CaseId, Outcome> outcomes;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    CaseId id;
    words >> word >> id.function >> id.dataCase;
    Outcome &outcome = outcomes[id];
    if (word == "begin") {
      outcome.problem = "did not return";
      continue;
    }
    outcome.problem.clear();
    words >> outcome.blasCalls >> outcome.worstRatio >> outcome.perturbed >> std::ws;
    std::getline(words, outcome.problem);
  }
  return outcomes;
}
