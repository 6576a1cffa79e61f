//===- Statistics.cpp - how many cases of which kind ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "Statistics.h"

#include "View.h"

#include <algorithm>
#include <cstdio>

using namespace lexon::differential;

using Labels = std::vector<std::pair<std::string, std::string>>;

static bool hasStep(const Function &function, Step::Kind kind) {
  return std::any_of(std::begin(function.operands), std::end(function.operands), [&](const Operand &operand) {
    return std::any_of(operand.steps.begin(), operand.steps.end(), [&](const Step &step) { return step.kind == kind; });
  });
}

static void labelViews(const Function &function, Labels &labels) {
  const std::pair<Step::Kind, const char *> kinds[] = {{Step::Slice, "slice"},
                                                       {Step::Collapse, "collapse"},
                                                       {Step::Expand, "expand"},
                                                       {Step::Transpose, "transpose"},
                                                       {Step::Pad, "pad"}};
  for (auto [kind, text] : kinds)
    if (hasStep(function, kind))
      labels.emplace_back("views", text);
}

/// Of the memory that the function is given.
static void labelMemory(const Function &concrete, Labels &labels) {
  bool offset = false, negative = false, zero = false, inner = false, longRow = false, shortRow = false;
  for (unsigned operand : {kA, kB, kC}) {
    if (!concrete.hasInput(operand))
      continue;
    View view = lastView(concrete, operand);
    offset |= view.offset != 0;
    std::vector<std::pair<int64_t, int64_t>> axes; // stride and size, the longest stride first
    for (size_t axis = 0; axis < view.sizes.size(); ++axis) {
      negative |= view.sizes[axis] > 1 && view.strides[axis] < 0;
      zero |= view.sizes[axis] > 1 && view.strides[axis] == 0;
      axes.emplace_back(view.strides[axis], view.sizes[axis]);
    }
    std::sort(axes.rbegin(), axes.rend());
    inner |= !axes.empty() && axes.back().first > 1;
    if (axes.size() < 2 || axes.back().first != 1)
      continue;
    auto [stride, size] = axes[axes.size() - 2];
    longRow |= stride > axes.back().second;
    shortRow |= stride < axes.back().second && stride > 0 && size > 1;
  }
  const std::pair<bool, const char *> found[] = {{offset, "offset"},
                                                 {negative, "negative stride"},
                                                 {zero, "zero stride"},
                                                 {inner, "no unit stride"},
                                                 {longRow, "leading dimension longer than a row"},
                                                 {shortRow, "leading dimension shorter than a row"}};
  for (auto [is, text] : found)
    if (is)
      labels.emplace_back("memory", text);
}

static void labelSizes(const Function &concrete, Labels &labels) {
  int64_t work = 1;
  bool one = false;
  unsigned kinds[4] = {};
  for (const Loop &loop : concrete.loops) {
    work *= loop.size.value;
    one |= loop.size.value == 1;
    ++kinds[static_cast<unsigned>(loop.kind)];
    if (loop.size.value == 0)
      labels.emplace_back("sizes", loop.kind == LoopKind::Reduction ? "K is 0" : "M, N or batch is 0");
  }
  if (one)
    labels.emplace_back("sizes", "one is 1");
  if (work > 1'000'000)
    labels.emplace_back("sizes", "more than 1e6 products");
  labels.emplace_back("batch dimensions", std::to_string(kinds[static_cast<unsigned>(LoopKind::Batch)]));
  labels.emplace_back("reductions", std::to_string(kinds[static_cast<unsigned>(LoopKind::Reduction)]));
}

static Labels labelsOf(const Function &function, const Function &concrete) {
  Labels labels;
  std::string elements;
  for (const Operand &operand : function.operands)
    elements += (elements.empty() ? "" : " ") + std::string(name(operand.element));
  labels.emplace_back("element types", elements);
  labels.emplace_back("operation", name(function.form));
  labels.emplace_back("body", name(function.body));
  labels.emplace_back("initial value", name(function.initial));
  labels.emplace_back("operands", function.tensor ? "tensor" : "memref");
  if (isExpressible(function, concrete))
    labels.emplace_back("must be a call", "yes");
  labels.emplace_back("program", isDynamic(function) ? "dynamic" : "static");
  const char *const names[] = {"A", "B", "C"};
  bool any = false;
  for (unsigned operand : {kA, kB, kC})
    if (isTransposed(function, operand)) {
      labels.emplace_back("transposed", names[operand]);
      any = true;
    }
  if (!any)
    labels.emplace_back("transposed", "none");
  labelViews(function, labels);
  labelMemory(concrete, labels);
  labelSizes(concrete, labels);
  std::sort(labels.begin(), labels.end());
  labels.erase(std::unique(labels.begin(), labels.end()), labels.end());
  return labels;
}

void Statistics::count(const std::string &path, const Function &function, const Function &concrete,
                       const Outcome &outcome) {
  Labels labels = labelsOf(function, concrete);
  labels.emplace_back("path", path);
  for (const auto &[dimension, value] : labels) {
    Count &count = counts[dimension][value];
    ++count.cases;
    count.calling += outcome.blasCalls != 0;
  }
  double &ratio = worst[name(function.operands[kC].element)];
  ratio = std::max(ratio, outcome.worstRatio);
}

void Statistics::print() const {
  for (const auto &[dimension, values] : counts) {
    std::string line;
    for (const auto &[value, count] : values) {
      line += (line.empty() ? "" : "; ") + value + " " + std::to_string(count.cases);
      if (count.calling)
        line += " (" + std::to_string(count.calling) + " called OpenBLAS)";
    }
    std::printf("%-16s %s\n", dimension.c_str(), line.c_str());
  }
  if (worst.empty())
    return;
  std::printf("%-16s", "error / bound");
  for (const auto &[element, ratio] : worst)
    std::printf(" %s %.3f%s", element.c_str(), ratio, element == worst.rbegin()->first ? "\n" : ";");
}

/// All values that a dimension must show; those for which OpenBLAS must have been called.
static const struct {
  const char *dimension;
  std::vector<std::string> values, calling;
} kRequired[] = {
    {"element types",
     {"f32 f32 f32", "f64 f64 f64", "f16 f16 f16", "f16 f16 f32", "bf16 bf16 f32", "bf16 bf16 bf16", "i32 i32 i32",
      "i8 i8 i32", "f32 f32 f64", "f32 f64 f64"},
     {"f32 f32 f32", "f64 f64 f64"}},
    {"operation",
     {"matmul", "batch_matmul", "matvec", "vecmat", "batch_matvec", "batch_vecmat", "dot", "contract", "generic"},
     {"matmul", "batch_matmul", "matvec", "vecmat", "dot", "contract", "generic"}},
    {"body",
     {"c + a*b", "c + b*a", "c - a*b", "c + alpha*(a*b)", "c + (alpha*a)*b", "c + (-1)*(a*b)", "c + a*a"},
     {"c + a*b", "c + b*a"}},
    {"initial value",
     {"given", "zero fill", "other fill", "zero fill then store", "zero fill of the whole"},
     {"given", "zero fill"}},
    {"operands", {"tensor", "memref"}, {"tensor", "memref"}},
    {"must be a call", {"yes"}, {"yes"}},
    {"program", {"dynamic", "static"}, {"dynamic", "static"}},
    {"transposed", {"none", "A", "B", "C"}, {"none", "A", "B", "C"}},
    {"views", {"slice", "collapse", "expand", "transpose", "pad"}, {"slice", "transpose"}},
    {"memory",
     {"offset", "negative stride", "zero stride", "no unit stride", "leading dimension longer than a row",
      "leading dimension shorter than a row"},
     {"offset", "leading dimension longer than a row"}},
    {"sizes", {"K is 0", "M, N or batch is 0", "one is 1", "more than 1e6 products"}, {"one is 1"}},
    {"batch dimensions", {"0", "1", "2"}, {"0", "1"}},
    {"reductions", {"0", "1", "2"}, {"1"}},
};

std::string Statistics::missing(bool blas) const {
  std::string text;
  for (const auto &required : kRequired) {
    auto found = [&](const std::string &value) {
      auto dimension = counts.find(required.dimension);
      if (dimension == counts.end())
        return Count();
      auto count = dimension->second.find(value);
      return count == dimension->second.end() ? Count() : count->second;
    };
    for (const std::string &value : required.values)
      if (found(value).cases == 0)
        text += std::string("no case with ") + required.dimension + " '" + value + "'\n";
    for (const std::string &value : required.calling)
      if (blas && found(value).calling == 0)
        text += std::string("no case with ") + required.dimension + " '" + value + "' called OpenBLAS\n";
  }
  return text;
}
