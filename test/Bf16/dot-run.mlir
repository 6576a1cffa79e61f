// Kernels of bf16 compute what the plain loops compute, for pairs of the reduction and for vectors along it. The dot product is an instruction of AVX512-BF16.
// RUN: lexon verify %S/products-run.mlir --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 bf16-products=dot},lower-matmul-kernels))'
// RUN: lexon verify %S/products-run.mlir --inputs=seeded --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=256 vector-registers=16 cache-bytes=4096 bf16-products=dot},lower-matmul-kernels))'
// REQUIRES: python, cpu-avx512_bf16
