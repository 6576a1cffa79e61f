// What raise-loops-to-linalg leaves alone, and its reasons.
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file | FileCheck %s --check-prefix=LEFT
// RUN: lexon-opt %s --raise-loops-to-linalg --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=REASON --implicit-check-not='[Passed]'

// A triangle of the result (BLAS's syrk).
// LEFT-LABEL: func.func @triangle(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}the bounds of an inner loop change with an outer one
func.func @triangle(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to affine_map<(d0) -> (d0 + 1)>(%i) {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %a[%j, %k] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// A triangular factor (BLAS's trmm).
// LEFT-LABEL: func.func @triangular_factor(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}the bounds of an inner loop change with an outer one
func.func @triangular_factor(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = affine_map<(d0) -> (d0)>(%i) to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// Only some elements.
// LEFT-LABEL: func.func @condition(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}'affine.if' in the nest
func.func @condition(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        affine.if affine_set<(d0, d1) : (d0 - d1 >= 0)>(%i, %j) {
          %x = affine.load %a[%i, %k] : memref<5x5xf32>
          %y = affine.load %b[%k, %j] : memref<5x5xf32>
          %p = arith.mulf %x, %y : f32
          %old = affine.load %c[%i, %j] : memref<5x5xf32>
          %new = arith.addf %old, %p : f32
          affine.store %new, %c[%i, %j] : memref<5x5xf32>
        }
      }
    }
  }
  return
}
// -----
// Only where the factor is not zero: NaN times zero counts.
// LEFT-LABEL: func.func @condition_scf(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}'scf.if' in the nest
func.func @condition_scf(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}, %zero: f32) {
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 5 {
      %x = affine.load %a[%i, %k] : memref<5x5xf32>
      %some = arith.cmpf one, %x, %zero : f32
      scf.if %some {
        affine.for %j = 0 to 5 {
          %y = affine.load %b[%k, %j] : memref<5x5xf32>
          %p = arith.mulf %x, %y : f32
          %old = affine.load %c[%i, %j] : memref<5x5xf32>
          %new = arith.addf %old, %p : f32
          affine.store %new, %c[%i, %j] : memref<5x5xf32>
        }
      }
    }
  }
  return
}
// -----
// Something else happens in between.
// LEFT-LABEL: func.func @side_effect(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}'func.call' in the nest
func.func private @hook()
func.func @side_effect(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        func.call @hook() : () -> ()
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// The result is a factor: later products use it.
// LEFT-LABEL: func.func @in_place(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}the array that is stored to is also read in other places
func.func @in_place(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %a[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %a[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// The same array by two names.
// LEFT-LABEL: func.func @in_place_twice(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}two names of one array
func.func @in_place_twice(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  %d = memref.cast %a : memref<5x5xf32> to memref<5x5xf32, strided<[5, 1]>>
  %e = memref.cast %d : memref<5x5xf32, strided<[5, 1]>> to memref<5x5xf32>
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %e[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %e[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// A diagonal of the factor.
// LEFT-LABEL: func.func @diagonal(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}a loop counter is used in two indices
func.func @diagonal(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %k] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// A convolution.
// LEFT-LABEL: func.func @window(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}one index uses several loop counters
func.func @window(%a: memref<9xf32> {llvm.noalias}, %b: memref<5xf32> {llvm.noalias}, %c: memref<5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %k = 0 to 5 {
      %x = affine.load %a[%i + %k] : memref<9xf32>
      %y = affine.load %b[%k] : memref<5xf32>
      %p = arith.mulf %x, %y : f32
      %old = affine.load %c[%i] : memref<5xf32>
      %new = arith.addf %old, %p : f32
      affine.store %new, %c[%i] : memref<5xf32>
    }
  }
  return
}
// -----
// An index that counts down.
// LEFT-LABEL: func.func @backwards(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an index runs backwards
func.func @backwards(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[4 - %k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// Not a sum: the last product stays.
// LEFT-LABEL: func.func @overwritten(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an element is stored again and again without being summed
func.func @overwritten(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        affine.store %p, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// A recurrence, not a sum: the old value is multiplied in each step.
// LEFT-LABEL: func.func @decayed(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an element is stored again and again without being summed
func.func @decayed(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}, %beta: f32) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %decayed = arith.mulf %old, %beta : f32
        %new = arith.addf %decayed, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// Zeroed within a loop that sums: only the last product is left.
// LEFT-LABEL: func.func @zeroed_each_time(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an element is stored again and again without being summed
func.func @zeroed_each_time(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}, %zero: f32) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        affine.store %zero, %c[%i, %j] : memref<5x5xf32>
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// The second product needs rows that the first one has not finished yet.
// LEFT-LABEL: func.func @chained(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}one statement of the nest uses what another one stores in other iterations
func.func @chained(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}, %d: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
        %u = affine.load %c[%k, %j] : memref<5x5xf32>
        %v = affine.load %d[%i, %j] : memref<5x5xf32>
        %xu = arith.mulf %x, %u : f32
        %w = arith.addf %v, %xu : f32
        affine.store %w, %d[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// Accumulated in f32, stored as f16: rounding in between would differ.
// LEFT-LABEL: func.func @narrower_result(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}'arith.truncf' applied to the sum
func.func @narrower_result(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf16> {llvm.noalias}, %zero: f32) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      %sum = affine.for %k = 0 to 5 iter_args(%s = %zero) -> f32 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %n = arith.addf %s, %p : f32
        affine.yield %n : f32
      }
      %h = arith.truncf %sum : f32 to f16
      affine.store %h, %c[%i, %j] : memref<5x5xf16>
    }
  }
  return
}
// -----
// A dot product that is not stored.
// LEFT-LABEL: func.func @returned(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}its result is not stored to a memref
func.func private @use(f32)
func.func @returned(%a: memref<5xf32>, %b: memref<5xf32>, %c: memref<f32>, %zero: f32) {
  %sum = affine.for %k = 0 to 5 iter_args(%s = %zero) -> f32 {
    %x = affine.load %a[%k] : memref<5xf32>
    %y = affine.load %b[%k] : memref<5xf32>
    %p = arith.mulf %x, %y : f32
    %n = arith.addf %s, %p : f32
    affine.yield %n : f32
  }
  func.call @use(%sum) : (f32) -> ()
  return
}
// -----
// Invalid if it runs, and no view can say it.
// LEFT-LABEL: func.func @out_of_bounds(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an access is out of bounds
func.func @out_of_bounds(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j + 1] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// LEFT-LABEL: func.func @never_runs(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}a loop of the nest never runs
func.func @never_runs(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 5 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// Another array in each iteration.
// LEFT-LABEL: func.func @chosen_inside(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}a memref is chosen inside the nest
func.func @chosen_inside(%a: memref<5x5xf32> {llvm.noalias}, %b: memref<5x5xf32> {llvm.noalias}, %c: memref<5x5xf32> {llvm.noalias}, %which: memref<5xi1>) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %w = affine.load %which[%i] : memref<5xi1>
        %d = arith.select %w, %a, %b : memref<5x5xf32>
        %x = affine.load %d[%i, %k] : memref<5x5xf32>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// A layout without strides.
// LEFT-LABEL: func.func @layout(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}a memref whose layout has no strides
func.func @layout(%a: memref<5x5xf32, affine_map<(d0, d1) -> (d0 floordiv 2, d1)>>, %b: memref<5x5xf32>, %c: memref<5x5xf32>) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xf32, affine_map<(d0, d1) -> (d0 floordiv 2, d1)>>
        %y = affine.load %b[%k, %j] : memref<5x5xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<5x5xf32>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<5x5xf32>
      }
    }
  }
  return
}
// -----
// Elements that are vectors.
// LEFT-LABEL: func.func @vectors(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}elements that are neither integers nor floating-point numbers
func.func @vectors(%a: memref<5x5xvector<4xf32>>, %b: memref<5x5xvector<4xf32>>, %c: memref<5x5xvector<4xf32>>) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.for %k = 0 to 5 {
        %x = affine.load %a[%i, %k] : memref<5x5xvector<4xf32>>
        %y = affine.load %b[%k, %j] : memref<5x5xvector<4xf32>>
        %p = arith.mulf %x, %y : vector<4xf32>
        %old = affine.load %c[%i, %j] : memref<5x5xvector<4xf32>>
        %new = arith.addf %old, %p : vector<4xf32>
        affine.store %new, %c[%i, %j] : memref<5x5xvector<4xf32>>
      }
    }
  }
  return
}
// -----
// LEFT-LABEL: func.func @counter_stored(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}a loop counter or loop-carried value is stored
func.func @counter_stored(%a: memref<5x5xindex>, %b: memref<5x5xf32>) {
  affine.for %i = 0 to 5 {
    affine.for %j = 0 to 5 {
      affine.store %i, %a[%i, %j] : memref<5x5xindex>
    }
  }
  return
}
// -----
// One rounding for each product and sum; linalg's body would have two.
// LEFT-LABEL: func.func @fma(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}an element is stored again and again without being summed
func.func @fma(%a: memref<5xf32> {llvm.noalias}, %b: memref<5xf32> {llvm.noalias}, %c: memref<f32> {llvm.noalias}) {
  affine.for %k = 0 to 5 {
    %x = affine.load %a[%k] : memref<5xf32>
    %y = affine.load %b[%k] : memref<5xf32>
    %old = affine.load %c[] : memref<f32>
    %new = math.fma %x, %y, %old : f32
    affine.store %new, %c[] : memref<f32>
  }
  return
}
// -----
// Raising both stores would sum twice.
// LEFT-LABEL: func.func @stored_twice(
//   LEFT-NOT:   linalg.
//       LEFT:   affine.for
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}one sum is stored twice
func.func @stored_twice(%a: memref<5x7xf32> {llvm.noalias}, %b: memref<7xf32> {llvm.noalias}, %c: memref<5xf32> {llvm.noalias}, %d: memref<5xf32> {llvm.noalias}, %zero: f32) {
  affine.for %i = 0 to 5 {
    %sum = affine.for %k = 0 to 7 iter_args(%s = %zero) -> f32 {
      %x = affine.load %a[%i, %k] : memref<5x7xf32>
      %y = affine.load %b[%k] : memref<7xf32>
      %p = arith.mulf %x, %y : f32
      %next = arith.addf %s, %p : f32
      affine.yield %next : f32
    }
    affine.store %sum, %c[%i] : memref<5xf32>
    affine.store %sum, %d[%i] : memref<5xf32>
  }
  return
}

// -----
// One element of the output at several indices: rows are zeroed and summed one after the other, and must be.
// LEFT-LABEL: func.func @window(
//   LEFT-NOT:   linalg.
//       LEFT:   return
// REASON: [Missed]{{.*}}the layout of the array that is stored to has one element at several indices
func.func @window(%a: memref<4x8xf32> {llvm.noalias}, %b: memref<8x3xf32> {llvm.noalias}, %c: memref<4x3xf32, strided<[1, 1]>> {llvm.noalias}) {
  %zero = arith.constant 0.0 : f32
  affine.for %i = 0 to 4 {
    affine.for %j = 0 to 3 {
      affine.store %zero, %c[%i, %j] : memref<4x3xf32, strided<[1, 1]>>
      affine.for %k = 0 to 8 {
        %x = affine.load %a[%i, %k] : memref<4x8xf32>
        %y = affine.load %b[%k, %j] : memref<8x3xf32>
        %p = arith.mulf %x, %y : f32
        %old = affine.load %c[%i, %j] : memref<4x3xf32, strided<[1, 1]>>
        %new = arith.addf %old, %p : f32
        affine.store %new, %c[%i, %j] : memref<4x3xf32, strided<[1, 1]>>
      }
    }
  }
  return
}
