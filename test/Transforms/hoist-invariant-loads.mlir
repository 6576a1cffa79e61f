// RUN: lexon-opt %s --hoist-invariant-loads --split-input-file | FileCheck %s

#root = #llvm.tbaa_root<id = "Simple C/C++ TBAA">
#char = #llvm.tbaa_type_desc<id = "omnipotent char", members = {<#root, 0>}>
#int = #llvm.tbaa_type_desc<id = "int", members = {<#char, 0>}>
#float = #llvm.tbaa_type_desc<id = "float", members = {<#char, 0>}>
#pointer = #llvm.tbaa_type_desc<id = "any pointer", members = {<#char, 0>}>
#tag_char = #llvm.tbaa_tag<base_type = #char, access_type = #char, offset = 0>
#tag_int = #llvm.tbaa_tag<base_type = #int, access_type = #int, offset = 0>
#tag_float = #llvm.tbaa_tag<base_type = #float, access_type = #float, offset = 0>
#tag_pointer = #llvm.tbaa_tag<base_type = #pointer, access_type = #pointer, offset = 0>

// From both loops, each behind a guard of its own; the address moves along.
// CHECK-LABEL: func.func @nested(
// CHECK-SAME: %[[M:.*]]: !llvm.ptr, %[[N:.*]]: index, %[[X:.*]]: f32
// CHECK: %[[RUNS:.*]] = arith.cmpi slt, %{{.*}}, %[[N]] : index
// CHECK: %[[OUT:.*]]:2 = scf.if %[[RUNS]] -> (index, !llvm.ptr) {
// CHECK:   %[[COUNT:.*]] = llvm.load %[[M]]
// CHECK:   %[[END:.*]] = arith.index_cast %[[COUNT]]
// CHECK:   %[[INNER:.*]] = arith.cmpi slt, %{{.*}}, %[[END]]
// CHECK:   %[[DATA:.*]] = scf.if %[[INNER]] -> (!llvm.ptr) {
// CHECK:     %[[AT:.*]] = llvm.getelementptr inbounds %[[M]][8]
// CHECK:     %[[P:.*]] = llvm.load %[[AT]]
// CHECK:     scf.yield %[[P]]
// CHECK:   } else {
// CHECK:     llvm.mlir.zero : !llvm.ptr
// CHECK:   }
// CHECK:   scf.yield %[[END]], %[[DATA]]
// CHECK: scf.for
// CHECK-NOT: llvm.load
// CHECK:   scf.for %{{.*}} = %{{.*}} to %[[OUT]]#0
// CHECK-NOT: llvm.load
// CHECK:     llvm.getelementptr %[[OUT]]#1
// CHECK:     llvm.store %[[X]]
func.func @nested(%m: !llvm.ptr, %n: index, %x: f32) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %count = llvm.load %m {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %end = arith.index_cast %count : i32 to index
    scf.for %j = %c0 to %end step %c1 {
      %at = llvm.getelementptr inbounds %m[8] : (!llvm.ptr) -> !llvm.ptr, i8
      %data = llvm.load %at {tbaa = [#tag_pointer]} : !llvm.ptr -> !llvm.ptr
      %k = arith.index_cast %j : index to i64
      %to = llvm.getelementptr %data[%k] : (!llvm.ptr, i64) -> !llvm.ptr, f32
      llvm.store %x, %to {tbaa = [#tag_float]} : f32, !llvm.ptr
    }
  }
  return
}

// A loop that is known to run needs no guard.
// CHECK-LABEL: func.func @runs(
// CHECK-NEXT: arith.constant
// CHECK-NOT: scf.if
// CHECK: llvm.load
// CHECK: scf.for
// CHECK-NOT: llvm.load
// CHECK: return
func.func @runs(%p: !llvm.ptr, %out: memref<8xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c8 = arith.constant 8 : index
  %own = memref.alloca() : memref<8xi32>
  scf.for %i = %c0 to %c8 step %c1 {
    %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    memref.store %x, %own[%i] : memref<8xi32>
  }
  return
}

// A store of the same type, of characters, and one without tags; a call; a volatile load; a load that only some
// iterations execute; one of another address each time; one behind a loop that may run for ever.
// CHECK-LABEL: func.func @stay(
// CHECK-NOT: scf.if %{{.*}} -> (i32)
// CHECK-COUNT-8: scf.for {{.*}}
// CHECK: return
func.func private @callee()
func.func @stay(%p: !llvm.ptr, %q: !llvm.ptr, %n: index, %v: i32, %c: i8, %bit: i1, %out: memref<8xi32>) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  scf.for %i = %c0 to %n step %c1 {
    %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    llvm.store %x, %q {tbaa = [#tag_int]} : i32, !llvm.ptr
  }
  scf.for %i = %c0 to %n step %c1 {
    %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %y = arith.trunci %x : i32 to i8
    llvm.store %y, %q {tbaa = [#tag_char]} : i8, !llvm.ptr
  }
  scf.for %i = %c0 to %n step %c1 {
    %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %y = arith.sitofp %x : i32 to f32
    llvm.store %y, %q : f32, !llvm.ptr
  }
  scf.for %i = %c0 to %n step %c1 {
    %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %y = arith.sitofp %x : i32 to f32
    llvm.store %y, %q {tbaa = [#tag_float]} : f32, !llvm.ptr
    func.call @callee() : () -> ()
  }
  scf.for %i = %c0 to %n step %c1 {
    %x = llvm.load volatile %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %y = arith.sitofp %x : i32 to f32
    llvm.store %y, %q {tbaa = [#tag_float]} : f32, !llvm.ptr
  }
  scf.for %i = %c0 to %n step %c1 {
    scf.if %bit {
      %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
      %y = arith.sitofp %x : i32 to f32
      llvm.store %y, %q {tbaa = [#tag_float]} : f32, !llvm.ptr
    }
  }
  scf.for %i = %c0 to %n step %c1 {
    %k = arith.index_cast %i : index to i64
    %at = llvm.getelementptr %p[%k] : (!llvm.ptr, i64) -> !llvm.ptr, i32
    %x = llvm.load %at {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %y = arith.sitofp %x : i32 to f32
    llvm.store %y, %q {tbaa = [#tag_float]} : f32, !llvm.ptr
  }
  scf.for %i = %c0 to %n step %c1 {
    scf.while : () -> () {
      scf.condition(%bit)
    } do {
      scf.yield
    }
    %x = llvm.load %p {tbaa = [#tag_int]} : !llvm.ptr -> i32
    %y = arith.sitofp %x : i32 to f32
    llvm.store %y, %q {tbaa = [#tag_float]} : f32, !llvm.ptr
  }
  return
}
