//===- Pipelines.h - named pipelines made of named stages --------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// A pipeline is a table of stages, a stage one row: its name, what it is for, the passes it runs (as the text that
// `--pass-pipeline` takes), and what may remain afterwards. Registration, `--list-pipelines`, `--stop-after`, the JSON
// manifest and the reference documentation all read these tables; no second list of passes exists.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_PIPELINES_PIPELINES_H
#define LEXON_PIPELINES_PIPELINES_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"
#include <string>

namespace mlir {
class OpPassManager;
class PassManager;
} // namespace mlir

namespace lexon {

/// Which code a matrix multiplication becomes.
/// Auto: for each, whichever of Vector and Blas is expected to be faster.
enum class MatmulKind { Vector, Blas, Naive, Auto };

/// What a user may choose for a pipeline: `NAME{matmul=vector threads=2 target=native}`.
struct PipelineOptions {
  MatmulKind matmul = MatmulKind::Vector;
  /// Threads of a parallel region; 0 leaves the number to the OpenMP runtime, 1 makes sequential code.
  int64_t threads = 0;
  /// With MatmulKind::Blas: products of fewer floating-point operations stay generated code.
  int64_t minFlops = 0;
  /// True if functions take weights in the kernels' layout, as `F_prepare` writes them, instead of the file's.
  bool preparedWeights = false;
  /// Which right-hand sides that change from call to call are copied into panels: auto, always or never.
  std::string pack = "auto";
  /// True if contractions add up their columns for a normalization behind them; else loops of their own do.
  bool summingKernels = false;
  /// A CPU name LLVM knows, or "native".
  std::string target = "native";
  /// A file of kernels that 'lexon tune' measured; empty if there is none.
  std::string kernels;
  /// A file for the list of kernels, if the program is to become one of kernels to measure; else empty.
  std::string enumerated;
  /// Passes to run at the end of a stage, as text, and the stage; both empty if there are none.
  std::string appended, appendedTo;
};

/// What may remain after a stage.
struct Remainder {
  /// Dialects whose operations may remain.
  llvm::ArrayRef<llvm::StringRef> dialects;
  /// True if values of tensor type may remain.
  bool tensors = false;
};

/// One named stage.
struct Stage {
  llvm::StringRef name;
  llvm::StringRef summary;
  /// The passes as text, anchored on `builtin.module`, for the given options.
  std::string (*passes)(const PipelineOptions &);
  Remainder leaves;
};

/// One named pipeline.
struct Pipeline {
  llvm::StringRef name;
  llvm::StringRef summary;
  llvm::SmallVector<Stage> stages;
};

/// Every pipeline, in the order in which a user meets them.
llvm::ArrayRef<Pipeline> pipelines();

/// A description of one pipeline option, for help and the manifest.
struct PipelineOptionInfo {
  llvm::StringRef name;
  llvm::StringRef summary;
  llvm::ArrayRef<llvm::StringRef> values; // empty if not an enumeration
  llvm::StringRef defaultValue;
};
llvm::ArrayRef<PipelineOptionInfo> pipelineOptions();

/// What the command line asks for.
struct PipelineRequest {
  std::string pipelines;  // NAME[{opt=v ...}][,NAME...]
  std::string stopAfter;  // a stage name, or empty
  std::string startAfter; // a stage name, or empty
  bool verifyStages = true;
};

/// Adds the passes of a request to `pm`, which must be anchored on `builtin.module`. Reports an unknown pipeline,
/// option, value or stage through `error` (with the nearest name) and fails.
mlir::LogicalResult buildPipelines(mlir::OpPassManager &pm, const PipelineRequest &request,
                                   llvm::function_ref<void(const std::string &)> error);

/// The names of the stages that `buildPipelines` adds passes of, in order. Reports and fails as it does.
mlir::FailureOr<llvm::SmallVector<llvm::StringRef>> stageNames(const PipelineRequest &request,
                                                               llvm::function_ref<void(const std::string &)> error);

/// Registers each pipeline as an MLIR pass pipeline of the same name.
void registerPipelines();

/// Prints every pipeline with its options and stages, for people.
void printPipelines(llvm::raw_ostream &os);

/// Prints the same as JSON (docs/formats.md, "Pipeline manifest").
void printPipelineManifest(llvm::raw_ostream &os);

} // namespace lexon

#endif // LEXON_PIPELINES_PIPELINES_H
