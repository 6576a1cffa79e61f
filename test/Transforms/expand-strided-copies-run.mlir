// RUN: lexon-opt %s --expand-strided-copies --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(expand-strided-copies)'
// REQUIRES: python
// CHECK-COUNT-2: remark: [Passed] strided-copy

// A window of an odd size in the middle; every second column.
func.func @window(%a: memref<9x11xf32>, %b: memref<9x11xf32>) {
  %s = memref.subview %a[2, 3] [5, 7] [1, 1] : memref<9x11xf32> to memref<5x7xf32, strided<[11, 1], offset: 25>>
  %d = memref.subview %b[1, 4] [5, 7] [1, 1] : memref<9x11xf32> to memref<5x7xf32, strided<[11, 1], offset: 15>>
  memref.copy %s, %d : memref<5x7xf32, strided<[11, 1], offset: 25>> to memref<5x7xf32, strided<[11, 1], offset: 15>>
  return
}
func.func @columns(%a: memref<9x11xi64>, %b: memref<9x5xi64>) {
  %s = memref.subview %a[0, 1] [9, 5] [1, 2] : memref<9x11xi64> to memref<9x5xi64, strided<[11, 2], offset: 1>>
  memref.copy %s, %b : memref<9x5xi64, strided<[11, 2], offset: 1>> to memref<9x5xi64>
  return
}
