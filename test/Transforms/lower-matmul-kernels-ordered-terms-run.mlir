// Sums of two products keep their order, and are the same bits as the loops', at three vector lengths, with every way to
// read columns: contiguous, copied, transposed, element by element.
// DEFINE: %{raise} = raise-loops-to-linalg{keep-order=true}
// DEFINE: %{lower} = lower-matmul-kernels,convert-linalg-to-loops
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=512 vector-registers=32 threads=1},%{lower}))' --remarks -o /dev/null 2>&1 | FileCheck %s --implicit-check-not='[Missed]'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=512 vector-registers=32 threads=1},%{lower}))'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=256 vector-registers=16 threads=1 cache-bytes=4096},%{lower}))'
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(func.func(%{raise},select-matmul-kernel{vector-bits=128 vector-registers=16 threads=2},%{lower}))'
// REQUIRES: python

// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}copy_columns = true{{.*}}vectorize = "n"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}copy_columns = true{{.*}}transpose = true, vectorize = "n"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}transpose = true, vectorize = "n"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}vectorize = "m"
// CHECK: lowered
// CHECK: raised to linalg.generic
// CHECK: selected{{.*}}vectorize = "none"
// CHECK: lowered

// Of dynamic size; rows of seeded inputs are more than the tiles of a copy.
func.func @plain(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %d: memref<?x?xf32>, %e: memref<?x?xf32>, %c: memref<?x?xf32>, %alpha: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %ni = memref.dim %c, %c0 : memref<?x?xf32>
  %nj = memref.dim %c, %c1 : memref<?x?xf32>
  %nk = memref.dim %a, %c1 : memref<?x?xf32>
  affine.for %i = 0 to %ni {
    affine.for %k = 0 to %nk {
      affine.for %j = 0 to %nj {
        %x = affine.load %a[%i, %k] : memref<?x?xf32>
        %y = affine.load %b[%k, %j] : memref<?x?xf32>
        %v = affine.load %d[%i, %k] : memref<?x?xf32>
        %w = affine.load %e[%k, %j] : memref<?x?xf32>
        %old = affine.load %c[%i, %j] : memref<?x?xf32>
        %p = arith.mulf %x, %y : f32
        %q = arith.mulf %w, %v : f32
        %t = arith.subf %p, %q : f32
        %new = arith.subf %old, %t : f32
        affine.store %new, %c[%i, %j] : memref<?x?xf32>
      }
    }
  }
  return
}

// Columns contiguous along the sum: 39 of them and 45 steps are no multiples of any vector.
func.func @rank_2k(%a: memref<71x45xf32>, %b: memref<39x45xf32>, %d: memref<71x45xf32>, %e: memref<39x45xf32>, %c: memref<71x39xf32>, %alpha: f32) {
  affine.for %i = 0 to 71 {
    affine.for %k = 0 to 45 {
      affine.for %j = 0 to 39 {
        %x = affine.load %a[%i, %k] : memref<71x45xf32>
        %y = affine.load %b[%j, %k] : memref<39x45xf32>
        %v = affine.load %d[%i, %k] : memref<71x45xf32>
        %w = affine.load %e[%j, %k] : memref<39x45xf32>
        %old = affine.load %c[%i, %j] : memref<71x39xf32>
        %ax = arith.mulf %alpha, %x : f32
        %p = arith.mulf %ax, %y : f32
        %av = arith.mulf %alpha, %v : f32
        %q = arith.mulf %av, %w : f32
        %t = arith.addf %p, %q : f32
        %new = arith.addf %old, %t : f32
        affine.store %new, %c[%i, %j] : memref<71x39xf32>
      }
    }
  }
  return
}

// One row alone: nothing to copy for.
func.func @row(%a: memref<43xf64>, %b: memref<67x43xf64>, %d: memref<43xf64>, %e: memref<67x43xf64>, %c: memref<67xf64>, %alpha: f64) {
  affine.for %k = 0 to 43 {
    affine.for %j = 0 to 67 {
      %x = affine.load %a[%k] : memref<43xf64>
      %y = affine.load %b[%j, %k] : memref<67x43xf64>
      %v = affine.load %d[%k] : memref<43xf64>
      %w = affine.load %e[%j, %k] : memref<67x43xf64>
      %old = affine.load %c[%j] : memref<67xf64>
      %ax = arith.mulf %alpha, %x : f64
      %p = arith.mulf %ax, %y : f64
      %av = arith.mulf %alpha, %v : f64
      %q = arith.mulf %av, %w : f64
      %t = arith.addf %p, %q : f64
      %new = arith.addf %old, %t : f64
      affine.store %new, %c[%j] : memref<67xf64>
    }
  }
  return
}

// The output transposed: vectors are of elements of the first factors. A constant in the body.
func.func @columns(%a: memref<33x37xf64>, %b: memref<33x29xf64>, %d: memref<33x37xf64>, %e: memref<33x29xf64>, %c: memref<29x37xf64>, %alpha: f64) {
  affine.for %i = 0 to 37 {
    affine.for %k = 0 to 33 {
      affine.for %j = 0 to 29 {
        %x = affine.load %a[%k, %i] : memref<33x37xf64>
        %y = affine.load %b[%k, %j] : memref<33x29xf64>
        %v = affine.load %d[%k, %i] : memref<33x37xf64>
        %w = affine.load %e[%k, %j] : memref<33x29xf64>
        %old = affine.load %c[%j, %i] : memref<29x37xf64>
        %half = arith.constant 0.5 : f64
        %p = arith.subf %x, %v : f64
        %nw = arith.negf %w : f64
        %q = arith.addf %y, %nw : f64
        %pq = arith.mulf %p, %q : f64
        %t = arith.mulf %pq, %half : f64
        %new = arith.addf %t, %old : f64
        affine.store %new, %c[%j, %i] : memref<29x37xf64>
      }
    }
  }
  return
}

// Nothing is contiguous where vectors could be.
func.func @elements(%a: memref<9x13xf32>, %b: memref<11x13xf32>, %d: memref<9x13xf32>, %e: memref<11x13xf32>, %c: memref<9x11x2xf32>, %alpha: f32) {
  affine.for %i = 0 to 9 {
    affine.for %k = 0 to 13 {
      affine.for %j = 0 to 11 {
        %x = affine.load %a[%i, %k] : memref<9x13xf32>
        %y = affine.load %b[%j, %k] : memref<11x13xf32>
        %v = affine.load %d[%i, %k] : memref<9x13xf32>
        %w = affine.load %e[%j, %k] : memref<11x13xf32>
        %old = affine.load %c[%i, %j, 1] : memref<9x11x2xf32>
        %p = arith.mulf %x, %y : f32
        %q = arith.mulf %w, %v : f32
        %t = arith.subf %p, %q : f32
        %new = arith.subf %old, %t : f32
        affine.store %new, %c[%i, %j, 1] : memref<9x11x2xf32>
      }
    }
  }
  return
}
