// RUN: lexon-opt %s --split-input-file --verify-diagnostics

func.func @part_of_a_byte(%b: tensor<64xi8>) {
  // expected-error @below {{element type 'i4' is not made of whole bytes (weight_c1)}}
  %0 = lexon.weight %b[0] : tensor<64xi8> -> tensor<4xi4>
  return
}
// -----
func.func @dynamic(%b: tensor<64xi8>) {
  // expected-error @below {{result #0 must be statically shaped tensor}}
  %0 = lexon.weight %b[0] : tensor<64xi8> -> tensor<?xf32>
  return
}
// -----
func.func @misaligned(%b: tensor<64xi8>) {
  // expected-error @below {{offset 6 is not a non-negative multiple of 4 bytes (weight_c2)}}
  %0 = lexon.weight %b[6] : tensor<64xi8> -> tensor<4xf32>
  return
}
// -----
func.func @negative(%b: tensor<64xi8>) {
  // expected-error @below {{offset -4 is not a non-negative multiple of 4 bytes (weight_c2)}}
  %0 = lexon.weight %b[-4] : tensor<64xi8> -> tensor<4xf32>
  return
}
// -----
func.func @past_the_end(%b: tensor<64xi8>) {
  // expected-error @below {{ends at byte 68 of a buffer of 64 bytes (weight_c3)}}
  %0 = lexon.weight %b[4] : tensor<64xi8> -> tensor<4x4xf32>
  return
}
// -----
// The size of the weight does not fit 64 bits.
func.func @too_large(%b: tensor<64xi8>) {
  // expected-error @below {{(weight_c3)}}
  %0 = lexon.weight %b[0] : tensor<64xi8> -> tensor<4611686018427387904x4xf32>
  return
}
// -----
func.func @not_bytes(%b: tensor<64xf32>) {
  // expected-error @below {{operand #0 must be 1D tensor of 8-bit signless integer values}}
  %0 = lexon.weight %b[0] : tensor<64xf32> -> tensor<4xf32>
  return
}
