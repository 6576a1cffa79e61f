//===- CallFrame.h - one checked call of a compiled function ----*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_RUNTIME_CALLFRAME_H
#define LEXON_LIB_RUNTIME_CALLFRAME_H

#include "Model.h"
#include "Strided.h"

#include <deque>
#include <vector>

namespace lexon::rt {

/// Frees what a tensor with an owner holds; `lexon_tensor::owner` points to one.
struct TensorOwner {
  Memory memory;
  Shape shape, strides;
};

/// Everything a call needs, on the caller's thread alone: checks, descriptors, copies, results. Used as: construct
/// (checks all, runs nothing), invoke as often as wanted, finish.
class CallFrame {
public:
  CallFrame(const lexon_function &function, const lexon_tensor *arguments, size_t argumentCount, lexon_tensor *results,
            size_t resultCount);
  ~CallFrame() { discardReturned(); }
  CallFrame(const CallFrame &) = delete;
  CallFrame &operator=(const CallFrame &) = delete;

  /// Throws if a check inside the function failed.
  void invoke();
  /// Frees what the last invocation returned, before the next one.
  void discardReturned() noexcept;
  /// Copies back what was copied, and hands the results to the caller: all of them, or none if it throws.
  void finish();

  uint64_t copiedBytes() const { return copied; }

private:
  /// Where one result is written, and what becomes of it.
  struct ResultPlan {
    const Parameter *parameter = nullptr;
    std::string place;
    Memory memory;           // out: the runtime's buffer; a temporary if `copyBack`
    bool copyBack = false;   // out: the caller's buffer cannot be written directly
    bool shared = false;     // returned: an earlier result owns the same buffer
    size_t returnOffset = 0; // returned: its place in the struct of returned values
    bool isReturnedMemref() const { return parameter->passing == LEXON_RETURNED && parameter->kind == LEXON_MEMREF; }
  };
  /// An argument that was copied before the call and is copied back after it.
  struct Mutated {
    const lexon_tensor *tensor;
    const char *memory;
    size_t elementBytes;
  };

  void checkCounts(size_t argumentCount, size_t resultCount) const;
  void check(const lexon_tensor &tensor, const Parameter &parameter, const std::string &place) const;
  void addArgument(const lexon_tensor &tensor, const Parameter &parameter, const std::string &place);
  void addResult(lexon_tensor &result, const Parameter &parameter, const std::string &place);
  void addOutBuffer(lexon_tensor &result, ResultPlan &plan);
  void addReturned(const lexon_tensor &result, ResultPlan &plan);
  void passMemref(void *data, const int64_t *shape, size_t rank);
  Memory packed(const lexon_tensor &tensor, size_t elementBytes, const std::string &place);

  /// Takes buffers that several results share from all but the first.
  void forgetSharedBuffers() noexcept;
  std::unique_ptr<TensorOwner> takeAllocated(ResultPlan &plan, lexon_tensor &tensor);
  std::unique_ptr<TensorOwner> takeMemref(const ResultPlan &plan, lexon_tensor &tensor);
  void writeBack(const ResultPlan &plan, const lexon_tensor &tensor);
  void copyBack(const lexon_tensor &tensor, const char *memory, size_t elementBytes);
  int64_t *returnedAt(size_t offset) {
    return reinterpret_cast<int64_t *>(reinterpret_cast<char *>(returned.data()) + offset);
  }

  const lexon_function &function;
  const lexon_tensor *const arguments;
  lexon_tensor *const results;
  std::vector<void *> pointers;    // what lexon_invoke_* takes
  std::deque<void *> indirections; // a memref is passed as a pointer to a pointer
  std::deque<std::vector<int64_t>> descriptors;
  std::deque<Memory> temporaries; // packed copies, scalars
  std::vector<Mutated> mutated;
  std::vector<ResultPlan> plans;
  RangeSet argumentRanges, outRanges;
  std::vector<int64_t> returned; // the struct of returned values
  size_t returnedBytes = 0;
  bool hasReturned = false;
  uint64_t copied = 0;
};

} // namespace lexon::rt

#endif // LEXON_LIB_RUNTIME_CALLFRAME_H
