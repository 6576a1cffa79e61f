//===- Passes.td - instructions for bf16 --------------------*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_BF16_PASSES
#define LEXON_BF16_PASSES

include "mlir/Pass/PassBase.td"

def SelectBf16KernelPass : Pass<"select-bf16-kernel"> {
  let summary = "Choose kernels of bf16 instructions where the target has them";
  let description = [{
    Decides, as `select-matmul-kernel` does and before it: sets `lexon.kernel` on contractions on memrefs whose bf16
    products, summed in f32, an instruction can add in pairs. That is where both operands hold pairs of the reduction (its
    innermost dimension has two elements and is the last of both, `pair_dim`; what `pack-weights` makes), or where vectors run
    along the reduction. `products` says which instruction:

    - `dot` (`product = "dot"`): `vdpbf16ps` of AVX512-BF16, two products for each lane;
    - `tiles` (`product = "tiles"`): `tdpbf16ps` of AMX. Only for pairs, a static number of at least 5 rows (with fewer,
      memory is the limit), whole tiles of 16 columns and a reduction of a multiple of 32. `tile_rows` is the height of all
      tiles, `tile` counts tiles.

    Both take subnormal numbers for zero, and round after each of the two additions. With `widen`, and for all other
    contractions, nothing is done: `select-matmul-kernel` chooses a kernel that widens both elements of a pair to f32 (a bf16
    number is the upper half of an f32 number: one shift, one mask, two multiply-adds).

    Remarks: `selected` with the kernel.

    Example: test/Bf16/select-bf16-kernel.mlir
  }];
  let options = [
    Option<"products", "products", "::lexon::Bf16Products", /*default=*/"::lexon::Bf16Products::Widen",
           "How products of bf16 numbers are summed.", [{::llvm::cl::values(
             clEnumValN(::lexon::Bf16Products::Widen, "widen", "in f32"),
             clEnumValN(::lexon::Bf16Products::Dot, "dot", "by dot products of pairs (AVX512-BF16)"),
             clEnumValN(::lexon::Bf16Products::Tiles, "tiles", "by products of tiles (AMX)"))}]>,
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"512", "Bits of a vector register.">,
    Option<"vectorRegisters", "vector-registers", "int64_t", /*default=*/"32", "Number of vector registers.">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"1048576", "Bytes of a core's second-level cache.">
  ];
}

def PackBf16RoundingPass : Pass<"pack-bf16-rounding"> {
  let summary = "Round vectors of f32 to bf16 by one instruction";
  let description = [{
    `arith.truncf` of 8 or 16 f32 to bf16 becomes `vcvtneps2bf16` of AVX512-BF16. It rounds to nearest even and takes
    subnormal numbers for zero. Other vectors and scalars stay as they are.

    Remarks: `packed`.

    Example: test/Bf16/pack-bf16-rounding.mlir
  }];
  let dependentDialects = ["::mlir::x86vector::X86VectorDialect"];
}

#endif // LEXON_BF16_PASSES
