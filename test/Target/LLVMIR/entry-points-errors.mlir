// RUN: lexon-translate --mlir-to-llvmir --split-input-file --verify-diagnostics %s

llvm.func @_mlir_ciface_few(%a: i32, %b: i32) { llvm.return }
// expected-error @below {{'lexon.signature' describes 1 passed and 0 returned values, but the C interface takes 2 and returns none}}
llvm.func @few(%a: i32, %b: i32) attributes {lexon.signature = "{\"arguments\":[{}],\"results\":[]}"} { llvm.return }

// -----

llvm.func @_mlir_ciface_lost() -> i32
llvm.func @_mlir_ciface_text() { llvm.return }
// expected-error @below {{'lexon.signature' is not JSON}}
llvm.func @text() attributes {lexon.signature = "{"} { llvm.return }

// -----

llvm.func @_mlir_ciface_keys() { llvm.return }
// expected-error @below {{'lexon.signature' lacks the array 'arguments' or 'results'}}
llvm.func @keys() attributes {lexon.signature = "[]"} { llvm.return }

// -----

llvm.func @_mlir_ciface_passing() { llvm.return }
// expected-error @below {{'lexon.signature' has a result whose 'passing' is neither 'out' nor 'returned'}}
llvm.func @passing() attributes {lexon.signature = "{\"arguments\":[],\"results\":[{\"passing\":\"in\"}]}"} { llvm.return }

// -----

// expected-error @below {{'lexon.signature' must be a string on a function}}
llvm.func @kind() attributes {lexon.signature = 1 : i32} { llvm.return }

// -----

llvm.func @lexon_invoke_taken(%a: i32) { llvm.return }
llvm.func @_mlir_ciface_taken() { llvm.return }
// expected-error @below {{'lexon.signature' needs the symbol 'lexon_invoke_taken', which the module uses itself}}
llvm.func @taken() attributes {lexon.signature = "{\"arguments\":[],\"results\":[]}"} { llvm.return }

// -----

// Only declared here: the module that defines the function has its entry points.
llvm.func @_mlir_ciface_elsewhere()
llvm.func @elsewhere() attributes {lexon.signature = "{\"arguments\":[],\"results\":[]}", sym_visibility = "private"}
