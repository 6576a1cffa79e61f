//===- Plan.cpp - names of a plan's parts, and random numbers -------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Plan.h"

#include "View.h"

#include <algorithm>

using namespace lexon::differential;

uint64_t Random::next() {
  state += 0x9e3779b97f4a7c15;
  uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

uint64_t lexon::differential::mixSeeds(uint64_t seed, uint64_t function, uint64_t dataCase) {
  Random first(seed), second(first.next() ^ function), third(second.next() ^ dataCase);
  return third.next();
}

bool lexon::differential::isInteger(Element element) { return element == Element::I32 || element == Element::I8; }

unsigned lexon::differential::elementBytes(Element element) {
  const unsigned bytes[] = {4, 8, 2, 2, 4, 1};
  return bytes[static_cast<unsigned>(element)];
}

const char *lexon::differential::name(Element element) {
  const char *const names[] = {"f32", "f64", "f16", "bf16", "i32", "i8"};
  return names[static_cast<unsigned>(element)];
}

const char *lexon::differential::name(Form form) {
  const char *const names[] = {"matmul",       "batch_matmul", "matvec",   "vecmat", "batch_matvec",
                               "batch_vecmat", "dot",          "contract", "generic"};
  return names[static_cast<unsigned>(form)];
}

const char *lexon::differential::name(Body body) {
  const char *const names[] = {"c + a*b",         "c + b*a",        "c - a*b", "c + alpha*(a*b)",
                               "c + (alpha*a)*b", "c + (-1)*(a*b)", "c + a*a"};
  return names[static_cast<unsigned>(body)];
}

const char *lexon::differential::name(Initial initial) {
  const char *const names[] = {"given", "zero fill", "other fill", "zero fill then store", "zero fill of the whole"};
  return names[static_cast<unsigned>(initial)];
}

bool lexon::differential::isTransposed(const Function &function, unsigned operand) {
  const Operand &planned = function.operands[operand];
  auto isReduction = [&](unsigned loop) { return function.loops[loop].kind == LoopKind::Reduction; };
  bool byMap = false;
  std::vector<unsigned> rest; // without batch dimensions
  for (unsigned loop : planned.loops)
    if (function.loops[loop].kind != LoopKind::Batch)
      rest.push_back(loop);
  if (rest.size() > 1 && operand == kC)
    byMap = function.loops[rest.front()].kind == LoopKind::Column;
  else if (rest.size() > 1)
    byMap = isReduction(rest.front()) == (operand == kA);
  bool byView = std::any_of(planned.steps.begin(), planned.steps.end(),
                            [](const Step &step) { return step.kind == Step::Transpose; });
  bool byLayout = !planned.layout.identity && !std::is_sorted(planned.layout.order.begin(), planned.layout.order.end());
  return byMap || byView || byLayout || (operand == kC && !function.resultPermutation.empty());
}

bool lexon::differential::isDynamic(const Function &function) {
  for (unsigned operand : {kA, kB, kC}) {
    if (!function.hasInput(operand))
      continue;
    std::vector<Extent> sizes = sizesAlong(function, operand, false).front();
    const Layout &layout = function.operands[operand].layout;
    std::vector<Extent> strides = layoutStrides(layout, sizes, false);
    if (std::count(sizes.begin(), sizes.end(), Extent()) || std::count(strides.begin(), strides.end(), Extent()) ||
        (!layout.identity && layout.offset.dynamic))
      return true;
  }
  return !indexArguments(function, function).empty();
}
