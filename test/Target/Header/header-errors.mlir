// What no header can be made of: a message, exit code 1, and no file.
// RUN: split-file %s %t && cd %t

// RUN: not lexon-translate --emit=header none.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=NONE
// NONE: error: 'none.mlir': the module carries no signatures to make a header of; run lexon-opt --pipeline=backend on it first
// RUN: echo 'define void @f() { ret void }' > code.ll && not lexon-translate --emit=header code.ll -o x.h 2>&1 | FileCheck %s --check-prefix=LLVM
// LLVM: error: 'code.ll' is not MLIR, which signatures are read from
// RUN: not lexon-translate --emit=header json.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=JSON
// JSON: json.mlir:1:{{.*}} error: 'lexon.signature' is not JSON
// RUN: not lexon-translate --emit=header version.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=VERSION
// VERSION: error: 'version.mlir': the signature of 'f' is not of version 1
// RUN: not lexon-translate --emit=header name.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=NAME
// NAME: error: 'name.mlir': a signature does not name its function
// RUN: not lexon-translate --emit=header twice.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=TWICE
// TWICE: error: 'twice.mlir': the signature of 'f' exists twice
// RUN: not lexon-translate --emit=header results.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=RESULTS
// RESULTS: error: 'results.mlir': the signature of 'f' lacks the array 'results'
// RUN: not lexon-translate --emit=header kind.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=KIND
// KIND: error: 'kind.mlir': the signature of 'f': arg0 has a 'kind' that is neither 'memref' nor 'scalar'
// RUN: not lexon-translate --emit=header dtype.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=DTYPE
// DTYPE: error: 'dtype.mlir': the signature of 'f': arg1 has the unknown dtype 'f8'
// RUN: not lexon-translate --emit=header size.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=SIZE
// RUN: not lexon-translate --emit=header prepare.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=PREPARE
// PREPARE: error: 'prepare.mlir': the signature of 'f' wants its constants prepared by 'gone', which is not there
// SIZE: error: 'size.mlir': the signature of 'f': arg0 has a size that is neither a whole number nor -1
// RUN: not lexon-translate --emit=header shape.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=SHAPE
// SHAPE: error: 'shape.mlir': the signature of 'f': arg0 is a memref without a 'shape'
// RUN: not lexon-translate --emit=header passing.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=PASSING
// PASSING: error: 'passing.mlir': the signature of 'f': result0 has a 'passing' that is neither 'out' nor 'returned'
// RUN: not lexon-translate --emit=header out.mlir -o x.h 2>&1 | FileCheck %s --check-prefix=OUT
// OUT: error: 'out.mlir': the signature of 'f': result0 is an out-argument, but not a memref of fixed shape
// RUN: not ls x.h

// An old header stays when its successor cannot be made, and the place must exist.
// RUN: echo old > old.h && not lexon-translate --emit=header none.mlir -o old.h && grep old old.h
// RUN: not lexon-translate --emit=header good.mlir -o no/such/folder.h 2>&1 | FileCheck %s --check-prefix=PLACE
// PLACE: error: cannot write 'no/such/folder.h'
// RUN: not lexon-translate --emit=header good.mlir good.mlir 2>&1 | FileCheck %s --check-prefix=SEVERAL
// SEVERAL: error: several inputs need --emit=so or --emit=exe

// A function without a signature is left out, not silently.
// RUN: lexon-opt strided.mlir --pipeline=backend --mlir-print-debuginfo -o lowered.mlir
// RUN: lexon-translate --emit=header lowered.mlir -o strided.h 2>&1 | FileCheck %s --check-prefix=STRIDED
// STRIDED: strided.mlir:2:{{.*}} warning: 'strided' has no signature: the header leaves it out
// STRIDED: note: unranked memrefs, layouts other than row-major and unusual element types have none
// RUN: FileCheck %s --check-prefix=REST --input-file=strided.h
// REST-NOT: strided
// REST: lexon_call_plain

//--- none.mlir
func.func @f() { return }
//--- good.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[],\"results\":[]}"} { return }
//--- json.mlir
func.func @f() attributes {lexon.signature = "{"} { return }
//--- version.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":2,\"arguments\":[],\"results\":[]}"} { return }
//--- name.mlir
func.func @f() attributes {lexon.signature = "{\"version\":1,\"arguments\":[],\"results\":[]}"} { return }
//--- twice.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[],\"results\":[]}"} { return }
func.func @g() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[],\"results\":[]}"} { return }
//--- results.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[]}"} { return }
//--- kind.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[7],\"results\":[]}"} { return }
//--- dtype.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[{\"kind\":\"scalar\",\"dtype\":\"i1\"},{\"kind\":\"scalar\",\"dtype\":\"f8\"}],\"results\":[]}"} { return }
//--- size.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[{\"kind\":\"memref\",\"dtype\":\"f32\",\"shape\":[2,-2]}],\"results\":[]}"} { return }
//--- shape.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[{\"kind\":\"memref\",\"dtype\":\"f32\"}],\"results\":[]}"} { return }
//--- passing.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[],\"results\":[{\"kind\":\"scalar\",\"dtype\":\"f32\"}]}"} { return }
//--- out.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"arguments\":[],\"results\":[{\"kind\":\"memref\",\"dtype\":\"f32\",\"shape\":[-1],\"passing\":\"out\"}]}"} { return }
//--- strided.mlir
func.func @plain() { return }
func.func @strided(%m: memref<4xf32, strided<[2]>>) { return }
//--- prepare.mlir
func.func @f() attributes {lexon.signature = "{\"function\":\"f\",\"version\":1,\"prepare\":\"gone\",\"prepared_layout\":\"a\",\"arguments\":[],\"results\":[]}"} { return }
