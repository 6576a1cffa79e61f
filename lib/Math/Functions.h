//===- Functions.h - the functions as formulas -------------------*- C++ -*-===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// Each takes and gives f32, scalars or vectors. Bounds of the errors: include/lexon/Math/Passes.td.
//
// Polynomials are minimax (Remez's exchange, Muller: "Elementary Functions", chapter 3), for the error that counts:
// relative to the function's value. Coefficients were rounded to the format one by one, the later ones fitted again.
//
//===----------------------------------------------------------------------===//

#ifndef LEXON_LIB_MATH_FUNCTIONS_H
#define LEXON_LIB_MATH_FUNCTIONS_H

#include "Emitter.h"

namespace lexon::math {

// Exponentials.cpp
Expr emitExp(Expr x);
Expr emitExp2(Expr x);
Expr emitExpM1(Expr x);
Expr emitTanh(Expr x);
Expr emitSinh(Expr x);
Expr emitCosh(Expr x);
Expr emitErf(Expr x);

// Logarithms.cpp
Expr emitLog(Expr x);
Expr emitLog2(Expr x);
Expr emitLog10(Expr x);
Expr emitLog1p(Expr x);

// Powers.cpp
Expr emitPow(Expr x, Expr y);
Expr emitCbrt(Expr x);
Expr emitAsinh(Expr x);
Expr emitAcosh(Expr x);
Expr emitAtanh(Expr x);

// Trigonometry.cpp
Expr emitSin(Expr x);
Expr emitCos(Expr x);
Expr emitTan(Expr x);

// InverseTrigonometry.cpp
Expr emitAtan(Expr x);
Expr emitAtan2(Expr y, Expr x);
Expr emitAsin(Expr x);
Expr emitAcos(Expr x);

} // namespace lexon::math

#endif // LEXON_LIB_MATH_FUNCTIONS_H
