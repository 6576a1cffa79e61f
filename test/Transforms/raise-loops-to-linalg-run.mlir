// Raised nests compute what the loops compute.
// RUN: lexon-opt %s --raise-loops-to-linalg --remarks -o /dev/null 2>&1 | FileCheck %s --implicit-check-not='[Missed]'
// RUN: lexon verify %s --inputs=seeded --pass-pipeline='builtin.module(raise-loops-to-linalg)'
// CHECK-COUNT-11: remark: [Passed] raised | Category:raise-loops-to-linalg

// With `reassociate=false` every bit stays; f32 and f64 here, so that nothing is summed wider.
// RUN: lexon verify %s --bound=0 --inputs=seeded --pass-pipeline='builtin.module(raise-loops-to-linalg{reassociate=false})'

// And 60 nests drawn at random (see Inputs/random_loop_nests.py), each of which must be raised.
// RUN: %python %S/Inputs/random_loop_nests.py 7 60 > %t.mlir
// RUN: lexon-opt %t.mlir --raise-loops-to-linalg --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=RANDOM --implicit-check-not='[Missed]'
// RUN: lexon verify %t.mlir --inputs=seeded --pass-pipeline='builtin.module(raise-loops-to-linalg)'
// RUN: lexon verify %t.mlir --bound=0 --inputs=seeded --pass-pipeline='builtin.module(raise-loops-to-linalg{reassociate=false})'
// RANDOM-COUNT-60: remark: [Passed] raised
// REQUIRES: python

// Every size is dynamic; alpha and beta.
func.func @dynamic(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>, %alpha: f32, %beta: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %c, %c0 : memref<?x?xf32>
  %n = memref.dim %c, %c1 : memref<?x?xf32>
  %l = memref.dim %a, %c1 : memref<?x?xf32>
  affine.for %i = 0 to %m {
    affine.for %j = 0 to %n {
      %old = affine.load %c[%i, %j] : memref<?x?xf32>
      %new = arith.mulf %old, %beta : f32
      affine.store %new, %c[%i, %j] : memref<?x?xf32>
    }
    affine.for %k = 0 to %l {
      %x = affine.load %a[%i, %k] : memref<?x?xf32>
      %ax = arith.mulf %alpha, %x : f32
      affine.for %j = 0 to %n {
        %y = affine.load %b[%k, %j] : memref<?x?xf32>
        %p = arith.mulf %ax, %y : f32
        %old = affine.load %c[%i, %j] : memref<?x?xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<?x?xf32>
      }
    }
  }
  return
}
// No iteration of k for sizes up to 5 (a bound below zero), some for larger ones; c is zeroed in any case.
func.func @negative_trips(%a: memref<?x?xf64>, %b: memref<?x?xf64>, %c: memref<?x?xf64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c7 = arith.constant 7 : index
  %zero = arith.constant 0.0 : f64
  %m = memref.dim %c, %c0 : memref<?x?xf64>
  %n = memref.dim %c, %c1 : memref<?x?xf64>
  %l = arith.subi %n, %c7 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      memref.store %zero, %c[%i, %j] : memref<?x?xf64>
      scf.for %k = %c1 to %l step %c2 {
        %x = memref.load %a[%i, %k] : memref<?x?xf64>
        %y = memref.load %b[%k, %j] : memref<?x?xf64>
        %p = arith.mulf %x, %y : f64
        %old = memref.load %c[%i, %j] : memref<?x?xf64>
        %new = arith.addf %old, %p : f64
        memref.store %new, %c[%i, %j] : memref<?x?xf64>
      }
    }
  }
  return
}
// Part of the arrays, from the second row and third column on; a step known at run time only.
func.func @dynamic_views(%a: memref<?x?xf32>, %x: memref<?xf32>, %y: memref<?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c5 = arith.constant 5 : index
  %m = memref.dim %y, %c0 : memref<?xf32>
  %end = arith.subi %m, %c1 : index
  %fifth = arith.divui %m, %c5 : index
  %step = arith.addi %fifth, %c1 : index
  scf.for %i = %c0 to %end step %c1 {
    scf.for %k = %c1 to %m step %step {
      %next = arith.addi %i, %c1 : index
      %0 = memref.load %a[%next, %k] : memref<?x?xf32>
      %1 = memref.load %x[%k] : memref<?xf32>
      %p = arith.mulf %0, %1 : f32
      %old = memref.load %y[%next] : memref<?xf32>
      %new = arith.subf %old, %p : f32
      memref.store %new, %y[%next] : memref<?xf32>
    }
  }
  return
}
// Two products at once, i and j in both; then what follows the sum.
func.func @bicg(%a: memref<?x?xf32>, %p: memref<?xf32>, %r: memref<?xf32>, %q: memref<?xf32>, %s: memref<?xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %m = memref.dim %r, %c0 : memref<?xf32>
  %n = memref.dim %p, %c0 : memref<?xf32>
  affine.for %i = 0 to %m {
    affine.store %zero, %q[%i] : memref<?xf32>
    affine.for %j = 0 to %n {
      %s0 = affine.load %s[%j] : memref<?xf32>
      %r0 = affine.load %r[%i] : memref<?xf32>
      %a0 = affine.load %a[%i, %j] : memref<?x?xf32>
      %ra = arith.mulf %r0, %a0 : f32
      %s1 = arith.addf %s0, %ra : f32
      affine.store %s1, %s[%j] : memref<?xf32>
      %q0 = affine.load %q[%i] : memref<?xf32>
      %p0 = affine.load %p[%j] : memref<?xf32>
      %ap = arith.mulf %a0, %p0 : f32
      %q1 = arith.addf %q0, %ap : f32
      affine.store %q1, %q[%i] : memref<?xf32>
    }
    %q2 = affine.load %q[%i] : memref<?xf32>
    %relu = arith.maximumf %q2, %zero : f32
    affine.store %relu, %q[%i] : memref<?xf32>
  }
  return
}
// Parallel loops around a carried sum that begins at another array's element; a scalar factor from memory.
func.func @parallel(%a: memref<?x?xf64>, %b: memref<?x?xf64>, %c: memref<?x?xf64>, %bias: memref<?xf64>, %alpha: memref<f64>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %c, %c0 : memref<?x?xf64>
  %n = memref.dim %c, %c1 : memref<?x?xf64>
  %l = memref.dim %a, %c1 : memref<?x?xf64>
  scf.parallel (%i, %j) = (%c0, %c0) to (%m, %n) step (%c1, %c1) {
    %start = memref.load %bias[%j] : memref<?xf64>
    %factor = memref.load %alpha[] : memref<f64>
    %sum = scf.for %k = %c0 to %l step %c1 iter_args(%s = %start) -> f64 {
      %0 = memref.load %a[%k, %i] : memref<?x?xf64>
      %1 = memref.load %b[%j, %k] : memref<?x?xf64>
      %f = arith.mulf %0, %factor : f64
      %p = arith.mulf %f, %1 : f64
      %next = arith.addf %s, %p : f64
      scf.yield %next : f64
    }
    memref.store %sum, %c[%i, %j] : memref<?x?xf64>
  }
  return
}
// Only tiles; the last ones are smaller.
func.func @tiles(%a: memref<?x?xf32>, %b: memref<?x?xf32>, %c: memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %m = memref.dim %c, %c0 : memref<?x?xf32>
  %n = memref.dim %c, %c1 : memref<?x?xf32>
  %l = memref.dim %a, %c1 : memref<?x?xf32>
  affine.for %ii = 0 to %m step 8 {
    affine.for %jj = 0 to %n step 5 {
      affine.for %i = affine_map<(d0) -> (d0)>(%ii) to min affine_map<(d0)[s0] -> (d0 + 8, s0)>(%ii)[%m] {
        affine.for %j = affine_map<(d0) -> (d0)>(%jj) to min affine_map<(d0)[s0] -> (d0 + 5, s0)>(%jj)[%n] {
          affine.for %k = 0 to %l {
            %0 = affine.load %a[%i, %k] : memref<?x?xf32>
            %1 = affine.load %b[%k, %j] : memref<?x?xf32>
            %p = arith.mulf %0, %1 : f32
            %old = affine.load %c[%i, %j] : memref<?x?xf32>
            %new = arith.addf %old, %p : f32
            affine.store %new, %c[%i, %j] : memref<?x?xf32>
          }
        }
      }
    }
  }
  return
}
// A dot product into an element of an array; planes of one array, known apart; unsigned bytes.
func.func @dot(%x: memref<?xf32>, %y: memref<?xf32>, %z: memref<4xf32>) {
  %zero = arith.constant 0.0 : f32
  %c0 = arith.constant 0 : index
  %n = memref.dim %x, %c0 : memref<?xf32>
  %sum = affine.for %k = 0 to %n iter_args(%s = %zero) -> f32 {
    %0 = affine.load %x[%k] : memref<?xf32>
    %1 = affine.load %y[%k] : memref<?xf32>
    %p = arith.mulf %0, %1 : f32
    %next = arith.addf %s, %p : f32
    affine.yield %next : f32
  }
  affine.store %sum, %z[2] : memref<4xf32>
  return
}
func.func @planes(%planes: memref<4x6x6xf32>) {
  affine.for %i = 0 to 6 {
    affine.for %j = 0 to 6 {
      affine.for %k = 0 to 6 {
        %0 = affine.load %planes[0, %k, %i] : memref<4x6x6xf32>
        %1 = affine.load %planes[3, %k, %j] : memref<4x6x6xf32>
        %p = arith.mulf %0, %1 : f32
        %old = affine.load %planes[1, %i, %j] : memref<4x6x6xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %planes[1, %i, %j] : memref<4x6x6xf32>
      }
    }
  }
  return
}
func.func @unsigned(%a: memref<5x7xi8>, %x: memref<7xi8>, %y: memref<5xi32>) {
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 7 {
      %0 = affine.load %a[%i, %k] : memref<5x7xi8>
      %1 = affine.load %x[%k] : memref<7xi8>
      %w0 = arith.extui %0 : i8 to i32
      %w1 = arith.extui %1 : i8 to i32
      %p = arith.muli %w0, %w1 : i32
      %old = affine.load %y[%i] : memref<5xi32>
      %new = arith.addi %old, %p : i32
      affine.store %new, %y[%i] : memref<5xi32>
    }
  }
  return
}
// The result may be anywhere: apart from the factors, the same memory, shifted by rows, in between (columns of others).
func.func private @anywhere(%a: memref<4x4xi32, strided<[?, ?], offset: ?>>, %b: memref<4x4xi32, strided<[?, ?], offset: ?>>, %c: memref<4x4xi32, strided<[?, ?], offset: ?>>) {
  affine.for %i = 0 to 4 {
    affine.for %k = 0 to 4 {
      affine.for %j = 0 to 4 {
        %x = affine.load %a[%i, %k] : memref<4x4xi32, strided<[?, ?], offset: ?>>
        %y = affine.load %b[%k, %j] : memref<4x4xi32, strided<[?, ?], offset: ?>>
        %p = arith.muli %x, %y : i32
        %old = affine.load %c[%i, %j] : memref<4x4xi32, strided<[?, ?], offset: ?>>
        %new = arith.addi %old, %p : i32
        affine.store %new, %c[%i, %j] : memref<4x4xi32, strided<[?, ?], offset: ?>>
      }
    }
  }
  return
}
#any = strided<[?, ?], offset: ?>
func.func @overlapping(%m: memref<12x9xi32>) {
  %0 = memref.subview %m[0, 0] [4, 4] [1, 1] : memref<12x9xi32> to memref<4x4xi32, strided<[9, 1]>>
  %1 = memref.subview %m[1, 0] [4, 4] [1, 1] : memref<12x9xi32> to memref<4x4xi32, strided<[9, 1], offset: 9>>
  %2 = memref.subview %m[8, 5] [4, 4] [1, 1] : memref<12x9xi32> to memref<4x4xi32, strided<[9, 1], offset: 77>>
  %3 = memref.subview %m[0, 1] [4, 4] [3, 2] : memref<12x9xi32> to memref<4x4xi32, strided<[27, 2], offset: 1>>
  %a = memref.cast %0 : memref<4x4xi32, strided<[9, 1]>> to memref<4x4xi32, #any>
  %below = memref.cast %1 : memref<4x4xi32, strided<[9, 1], offset: 9>> to memref<4x4xi32, #any>
  %apart = memref.cast %2 : memref<4x4xi32, strided<[9, 1], offset: 77>> to memref<4x4xi32, #any>
  %between = memref.cast %3 : memref<4x4xi32, strided<[27, 2], offset: 1>> to memref<4x4xi32, #any>
  call @anywhere(%a, %a, %apart) : (memref<4x4xi32, #any>, memref<4x4xi32, #any>, memref<4x4xi32, #any>) -> ()
  call @anywhere(%a, %apart, %below) : (memref<4x4xi32, #any>, memref<4x4xi32, #any>, memref<4x4xi32, #any>) -> ()
  call @anywhere(%a, %apart, %a) : (memref<4x4xi32, #any>, memref<4x4xi32, #any>, memref<4x4xi32, #any>) -> ()
  call @anywhere(%apart, %below, %a) : (memref<4x4xi32, #any>, memref<4x4xi32, #any>, memref<4x4xi32, #any>) -> ()
  call @anywhere(%between, %a, %apart) : (memref<4x4xi32, #any>, memref<4x4xi32, #any>, memref<4x4xi32, #any>) -> ()
  call @anywhere(%a, %below, %between) : (memref<4x4xi32, #any>, memref<4x4xi32, #any>, memref<4x4xi32, #any>) -> ()
  return
}
// A loop between a sum and the store of the sum: a statement of the same nest, which must not run twice.
func.func @between(%a: memref<8xf32> {llvm.noalias}, %b: memref<8xf32> {llvm.noalias}, %x: memref<4x8xf32> {llvm.noalias}, %y: memref<4xf32> {llvm.noalias}, %o: memref<f32> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  %s = affine.for %k = 0 to 8 iter_args(%sum = %zero) -> f32 {
    %p = affine.load %a[%k] : memref<8xf32>
    %q = affine.load %b[%k] : memref<8xf32>
    %pq = arith.mulf %p, %q : f32
    %next = arith.addf %sum, %pq : f32
    affine.yield %next : f32
  }
  affine.for %i = 0 to 4 {
    affine.for %k = 0 to 8 {
      %p = affine.load %x[%i, %k] : memref<4x8xf32>
      %q = affine.load %b[%k] : memref<8xf32>
      %pq = arith.mulf %p, %q : f32
      %old = affine.load %y[%i] : memref<4xf32>
      %new = arith.addf %old, %pq : f32
      affine.store %new, %y[%i] : memref<4xf32>
    }
  }
  affine.store %s, %o[] : memref<f32>
  return
}
