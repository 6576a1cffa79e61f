//===- Driver.cpp - compiles modules and runs their cases -----------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Driver.h"

#include "Compile.h"
#include "Statistics.h"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <mutex>
#include <thread>
#include <utility>

using namespace lexon::differential;

static constexpr unsigned kShownFailures = 20;

namespace {
/// Takes units from a queue and gathers what they say.
class Run {
public:
  explicit Run(const Settings &settings) : settings(settings) {}

  int run();

private:
  void plan();
  void work();
  void process(const Unit &unit);
  void fail(const Unit &unit, const CaseId &id, const std::string &problem);
  int report() const;
  int reportPerturbation() const;

  const Settings &settings;
  std::deque<Unit> queue;
  std::mutex mutex;
  Statistics statistics, failed;
  unsigned functions = 0, cases = 0, runs = 0, failures = 0, perturbed = 0, caught = 0;
};
} // namespace

/// As many functions as it takes, in modules; the paths whose modules take longest first.
void Run::plan() {
  std::vector<std::pair<unsigned, unsigned>> ranges;
  unsigned id = settings.onlyFunction < 0 ? 0 : settings.onlyFunction, start = id;
  do {
    cases += settings.onlyCase < 0 ? generateFunction(settings.seed, id).dataCases : 1;
    ++functions;
    ++id;
    bool done = cases >= settings.cases || settings.onlyFunction >= 0;
    if (done || id - start == settings.functionsPerModule)
      ranges.emplace_back(std::exchange(start, id), id);
    if (done)
      break;
  } while (true);
  for (const std::string &path : settings.paths)
    for (size_t i = 0; i < ranges.size(); ++i)
      queue.push_back({path, ranges[i].first, ranges[i].second, 1 + static_cast<unsigned>(i % 2)});
  std::stable_sort(queue.begin(), queue.end(),
                   [](const Unit &a, const Unit &b) { return (a.path == "naive") < (b.path == "naive"); });
}

void Run::fail(const Unit &unit, const CaseId &id, const std::string &problem) {
  if (++failures > kShownFailures)
    return;
  Function function = generateFunction(settings.seed, id.function);
  std::printf("FAILED %s f%u case %u (%s, %s, %s, %s): %s\n", unit.path.c_str(), id.function, id.dataCase,
              name(function.form), name(function.body), name(function.initial), function.tensor ? "tensor" : "memref",
              problem.c_str());
  std::printf("  again: lexon-differential-test --seed=%lu --paths=%s --only=%u.%u --keep=FOLDER\n",
              static_cast<unsigned long>(settings.seed), unit.path.c_str(), id.function, id.dataCase);
}

/// Compiles and runs one unit. If a module cannot be compiled, its halves are tried, down to the functions at fault.
void Run::process(const Unit &unit) {
  std::string problem = compileUnit(settings, unit);
  if (!problem.empty() && unit.last - unit.first > 1) {
    unsigned middle = (unit.first + unit.last) / 2;
    process({unit.path, unit.first, middle, unit.threads});
    process({unit.path, middle, unit.last, unit.threads});
    return;
  }
  std::map<CaseId, Outcome> outcomes;
  if (problem.empty())
    outcomes = executeUnit(settings, unit);
  std::lock_guard lock(mutex);
  if (!problem.empty())
    return fail(unit, {unit.first, 0}, "does not compile: " + problem);
  for (auto &[id, outcome] : outcomes) {
    ++runs;
    perturbed += outcome.perturbed;
    caught += outcome.perturbed && !outcome.problem.empty();
    if (settings.perturbation != Perturbation::None)
      continue;
    Function function = generateFunction(settings.seed, id.function);
    Function concrete = generateCase(function, settings.seed, id.dataCase);
    statistics.count(unit.path, function, concrete, outcome);
    if (outcome.problem.empty() && outcome.blasCalls == 0 && unit.path == "blas" && isExpressible(function, concrete))
      outcome.problem = "OpenBLAS was not called";
    if (outcome.problem.empty())
      continue;
    failed.count(unit.path, function, concrete, outcome);
    fail(unit, id, outcome.problem);
  }
}

void Run::work() {
  while (true) {
    Unit unit;
    {
      std::lock_guard lock(mutex);
      if (queue.empty())
        return;
      unit = queue.front();
      queue.pop_front();
    }
    process(unit);
  }
}

/// A comparison that sees every wrong reference, where most could be made wrong, is no empty one.
int Run::reportPerturbation() const {
  std::printf("%u runs, %u with a wrong reference, %u of them found\n", runs, perturbed, caught);
  return perturbed * 4 > runs * 3 && caught == perturbed && failures == 0 ? 0 : 1;
}

int Run::report() const {
  statistics.print();
  if (failures != 0) {
    std::printf("Of these failed:\n");
    failed.print();
  }
  bool blas = std::count(settings.paths.begin(), settings.paths.end(), "blas") != 0;
  std::string missing = settings.requireAll ? statistics.missing(blas) : "";
  std::fputs(missing.c_str(), stdout);
  bool all = failures != 0 || runs == cases * settings.paths.size();
  if (!all)
    std::printf("%u cases did not run\n", static_cast<unsigned>(cases * settings.paths.size() - runs));
  std::printf("%u cases of %u functions on %zu paths: %u runs, %u failures\n", cases, functions, settings.paths.size(),
              runs, failures);
  return failures == 0 && missing.empty() && all ? 0 : 1;
}

int Run::run() {
  plan();
  std::printf("seed %lu%s\n", static_cast<unsigned long>(settings.seed),
              settings.mutation.empty() ? "" : (", planted defect: " + settings.mutation).c_str());
  std::vector<std::thread> workers;
  for (unsigned i = 0; i < settings.jobs; ++i)
    workers.emplace_back([this] { work(); });
  for (std::thread &worker : workers)
    worker.join();
  return settings.perturbation == Perturbation::None ? report() : reportPerturbation();
}

int lexon::differential::runDifferentialTest(const Settings &settings) { return Run(settings).run(); }
