// Statements beside a contraction: they are taken apart where no iteration uses what a later one stores.
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --split-input-file | FileCheck %s
// RUN: lexon-opt %s --pass-pipeline='builtin.module(func.func(raise-loops-to-linalg{keep-order=true}))' --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REASON

// The rows of a covariance: zeroed, summed, divided, mirrored. Row i and column i share the element (i, i) alone, which
// one iteration reads and then stores.
// CHECK-LABEL: func.func @mirrored(
//   CHECK-NOT:   scf.if
//       CHECK:   affine.for
//       CHECK:     linalg.fill
//       CHECK:     linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:     linalg.generic
//       CHECK:       arith.divf
//       CHECK:     linalg.generic
//   CHECK-NOT:     affine.for
//       CHECK:   return
// REASON: [Passed] raised{{.*}}linalg.fill, linalg.generic, linalg.generic, linalg.generic
func.func @mirrored(%a: memref<?x?xf64> {llvm.noalias}, %c: memref<?x?xf64> {llvm.noalias}, %m: index, %n: index, %by: f64) {
  %zero = arith.constant 0.0 : f64
  affine.for %i = 0 to %m {
    affine.for %j = affine_map<(d0) -> (d0)>(%i) to %m {
      affine.store %zero, %c[%i, %j] : memref<?x?xf64>
      affine.for %k = 0 to %n {
        %x = affine.load %a[%k, %i] : memref<?x?xf64>
        %y = affine.load %a[%k, %j] : memref<?x?xf64>
        %old = affine.load %c[%i, %j] : memref<?x?xf64>
        %p = arith.mulf %x, %y : f64
        %new = arith.addf %old, %p : f64
        affine.store %new, %c[%i, %j] : memref<?x?xf64>
      }
      %sum = affine.load %c[%i, %j] : memref<?x?xf64>
      %mean = arith.divf %sum, %by : f64
      affine.store %mean, %c[%i, %j] : memref<?x?xf64>
      %again = affine.load %c[%i, %j] : memref<?x?xf64>
      affine.store %again, %c[%j, %i] : memref<?x?xf64>
    }
  }
  return
}

// -----

// The element that is stored beside is one that a later iteration sums: all of them are stored first, ...
// CHECK-LABEL: func.func @ahead(
//       CHECK:   linalg.generic {{.*}}iterator_types = ["parallel"]
//       CHECK:   linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:   return
// REASON: [Passed] raised
func.func @ahead(%a: memref<64x64xf64> {llvm.noalias}, %c: memref<65x65xf64> {llvm.noalias}, %x: memref<64xf64> {llvm.noalias}) {
  affine.for %j = 0 to 64 {
    affine.for %k = 0 to 64 {
      %u = affine.load %a[%k, 0] : memref<64x64xf64>
      %v = affine.load %a[%k, %j] : memref<64x64xf64>
      %old = affine.load %c[0, %j] : memref<65x65xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[0, %j] : memref<65x65xf64>
    }
    %w = affine.load %x[%j] : memref<64xf64>
    affine.store %w, %c[0, %j + 1] : memref<65x65xf64>
  }
  return
}

// -----

// ... but last if it is one that an earlier iteration has summed, ...
// CHECK-LABEL: func.func @behind(
//       CHECK:   linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:   linalg.generic
//       CHECK:   return
// REASON: [Passed] raised
func.func @behind(%a: memref<64x64xf64> {llvm.noalias}, %c: memref<65x65xf64> {llvm.noalias}, %x: memref<64xf64> {llvm.noalias}) {
  affine.for %j = 1 to 64 {
    affine.for %k = 0 to 64 {
      %u = affine.load %a[%k, 0] : memref<64x64xf64>
      %v = affine.load %a[%k, %j] : memref<64x64xf64>
      %old = affine.load %c[0, %j] : memref<65x65xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[0, %j] : memref<65x65xf64>
    }
    %w = affine.load %x[%j] : memref<64xf64>
    affine.store %w, %c[0, %j - 1] : memref<65x65xf64>
  }
  return
}

// -----

// ... or one between those that are summed: every second, so that the other ones are never met.
// CHECK-LABEL: func.func @between(
//       CHECK:   linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:   linalg.generic
//       CHECK:   return
// REASON: [Passed] raised
func.func @between(%a: memref<64x64xf64> {llvm.noalias}, %c: memref<2x65xf64> {llvm.noalias}, %x: memref<64xf64> {llvm.noalias}) {
  affine.for %j = 0 to 64 step 2 {
    affine.for %k = 0 to 64 {
      %u = affine.load %a[%k, 0] : memref<64x64xf64>
      %v = affine.load %a[%k, %j] : memref<64x64xf64>
      %old = affine.load %c[0, %j] : memref<2x65xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[0, %j] : memref<2x65xf64>
    }
    %w = affine.load %x[%j] : memref<64xf64>
    affine.store %w, %c[0, %j + 1] : memref<2x65xf64>
  }
  return
}

// -----

// Left alone: what is stored ahead is made of the sum before it, by way of another array.
// CHECK-LABEL: func.func @in_turn(
//   CHECK-NOT:   linalg
//       CHECK:   return
// REASON: [Missed]{{.*}}one statement of the nest uses what another one stores in other iterations
func.func @in_turn(%a: memref<64x64xf64> {llvm.noalias}, %c: memref<65x65xf64> {llvm.noalias}, %x: memref<64xf64> {llvm.noalias}) {
  affine.for %j = 0 to 64 {
    affine.for %k = 0 to 64 {
      %u = affine.load %a[%k, 0] : memref<64x64xf64>
      %v = affine.load %a[%k, %j] : memref<64x64xf64>
      %old = affine.load %c[0, %j] : memref<65x65xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[0, %j] : memref<65x65xf64>
    }
    %sum = affine.load %c[0, %j] : memref<65x65xf64>
    affine.store %sum, %x[%j] : memref<64xf64>
    %w = affine.load %x[%j] : memref<64xf64>
    affine.store %w, %c[0, %j + 1] : memref<65x65xf64>
  }
  return
}

// -----

// A triangular matrix times what it is stored to: row i takes the rows below it, which the loop over j does not store.
// CHECK-LABEL: func.func @rows_below(
//       CHECK:   scf.for
//       CHECK:     linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:     linalg.generic
//       CHECK:       arith.mulf
//   CHECK-NOT:     scf.for
//       CHECK:   return
// REASON: [Passed] raised
func.func @rows_below(%a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %m: index, %n: index, %alpha: f64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    %below = arith.addi %i, %c1 : index
    scf.for %j = %c0 to %n step %c1 {
      scf.for %k = %below to %m step %c1 {
        %x = memref.load %a[%k, %i] : memref<?x?xf64>
        %y = memref.load %b[%k, %j] : memref<?x?xf64>
        %old = memref.load %b[%i, %j] : memref<?x?xf64>
        %p = arith.mulf %x, %y : f64
        %new = arith.addf %old, %p : f64
        memref.store %new, %b[%i, %j] : memref<?x?xf64>
      }
      %sum = memref.load %b[%i, %j] : memref<?x?xf64>
      %scaled = arith.mulf %sum, %alpha : f64
      memref.store %scaled, %b[%i, %j] : memref<?x?xf64>
    }
  }
  return
}

// -----

// Left alone: row i itself among them, ...
// CHECK-LABEL: func.func @rows_from(
//   CHECK-NOT:   linalg
//       CHECK:   return
func.func @rows_from(%a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %m: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %m step %c1 {
    scf.for %j = %c0 to %n step %c1 {
      scf.for %k = %i to %m step %c1 {
        %x = memref.load %a[%k, %i] : memref<?x?xf64>
        %y = memref.load %b[%k, %j] : memref<?x?xf64>
        %old = memref.load %b[%i, %j] : memref<?x?xf64>
        %p = arith.mulf %x, %y : f64
        %new = arith.addf %old, %p : f64
        memref.store %new, %b[%i, %j] : memref<?x?xf64>
      }
    }
  }
  return
}

// -----

// ... a first row that may wrap around to one above, ...
// CHECK-LABEL: func.func @wraps(
//   CHECK-NOT:   linalg
//       CHECK:   return
func.func @wraps(%a: memref<?x?xf64> {llvm.noalias}, %b: memref<?x?xf64> {llvm.noalias}, %i: index, %m: index, %n: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %one = arith.addi %i, %c1 : index
  scf.for %j = %c0 to %n step %c1 {
    scf.for %k = %one to %m step %c1 {
      %x = memref.load %a[%k, %i] : memref<?x?xf64>
      %y = memref.load %b[%k, %j] : memref<?x?xf64>
      %old = memref.load %b[%i, %j] : memref<?x?xf64>
      %p = arith.mulf %x, %y : f64
      %new = arith.addf %old, %p : f64
      memref.store %new, %b[%i, %j] : memref<?x?xf64>
    }
  }
  return
}

// -----

// ... and parallel loops that store beside, in either direction.
// CHECK-LABEL: func.func @parallel(
//   CHECK-NOT:   linalg
//       CHECK:   return
func.func @parallel(%a: memref<64x64xf64> {llvm.noalias}, %c: memref<2x65xf64> {llvm.noalias}, %x: memref<64xf64> {llvm.noalias}) {
  affine.parallel (%j) = (1) to (64) {
    affine.for %k = 0 to 64 {
      %u = affine.load %a[%k, 0] : memref<64x64xf64>
      %v = affine.load %a[%k, %j] : memref<64x64xf64>
      %old = affine.load %c[0, %j] : memref<2x65xf64>
      %p = arith.mulf %u, %v : f64
      %new = arith.addf %old, %p : f64
      affine.store %new, %c[0, %j] : memref<2x65xf64>
    }
    %w = affine.load %x[%j] : memref<64xf64>
    affine.store %w, %c[0, %j - 1] : memref<2x65xf64>
  }
  return
}

// -----

// Through pointers: a row's address, which the loop over j does not change, and that of a column are steps from one
// base. What the bounds of C's loops are made of cannot wrap.
// CHECK-LABEL: func.func @pointers(
//       CHECK:   scf.for
//       CHECK:     scf.if
//       CHECK:       linalg.generic {{.*}} attrs = {lexon.ordered}
//       CHECK:       linalg.generic
//       CHECK:     } else {
//       CHECK:   return
func.func @pointers(%a: !llvm.ptr {llvm.noalias}, %c: !llvm.ptr {llvm.noalias}, %n: i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %stride = arith.extsi %n : i32 to i64
  %end = arith.index_cast %n : i32 to index
  scf.for %i = %c0 to %end step %c1 {
    %iwide = arith.index_cast %i : index to i64
    %first = arith.addi %i, %c2 : index
    scf.for %j = %first to %end step %c1 {
      %jwide = arith.index_cast %j : index to i64
      %ibytes = arith.muli %iwide, %stride overflow<nsw> : i64
      %row = llvm.getelementptr inbounds %c[%ibytes] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      %at = llvm.getelementptr inbounds %row[%jwide] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      scf.for %k = %c0 to %end step %c1 {
        %kwide = arith.index_cast %k : index to i64
        %kbytes = arith.muli %kwide, %stride overflow<nsw> : i64
        %step = llvm.getelementptr inbounds %a[%kbytes] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %px = llvm.getelementptr inbounds %step[%iwide] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %x = llvm.load %px : !llvm.ptr -> f64
        %py = llvm.getelementptr inbounds %step[%jwide] : (!llvm.ptr, i64) -> !llvm.ptr, f64
        %y = llvm.load %py : !llvm.ptr -> f64
        %old = llvm.load %at : !llvm.ptr -> f64
        %p = arith.mulf %x, %y : f64
        %new = arith.addf %old, %p : f64
        llvm.store %new, %at : f64, !llvm.ptr
      }
      %sum = llvm.load %at : !llvm.ptr -> f64
      %jbytes = arith.muli %jwide, %stride overflow<nsw> : i64
      %column = llvm.getelementptr inbounds %c[%jbytes] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      %beside = llvm.getelementptr inbounds %column[%iwide] : (!llvm.ptr, i64) -> !llvm.ptr, f64
      llvm.store %sum, %beside : f64, !llvm.ptr
    }
  }
  return
}
