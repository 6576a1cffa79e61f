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
// -----
func.func @assemble_counts(%a: tensor<8xf32>, %b: tensor<64xi8>) -> tensor<64xi8> {
  // expected-error @below {{has 2 offsets for 1 tensors (assemble_c1)}}
  %0 = lexon.assemble %a at [0, 32] : tensor<8xf32> outs(%b : tensor<64xi8>) -> tensor<64xi8>
  return %0 : tensor<64xi8>
}
// -----
func.func @assemble_past_the_end(%a: tensor<8xf32>, %b: tensor<64xi8>) -> tensor<64xi8> {
  // expected-error @below {{ends at byte 68 of a buffer of 64 bytes (weight_c3)}}
  %0 = lexon.assemble %a at [36] : tensor<8xf32> outs(%b : tensor<64xi8>) -> tensor<64xi8>
  return %0 : tensor<64xi8>
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @maps(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{has 2 maps for 3 operands (contract_c2)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @sizes(%a: memref<5x7xf32>, %w: memref<9x8xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{dimension 2 has the sizes}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x8xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, x) -> (m, k)>
#nk = affine_map<(m, n, k, x) -> (n, k)>
#mn = affine_map<(m, n, k, x) -> (m, n)>
func.func @no_kind(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{dimension 3 is of no kind (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#out = affine_map<(m, n, k) -> (m, n * 2)>
func.func @past_the_end(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{operand 2 is indexed up to 16 where its size is 9 (contract_c4)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #out]} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @region(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>) {
  // expected-error @below {{region has 2 arguments instead of 1 (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @effects(%a: memref<5x7xf32>, %w: memref<9x7xf32>, %c: memref<5x9xf32>, %i: index) {
  // expected-error @below {{region has a 'memref.load', which is not element-wise (contract_c6)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<9x7xf32>) outs(%c : memref<5x9xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    %x = memref.load %a[%i, %i] : memref<5x7xf32>
    lexon.yield %x : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_row(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{dimension 0, the 'stored_group', is not in rhs and out only (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn], stored_group = 0} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_unknown(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{dimension 9, the 'stored_group', is not in rhs and out only (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn], stored_group = 9} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_with(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{an operand of 'with' is indexed by dimension 3, the group (contract_c3)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) with(%r : memref<2x9xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, affine_map<(m, n, k, g) -> (g, n)>, #mgn], stored_group = 3} {
  ^bb0(%s: f32, %t: f32, %u: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @stored_once(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{region does not yield an element of the output for each group (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn], stored_group = 3} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
#mgn = affine_map<(m, n, k, g) -> (m, g, n)>
func.func @not_stored(%a: memref<5x7xf32>, %w: memref<2x9x7xf32>, %r: memref<2x9xf32>, %c: memref<5x2x9xf32>) {
  // expected-error @below {{region has 2 arguments instead of 1 (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x9x7xf32>) outs(%c : memref<5x2x9xf32>) attributes {indexing_maps = [#mk, #gnk, #mgn]} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @sums_without_part(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<5x2xf32>) {
  // expected-error @below {{has sums of parts without a 'part_columns' of at least 1, or the other way round (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<5x2xf32>) attributes {indexing_maps = [#mk, #nk, #mn]} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @part_without_sums(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>) {
  // expected-error @below {{has sums of parts without a 'part_columns' of at least 1, or the other way round (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c : memref<5x40xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 32} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @part_of_nothing(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<5x2xf32>) {
  // expected-error @below {{has sums of parts without a 'part_columns' of at least 1, or the other way round (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<5x2xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 0} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @too_few_parts(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<5x2xf32>) {
  // expected-error @below {{has sums of type 'memref<5x2xf32>', which are not those of its output's parts (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<5x2xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 16} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @parts_of_rows(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<2x40xf32>) {
  // expected-error @below {{has sums of type 'memref<2x40xf32>', which are not those of its output's parts (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<2x40xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 32} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @sums_of_integers(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<5x2xi32>) {
  // expected-error @below {{has sums of type 'memref<5x2xi32>', which are not those of its output's parts (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<5x2xi32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 32} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @not_summed(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<5x2xf32>) {
  // expected-error @below {{region does not yield an element of the output, and one for the sums (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<5x2xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 32} {
  ^bb0(%s: f32):
    lexon.yield %s : f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @summed_in_f64(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<5x40xf32>, %d: memref<5x2xf64>) {
  // expected-error @below {{region's last value is not of type 'f64' (contract_c5)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<5x40xf32>, memref<5x2xf64>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 32} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, p) -> (m, k)>
#pnk = affine_map<(m, n, k, p) -> (p, n, k)>
func.func @columns_apart(%a: memref<5x7xf32>, %w: memref<2x20x7xf32>, %c: memref<5x2x20xf32>, %d: memref<5x2x2xf32>) {
  // expected-error @below {{has sums of parts, but its columns are not one dimension of the output (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x20x7xf32>) outs(%c, %d : memref<5x2x20xf32>, memref<5x2x2xf32>) attributes {indexing_maps = [#mk, #pnk, affine_map<(m, n, k, p) -> (m, p, n)>], part_columns = 10} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @columns_with_rows(%a: memref<5x7xf32>, %w: memref<40x7xf32>, %c: memref<200xf32>, %d: memref<1xf32>) {
  // expected-error @below {{has sums of parts, but its columns are not one dimension of the output (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<40x7xf32>) outs(%c, %d : memref<200xf32>, memref<1xf32>) attributes {indexing_maps = [#mk, #nk, affine_map<(m, n, k) -> (m * 40 + n)>], part_columns = 256} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k, g) -> (m, k)>
#gnk = affine_map<(m, n, k, g) -> (g, n, k)>
func.func @stored_and_summed(%a: memref<5x7xf32>, %w: memref<2x20x7xf32>, %c: memref<5x2x20xf32>, %d: memref<5x2x1xf32>) {
  // expected-error @below {{stores its groups and has sums of parts, too (contract_c7)}}
  lexon.contract ins(%a, %w : memref<5x7xf32>, memref<2x20x7xf32>) outs(%c, %d : memref<5x2x20xf32>, memref<5x2x1xf32>) attributes {indexing_maps = [#mk, #gnk, affine_map<(m, n, k, g) -> (m, g, n)>], stored_group = 3, part_columns = 32} {
  ^bb0(%s: f32, %t: f32):
    lexon.yield %s, %t, %s : f32, f32, f32
  }
  return
}
// -----
#mk = affine_map<(m, n, k) -> (m, k)>
#nk = affine_map<(m, n, k) -> (n, k)>
#mn = affine_map<(m, n, k) -> (m, n)>
func.func @one_result(%a: tensor<5x7xf32>, %w: tensor<40x7xf32>, %c: tensor<5x40xf32>, %d: tensor<5x2xf32>) {
  // expected-error @below {{mixes tensors and memrefs, or its results are not of the outputs' types (contract_c1)}}
  %0 = lexon.contract ins(%a, %w : tensor<5x7xf32>, tensor<40x7xf32>) outs(%c, %d : tensor<5x40xf32>, tensor<5x2xf32>) attributes {indexing_maps = [#mk, #nk, #mn], part_columns = 32} {
  ^bb0(%s: f32):
    lexon.yield %s, %s : f32, f32
  } -> tensor<5x40xf32>
  return
}
