// RUN: lexon-opt %s --verify-stage='stage=here dialects=func,arith,tensor tensors=true' --split-input-file --verify-diagnostics
// RUN: not lexon-opt %s --verify-stage='stage=here dialects=func,arith,tensor,math,scf' --split-input-file -o /dev/null 2>&1 | FileCheck %s

// CHECK: error: 'arith.addf' op still uses tensors after stage 'here'
func.func @allowed(%a: tensor<4xf32>) -> tensor<4xf32> {
  %0 = arith.addf %a, %a : tensor<4xf32>
  return %0 : tensor<4xf32>
}
// -----
// Each operation is reported, but not what stands inside one that was.
func.func @forbidden(%a: f32, %c: i1) -> f32 {
  // expected-error @below {{'math.exp' op has no lowering in stage 'here'}}
  // expected-note @below {{after this stage only these dialects may remain: func, arith, tensor}}
  %0 = math.exp %a : f32
  // expected-error @below {{'scf.if' op has no lowering in stage 'here'}}
  // expected-note @below {{after this stage only these dialects may remain: func, arith, tensor}}
  %1 = scf.if %c -> f32 {
    scf.yield %a : f32
  } else {
    scf.yield %0 : f32
  }
  return %1 : f32
}
