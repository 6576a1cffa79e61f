//===- CallFrame.cpp - one checked call of a compiled function ------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// The binary interface is docs/formats.md's: descriptors behind a pointer to a pointer, out-arguments after the
// arguments, one struct for all returned values at the end.
//
//===----------------------------------------------------------------------===//

#include "CallFrame.h"

#include "Failure.h"

#include <algorithm>
#include <cstring>

using namespace lexon::rt;

namespace {
constexpr size_t kDescriptorHead = 3; // allocated, aligned, offset

bool isAligned(const void *data, const Parameter &parameter) {
  return reinterpret_cast<uintptr_t>(data) % dtypeInfo(parameter.dtype)->alignment == 0;
}

bool fitsShape(const lexon_tensor &tensor, const Parameter &parameter) {
  for (size_t i = 0; i < parameter.shape.size(); ++i)
    if (parameter.shape[i] != LEXON_DYNAMIC && parameter.shape[i] != tensor.shape[i])
      return false;
  return true;
}

std::string show(const Parameter &parameter) {
  return lexon::rt::describe(parameter.shape.data(), parameter.shape.size(), parameter.dtype);
}
std::string show(const lexon_tensor &tensor) { return lexon::rt::describe(tensor.shape, tensor.rank, tensor.dtype); }

std::string placeOf(const lexon_function &function, const char *what, size_t index) {
  return "'" + function.name + "' " + what + " #" + std::to_string(index);
}
} // namespace

CallFrame::CallFrame(const lexon_function &function, const lexon_tensor *arguments, size_t argumentCount,
                     lexon_tensor *results, size_t resultCount)
    : function(function), arguments(arguments), results(results) {
  checkCounts(argumentCount, resultCount);
  if (function.weights) {
    const int64_t bytes = function.weightsBytes;
    passMemref(const_cast<char *>(function.weights), &bytes, 1);
    argumentRanges.add(*addressRange(function.weights, &bytes, nullptr, 1, 1));
  }
  for (size_t i = 0; i < argumentCount; ++i)
    addArgument(arguments[i], function.signature.arguments[i], placeOf(function, "argument", i));
  argumentRanges.seal();
  plans.reserve(resultCount);
  for (size_t i = 0; i < resultCount; ++i)
    addResult(results[i], function.signature.results[i], placeOf(function, "result", i));
  outRanges.seal();
  if (outRanges.hasOverlap())
    fail(LEXON_INVALID_ARGUMENT, "'", function.name, "': two result buffers overlap");
  if (returnedBytes != 0) {
    returned.assign((returnedBytes + 7) / 8, 0);
    pointers.push_back(returned.data());
  }
}

void CallFrame::checkCounts(size_t argumentCount, size_t resultCount) const {
  const Signature &signature = function.signature;
  if (argumentCount != signature.arguments.size()) {
    const bool wantsWeights = !function.weights && argumentCount + 1 == signature.arguments.size() &&
                              signature.arguments[0].dtype == LEXON_I8 && signature.arguments[0].shape.size() == 1;
    fail(LEXON_WRONG_COUNT, "'", function.name, "' takes ", signature.arguments.size(), " arguments, not ",
         argumentCount,
         wantsWeights ? "; the first is a buffer of bytes: was the model opened without its weights?" : "");
  }
  if (resultCount != signature.results.size())
    fail(LEXON_WRONG_COUNT, "'", function.name, "' has ", signature.results.size(), " results, not ", resultCount);
  if ((argumentCount && !arguments) || (resultCount && !results))
    fail(LEXON_INVALID_ARGUMENT, "'", function.name, "': the array of ", arguments ? "results" : "arguments",
         " is null");
}

void CallFrame::check(const lexon_tensor &tensor, const Parameter &parameter, const std::string &place) const {
  if (!dtypeInfo(tensor.dtype))
    fail(LEXON_INVALID_ARGUMENT, place, ": ", tensor.dtype, " is no dtype");
  if (tensor.rank < 0 || (tensor.rank > 0 && !tensor.shape))
    fail(LEXON_INVALID_ARGUMENT, place, ": ", tensor.rank < 0 ? "its rank is negative" : "its shape is null");
  if (!sameBits(tensor.dtype, parameter.dtype))
    fail(LEXON_WRONG_DTYPE, place, " must be ", show(parameter), ", got ", show(tensor));
  if (size_t(tensor.rank) != parameter.shape.size())
    fail(LEXON_WRONG_RANK, place, " must be ", show(parameter), ", got ", show(tensor));
  if (!fitsShape(tensor, parameter))
    fail(LEXON_WRONG_SHAPE, place, " must be ", show(parameter), ", got ", show(tensor));
  const auto bytes = byteCount(tensor.shape, tensor.rank, parameter.elementBytes());
  if (!bytes)
    fail(LEXON_INVALID_ARGUMENT, place, ": ", show(tensor), " is no shape that memory can hold");
  if (!tensor.data && *bytes != 0)
    fail(LEXON_INVALID_ARGUMENT, place, ": its data is null");
}

void CallFrame::passMemref(void *data, const int64_t *shape, size_t rank) {
  alignas(64) static char nothing[64]; // what a tensor without elements points to
  if (!data)
    data = nothing;
  std::vector<int64_t> words(kDescriptorHead + 2 * rank);
  words[0] = words[1] = int64_t(reinterpret_cast<uintptr_t>(data));
  const Shape strides = identityStrides(shape, rank);
  std::copy_n(shape, rank, words.begin() + kDescriptorHead);
  std::copy(strides.begin(), strides.end(), words.begin() + kDescriptorHead + rank);
  descriptors.push_back(std::move(words));
  indirections.push_back(descriptors.back().data());
  pointers.push_back(&indirections.back());
}

Memory CallFrame::packed(const lexon_tensor &tensor, size_t elementBytes, const std::string &place) {
  const int64_t bytes = *byteCount(tensor.shape, tensor.rank, elementBytes);
  Memory memory = allocate(bytes, place);
  const Shape identity = identityStrides(tensor.shape, tensor.rank);
  copyStrided(memory.get(), identity.data(), tensor.data, tensor.strides ? tensor.strides : identity.data(),
              tensor.shape, tensor.rank, elementBytes);
  copied += bytes;
  return memory;
}

void CallFrame::addArgument(const lexon_tensor &tensor, const Parameter &parameter, const std::string &place) {
  check(tensor, parameter, place);
  if (parameter.kind == LEXON_SCALAR) { // into a slot of its own: the caller's may be misaligned
    temporaries.push_back(allocate(parameter.elementBytes(), place));
    std::memcpy(temporaries.back().get(), tensor.data, parameter.elementBytes());
    pointers.push_back(temporaries.back().get());
    return;
  }
  const auto range = addressRange(tensor.data, tensor.shape, tensor.strides, tensor.rank, parameter.elementBytes());
  if (!range)
    fail(LEXON_INVALID_ARGUMENT, place, ": its strides lead out of memory");
  argumentRanges.add(*range);
  if (parameter.mutated && repeatsElements(tensor.shape, tensor.strides, tensor.rank))
    fail(LEXON_INVALID_ARGUMENT, place, ": the function writes to it, but a stride of 0 repeats its elements");
  if (isContiguous(tensor.shape, tensor.strides, tensor.rank) && isAligned(tensor.data, parameter))
    return passMemref(tensor.data, tensor.shape, tensor.rank);
  temporaries.push_back(packed(tensor, parameter.elementBytes(), place));
  if (parameter.mutated)
    mutated.push_back({&tensor, temporaries.back().get(), parameter.elementBytes()});
  passMemref(temporaries.back().get(), tensor.shape, tensor.rank);
}

void CallFrame::addResult(lexon_tensor &result, const Parameter &parameter, const std::string &place) {
  plans.emplace_back();
  ResultPlan &plan = plans.back();
  plan.parameter = &parameter;
  plan.place = place;
  if (parameter.passing == LEXON_OUT)
    addOutBuffer(result, plan);
  else
    addReturned(result, plan);
}

void CallFrame::addOutBuffer(lexon_tensor &result, ResultPlan &plan) {
  const Parameter &parameter = *plan.parameter;
  const size_t rank = parameter.shape.size(), width = parameter.elementBytes();
  const auto bytes = byteCount(parameter.shape.data(), rank, width);
  if (!bytes)
    fail(LEXON_OUT_OF_MEMORY, plan.place, ": ", show(parameter), " is larger than any memory");
  void *buffer = result.data;
  if (buffer) {
    check(result, parameter, plan.place);
    if (repeatsElements(result.shape, result.strides, rank))
      fail(LEXON_INVALID_ARGUMENT, plan.place, ": a stride of 0 repeats its elements");
    const auto range = addressRange(buffer, result.shape, result.strides, rank, width);
    if (!range)
      fail(LEXON_INVALID_ARGUMENT, plan.place, ": its strides lead out of memory");
    outRanges.add(*range);
    // Compiled code reads arguments while it writes results: an overlap must go through memory of its own.
    plan.copyBack = !isContiguous(result.shape, result.strides, rank) || !isAligned(buffer, parameter) ||
                    argumentRanges.meets(*range);
  }
  if (!buffer || plan.copyBack) {
    plan.memory = allocate(*bytes, plan.place);
    buffer = plan.memory.get();
  }
  passMemref(buffer, parameter.shape.data(), rank);
}

void CallFrame::addReturned(const lexon_tensor &result, ResultPlan &plan) {
  const Parameter &parameter = *plan.parameter;
  const bool isMemref = parameter.kind == LEXON_MEMREF;
  const size_t alignment = isMemref ? 8 : dtypeInfo(parameter.dtype)->alignment;
  const size_t bytes = isMemref ? 8 * (kDescriptorHead + 2 * parameter.shape.size()) : parameter.elementBytes();
  plan.returnOffset = (returnedBytes + alignment - 1) / alignment * alignment;
  returnedBytes = plan.returnOffset + bytes;
  if (!result.data)
    return;
  if (isMemref)
    fail(LEXON_INVALID_ARGUMENT, plan.place, ": ", show(parameter),
         " is allocated by the function; set its data to null");
  check(result, parameter, plan.place);
}

void CallFrame::forgetSharedBuffers() noexcept {
  for (size_t i = 0; i < plans.size(); ++i)
    for (size_t j = i + 1; plans[i].isReturnedMemref() && j < plans.size(); ++j) {
      if (!plans[j].isReturnedMemref())
        continue;
      int64_t *first = returnedAt(plans[i].returnOffset), *second = returnedAt(plans[j].returnOffset);
      if (first[0] == second[0] && first[0] != 0) {
        second[0] = 0;
        plans[j].shared = true;
      }
    }
}

void CallFrame::invoke() {
  hasReturned = true; // also if a check failed: memory was allocated all the same
  function.code(pointers.data(), function.name);
}

void CallFrame::discardReturned() noexcept {
  if (!hasReturned)
    return;
  hasReturned = false;
  forgetSharedBuffers();
  for (ResultPlan &plan : plans) {
    plan.shared = false;
    if (plan.isReturnedMemref())
      std::free(reinterpret_cast<void *>(returnedAt(plan.returnOffset)[0]));
  }
  std::fill(returned.begin(), returned.end(), 0);
}

std::unique_ptr<TensorOwner> CallFrame::takeMemref(const ResultPlan &plan, lexon_tensor &tensor) {
  const Parameter &parameter = *plan.parameter;
  const size_t rank = parameter.shape.size(), width = parameter.elementBytes();
  int64_t *words = returnedAt(plan.returnOffset), *sizes = words + kDescriptorHead;
  auto owner = std::make_unique<TensorOwner>();
  owner->shape.assign(sizes, sizes + rank);
  owner->strides.assign(sizes + rank, sizes + 2 * rank);
  tensor.shape = owner->shape.data();
  tensor.strides = owner->strides.data();
  tensor.data = reinterpret_cast<char *>(words[1]) + words[2] * int64_t(width);
  const auto bytes = byteCount(tensor.shape, rank, width);
  if (!bytes || !fitsShape(tensor, parameter))
    fail(LEXON_BAD_LIBRARY, plan.place, " must be ", show(parameter), ", the function returned ", show(tensor));
  if (!plan.shared) {
    owner->memory.reset(reinterpret_cast<char *>(words[0]));
    words[0] = 0;
    return owner;
  }
  owner->memory = packed(tensor, width, plan.place);
  owner->strides = identityStrides(tensor.shape, rank);
  tensor.strides = owner->strides.data();
  tensor.data = owner->memory.get();
  return owner;
}

std::unique_ptr<TensorOwner> CallFrame::takeAllocated(ResultPlan &plan, lexon_tensor &tensor) {
  const Parameter &parameter = *plan.parameter;
  tensor = {};
  tensor.dtype = parameter.dtype;
  tensor.rank = int32_t(parameter.shape.size());
  if (plan.isReturnedMemref())
    return takeMemref(plan, tensor);
  auto owner = std::make_unique<TensorOwner>();
  owner->shape = parameter.shape;
  owner->strides = identityStrides(parameter.shape.data(), parameter.shape.size());
  if (parameter.passing == LEXON_OUT) {
    owner->memory = std::move(plan.memory);
  } else {
    owner->memory = allocate(parameter.elementBytes(), plan.place);
    std::memcpy(owner->memory.get(), returnedAt(plan.returnOffset), parameter.elementBytes());
  }
  tensor.data = owner->memory.get();
  tensor.shape = owner->shape.data();
  tensor.strides = owner->strides.data();
  return owner;
}

void CallFrame::writeBack(const ResultPlan &plan, const lexon_tensor &tensor) {
  const Parameter &parameter = *plan.parameter;
  if (parameter.passing == LEXON_RETURNED) {
    std::memcpy(tensor.data, returnedAt(plan.returnOffset), parameter.elementBytes());
  } else if (plan.copyBack) {
    copyBack(tensor, plan.memory.get(), parameter.elementBytes());
  }
}

void CallFrame::copyBack(const lexon_tensor &tensor, const char *memory, size_t elementBytes) {
  const Shape identity = identityStrides(tensor.shape, tensor.rank);
  copyStrided(tensor.data, tensor.strides ? tensor.strides : identity.data(), memory, identity.data(), tensor.shape,
              tensor.rank, elementBytes);
  copied += *byteCount(tensor.shape, tensor.rank, elementBytes);
}

void CallFrame::finish() {
  forgetSharedBuffers();
  std::vector<lexon_tensor> finished(plans.size());
  std::vector<std::unique_ptr<TensorOwner>> owners(plans.size());
  for (size_t i = 0; i < plans.size(); ++i)
    if (!results[i].data)
      owners[i] = takeAllocated(plans[i], finished[i]);
  for (const Mutated &argument : mutated)
    copyBack(*argument.tensor, argument.memory, argument.elementBytes);
  for (size_t i = 0; i < plans.size(); ++i)
    if (!owners[i])
      writeBack(plans[i], results[i]);
  for (size_t i = 0; i < plans.size(); ++i) { // nothing can fail any more
    if (!owners[i])
      continue;
    results[i] = finished[i];
    results[i].owner = owners[i].release();
  }
}
