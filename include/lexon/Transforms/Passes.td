//===- Passes.td - passes not tied to a dialect of ours -----*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_TRANSFORMS_PASSES
#define LEXON_TRANSFORMS_PASSES

include "lexon/Kernel/KernelOptions.td"
include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Entry points
//===----------------------------------------------------------------------===//

def DescribeEntryPointsPass : Pass<"describe-entry-points", "::mlir::ModuleOp"> {
  let summary = "Attach its signature to each public function and ask for a C interface";
  let description = [{
    Writes the types of each public function, before lowering forgets them, as JSON text into the attribute
    `lexon.signature` (docs/formats.md, "Entry points of a compiled module") and adds `llvm.emit_c_interface`.
    `lexon-translate` exports both. Functions that already have a signature keep it. A function whose types cannot be
    described (an unranked memref, an element type without a name in the format) gets only the C interface.

    An argument with the unit attribute `lexon.constant` is described as constant. A function with the string attributes
    `lexon.prepare` and `lexon.prepared_layout` wants its constants as the public function of the former name gives
    them, in the order that the latter names: both go into the signature, after a check that the types fit.

    Remarks: `described`; `missed` with the type that cannot be described.

    Example: test/Transforms/describe-entry-points.mlir
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

def ResultsToOutParamsPass : Pass<"results-to-out-params", "::mlir::ModuleOp"> {
  let summary = "Make the boundary of every function buffers, with static results as out-arguments";
  let description = [{
    Gives each function on tensors the binary interface of docs/formats.md: tensor arguments become contiguous memrefs
    that are only read; each result of static shape becomes an out-argument, appended in order, into which the body
    materializes it; each result of dynamic shape is returned as a freshly allocated memref. Calls change with the
    functions; a call whose result the caller returns unchanged writes straight into the caller's out-argument.
    Scalars stay. Runs before bufferization, so that computing in place into the out-argument is the
    analysis' normal business.

    Functions that are only declared change too: two modules compiled apart agree on the interface.

    Remarks: `out-argument` and `returned` for each result.

    Example: test/Transforms/results-to-out-params.mlir
  }];
  let dependentDialects = ["::mlir::bufferization::BufferizationDialect", "::mlir::memref::MemRefDialect"];
}

def DeallocateBuffersPass : Pass<"deallocate-buffers", "::mlir::ModuleOp"> {
  let summary = "Free the buffers a function allocates, unless it frees memory itself";
  let description = [{
    Inserts deallocations by ownership (upstream's algorithm) into each function that has none. A function that frees
    memory itself keeps its own regime: nothing is added, nothing is freed twice.

    Remarks: `deallocated`; `missed` for functions that free memory themselves.

    Example: test/Transforms/deallocate-buffers.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::bufferization::BufferizationDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect"];
}

def FoldEmptyTensorsPass : Pass<"fold-empty-tensors"> {
  let summary = "Compute nothing for tensors without elements";
  let description = [{
    An operation without side effects whose results are all tensors of known shape without elements (a batch of 0, say)
    becomes `tensor.empty`, and a `tensor.pad` of such a tensor by one value the filling of its result. Several upstream
    passes and verifiers refuse slices and pads of size 0; later stages need no rules for them.

    Tensors with dynamic sizes are left alone, even beside a static 0. Sums over nothing stay: their result has elements.

    Remarks: `folded`.

    Example: test/Transforms/fold-empty-tensors.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def SeparateInitialValuesPass : Pass<"separate-initial-values"> {
  let summary = "Give each accumulation a fill of its own";
  let description = [{
    Common-subexpression elimination leaves one `linalg.fill` for all accumulations that start from the same value;
    bufferization would then fill one buffer and copy it for each. Filling again costs less than copying.

    Remarks: `separated`.

    Example: test/Transforms/separate-initial-values.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
}

def CheckIndicesPass : Pass<"check-indices"> {
  let summary = "Check indices that come from data before they are used";
  let description = [{
    A `tensor.extract` whose index was computed from an integer (an embedding, a gather) gets a `cf.assert` that the index
    lies in the tensor. Indices made of loop counters need none. With `guard-assertions`, an index outside becomes an error of
    the call.

    Remarks: `checked`.

    Example: test/Transforms/check-indices.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect",
                           "::mlir::tensor::TensorDialect"];
}

def GuardAssertionsPass : Pass<"guard-assertions", "::mlir::ModuleOp"> {
  let summary = "Let a failed check end the call instead of the process";
  let description = [{
    `cf.assert` lowers to a call of `abort`. Here what follows a check, in its block, is made to depend on it (`scf.if`);
    where the check fails, the rest is left out, zeros (or empty buffers) stand for its values, and the failure is counted in the
    module's `lexon_failure_count` and described in `lexon_failure_message` (docs/formats.md). The runtime compares the
    count before and after a call and reports an error. Works inside loops and parallel regions.

    Remarks: `guarded`; `missed` for a check in unstructured control flow, which keeps `abort`.

    Example: test/Transforms/guard-assertions.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

def ExpandArithmeticPass : Pass<"expand-arithmetic"> {
  let summary = "Rewrite compound arithmetic as simple operations";
  let description = [{
    Powers with a small constant exponent become multiplications, roots and reciprocals; rounding integer divisions become
    divisions and selects. With `bf16`, conversions between f32 and bf16 become integer arithmetic that rounds to
    nearest even (the C libraries of older distributions have no routine for them).

    Remarks: `expanded`.

    Example: test/Transforms/expand-arithmetic.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::vector::VectorDialect"];
  let options = [Option<"bf16", "bf16", "bool", /*default=*/"false", "Also expand conversions from and to bf16.">];
}

def ConvertCancellingMathPass : Pass<"convert-cancelling-math", "::mlir::ModuleOp"> {
  let summary = "Call libm for functions whose formula cancels near zero";
  let description = [{
    `math.expm1` and `math.log1p` become calls of libm. The conversion of the math dialect to LLVM has only
    `exp(x) - 1` and `log(1 + x)` for them, which lose every digit of a small x.

    Remarks: `converted`.

    Example: test/Transforms/convert-cancelling-math.mlir
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::LLVM::LLVMDialect", "::mlir::vector::VectorDialect"];
}

//===----------------------------------------------------------------------===//
// Contractions
//===----------------------------------------------------------------------===//

def FuseElementwisePass : Pass<"fuse-elementwise"> {
  let summary = "Fuse element-wise operations into the loops that use them";
  let description = [{
    Chains of operations that compute each element from elements become one `linalg.generic`, so that values in between never
    reach memory. Named operations of that form are generalized first and dimensions of size one dropped, because both
    hide chains. An operation is fused into its only user, but never into a contraction, nor where each of its
    elements would be computed again and again (a broadcast).

    Remarks: `fused`.

    Example: test/Transforms/fuse-elementwise.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def NormalizeContractionsPass : Pass<"normalize-contractions"> {
  let summary = "Fold transposes and broadcasts into the contractions they feed";
  let description = [{
    A contraction (matrix multiplication in the widest sense: `linalg.matmul`, `batch_matmul`, `matvec`, `contract`, or
    a `linalg.generic` of that form) absorbs what only moves its operands' elements: a transpose or broadcast of an
    input becomes another indexing map, a transpose of the result another result map, also where a reshape that joins
    dimensions stands in between. Nothing is computed differently; the moved copies are gone.

    Remarks: `folded` with what was folded.

    Example: test/Transforms/normalize-contractions.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect"];
}

def SelectMatmulKernelPass : Pass<"select-matmul-kernel"> {
  let summary = "Choose the kernel of each contraction on buffers";
  let description = [{
    Decides, and only decides: sets the attribute `lexon.kernel` on each contraction whose operands are memrefs.
    `lower-matmul-kernels` obeys it. An operation that has the attribute keeps it: that is how a user decides.

    What is vectorized follows from which dimension of which operand is contiguous:

    - `vectorize = "n"` (`"m"`): vectors along the columns of the right (rows of the left) operand, one broadcast scalar
      of the other operand for each row of the tile, one fused multiply-add for each accumulator and step of k;
    - `vectorize = "k"`: vectors along the reduction, both operands contiguous along it (weights as PyTorch stores
      them), one horizontal sum for each element of the tile at the end;
    - `vectorize = "batch"`: vectors along a batch dimension that is contiguous everywhere (channels of a depthwise
      convolution).

    Among the tiles that the registers hold, the one of least expected cost is taken (`include/lexon/Kernel`:
    `expectedCost`), unless `kernels` names a file that `lexon tune` wrote and that has a measured kernel.
    `tile = [rows, columns]` counts accumulators (columns in vectors, or in elements for `"k"`); `lanes` is the vector's
    length; `block_k` the part of the reduction done at a time.

    `bf16-products` says by which instruction products of bf16 numbers are summed in f32, where both operands hold pairs
    of the reduction (its innermost dimension has two elements and is the last of both, `pair_dim`; what `pack-weights`
    makes) or where vectors run along the reduction:

    - `widen`: both elements of a pair become f32 (a bf16 number is the upper half of an f32 number: one shift, one mask,
      two multiply-adds);
    - `dot` (`product = "dot"`): `vdpbf16ps` of AVX512-BF16, two products for each lane;
    - `tiles` (`product = "tiles"`): `tdpbf16ps` of AMX. Only for pairs, a static number of at least 5 rows (with fewer,
      memory is the limit), whole tiles of 16 columns and a reduction of a multiple of 32. `tile_rows` is the height of all
      tiles, `tile` counts tiles.

    The instructions take subnormal numbers for zero, and round after each of the two additions.

    Remarks: `selected` with the kernel, the cycles it is expected to take and what limits it; `missed` with the reason.

    Examples: test/Transforms/select-matmul-kernel.mlir, test/Bf16/products.mlir
  }];
  let options = KernelOptions<[
    Option<"kernels", "kernels", "std::string", /*default=*/"\"\"", "A file of measured kernels ('lexon tune').">
  ]>.options;
}

def EnumerateKernelsPass : Pass<"enumerate-kernels", "::mlir::ModuleOp"> {
  let summary = "Replace a program by functions, one for each kernel worth measuring of each of its contractions";
  let description = [{
    For a program on buffers. Each contraction of static sizes whose operands are whole buffers becomes some functions of
    that contraction alone, with its operands as arguments, each with another `lexon.kernel`: other tiles, blocks, orders,
    prefetches, first the one that `select-matmul-kernel` would take. Equal contractions are enumerated once. The program
    itself is gone. `lexon tune` compiles and measures what is left.

    `list` names a file to write: JSON, an array of objects with `function`, `contraction` (what tables of kernels are
    indexed by) and `kernel`.

    Remarks: `enumerated` with the number of kernels; `missed` with the reason.

    Example: test/Transforms/enumerate-kernels.mlir
  }];
  let options = KernelOptions<[
    Option<"list", "list", "std::string", /*default=*/"\"\"", "A file for the list of kernels.">
  ]>.options;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::func::FuncDialect"];
}

def LowerMatmulKernelsPass : Pass<"lower-matmul-kernels"> {
  let summary = "Emit the kernel that was chosen for each contraction";
  let description = [{
    Rewrites each operation with the attribute `lexon.kernel` (see `select-matmul-kernel`) as `scf.parallel` over tiles
    of the result, around a loop over the reduction that carries the tile's accumulators as vectors in SSA form. Full
    tiles and tails come from the same generator: a tail of rows is a kernel of fewer rows, a tail of columns masks its last
    vector. f16 and bf16 are accumulated in f32 and rounded once.

    Remarks: `lowered`.

    Example: test/Transforms/lower-matmul-kernels.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::vector::VectorDialect"];
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

def ResolveViewsPass : Pass<"resolve-views"> {
  let summary = "Rewrite views that leave something open as memref.reinterpret_cast";
  let description = [{
    Two kinds of views are valid, but not understood by upstream's passes, which end with a crash (LLVM 22: `SubViewOp::
    getDroppedDims` and `expand-strided-metadata`): a `memref.subview` that drops some dimensions of one element and keeps
    others, with strides that do not tell which; and a `memref.expand_shape` with several dynamic sizes in one group.
    A third, a `memref.expand_shape` of a `memref.collapse_shape`, would be folded into its users with a division of their
    indices. All become a `memref.reinterpret_cast` with every size and stride written out. All other views stay.

    Remarks: `resolved`.

    Example: test/Transforms/resolve-views.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::memref::MemRefDialect"];
}

def ExpandStridedCopiesPass : Pass<"expand-strided-copies"> {
  let summary = "Rewrite memref.copy between strided views as linalg.copy";
  let description = [{
    A `memref.copy` with a strided side lowers to a library call that moves one element at a time; `linalg.copy` becomes loops that
    LLVM vectorizes. Contiguous copies stay (they become memcpy), unranked ones too.

    Remarks: `strided-copy`; `missed` for unranked memrefs.

    Example: test/Transforms/expand-strided-copies.mlir
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect"];
  let options = [Option<"includeContiguous", "include-contiguous", "bool", /*default=*/"false",
                        "Also rewrite contiguous copies.">];
}

def LowerReductionsPass : Pass<"lower-reductions"> {
  let summary = "Lower reductions to loops that carry the partial result";
  let description = [{
    A linalg operation on memrefs whose reduction dimensions are innermost becomes `scf.parallel` over the results'
    elements, around loops that carry the partial result as a value and store it once. A plain sum may be added in any order
    (`fastmath<reassoc>` on that addition alone), so that LLVM can keep many partial sums: faster, and each partial
    sum is shorter, so that less rounding error gathers in it.

    Remarks: `lowered`; `missed` with the reason.

    Example: test/Transforms/lower-reductions.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect"];
}

def ParallelizeLoopsPass : Pass<"parallelize-loops"> {
  let summary = "Keep the parallel loops worth a parallel region; make the others sequential";
  let description = [{
    An outermost `scf.parallel` with at least `min-work` operations (estimated from its trip counts) stays, if all such
    loops of its function together have `min-region-work`: a loop costs the threads a barrier, a function their start.
    Parallel loops inside another one, small ones, and with `threads=1` all of them, become `scf.for` nests. A loop with a
    reduction becomes sequential: its order of summation must not depend on the number of threads.

    A parallel loop without loops inside keeps its innermost dimension as a sequential loop, in pieces of `chunk`
    iterations: OpenMP joins all dimensions into one counter, and LLVM cannot vectorize addresses computed from its quotients
    and remainders.

    Remarks: `parallel` with the estimate; `missed` with the reason.

    Example: test/Transforms/parallelize-loops.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect"];
  let options = [
    Option<"threads", "threads", "int64_t", /*default=*/"0", "Threads of a parallel region; 1: none, 0: unknown.">,
    Option<"minWork", "min-work", "int64_t", /*default=*/"8000",
           "Scalar operations of a loop below which a barrier costs more than the threads save.">,
    Option<"minRegionWork", "min-region-work", "int64_t", /*default=*/"150000",
           "Scalar operations of a function below which starting the threads costs more than they save.">,
    Option<"chunk", "chunk", "int64_t", /*default=*/"2048",
           "Iterations of an innermost dimension that one thread takes at a time.">
  ];
}

def RaiseScfToAffinePass : Pass<"raise-scf-to-affine"> {
  let summary = "Raise loops and memory accesses that are affine from scf and memref to affine";
  let description = [{
    An `scf.for` whose step is a positive constant becomes an `affine.for` if its bounds are affine expressions of
    constants, values at the function's top level, and positions of affine loops around it; the largest (smallest) of
    several such values may be the first position (end). `memref.load` and `memref.store` with such indices become
    `affine.load` and `affine.store`, in loops of any kind. Loop-carried values stay.

    Expressions are read through casts between index and the integer types that C computes in. Sums, differences and
    products count only if they are known not to wrap around: by `nsw`, or by the ranges of their operands. So do
    casts to fewer bits and from unsigned types, and quotients and remainders, which C rounds to zero: by ranges alone.

    Left alone: loops that count in a type other than index or without sign, products of two variables, divisions by
    variables, accesses that state an alignment or are volatile or nontemporal.

    Remarks: `loop` and `access`, with the reason for those that stay.

    Example: test/Transforms/raise-scf-to-affine.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect"];
}

def RaiseLoopsToLinalgPass : Pass<"raise-loops-to-linalg"> {
  let summary = "Raise loop nests that contract to linalg operations";
  let description = [{
    Nests of `scf.for`, `scf.parallel`, `affine.for` and `affine.parallel` on memrefs that sum products of two elements
    become `linalg.matmul`, `batch_matmul`, `matvec`, `vecmat`, `dot` or `contract`, or a `linalg.generic` with the program's
    own body (`out - a*b`, `out + alpha*(a*b)`), on the same memrefs. The loops may stand in any order, the sum may be
    kept in memory or in a loop-carried value, and the nest may also assign elements: zero them (`linalg.fill`), scale
    them by beta or compute them from others (`linalg.generic`). Each such statement becomes an operation of its own.
    Indices may have offsets, constant factors, and invariant parts; bounds and steps may be dynamic: the operation
    works on `memref.subview`s. Elements are assigned in the order of their memory, whatever the order of the loops.
    Nests that sum nothing become `linalg.fill` and `linalg.generic` as well: element-wise
    expressions, and stencils that read one array at several offsets and store another; those that sum any other
    expression of elements become a `linalg.generic` that reduces.

    *Overlapping memrefs.* The rewrite holds if what is stored shares no element with what is read elsewhere.
    Allocations, globals, `llvm.noalias` arguments and results of `memref.distinct_objects` are known apart. Two plain
    arguments are not: then the addresses are compared at run time, and the loops stay as the other branch of an `scf.if`.

    With `keep-order` such sums are computed first, in the target or in memory of their own, and then what the program makes of
    each is stored: `c = alpha*sum + beta*c`, but also quotients, functions, and what is rounded to a narrower type. The
    result is the same bits.

    With `keep-order` what is summed may also be any sum of products of at most four elements, those of rows and those of
    columns: `c[i][j] += a[j][k] * b[i][k] + b[j][k] * a[i][k]` becomes one `linalg.generic` with four inputs.

    *Other statements in the nest* run for all elements before or after the sum where no iteration uses what a later one
    stores, or the other way round: `c[i][j] /= n; c[j][i] = c[i][j];` after the sum over k of `c[i][j]`, row by row of a
    triangle. So do several sums and updates of one loop, in the program's order or another one that dependences allow:
    `c[k][j] += b[i][j] * a[i][k]; sum += b[k][j] * a[i][k];` over j and k. This is decided in integers (upstream's
    Presburger library) from indices, bounds and steps that are linear in counters and invariants and cannot wrap around;
    two rows of one array behind a pointer are compared, too.

    *Blocks.* With `keep-order`, statements that each multiply one matrix with a vector (`t = A x; y += A^T t`) are done for
    as many rows at a time as have `block-bytes`, 16 at least, so that the matrix comes from memory once.

    *Order of summation.* What linalg's loops add in the program's order is always raised. With `reassociate` (the
    default) also sums that begin at zero and are then multiplied or added to something else: `c = alpha*sum + beta*c`
    becomes `c = beta*c` and `c += alpha*(a*b)` for each k. In a format of unit roundoff u, a result that sums K products
    then moves by at most 2 (K + 4) u (|beta c| + sum |alpha a b|) to first order; partial sums may overflow where the program's
    do not. Integers are exact in any order.

    Left alone: bounds that depend on an outer loop (triangles; of tiled loops the inner ones are raised), conditions
    and other side effects, elements that the sum's own target provides, indices that are not linear, are linearised or
    use a counter twice or backwards, accumulators of another type than the target (without `keep-order`), volatile and non-temporal accesses.
    A nest inside such loops is raised if it does not depend on their counters, or stays a matrix-vector or matrix
    product.

    Remarks: `raised`; `missed` with the reason for each nest that stores inside two loops or sums products.

    Example: test/Transforms/raise-loops-to-linalg.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect", "::mlir::linalg::LinalgDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::LLVM::LLVMDialect", "::mlir::math::MathDialect"];
  let options = [
    Option<"reassociate", "reassociate", "bool", /*default=*/"true",
           "Raise floating-point sums whose terms are added in another order then.">,
    Option<"keepOrder", "keep-order", "bool", /*default=*/"false",
           "Raise only contractions, and mark those of floating-point numbers so that kernels add in the program's "
           "order.">,
    Option<"fuseMultiplyAdd", "fuse-multiply-add", "bool", /*default=*/"false",
           "What `llvm.intr.fmuladd` computes is rounded once.">,
    Option<"minIterations", "min-iterations", "int64_t", /*default=*/"0",
           "A run-time test keeps the loops where they sum fewer products.">,
    Option<"blockBytes", "block-bytes", "int64_t", /*default=*/"524288",
           "With keep-order: how much of a matrix that several products with vectors share stays in the cache; 0 for no "
           "blocks.">];
}

def InlineArrayHelpersPass : Pass<"inline-array-helpers", "::mlir::ModuleOp"> {
  let summary = "Inline the functions that arrays of pointers pass through";
  let description = [{
    Programs in C allocate, fill, use and free arrays of pointers in functions of their own. `canonicalize-memrefs` looks
    at one function; this pass brings all uses of an array into it, and inlines nothing else. An array is what a store at
    a variable index gives allocations to (`a[i] = malloc(...)`, also by a function that allocates), or parts of one
    (`a[i] = block + i * m`). A call is inlined if one of its pointers may be such an array, hold one (a structure), or be
    part of one (a row). Which pointers may be the same is found by unification (Steensgaard, "Points-to Analysis in
    Almost Linear Time", 1996); functions that do nothing but allocate count as an allocation each time they are called.

    A function of several blocks is given structured control flow if the call is in a loop. Variables on the stack
    become variables of the caller. Functions of the file alone that nobody calls any more are erased.

    Left alone: recursive functions, those that no copy may be made of (`noinline`, `setjmp`, variable-length arrays,
    arguments passed in memory), and all calls of an array for which the module would grow by more than
    `most-operations`.

    Remarks (category `inline-array-helpers`): `call`, passed and missed.

    Example: test/Transforms/inline-array-helpers.mlir
  }];
  let options = [Option<"mostOperations", "most-operations", "unsigned", /*default=*/"20000",
                        "Operations by which inlining may make a module larger.">];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::cf::ControlFlowDialect", "::mlir::scf::SCFDialect",
                           "::mlir::ub::UBDialect"];
}

def SplitAggregatesPass : Pass<"split-aggregates", "::mlir::ModuleOp"> {
  let summary = "Turn structures that hold pointers into variables";
  let description = [{
    A structure whose members are only accessed at constant offsets, or copied with the structure, becomes one
    `llvm.alloca` for each member, which `promote-variables` turns into values. This is what scalar replacement does; here
    it sees through operations with regions, and takes structures on the heap (`malloc` of a constant size, not in a
    loop) and variables of the file that only `main` uses. A structure that holds no pointer stays, as do functions that
    allocate nothing.

    Debug information says of each member where it is (`DW_OP_LLVM_fragment`).

    Left alone: structures whose address is stored, compared or passed on, whose members are chosen at run time,
    accessed as different types of different size, volatile or atomic, or which are copied to memory that stays; and
    memory for one pointer that is given one allocation, which is an array of one row: `canonicalize-memrefs` takes it
    with that dimension, whether or not the loop over its one slot is still there.

    Remarks (category `split-aggregates`): `aggregate`, passed and missed.

    Example: test/Transforms/split-aggregates.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def ForwardRowPointersPass : Pass<"forward-row-pointers", "::mlir::ModuleOp"> {
  let summary = "Compute pointers to the rows of one block instead of reading them";
  let description = [{
    A matrix in C is often one block of memory and a table of pointers to its rows: `a[i] = block + i * m`, or
    `a[i] = a[i - 1] + m`. Where a slot of the table is read, the pointer is computed from the slot's index, and the table
    is gone: `a[i][j]` becomes an access to `block` at `i * m + j`. Tables of parts of tables, too.

    This is so if all that is done with the table is known (it is allocated in the function, and only its slots are
    accessed, all of it is freed, or it is compared with NULL) and every store into a slot stores the block's address plus
    a multiple of the slot's index plus a constant. Not every slot need be filled: what no store has given a value must
    not be read. Rows may go anywhere, since they are the pointers they were.

    Left alone: tables that are passed on or stored, rows at distances that differ, blocks that are allocated elsewhere
    than beside the table or before it.

    Remarks (category `forward-row-pointers`): `table`, passed and missed.

    Example: test/Transforms/forward-row-pointers.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect"];
}

def CanonicalizeMemRefsPass : Pass<"canonicalize-memrefs", "::mlir::ModuleOp"> {
  let summary = "Turn arrays of pointers to rows into one N-dimensional memref";
  let description = [{
    A pointer to pointers whose slots a loop gives one allocation each (`malloc`, `calloc`, `aligned_alloc`), to any
    depth, becomes one `memref.alloc` with an operand for each dimension that is not constant. Accesses are `memref.load`
    and `memref.store` with all indices, and where the outermost array was freed is a `memref.dealloc`. Vectors (one
    `malloc` of numbers) become memrefs, too. The same array spelled with memrefs (`memref<?xmemref<?xf32>>`) is one of
    the inputs. What C programs have in helper functions, structures and globals comes into one function by
    `inline-array-helpers` and `split-aggregates`; rows that are parts of one block are seen through by
    `forward-row-pointers`.

    *Linearised indices.* One allocation that is indexed as several dimensions (`a[i * n + j]`) gets them: what multiplies
    counters are strides, each of which divides the next larger one and the largest the size, and the bounds of the loops
    (`scf.for`, `scf.parallel`) prove each inner index to stay in its dimension (Grosser et al., ICS 2015). Where they do
    not, a matrix of C stays a pointer, of which `raise-loops-to-linalg` can tell the dimensions and test them.

    *Shapes.* Any `memref.alloc` or `memref.alloca` of numbers in the input that is only loaded, stored, freed and asked
    for its size loses its dimensions of size 1 and its layout, and gets those of linearised indices. Before that, views and casts are
    folded into accesses, and a copy that is only read, while its source does not change, is its source.

    It must not matter that rows were objects of their own. So all rows of a level have one length, known where the
    outermost level is allocated; each slot is filled once, by a loop over all of them that runs whenever the array was
    allocated; rows are freed all together, by loops over all of them before the array is, or never; and every use of a
    pointer is a step to a slot or an element, an access, a comparison with NULL, or an access by a function of the C
    library that keeps no pointer (`memcpy`, ...), which is given a pointer into the memref.

    *Failing allocations.* The array's comparison with NULL is one of the memref's pointer. Rows are there when the array is.
    If sizes are negative or their product cannot be allocated, the one allocation fails, as one of the many would;
    rows of negative length that are never compared with NULL have length 0.

    Left alone, with a remark at the use that prevents it: rows of different lengths, slots given another pointer or
    given one twice (swapped, shared, reallocated rows), rows freed alone, rows compared with NULL where they may be
    freed already, or not allocated yet; pointers that are stored, returned, compared, or passed to functions that are
    not known.

    Remarks: `array` (passed) with the type, (missed) with the use; `shape` for each allocation that gets another, and
    each copy. `--debug-only=canonicalize-memrefs` tells of each allocation and use how it was understood.

    Example: test/Transforms/canonicalize-memrefs.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect"];
}

def MemRefsToPointersPass : Pass<"memrefs-to-pointers"> {
  let summary = "Access the memrefs of C's objects through pointers again";
  let description = [{
    `lexon import-c` writes accesses of an array, or of what a pointer alone points to, as those of a memref: an
    `unrealized_conversion_cast` of the object's address (`!llvm.ptr`) and of its dynamic sizes (`index`). Here `memref`
    and `affine` loads and stores of one element become `llvm.load` and `llvm.store` through `llvm.getelementptr`, one for
    each dimension as Clang writes it, with the alias tags (`llvm.tbaa`) they carried. What else uses such a memref gets
    one that has a descriptor. Other memrefs stay.

    Remarks: `object` for each such memref, with the number of its accesses.

    Example: test/Transforms/memrefs-to-pointers.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::LLVM::LLVMDialect",
                           "::mlir::memref::MemRefDialect"];
}

def HoistInvariantLoadsPass : Pass<"hoist-invariant-loads"> {
  let summary = "Move loads that every iteration repeats in front of their loops";
  let description = [{
    A plain `llvm.load` in the body of an `scf.for`, executed in each iteration and of one address (`m->rows`), moves in
    front of the loop if no store in it may touch what it loads: their `tbaa` tags name types of which none is the other
    or above it. Where it is not known that the loop runs at all, the load goes into an `scf.if` on its bounds (else
    zero); from inner loops outwards, such an `scf.if` moves like a load. What the address needs moves along.

    Left alone: loops with calls, with stores without tags, or with other effects; volatile and atomic loads; loads
    behind a `scf.while`, which may run for ever.

    Remarks: `hoisted`, with the number of loads, for each loop.

    Example: test/Transforms/hoist-invariant-loads.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::scf::SCFDialect", "::mlir::LLVM::LLVMDialect"];
}

def WidenIndicesPass : Pass<"widen-indices"> {
  let summary = "Compute indices in the width of addresses";
  let description = [{
    `extsi` and `index_cast` of sums, differences and products that cannot wrap (`nsw`) become the same arithmetic on wide
    operands, if it leads to a value that was cut without loss (`arith.trunci overflow<nsw>`: the counter of a loop of C in
    its own type); such a value is what it was cut from. `a[i + 1]` is then the place behind `a[i]` for everyone who looks.
    `extui` of what was cut with `nuw`, too.

    Remarks: `widened` for each operation computed wider.

    Example: test/Transforms/widen-indices.mlir
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

//===----------------------------------------------------------------------===//
// Proof
//===----------------------------------------------------------------------===//

def TrackRoundingErrorsPass : Pass<"track-rounding-errors", "::mlir::ModuleOp"> {
  let summary = "Compute f64 values and bounds on rounding errors instead of the program's results";
  let description = [{
    Rewrites a program on linalg, tensor, memref, scf, affine, cf, arith and math so that it computes what any correct
    implementation of it may return. A public function keeps its arguments. Each floating-point result (scalar, ranked
    tensor or memref) becomes two of f64, in this order: *value*, the same operations on the same inputs in f64, and
    *bound*, the largest distance from it that rounding explains. Each floating-point memref argument may be written
    to, so two memrefs of f64 (final value, final bound) are appended to the arguments for it; the argument itself is
    only read. Results of other types stay. An element `x` of an implementation is right if `|x - value| <= bound`. A
    bound is infinite where nothing can be said, as where an intermediate value may overflow in the program's format. A
    value out of that format's range has a finite bound: infinity is its rounded form.

    The error model, for a format of unit roundoff u:

    - a sum of N terms may be added in any order and association, with fused multiply-adds or in a wider format: its
      error is at most (N - 1) u sum |terms|, plus the terms' own errors;
    - every other basic operation is off by u of its result (division and square root by 2u), functions by 8u (four units
      in the last place; powers 16u), and by one subnormal number; denormals are not flushed to zero; expm1 and log1p may
      be computed as exp(x) - 1 and log(1 + x), as MLIR does;
    - errors of operands propagate at the steepest slope within their own bounds;
    - f64 programs have twice the bound, as the reference rounds as well; all bounds have a safety factor of 1.01.

    Sources: N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2nd ed., chapters 3 and 4; C.-P. Jeannerod
    and S. M. Rump, Improved error bounds for inner products in floating-point arithmetic, SIAM J. Matrix Anal. Appl. 34
    (2013).

    A comparison decides by the f64 values. Where rounding errors may decide it otherwise and it chooses between two
    numbers (`arith.select`, also across linalg operations), the bound covers both. Any other use of such a comparison,
    and the conversion to integers, is taken as certain and reported. Memref arguments are assumed not to overlap.
    Mutable globals start afresh in each call of a public function.

    An operation without a rule (complex numbers, vectors, OpenMP, atomic updates, reinterpreted bits, external functions
    on floating point) is an error: there is no bound to compare under.

    Remarks: `tracked` for each public function; `uncertain-decision` (missed) for each decision that no bound covers.

    Example: test/Transforms/track-rounding-errors.mlir
  }];
  let dependentDialects = ["::mlir::affine::AffineDialect", "::mlir::arith::ArithDialect",
                           "::mlir::bufferization::BufferizationDialect", "::mlir::func::FuncDialect",
                           "::mlir::linalg::LinalgDialect", "::mlir::math::MathDialect", "::mlir::memref::MemRefDialect",
                           "::mlir::scf::SCFDialect", "::mlir::tensor::TensorDialect", "::mlir::vector::VectorDialect"];
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

def VerifyStagePass : Pass<"verify-stage", "::mlir::ModuleOp"> {
  let summary = "Check that only the stated dialects remain after a stage";
  let description = [{
    Reports each operation of another dialect, at its location: this is where an operation without a lowering is found, by
    the stage that should have lowered it.

    Example: test/Transforms/verify-stage.mlir
  }];
  let options = [
    Option<"stage", "stage", "std::string", /*default=*/"", "Name of the stage, for the message.">,
    ListOption<"dialects", "dialects", "std::string", "Dialects that may remain.">,
    Option<"tensors", "tensors", "bool", /*default=*/"false", "Whether tensors may remain.">
  ];
}

#endif // LEXON_TRANSFORMS_PASSES
