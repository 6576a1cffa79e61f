// RUN: lexon-opt %s --merge-parallel-regions --split-input-file | FileCheck %s
// RUN: lexon-opt %s --merge-parallel-regions=threads=4 --split-input-file | FileCheck %s --check-prefix=FOUR
// RUN: lexon-opt %s --merge-parallel-regions --split-input-file --remarks -o /dev/null 2>&1 | FileCheck %s --check-prefix=WHY
// RUN: not lexon-opt %s --merge-parallel-regions=threads=-1 --split-input-file 2>&1 | FileCheck %s --check-prefix=BAD
// BAD: error: threads must be from 0 to

// One region. The second loop needs what the first has written, the third nothing of both. Each thread has a range of
// its own: no schedule of the runtime. With threads=4, no more threads than processors.
// CHECK-LABEL: func.func @three(
//   CHECK-NOT:   num_threads
//       CHECK:   omp.parallel {
//       CHECK:     %[[THREAD:.+]] = func.call @__kmpc_bound_thread_num
//       CHECK:     %[[ALL:.+]] = func.call @__kmpc_bound_num_threads
//   CHECK-NOT:     omp.wsloop
//       CHECK:     scf.for
//       CHECK:     omp.barrier
//       CHECK:     scf.for
//   CHECK-NOT:     omp.barrier
//       CHECK:     scf.for
//   CHECK-NOT:   omp.parallel
//       CHECK:   return
//        FOUR: func.func private @omp_get_num_procs() -> i32
//  FOUR-LABEL: func.func @three(
//       FOUR:   %[[ASKED:.+]] = arith.constant 4 : i32
//       FOUR:   %[[PROCS:.+]] = call @omp_get_num_procs
//       FOUR:   %[[THREADS:.+]] = arith.minsi %[[ASKED]], %[[PROCS]]
//       FOUR:   omp.parallel num_threads(%[[THREADS]] : i32)
// WHY: remark: [Passed] region | Category:merge-parallel-regions | Remark=three, barriers=1, loops=3
func.func @three(%x: memref<77xf32> {llvm.noalias}, %y: memref<77xf32> {llvm.noalias}, %z: memref<77xf32> {llvm.noalias}, %u: memref<77xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %y[%i] : memref<77xf32>
        memref.store %v, %z[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %u[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

// Nothing is known of two arguments: a barrier, even where only the second loop writes.
// CHECK-LABEL: func.func @unknown(
//       CHECK:   omp.parallel
//       CHECK:     omp.barrier
//   CHECK-NOT:     omp.barrier
//       CHECK:   return
func.func @unknown(%x: memref<77xf32>, %y: memref<77xf32>, %z: memref<77xf32> {llvm.noalias}, %u: memref<77xf32> {llvm.noalias}) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %z[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %u[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

// Places in an arena: [0, 308) and [320, 628) are apart, [256, 564) meets both.
// CHECK-LABEL: func.func @arena(
//       CHECK:   omp.parallel
//   CHECK-NOT:     omp.barrier
//       CHECK:     memref.store
//   CHECK-NOT:     omp.barrier
//       CHECK:     memref.store
//       CHECK:     omp.barrier
//       CHECK:     memref.store
//   CHECK-NOT:   omp.barrier
//       CHECK:   return
func.func @arena(%x: memref<77xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  %c256 = arith.constant 256 : index
  %c320 = arith.constant 320 : index
  %arena = memref.alloc() : memref<1024xi8>
  %a = memref.view %arena[%c0][] : memref<1024xi8> to memref<77xf32>
  %b = memref.view %arena[%c320][] : memref<1024xi8> to memref<77xf32>
  %c = memref.view %arena[%c256][] : memref<1024xi8> to memref<77xf32>
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %a[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %b[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %c[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  memref.dealloc %arena : memref<1024xi8>
  return
}

// -----

// The first thread computes what stands between; a buffer of unknown size is allocated before the region and freed
// behind it; pure operations are nobody's.
// CHECK-LABEL: func.func @between(
//       CHECK:   %[[SLOT:.+]] = memref.alloca() : memref<f32>
//       CHECK:   %[[NEW:.+]] = memref.alloc(
//       CHECK:   omp.parallel
//       CHECK:     %[[FIRST:.+]] = arith.cmpi eq
//       CHECK:     omp.barrier
//  CHECK-NEXT:     scf.if %[[FIRST]] {
//       CHECK:       %[[HALF:.+]] = arith.mulf
//       CHECK:       memref.store %[[HALF]], %[[SLOT]][]
//       CHECK:     }
//  CHECK-NEXT:     omp.barrier
//       CHECK:     %[[SHARED:.+]] = memref.load %[[SLOT]][]
//       CHECK:     scf.for
//       CHECK:       memref.store %[[SHARED]], %[[NEW]]
//       CHECK:     omp.terminator
//       CHECK:   memref.dealloc %[[NEW]]
func.func @between(%x: memref<77xf32>, %y: memref<77xf32>, %m: index, %f: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  %one = memref.load %y[%c0] : memref<77xf32>
  %half = arith.mulf %one, %f : f32
  %new = memref.alloc(%m) : memref<?xf32>
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        memref.store %half, %new[%i] : memref<?xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  memref.dealloc %new : memref<?xf32>
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

// All threads run the loop around the loops; what one round has written, the next may read. What the loop returns is
// known behind the region.
// CHECK-LABEL: func.func @around(
//       CHECK:   %[[SLOT:.+]] = memref.alloca() : memref<index>
//       CHECK:   omp.parallel
//       CHECK:     %[[RESULT:.+]] = scf.for {{.*}} iter_args
//       CHECK:       scf.for
//       CHECK:       omp.barrier
//       CHECK:       scf.yield
//       CHECK:     memref.store %[[RESULT]], %[[SLOT]][]
//       CHECK:   omp.terminator
//       CHECK:   %[[KNOWN:.+]] = memref.load %[[SLOT]][]
//       CHECK:   return %[[KNOWN]]
func.func @around(%x: memref<77xf32>, %y: memref<77xf32>, %m: index) -> index {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  %r = scf.for %k = %c0 to %m step %c1 iter_args(%s = %c0) -> index {
    omp.parallel {
      omp.wsloop {
        omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
          %v = memref.load %x[%i] : memref<77xf32>
          memref.store %v, %y[%i] : memref<77xf32>
          omp.yield
        }
      }
      omp.terminator
    }
    %t = arith.addi %s, %k : index
    scf.yield %t : index
  }
  return %r : index
}

// -----

// The first thread writes the count again in the next round: before that all have read it, even one that is zero.
// CHECK-LABEL: func.func @counted(
//       CHECK:   %[[SLOT:.+]] = memref.alloca() : memref<index>
//       CHECK:     scf.for
//       CHECK:       memref.store %{{.*}}, %[[SLOT]][]
//       CHECK:       omp.barrier
//  CHECK-NEXT:       %[[COUNT:.+]] = memref.load %[[SLOT]][]
//  CHECK-NEXT:       scf.for %{{.*}} = %{{.*}} to %[[COUNT]]
//       CHECK:         omp.barrier
//  CHECK-NEXT:       }
//  CHECK-NEXT:       omp.barrier
//  CHECK-NEXT:     }
func.func @counted(%counts: memref<?xindex>, %x: memref<77xf32>, %y: memref<77xf32>, %m: index) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  scf.for %k = %c0 to %m step %c1 {
    %count = memref.load %counts[%k] : memref<?xindex>
    scf.for %j = %c0 to %count step %c1 {
      omp.parallel {
        omp.wsloop {
          omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
            %v = memref.load %x[%i] : memref<77xf32>
            memref.store %v, %y[%i] : memref<77xf32>
            omp.yield
          }
        }
        omp.terminator
      }
    }
  }
  return
}

// -----

// Scratch of the threads: one for all loops, of the larger size.
// CHECK-LABEL: func.func @scratch(
//       CHECK:   omp.parallel
//       CHECK:     %[[OWN:.+]] = memref.alloca() {alignment = 64 : i64} : memref<50xi8>
//   CHECK-NOT:     memref.alloca
//       CHECK:     memref.view %[[OWN]]{{.*}} : memref<50xi8> to memref<10xf32>
//       CHECK:     memref.view %[[OWN]]{{.*}} : memref<50xi8> to memref<12xf32>
func.func @scratch(%x: memref<77xf32>, %y: memref<77xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel {
    %bytes = memref.alloca() {alignment = 64 : i64} : memref<40xi8>
    %own = memref.view %bytes[%c0][] : memref<40xi8> to memref<10xf32>
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %own[%c0] : memref<10xf32>
        %w = memref.load %own[%c0] : memref<10xf32>
        memref.store %w, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    %bytes = memref.alloca() {alignment = 64 : i64} : memref<50xi8>
    %own = memref.view %bytes[%c0][] : memref<50xi8> to memref<12xf32>
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %own[%c0] : memref<12xf32>
        %w = memref.load %own[%c0] : memref<12xf32>
        memref.store %w, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

// Calls: @quiet can run inside, @loud and an unknown function have regions of their own, or may have.
// CHECK-LABEL: func.func @loud(
//       CHECK:   omp.parallel
// CHECK-LABEL: func.func @calls(
//       CHECK:   omp.parallel
//       CHECK:     scf.if
//  CHECK-NEXT:       func.call @quiet
//       CHECK:     omp.terminator
//       CHECK:   call @loud
//       CHECK:   omp.parallel
//       CHECK:   call @unknown
//       CHECK:   omp.parallel
// WHY-COUNT-3: remark: [Missed] loop | {{.*}}one of 3 regions: what stands between them cannot run inside one
func.func private @unknown()
func.func @quiet(%x: memref<77xf32>) {
  return
}
func.func @loud(%x: memref<77xf32>, %y: memref<77xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}
func.func @calls(%x: memref<77xf32>, %y: memref<77xf32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  call @quiet(%y) : (memref<77xf32>) -> ()
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  call @loud(%x, %y) : (memref<77xf32>, memref<77xf32>) -> ()
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  call @unknown() : () -> ()
  omp.parallel {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %y[%i] : memref<77xf32>
        memref.store %v, %x[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}

// -----

// Left alone: regions and loops with clauses, regions that do more than share out a loop.
// CHECK-LABEL: func.func @meant(
//       CHECK:   omp.parallel num_threads
//       CHECK:     omp.wsloop {
//       CHECK:   omp.parallel {
//       CHECK:     omp.wsloop schedule(dynamic)
//       CHECK:   omp.parallel {
//       CHECK:     omp.barrier
//   CHECK-NOT: func.func private @{{omp_get|__kmpc}}
//   WHY-NOT: remark: [Passed] region | {{.*}}meant
func.func @meant(%x: memref<77xf32>, %y: memref<77xf32>, %t: i32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %n = arith.constant 77 : index
  omp.parallel num_threads(%t : i32) {
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.wsloop schedule(dynamic) {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  omp.parallel {
    omp.barrier
    omp.wsloop {
      omp.loop_nest (%i) : index = (%c0) to (%n) step (%c1) {
        %v = memref.load %x[%i] : memref<77xf32>
        memref.store %v, %y[%i] : memref<77xf32>
        omp.yield
      }
    }
    omp.terminator
  }
  return
}
