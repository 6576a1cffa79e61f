// `expected-error` works on what the stages say.
// RUN: lexon-opt %s --split-input-file --verify-diagnostics --pipeline=midend -o /dev/null
func.func @f() -> !async.group {
  %size = arith.constant 2 : index
  // expected-error @below {{'async.create_group' op has no lowering in stage 'tosa-to-linalg'}}
  // expected-note @below {{only these dialects may remain}}
  %t = async.create_group %size : !async.group
  return %t : !async.group
}
// -----
func.func @g(%a: f32) -> f32 {
  return %a : f32
}
