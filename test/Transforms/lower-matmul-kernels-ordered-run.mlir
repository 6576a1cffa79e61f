// Sums that keep their order are the same bits as the loops', at three vector lengths, with every way to read columns:
// contiguous, copied, transposed, element by element.
// DEFINE: %{raise} = raise-loops-to-linalg{keep-order=true}
// DEFINE: %{lower} = lower-matmul-kernels,convert-linalg-to-loops
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=512 vector-registers=32 threads=1},%{lower}))' --remarks -o /dev/null 2>&1 | FileCheck %s --implicit-check-not='[Missed]'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=512 vector-registers=32 threads=1},%{lower}))'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=256 vector-registers=16 threads=1 cache-bytes=4096},%{lower}))'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=128 vector-registers=16 threads=1},%{lower}))'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=512 vector-registers=32 threads=2},%{lower}))'

// And 60 nests drawn at random.
// RUN: %python %S/Inputs/random_loop_nests.py 11 60 > %t.mlir
// RUN: lexon verify %t.mlir --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=512 vector-registers=32 threads=1},%{lower}))'
// REQUIRES: python

// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}copy_columns = true{{.*}}vectorize = "n"
// CHECK: lowered
// CHECK: raised to linalg.fill, linalg.generic
// CHECK: selected{{.*}}copy_columns = true{{.*}}transpose = true, vectorize = "n"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}transpose = true, vectorize = "m"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}vectorize = "none"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}block_k = 1152{{.*}}copy_columns = true{{.*}}vectorize = "n"
// CHECK: lowered

// alpha times the first factor, of dynamic size: 87 rows are six tiles of 14 and a tail of three.
func.func @scaled(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>, %alpha: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %c, %c0 : memref<?x?xf32>
  %n = memref.dim %c, %c1 : memref<?x?xf32>
  %l = memref.dim %a, %c1 : memref<?x?xf32>
  affine.for %i = 0 to %m {
    affine.for %k = 0 to %l {
      affine.for %j = 0 to %n {
        %x = affine.load %a[%i, %k] : memref<?x?xf32>
        %y = affine.load %b[%k, %j] : memref<?x?xf32>
        %z = affine.load %c[%i, %j] : memref<?x?xf32>
        %s = arith.mulf %alpha, %x : f32
        %p = arith.mulf %s, %y : f32
        %q = arith.addf %z, %p : f32
        affine.store %q, %c[%i, %j] : memref<?x?xf32>
      }
    }
  }
  return
}

// The second factor by rows: 39 columns and 45 steps are no multiples of any vector.
func.func @transposed(%a: memref<71x45xf32>, %b: memref<39x45xf32>, %c: memref<71x39xf32>) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 71 {
    affine.for %j = 0 to 39 {
      %sum = affine.for %k = 0 to 45 iter_args(%old = %zero) -> f32 {
        %x = affine.load %a[%i, %k] : memref<71x45xf32>
        %y = affine.load %b[%j, %k] : memref<39x45xf32>
        %p = arith.mulf %x, %y : f32
        %q = arith.addf %old, %p : f32
        affine.yield %q : f32
      }
      affine.store %sum, %c[%i, %j] : memref<71x39xf32>
    }
  }
  return
}

// A matrix times a vector; `y - a * x`.
func.func @vector(%a: memref<83x61xf64>, %x: memref<61xf64>, %y: memref<83xf64>) {
  affine.for %i = 0 to 83 {
    affine.for %k = 0 to 61 {
      %u = affine.load %a[%i, %k] : memref<83x61xf64>
      %v = affine.load %x[%k] : memref<61xf64>
      %w = affine.load %y[%i] : memref<83xf64>
      %p = arith.mulf %u, %v : f64
      %q = arith.subf %w, %p : f64
      affine.store %q, %y[%i] : memref<83xf64>
    }
  }
  return
}

// Nothing is contiguous but the reduction, and the result lies in a column.
func.func @elements(%a: memref<31x33xf32>, %x: memref<33xf32>, %y: memref<31x5xf32>) {
  affine.for %i = 0 to 31 {
    affine.for %k = 0 to 33 {
      %u = affine.load %a[%i, %k] : memref<31x33xf32>
      %v = affine.load %x[%k] : memref<33xf32>
      %w = affine.load %y[%i, 2] : memref<31x5xf32>
      %p = arith.mulf %u, %v : f32
      %q = arith.addf %w, %p : f32
      affine.store %q, %y[%i, 2] : memref<31x5xf32>
    }
  }
  return
}

// Deeper than a block of the reduction.
func.func @deep(%a: memref<65x2300xf32>, %b: memref<2300x40xf32>, %c: memref<65x40xf32>) {
  affine.for %i = 0 to 65 {
    affine.for %j = 0 to 40 {
      affine.for %k = 0 to 2300 {
        %x = affine.load %a[%i, %k] : memref<65x2300xf32>
        %y = affine.load %b[%k, %j] : memref<2300x40xf32>
        %z = affine.load %c[%i, %j] : memref<65x40xf32>
        %p = arith.mulf %x, %y : f32
        %q = arith.addf %z, %p : f32
        affine.store %q, %c[%i, %j] : memref<65x40xf32>
      }
    }
  }
  return
}
