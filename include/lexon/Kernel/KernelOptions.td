//===- KernelOptions.td - options of passes that choose kernels -*- tablegen -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_KERNEL_KERNELOPTIONS
#define LEXON_KERNEL_KERNELOPTIONS

include "mlir/Pass/PassBase.td"

/// What a choice of kernels depends on.
class KernelOptions<list<Option> others> {
  list<Option> options = [
    Option<"vectorBits", "vector-bits", "int64_t", /*default=*/"128", "Bits of a vector register.">,
    Option<"vectorRegisters", "vector-registers", "int64_t", /*default=*/"16", "Number of vector registers.">,
    Option<"cacheBytes", "cache-bytes", "int64_t", /*default=*/"1048576", "Bytes of a core's second-level cache.">,
    Option<"threads", "threads", "int64_t", /*default=*/"1", "Threads that share the tiles; 0: not known.">,
    Option<"bf16Products", "bf16-products", "::lexon::Bf16Products", /*default=*/"::lexon::Bf16Products::Widen",
           "How products of bf16 numbers are summed.", [{::llvm::cl::values(
             clEnumValN(::lexon::Bf16Products::Widen, "widen", "in f32"),
             clEnumValN(::lexon::Bf16Products::Dot, "dot", "by dot products of pairs (AVX512-BF16)"),
             clEnumValN(::lexon::Bf16Products::Tiles, "tiles", "by products of tiles (AMX)"))}]>
  ] # others;
}

#endif // LEXON_KERNEL_KERNELOPTIONS
