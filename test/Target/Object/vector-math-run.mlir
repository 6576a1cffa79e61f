// Vector functions against the scalar ones, lane by lane, on ordinary and special values. The reference is compiled
// without optimization and without vector functions.
// REQUIRES: cpu-sse2
// RUN: split-file %s %t
// RUN: lexon-translate --emit=obj --veclib=none -O0 %t/reference.mlir -o %t/reference.o
// RUN: lexon-translate --emit=llvm %t/vectors.mlir | FileCheck %s
// RUN: lexon-translate --emit=exe %t/vectors.mlir %t/reference.o -o %t/run
// RUN: %t/run
// RUN: lexon-translate --emit=exe --mcpu=x86-64 %t/vectors.mlir %t/reference.o -o %t/run
// RUN: %t/run
// The comparison can fail: with another function in its place it does.
// RUN: sed -e 's/intr.exp(/intr.exp2(/' %t/vectors.mlir > %t/wrong.mlir
// RUN: lexon-translate --emit=exe %t/wrong.mlir %t/reference.o -o %t/wrong
// RUN: not %t/wrong
// Who promises that there is no NaN does not pay for the correction of pow(NaN, 0).
// RUN: sed -e 's/intr.pow(%%v, %%w)/intr.pow(%%v, %%w) {fastmathFlags = #llvm.fastmath<nnan>}/' %t/vectors.mlir > %t/nnan.mlir
// RUN: lexon-translate --emit=llvm %t/nnan.mlir | FileCheck %s --check-prefix=NNAN

// CHECK: call {{.*}} @_ZGV{{[bde]}}N{{.*}}_expf(
// CHECK: call {{.*}} @_ZGV{{[bde]}}N{{.*}}_powf(
// CHECK: fcmp oeq
// CHECK: select
// NNAN: call {{.*}} @_ZGV{{[bde]}}N{{.*}}_powf(
// NNAN-NOT: fcmp oeq

//--- vectors.mlir
llvm.func @vector_exp(%x: !llvm.ptr, %y: !llvm.ptr, %r: !llvm.ptr) {
  %v = llvm.load %x {alignment = 4 : i64} : !llvm.ptr -> vector<13xf32>
  %e = llvm.intr.exp(%v) : (vector<13xf32>) -> vector<13xf32>
  llvm.store %e, %r {alignment = 4 : i64} : vector<13xf32>, !llvm.ptr
  llvm.return
}
llvm.func @vector_pow(%x: !llvm.ptr, %y: !llvm.ptr, %r: !llvm.ptr) {
  %v = llvm.load %x {alignment = 4 : i64} : !llvm.ptr -> vector<13xf32>
  %w = llvm.load %y {alignment = 4 : i64} : !llvm.ptr -> vector<13xf32>
  %e = llvm.intr.pow(%v, %w) : (vector<13xf32>, vector<13xf32>) -> vector<13xf32>
  llvm.store %e, %r {alignment = 4 : i64} : vector<13xf32>, !llvm.ptr
  llvm.return
}

//--- reference.mlir
// NaN, 1, 0, -0, infinities, large, small, negative; paired with NaN, 0, infinities, integers, fractions.
llvm.mlir.global internal constant @bases(dense<[0x7FC00000, 1.0, 0.0, -0.0, 0x7F800000, 0xFF800000, 88.0, -103.5, 1.0e-40, -2.0, 0x7FC00000, 0.7, 3.25]> : tensor<13xf32>) : !llvm.array<13 x f32>
llvm.mlir.global internal constant @exponents(dense<[0.0, 0x7FC00000, 0.0, -3.0, -0.5, 3.0, 2.5, 0.5, 1.0, 3.0, -0.0, 0x7F800000, -7.75]> : tensor<13xf32>) : !llvm.array<13 x f32>
llvm.func @vector_exp(!llvm.ptr, !llvm.ptr, !llvm.ptr)
llvm.func @vector_pow(!llvm.ptr, !llvm.ptr, !llvm.ptr)

// Both NaN, or equal, or 5 units in the last place apart at most.
llvm.func @agrees(%a: f32, %b: f32) -> i1 {
  %bound = llvm.mlir.constant(6.0e-7 : f32) : f32
  %an = llvm.fcmp "uno" %a, %a : f32
  %bn = llvm.fcmp "uno" %b, %b : f32
  %nan = llvm.and %an, %bn : i1
  %equal = llvm.fcmp "oeq" %a, %b : f32
  %d = llvm.fsub %a, %b : f32
  %ad = llvm.intr.fabs(%d) : (f32) -> f32
  %ab = llvm.intr.fabs(%b) : (f32) -> f32
  %limit = llvm.fmul %ab, %bound : f32
  %near = llvm.fcmp "ole" %ad, %limit : f32
  %infinity = llvm.mlir.constant(0x7F800000 : f32) : f32
  %finite = llvm.fcmp "olt" %ab, %infinity : f32
  %close = llvm.and %near, %finite : i1
  %0 = llvm.or %nan, %equal : i1
  %1 = llvm.or %0, %close : i1
  llvm.return %1 : i1
}

llvm.func @main() -> i32 {
  %c0 = llvm.mlir.constant(0 : i64) : i64
  %c1 = llvm.mlir.constant(1 : i64) : i64
  %n = llvm.mlir.constant(13 : i64) : i64
  %good = llvm.mlir.constant(0 : i32) : i32
  %wrong = llvm.mlir.constant(1 : i32) : i32
  %x = llvm.mlir.addressof @bases : !llvm.ptr
  %y = llvm.mlir.addressof @exponents : !llvm.ptr
  %e = llvm.alloca %n x f32 : (i64) -> !llvm.ptr
  %p = llvm.alloca %n x f32 : (i64) -> !llvm.ptr
  llvm.call @vector_exp(%x, %y, %e) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  llvm.call @vector_pow(%x, %y, %p) : (!llvm.ptr, !llvm.ptr, !llvm.ptr) -> ()
  llvm.br ^head(%c0 : i64)
^head(%i: i64):
  %more = llvm.icmp "slt" %i, %n : i64
  llvm.cond_br %more, ^body, ^exit
^body:
  %px = llvm.getelementptr %x[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %py = llvm.getelementptr %y[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %pe = llvm.getelementptr %e[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %pp = llvm.getelementptr %p[%i] : (!llvm.ptr, i64) -> !llvm.ptr, f32
  %vx = llvm.load %px : !llvm.ptr -> f32
  %vy = llvm.load %py : !llvm.ptr -> f32
  %ve = llvm.load %pe : !llvm.ptr -> f32
  %vp = llvm.load %pp : !llvm.ptr -> f32
  %we = llvm.intr.exp(%vx) : (f32) -> f32
  %wp = llvm.intr.pow(%vx, %vy) : (f32, f32) -> f32
  %oke = llvm.call @agrees(%ve, %we) : (f32, f32) -> i1
  %okp = llvm.call @agrees(%vp, %wp) : (f32, f32) -> i1
  %ok = llvm.and %oke, %okp : i1
  %next = llvm.add %i, %c1 : i64
  llvm.cond_br %ok, ^head(%next : i64), ^bad
^bad:
  llvm.return %wrong : i32
^exit:
  llvm.return %good : i32
}
