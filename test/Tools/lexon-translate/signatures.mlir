// Signatures come as they were attached, at any stage; without any the list is empty.
// RUN: lexon-translate --emit=signatures %s | FileCheck %s --match-full-lines --strict-whitespace
// RUN: mlir-opt --allow-unregistered-dialect %s --convert-func-to-llvm -o %t.mlir && lexon-translate --emit=signatures %t.mlir | FileCheck %s --match-full-lines --strict-whitespace
// RUN: lexon-translate --emit=signatures %s | python3 -m json.tool
// RUN: echo 'module {}' | lexon-translate --emit=signatures | FileCheck %s --check-prefix=NONE
// RUN: lexon-translate --mlir-to-llvmir %t.mlir -o %t.ll && not lexon-translate --emit=signatures %t.ll 2>&1 | FileCheck %s --check-prefix=LLVM

//      CHECK:[
// CHECK-NEXT: {"function":"f","version":1,"arguments":[{"kind":"scalar","dtype":"i32"}],"results":[]},
// CHECK-NEXT: {"function":"g","version":1,"arguments":[],"results":[]}
// CHECK-NEXT:]
// NONE: []
// LLVM: error: '{{.*}}.ll' is not MLIR, which signatures are read from
func.func @f(%a: i32) attributes {llvm.emit_c_interface, lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[{\"kind\":\"scalar\",\"dtype\":\"i32\"}],\"results\":[]}"} { return }
func.func @g() attributes {llvm.emit_c_interface, lexon.signature = "{\"function\":\"g\",\"version\":1,\"arguments\":[],\"results\":[]}"} { return }
func.func private @h()
