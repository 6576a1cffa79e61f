// The entry points docs/formats.md promises, for each way a value can go in or come out.
// RUN: mlir-opt --allow-unregistered-dialect %s --expand-strided-metadata --convert-to-llvm --reconcile-unrealized-casts -o %t.mlir
// RUN: lexon-translate --mlir-to-llvmir %t.mlir | FileCheck %s

// CHECK-DAG: @lexon_signature_scale = constant [{{[0-9]+}} x i8] c"{\22function\22:\22scale\22,{{.*}}}\00"
// CHECK-DAG: @lexon_signature_scalar = constant
// CHECK-DAG: @lexon_signature_several = constant
// CHECK-NOT: lexon_{{.*}}_unsigned
// CHECK-NOT: lexon_{{.*}}_ciface

// A private function is nobody else's business.
// CHECK: define internal i32 @hidden(

// A descriptor is passed by address: the loaded pointer itself. A scalar is loaded.
// CHECK-LABEL: define void @lexon_invoke_scale(ptr %0)
// CHECK-NEXT:    %[[S0:.*]] = getelementptr inbounds ptr, ptr %0, i64 0
// CHECK-NEXT:    %[[A0:.*]] = load ptr, ptr %[[S0]]
// CHECK-NEXT:    %[[M:.*]] = load ptr, ptr %[[A0]]
// CHECK-NEXT:    %[[S1:.*]] = getelementptr inbounds ptr, ptr %0, i64 1
// CHECK-NEXT:    %[[A1:.*]] = load ptr, ptr %[[S1]]
// CHECK-NEXT:    %[[X:.*]] = load float, ptr %[[A1]]
// CHECK-NEXT:    %[[S2:.*]] = getelementptr inbounds ptr, ptr %0, i64 2
// CHECK-NEXT:    %[[A2:.*]] = load ptr, ptr %[[S2]]
// CHECK-NEXT:    %[[O:.*]] = load ptr, ptr %[[A2]]
// CHECK-NEXT:    call void @_mlir_ciface_scale(ptr %[[M]], float %[[X]], ptr %[[O]])
// CHECK-NEXT:    ret void
func.func @scale(%a: memref<4xf32>, %s: f32, %o: memref<4xf32>) attributes {llvm.emit_c_interface, lexon.signature = "{\"function\":\"scale\",\"version\":1,\"arguments\":[{\"kind\":\"memref\",\"dtype\":\"f32\",\"shape\":[4]},{\"kind\":\"scalar\",\"dtype\":\"f32\"}],\"results\":[{\"kind\":\"memref\",\"dtype\":\"f32\",\"shape\":[4],\"passing\":\"out\"}]}"} {
  %c0 = arith.constant 0 : index
  %0 = memref.load %a[%c0] : memref<4xf32>
  %1 = arith.mulf %0, %s : f32
  memref.store %1, %o[%c0] : memref<4xf32>
  return
}

// One scalar is returned as in C, and stored where the last pointer points.
// CHECK-LABEL: define void @lexon_invoke_scalar(ptr %0)
// CHECK:         %[[R:.*]] = call double @_mlir_ciface_scalar(i32 %{{.*}})
// CHECK-NEXT:    %[[S:.*]] = getelementptr inbounds ptr, ptr %0, i64 1
// CHECK-NEXT:    %[[P:.*]] = load ptr, ptr %[[S]]
// CHECK-NEXT:    store double %[[R]], ptr %[[P]]
func.func @scalar(%a: i32) -> f64 attributes {llvm.emit_c_interface, lexon.signature = "{\"function\":\"scalar\",\"version\":1,\"arguments\":[{\"kind\":\"scalar\",\"dtype\":\"i32\"}],\"results\":[{\"kind\":\"scalar\",\"dtype\":\"f64\",\"passing\":\"returned\"}]}"} {
  %0 = call @hidden(%a) : (i32) -> i32
  %1 = arith.sitofp %0 : i32 to f64
  return %1 : f64
}

// A memref and several values are written through the first parameter, which is the last pointer.
// CHECK-LABEL: define void @lexon_invoke_several(ptr %0)
// CHECK-NEXT:    %[[S:.*]] = getelementptr inbounds ptr, ptr %0, i64 1
// CHECK-NEXT:    %[[R:.*]] = load ptr, ptr %[[S]]
// CHECK:         call void @_mlir_ciface_several(ptr %[[R]], ptr %{{.*}})
// CHECK-NEXT:    ret void
func.func @several(%a: memref<?xf32>) -> (memref<?xf32>, i1) attributes {llvm.emit_c_interface, lexon.signature = "{\"function\":\"several\",\"version\":1,\"arguments\":[{\"kind\":\"memref\",\"dtype\":\"f32\",\"shape\":[-1]}],\"results\":[{\"kind\":\"memref\",\"dtype\":\"f32\",\"shape\":[-1],\"passing\":\"returned\"},{\"kind\":\"scalar\",\"dtype\":\"i1\",\"passing\":\"returned\"}]}"} {
  %t = arith.constant true
  return %a, %t : memref<?xf32>, i1
}

// No signature, no entry point: the C interface alone stays.
func.func @unsigned(%a: memref<*xf32>) attributes {llvm.emit_c_interface} {
  return
}

func.func private @hidden(%a: i32) -> i32 {
  return %a : i32
}
