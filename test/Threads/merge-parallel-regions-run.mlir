// RUN: lexon-opt %s --merge-parallel-regions=threads=3 --remarks -o /dev/null 2>&1 | FileCheck %s
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(merge-parallel-regions{threads=3})'
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(merge-parallel-regions)'
// RUN: lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(func.func(plan-memory{stack-bytes=0}),merge-parallel-regions{threads=2})'
// RUN: env OMP_NUM_THREADS=5 lexon verify %s --inputs=seeded --bound=0 --pass-pipeline='builtin.module(merge-parallel-regions)'
// REQUIRES: python
// CHECK: remark: [Passed] region{{.*}}crossing, barriers=2, loops=3
// CHECK: remark: [Passed] region{{.*}}serial_between
// CHECK: remark: [Passed] region{{.*}}control_flow
// CHECK: remark: [Passed] region{{.*}}scratch
// CHECK: remark: [Passed] region{{.*}}rounds

// Each loop reads what other threads wrote before, backwards; a missing barrier shows soon. 1031: prime.
func.func @crossing(%x: memref<1031xf32>, %out: memref<1031xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c1030 = arith.constant 1030 : index
  %n = arith.constant 1031 : index
  %a = memref.alloc() : memref<1031xf32>
  %b = memref.alloc() : memref<1031xf32>
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<1031xf32>
        memref.store %v, %a[%i] : memref<1031xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %j = arith.subi %c1030, %i : index
        %v = memref.load %a[%j] : memref<1031xf32>
        %w = arith.addf %v, %v : f32
        memref.store %w, %b[%i] : memref<1031xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %j = arith.subi %c1030, %i : index
        %v = memref.load %b[%j] : memref<1031xf32>
        memref.store %v, %out[%i] : memref<1031xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  memref.dealloc %a : memref<1031xf32>
  memref.dealloc %b : memref<1031xf32>
  return
}

// What stands between is the first thread's: it sums up, and all use the sum; its buffer of unknown size too.
func.func @serial_between(%x: memref<?x?xf32>, %out: memref<?x?xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0.0 : f32
  %m = memref.dim %x, %c0 : memref<?x?xf32>
  %n = memref.dim %x, %c1 : memref<?x?xf32>
  %a = memref.alloc(%m, %n) : memref<?x?xf32>
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i, %j) : index = (%c0, %c0) to (%m, %n) step (%c1, %c1) collapse(2) {
        %v = memref.load %x[%i, %j] : memref<?x?xf32>
        memref.store %v, %a[%i, %j] : memref<?x?xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  %last = arith.subi %m, %c1 : index
  %first = memref.load %a[%last, %c0] : memref<?x?xf32>
  %sum = scf.for %i = %c0 to %m step %c1 iter_args(%s = %zero) -> f32 {
    %v = memref.load %a[%i, %c0] : memref<?x?xf32>
    %t = arith.maximumf %s, %v : f32
    scf.yield %t : f32
  }
  %more = memref.alloc(%n) : memref<?xf32>
  scf.for %i = %c0 to %n step %c1 {
    memref.store %first, %more[%i] : memref<?xf32>
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i, %j) : index = (%c0, %c0) to (%m, %n) step (%c1, %c1) collapse(2) {
        %v = memref.load %a[%i, %j] : memref<?x?xf32>
        %w = arith.addf %v, %sum : f32
        %u = memref.load %more[%j] : memref<?xf32>
        %t = arith.addf %w, %u : f32
        memref.store %t, %out[%i, %j] : memref<?x?xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  memref.dealloc %a : memref<?x?xf32>
  memref.dealloc %more : memref<?xf32>
  return
}

// Loops in a loop and behind a condition, with a value carried from round to round that the first thread computes.
// Steps other than 1; the last rounds have fewer iterations than threads, or none.
func.func @control_flow(%x: memref<9xf32>, %out: memref<9xf32>, %sums: memref<2xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c2 = arith.constant 2 : index
  %c9 = arith.constant 9 : index
  %zero = arith.constant 0.0 : f32
  %a = memref.alloc() : memref<9xf32>
  memref.copy %x, %a : memref<9xf32> to memref<9xf32>
  %carried = scf.for %k = %c0 to %c9 step %c1 iter_args(%s = %zero) -> f32 {
    omp.parallel {
      omp.wsloop {
        omp.loop_nest (%i) : index = (%k) to (%c9) step (%c2) {
          %v = memref.load %a[%i] : memref<9xf32>
          %w = arith.addf %v, %s : f32
          memref.store %w, %out[%i] : memref<9xf32>
          omp.yield
        }
      }
      omp.terminator
    }
    %middle = memref.load %out[%k] : memref<9xf32>
    %bounded = arith.minimumf %middle, %s : f32
    %even = arith.remui %k, %c2 : index
    %is_even = arith.cmpi eq, %even, %c0 : index
    scf.if %is_even {
      omp.parallel {
        omp.wsloop {
          omp.loop_nest (%i) : index = (%c0) to (%k) step (%c1) {
            %j = arith.subi %k, %i : index
            %v = memref.load %out[%j] : memref<9xf32>
            memref.store %v, %a[%i] : memref<9xf32>
            omp.yield
          }
        }
        omp.terminator
      }
    } else {
      memref.store %bounded, %a[%k] : memref<9xf32>
    }
    scf.yield %bounded : f32
  }
  memref.dealloc %a : memref<9xf32>
  memref.store %carried, %sums[%c0] : memref<2xf32>
  memref.store %carried, %sums[%c1] : memref<2xf32>
  return
}

// Threads with memory of their own.
func.func @scratch(%x: memref<13x5xf32>, %out: memref<13x5xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %c5 = arith.constant 5 : index
  %c12 = arith.constant 12 : index
  %c13 = arith.constant 13 : index
  %a = memref.alloc() : memref<13x5xf32>
  omp.parallel {
    %bytes = memref.alloca() {alignment = 64 : i64} : memref<20xi8>
    %own = memref.view %bytes[%c0][] : memref<20xi8> to memref<5xf32>
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%c13) step (%c1) {
        %k = arith.subi %c12, %i : index
        scf.for %j = %c0 to %c5 step %c1 {
          %v = memref.load %x[%k, %j] : memref<13x5xf32>
          memref.store %v, %own[%j] : memref<5xf32>
        }
        scf.for %j = %c0 to %c5 step %c1 {
          %l = arith.subi %c4, %j : index
          %v = memref.load %own[%l] : memref<5xf32>
          memref.store %v, %a[%i, %j] : memref<13x5xf32>
        }
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    %bytes = memref.alloca() {alignment = 64 : i64} : memref<40xi8>
    %own = memref.view %bytes[%c0][] : memref<40xi8> to memref<5xf32>
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%c13) step (%c1) {
        %k = arith.subi %c12, %i : index
        scf.for %j = %c0 to %c5 step %c1 {
          %v = memref.load %a[%k, %j] : memref<13x5xf32>
          memref.store %v, %own[%j] : memref<5xf32>
        }
        scf.for %j = %c0 to %c5 step %c1 {
          %l = arith.subi %c4, %j : index
          %v = memref.load %own[%l] : memref<5xf32>
          memref.store %v, %out[%i, %j] : memref<13x5xf32>
        }
        omp.yield
      }
    }
    omp.terminator
  }
  memref.dealloc %a : memref<13x5xf32>
  return
}

// A buffer of another size in each round: the first thread allocates, all use, the first frees.
func.func @rounds(%x: memref<7xf32>, %out: memref<7xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c7 = arith.constant 7 : index
  scf.for %k = %c0 to %c7 step %c1 {
    %size = arith.addi %k, %c1 : index
    %a = memref.alloc(%size) : memref<?xf32>
    omp.parallel {
      omp.wsloop {
        omp.loop_nest (%i) : index = (%c0) to (%size) step (%c1) {
          %v = memref.load %x[%i] : memref<7xf32>
          memref.store %v, %a[%i] : memref<?xf32>
          omp.yield
        }
      }
      omp.terminator
    }
    omp.parallel {
      omp.wsloop {
        omp.loop_nest (%i) : index = (%c0) to (%size) step (%c1) {
          %j = arith.subi %k, %i : index
          %v = memref.load %a[%j] : memref<?xf32>
          memref.store %v, %out[%i] : memref<7xf32>
          omp.yield
        }
      }
      omp.terminator
    }
    memref.dealloc %a : memref<?xf32>
  }
  return
}
