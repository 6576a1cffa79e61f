// A table of measured kernels: taken where it has the contraction, refused where it is no table or no kernel for it.
// RUN: split-file %s %t
// RUN: lexon-opt %t/program.mlir --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 threads=2 kernels=%t/table.json}))' --remarks 2>%t/remarks | FileCheck %s
// RUN: FileCheck %s --check-prefix=REMARK < %t/remarks
// RUN: lexon-opt %t/program.mlir --pass-pipeline='builtin.module(func.func(select-matmul-kernel{vector-bits=512 vector-registers=32 threads=1 kernels=%t/table.json}))' | FileCheck %s --check-prefix=OTHER
// RUN: lexon-opt %t/program.mlir --pipeline='midend{threads=2 kernels=%t/table.json}' --remarks -o %t/out.mlir 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: not lexon-opt %t/program.mlir --pass-pipeline='builtin.module(func.func(select-matmul-kernel{threads=2 kernels=%t/wrong.json}))' 2>&1 | FileCheck %s --check-prefix=WRONG
// RUN: not lexon-opt %t/program.mlir --pass-pipeline='builtin.module(func.func(select-matmul-kernel{kernels=%t/text.json}))' 2>&1 | FileCheck %s --check-prefix=TEXT
// RUN: not lexon-opt %t/program.mlir --pass-pipeline='builtin.module(func.func(select-matmul-kernel{kernels=%t/old.json}))' 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: not lexon-opt %t/program.mlir --pass-pipeline='builtin.module(func.func(select-matmul-kernel{kernels=%t/number.json}))' 2>&1 | FileCheck %s --check-prefix=NUMBER
// RUN: not lexon-opt %t/program.mlir --pipeline='midend{kernels=%t/none.json}' 2>&1 | FileCheck %s --check-prefix=NONE

// CHECK: linalg.matmul {lexon.kernel = {{{.*}}tile = array<i64: 3, 1>, vectorize = "n"}}
// CHECK: linalg.matmul {lexon.kernel = {{{.*}}tile = array<i64: 8, 2>, vectorize = "n"}}
// Where in a larger buffer an operand begins does not matter.
// CHECK: linalg.matmul {lexon.kernel = {{{.*}}tile = array<i64: 2, 1>, vectorize = "n"}}
// REMARK: program.mlir:3:3: remark: [Passed] selected {{.*}}tile = array<i64: 3, 1>{{.*}}, measured as the fastest, expected
// REMARK: program.mlir:4:3: remark: [Passed] selected {{.*}}, expected
// Measured for two threads.
// OTHER-NOT: array<i64: 3, 1>
// WRONG: program.mlir:3:3: error: {{.*}}attribute 'lexon.kernel' is not a kernel for this operation: the first of 'dims'
// TEXT: error: option 'kernels': {{.*}}text.json: no JSON
// OLD: error: option 'kernels': {{.*}}old.json: no table of kernels of this version; run 'lexon tune' again
// NUMBER: error: option 'kernels': {{.*}}number.json: the kernel of 'x' is no dictionary
// NONE: error: option 'kernels': there is no file '{{.*}}none.json'; 'lexon tune' writes one

//--- program.mlir
func.func @f(%a: memref<40x64xf32>, %b: memref<64x96xf32>, %c: memref<40x96xf32>, %x: memref<16x64xf32>, %y: memref<16x96xf32>,
             %p: memref<8x64xf32, strided<[64, 1], offset: 128>>, %q: memref<8x96xf32>) {
  linalg.matmul ins(%a, %b : memref<40x64xf32>, memref<64x96xf32>) outs(%c : memref<40x96xf32>)
  linalg.matmul ins(%x, %b : memref<16x64xf32>, memref<64x96xf32>) outs(%y : memref<16x96xf32>)
  linalg.matmul ins(%p, %b : memref<8x64xf32, strided<[64, 1], offset: 128>>, memref<64x96xf32>) outs(%q : memref<8x96xf32>)
  return
}
//--- table.json
{"format": "lexon-kernels", "version": 1, "cpu": "any", "kernels": {
  "memref<40x64xf32> affine_map<(d0, d1, d2) -> (d0, d2)> * memref<64x96xf32> affine_map<(d0, d1, d2) -> (d2, d1)> -> memref<40x96xf32> affine_map<(d0, d1, d2) -> (d0, d1)>, 2 threads":
  "{block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 3, 1>, vectorize = \"n\"}",
  "memref<8x64xf32, strided<[64, 1]>> affine_map<(d0, d1, d2) -> (d0, d2)> * memref<64x96xf32> affine_map<(d0, d1, d2) -> (d2, d1)> -> memref<8x96xf32> affine_map<(d0, d1, d2) -> (d0, d1)>, 2 threads":
  "{block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 0, 1, 2>, lanes = 16 : i64, tile = array<i64: 2, 1>, vectorize = \"n\"}"}}
//--- wrong.json
{"format": "lexon-kernels", "version": 1, "cpu": "any", "kernels": {
  "memref<40x64xf32> affine_map<(d0, d1, d2) -> (d0, d2)> * memref<64x96xf32> affine_map<(d0, d1, d2) -> (d2, d1)> -> memref<40x96xf32> affine_map<(d0, d1, d2) -> (d0, d1)>, 2 threads":
  "{block_k = 0 : i64, block_rows = 0 : i64, dims = array<i64: 2, 1, 0>, lanes = 16 : i64, tile = array<i64: 3, 1>, vectorize = \"n\"}"}}
//--- text.json
kernels
//--- old.json
{"format": "lexon-kernels", "version": 0, "kernels": {}}
//--- number.json
{"format": "lexon-kernels", "version": 1, "kernels": {"x": "7"}}
