// What the header says of each kind of value; that it compiles and works is header-run.mlir's.
// RUN: lexon-opt %s --pipeline=onestep -o %t.mlir
// RUN: lexon-translate --emit=header %t.mlir -o %t.h
// RUN: FileCheck %s --input-file=%t.h
// The same from any stage that carries signatures, and on standard output.
// RUN: lexon-opt %s --describe-entry-points | lexon-translate --emit=header | diff - %t.h

// CHECK: Ownership: the caller owns every buffer
// CHECK: Threads: any number of threads may call at once
// CHECK: Errors: false if a check of the compiled code failed
// CHECK: #ifndef LEXON_MODULE_shapes_[[HASH:[0-9A-F]+]]_H
// CHECK: #define LEXON_MODULE_shapes_[[HASH]]_H
// CHECK: extern "C" {

// Types that C does not have, once each, guarded; descriptors of each rank and type.
// CHECK:      #ifndef LEXON_TYPE_F16
// CHECK:      typedef uint16_t lexon_f16;
// CHECK:      #ifndef LEXON_TYPE_BF16
// CHECK:      typedef uint16_t lexon_bf16;
// CHECK:      #ifndef LEXON_TYPE_C64
// CHECK:      #ifndef LEXON_MEMREF_BF16_1D
// CHECK:      #ifndef LEXON_MEMREF_F32_3D
// CHECK:      typedef struct lexon_memref_f32_3d {
// CHECK-NEXT:   float *allocated;
// CHECK-NEXT:   float *aligned;
// CHECK-NEXT:   int64_t offset;
// CHECK-NEXT:   int64_t sizes[3];
// CHECK-NEXT:   int64_t strides[3];
// CHECK:      static inline lexon_memref_f32_3d lexon_view_f32_3d(float *data, int64_t size0, int64_t size1, int64_t size2)
// CHECK:        view.strides[2] = 1;
// CHECK-NEXT:   view.strides[1] = view.strides[2] * size2;
// CHECK-NEXT:   view.strides[0] = view.strides[1] * size1;
// CHECK:      typedef struct lexon_memref_i1_0d {
// CHECK-NEXT:   bool *allocated;
// CHECK-NEXT:   bool *aligned;
// CHECK-NEXT:   int64_t offset;
// CHECK-NEXT: } lexon_memref_i1_0d;
// CHECK-NOT:  #ifndef LEXON_MEMREF_F32_3D

// Static and dynamic shapes, a result in the caller's buffer.
// CHECK-LABEL: /* shapes
// CHECK:       arg0: f32[2][arg0_size1][5]
// CHECK:       arg1: i1
// CHECK:       result0: f32[2][result0_size1][5], allocated by the function
// CHECK:       result1: bf16[7], in the caller's buffer
// CHECK-NOT:   LEXON_ELEMENTS_shapes_arg0
// CHECK:       #define LEXON_ELEMENTS_shapes_arg1 INT64_C(1)
// CHECK-NEXT:  #define LEXON_ELEMENTS_shapes_result1 INT64_C(7)
// CHECK:       typedef struct lexon_returned_shapes {
// CHECK-NEXT:    lexon_memref_f32_3d result0;
// CHECK-NEXT:  } lexon_returned_shapes;
// CHECK:       void _mlir_ciface_shapes(lexon_returned_shapes *returned, lexon_memref_f32_3d *arg0, lexon_memref_i1_0d *arg1, lexon_memref_bf16_1d *result1);
// CHECK:       static inline bool lexon_call_shapes(const float *arg0, int64_t arg0_size1, const bool *arg1, lexon_memref_f32_3d *result0, lexon_bf16 *result1)
func.func @shapes(%a: tensor<2x?x5xf32>, %b: tensor<i1>) -> (tensor<2x?x5xf32>, tensor<7xbf16>) {
  %c = arith.constant dense<1.5> : tensor<7xbf16>
  return %a, %c : tensor<2x?x5xf32>, tensor<7xbf16>
}

// Scalars that C and LLVM pass alike.
// CHECK-LABEL: /* alike
// CHECK:       double _mlir_ciface_alike(float arg0, int64_t arg1, int32_t arg2, bool arg3, uint8_t arg4, int8_t arg5);
func.func @alike(%a: f32, %b: index, %c: i32, %d: i1, %e: ui8, %f: i8) -> f64 {
  %0 = arith.extf %a : f32 to f64
  return %0 : f64
}

// Those that they do not: half precision, complex, a returned bool.
// CHECK-LABEL: /* half
// CHECK-NOT:   _mlir_ciface_half(
// CHECK:       void lexon_invoke_half(void **arguments);
// CHECK:       static inline bool lexon_call_half(lexon_f16 arg0, lexon_c64 arg1, lexon_bf16 *result0)
func.func @half(%a: f16, %b: complex<f32>) -> bf16 {
  %0 = arith.extf %a : f16 to f32
  %1 = arith.truncf %0 : f32 to bf16
  return %1 : bf16
}
// CHECK-LABEL: /* truth
// CHECK-NOT:   _mlir_ciface_truth(
// CHECK:       static inline bool lexon_call_truth(bool *result0)
func.func @truth() -> i1 {
  %0 = arith.constant true
  return %0 : i1
}

// Names that are no identifiers, that would be the same identifier, and that would end a comment.
// CHECK-LABEL: /* a_b
// CHECK:       void _mlir_ciface_a_b(void);
func.func @a_b() { return }
// CHECK-LABEL: /* a-b
// CHECK:       void _mlir_ciface_a_b_2(void)
// CHECK-NEXT:  LEXON_SYMBOL("_mlir_ciface_a-b");
// CHECK:       static inline bool lexon_call_a_b_2(void)
func.func @"a-b"() { return }
// CHECK-LABEL: /* ??/ "?n"
// CHECK:       void _mlir_ciface_____{{ *}}
// CHECK-NEXT:  LEXON_SYMBOL("_mlir_ciface_**/ \042\134n\042");
func.func @"**/ \22\5Cn\22"() { return }

// A function on memrefs may write to them.
// CHECK-LABEL: /* mutates
// CHECK:       arg0: f64[4], may be written to
// CHECK:       static inline bool lexon_call_mutates(double *arg0)
func.func @mutates(%a: memref<4xf64>) { return }


// Constants that the function wants prepared, and how.
// CHECK-LABEL: /* prepared
// CHECK:       arg0: f32[4][3], the same in all calls, prepared
// CHECK-NEXT:  arg1: f32[3]{{$}}
// CHECK:       Prepared: once, before the first call
// CHECK:       lexon_call_prepared_prepare
// CHECK:       "order 1"
// CHECK:       static inline bool lexon_call_prepared(const float *arg0, const float *arg1, float *result0)
// CHECK:       static inline bool lexon_call_prepared_prepare(const float *arg0, float *result0)
func.func @prepared(%w: tensor<4x3xf32> {lexon.constant}, %x: tensor<3xf32>) -> tensor<3xf32>
    attributes {lexon.prepare = "prepared_prepare", lexon.prepared_layout = "order 1"} {
  return %x : tensor<3xf32>
}
func.func @prepared_prepare(%w: tensor<4x3xf32>) -> tensor<4x3xf32> {
  return %w : tensor<4x3xf32>
}
// CHECK-LABEL: /* constant
// CHECK:       arg0: f32[4], the same in all calls{{$}}
// CHECK-NOT:   Prepared:
// CHECK:       lexon_call_constant
func.func @constant(%w: tensor<4xf32> {lexon.constant}) -> tensor<4xf32> {
  return %w : tensor<4xf32>
}

// CHECK-NOT: hidden
func.func private @hidden() { return }
// CHECK: #endif /* LEXON_MODULE_shapes_[[HASH]]_H */
