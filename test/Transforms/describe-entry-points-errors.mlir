// RUN: lexon-opt %s --describe-entry-points --split-input-file --verify-diagnostics

// expected-error @below {{'func.func' op argument #0 is a scalar and cannot be 'lexon.constant'}}
func.func @scalar(%n: i64 {lexon.constant}) {
  return
}
// -----
// expected-error @below {{needs both 'lexon.prepare' and 'lexon.prepared_layout', two strings}}
func.func @half(%w: tensor<64xi8> {lexon.constant}) attributes {lexon.prepare = "half_prepare"} {
  return
}
// -----
// expected-error @below {{needs both 'lexon.prepare' and 'lexon.prepared_layout', two strings}}
func.func @kind(%w: tensor<64xi8> {lexon.constant}) attributes {lexon.prepare = 1, lexon.prepared_layout = "a"} {
  return
}
// -----
// expected-error @below {{'lexon.prepare' names 'gone', which is not a public function of this module}}
func.func @absent(%w: tensor<64xi8> {lexon.constant}) attributes {lexon.prepare = "gone", lexon.prepared_layout = "a"} {
  return
}
// -----
// expected-error @below {{'lexon.prepare' names 'hidden', which is not a public function of this module}}
func.func @secret(%w: tensor<64xi8> {lexon.constant}) attributes {lexon.prepare = "hidden", lexon.prepared_layout = "a"} {
  return
}
func.func private @hidden(%w: tensor<64xi8>) -> tensor<64xi8> {
  return %w : tensor<64xi8>
}
// -----
// expected-error @below {{'other' does not prepare its constants}}
func.func @types(%w: tensor<64xi8> {lexon.constant}) attributes {lexon.prepare = "other", lexon.prepared_layout = "a"} {
  return
}
// expected-note @below {{it must take every 'lexon.constant' argument, a tensor of fixed shape, and return the same types}}
func.func @other(%w: tensor<32xi8>) -> tensor<32xi8> {
  return %w : tensor<32xi8>
}
