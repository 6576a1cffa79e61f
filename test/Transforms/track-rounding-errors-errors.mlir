// RUN: lexon-opt %s --track-rounding-errors --split-input-file --verify-diagnostics

func.func @vector(%a: tensor<8xf32>) -> tensor<8xf32> {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f32
  // expected-error @below {{'vector.transfer_read' op has no rounding-error rule}}
  // expected-note @below {{track rounding errors before vectorization and parallelization}}
  %v = vector.transfer_read %a[%c0], %zero : tensor<8xf32>, vector<8xf32>
  %r = vector.transfer_write %v, %a[%c0] : vector<8xf32>, tensor<8xf32>
  return %r : tensor<8xf32>
}

// -----

func.func @openmp(%a: memref<4xf32>) {
  // expected-error @below {{'omp.parallel' op has no rounding-error rule}}
  // expected-note @below {{track rounding errors before}}
  omp.parallel {
    omp.terminator
  }
  return
}

// -----

func.func @complex(%a: tensor<4xcomplex<f32>>) -> tensor<4xcomplex<f32>> {
  // expected-error @below {{'func.return' op has no rounding-error rule for type 'tensor<4xcomplex<f32>>'}}
  return %a : tensor<4xcomplex<f32>>
}

// -----

// A format that f64 does not hold.
func.func @f80(%a: f80) -> f80 {
  // expected-error @below {{'arith.negf' op has no rounding-error rule for type 'f80'}}
  %0 = arith.negf %a : f80
  return %0 : f80
}

// -----

// expected-error @below {{'func.func' op has no rounding-error rule: it takes or returns floating-point numbers and has no body}}
func.func private @elsewhere(f32) -> f32
func.func @external(%a: f32) -> f32 {
  %0 = call @elsewhere(%a) : (f32) -> f32
  return %0 : f32
}

// -----

func.func @bits_of_a_number(%a: f32) -> i32 {
  // expected-error @below {{'arith.bitcast' op has no rounding-error rule}}
  // expected-note @below {{no error bound can follow the program past this operation}}
  %0 = arith.bitcast %a : f32 to i32
  return %0 : i32
}

// -----

func.func @bytes_as_numbers(%a: memref<16xi8>) -> f32 {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'memref.view' op has no rounding-error rule}}
  // expected-note @below {{no error bound}}
  %view = memref.view %a[%c0][] : memref<16xi8> to memref<4xf32>
  %0 = memref.load %view[%c0] : memref<4xf32>
  return %0 : f32
}

// -----

func.func @atomic(%a: memref<4xf32>, %x: f32) {
  %c0 = arith.constant 0 : index
  // expected-error @below {{'memref.atomic_rmw' op has no rounding-error rule}}
  // expected-note @below {{no error bound}}
  %0 = memref.atomic_rmw addf %x, %a[%c0] : (f32, memref<4xf32>) -> f32
  return
}

// -----

// expected-error @below {{'func.func' op has no rounding-error rule for type 'memref<*xf32>' at the boundary of a public function}}
func.func @unranked(%a: memref<*xf32>) {
  return
}

// -----

// expected-error @below {{'func.func' op has no rounding-error rule for type 'memref<4xf32, strided<[2]>>': a contiguous buffer cannot take its place}}
func.func @strided(%a: memref<4xf32, strided<[2]>>) {
  return
}

// -----

// TOSA becomes linalg first; in a nested region the user's operation is named all the same.
func.func @inner(%a: tensor<4xf32>, %n: index) -> tensor<4xf32> {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %r = scf.for %i = %c0 to %n step %c1 iter_args(%x = %a) -> tensor<4xf32> {
    // expected-error @below {{'tosa.exp' op has no rounding-error rule}}
    // expected-note @below {{no error bound}}
    %0 = tosa.exp %x : (tensor<4xf32>) -> tensor<4xf32>
    scf.yield %0 : tensor<4xf32>
  }
  return %r : tensor<4xf32>
}
