// RUN: lexon-opt %s --describe-entry-points --remarks --split-input-file -o %t.out 2> %t.err
// RUN: FileCheck %s < %t.out
// RUN: FileCheck %s --check-prefix=WHY < %t.err

// Static results are out-arguments, dynamic ones and scalars are returned.
// CHECK: func.func @tensors(
// CHECK-SAME: lexon.signature = "{\22arguments\22:[{\22dtype\22:\22f32\22,\22kind\22:\22memref\22,\22shape\22:[2,-1]},{\22dtype\22:\22i64\22,\22kind\22:\22scalar\22},{\22dtype\22:\22i1\22,\22kind\22:\22memref\22,\22shape\22:[3]},{\22dtype\22:\22bf16\22,\22kind\22:\22scalar\22}],\22function\22:\22tensors\22,\22results\22:[{\22dtype\22:\22f32\22,\22kind\22:\22memref\22,\22passing\22:\22returned\22,\22shape\22:[2,-1]},{\22dtype\22:\22i1\22,\22kind\22:\22memref\22,\22passing\22:\22out\22,\22shape\22:[3]},{\22dtype\22:\22bf16\22,\22kind\22:\22scalar\22,\22passing\22:\22returned\22}],\22version\22:1}"
// CHECK-SAME: llvm.emit_c_interface
// WHY: remark: [Passed] described | Category:describe-entry-points | Remark=tensors
func.func @tensors(%a: tensor<2x?xf32>, %b: i64, %c: tensor<3xi1>, %d: bf16) -> (tensor<2x?xf32>, tensor<3xi1>, bf16) {
  return %a, %c, %d : tensor<2x?xf32>, tensor<3xi1>, bf16
}
// -----
// A function on memrefs may write to them.
// CHECK: func.func @memrefs({{.*}}\22mutated\22:true
func.func @memrefs(%a: memref<4xcomplex<f32>>) {
  return
}
// -----
// Left alone: private functions, declarations, and functions that have a signature.
// CHECK: func.func private @declared(tensor<4xf32>){{$}}
// CHECK: func.func private @private(%{{.*}}: tensor<4xf32>) {
// CHECK: func.func @described(%{{.*}}: tensor<4xf32>) attributes {lexon.signature = "mine", llvm.emit_c_interface}
func.func private @declared(tensor<4xf32>)
func.func private @private(%a: tensor<4xf32>) {
  return
}
func.func @described(%a: tensor<4xf32>) attributes {lexon.signature = "mine"} {
  return
}
// -----
// No name for the type: only the C interface, and we say so.
// CHECK: func.func @unranked(%{{.*}}: memref<*xf32>) attributes {llvm.emit_c_interface}
// WHY: remark: [Missed] described{{.*}}Reason="'unranked' has no signature: the type memref<*xf32> cannot be described"
func.func @unranked(%a: memref<*xf32>) {
  return
}
// -----
// Constants, and who prepares them. On memrefs too they are not written to.
// CHECK: func.func @prepared({{.*}}lexon.signature = "{\22arguments\22:[{\22constant\22:true,\22dtype\22:\22i8\22,\22kind\22:\22memref\22,\22shape\22:[64]},{\22dtype\22:\22f32\22,\22kind\22:\22memref\22,\22shape\22:[-1]}],\22function\22:\22prepared\22,\22prepare\22:\22prepared_prepare\22,\22prepared_layout\22:\22reversed.1\22,\22results\22:
func.func @prepared(%w: tensor<64xi8> {lexon.constant}, %x: tensor<?xf32>) -> tensor<?xf32>
    attributes {lexon.prepare = "prepared_prepare", lexon.prepared_layout = "reversed.1"} {
  return %x : tensor<?xf32>
}
// CHECK: func.func @prepared_prepare({{.*}}\22passing\22:\22out\22
func.func @prepared_prepare(%w: tensor<64xi8>) -> tensor<64xi8> {
  return %w : tensor<64xi8>
}
// CHECK: func.func @constant_memref({{.*}}[{\22constant\22:true,\22dtype\22:\22f32\22,\22kind\22:\22memref\22,\22shape\22:[4]},{\22dtype\22:\22f32\22,\22kind\22:\22memref\22,\22mutated\22:true,
func.func @constant_memref(%w: memref<4xf32> {lexon.constant}, %x: memref<4xf32>) {
  return
}
