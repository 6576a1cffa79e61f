/*===- call.c - calls all functions of header-run.mlir ------------------------===*
 *
 * Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
 *
 * C99 and C++17.
 *
 *===--------------------------------------------------------------------------===*/

#include "module.h"
#include "module.h" /* once is enough, twice does no harm */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int truth, const char *what) {
  if (truth)
    return;
  printf("wrong: %s\n", what);
  exit(1);
}
#define REQUIRE(truth) require((truth) ? 1 : 0, #truth)

static void testDynamic(void) {
  const float rows[6] = {1, 2, 3, 40, 50, 60};
  lexon_memref_f32_1d sums;
  REQUIRE(lexon_call_sums(rows, 2, &sums));
  REQUIRE(sums.sizes[0] == 2 && sums.strides[0] == 1);
  REQUIRE(sums.aligned[sums.offset] == 6 && sums.aligned[sums.offset + 1] == 150);
  free(sums.allocated);
  REQUIRE(lexon_call_sums(rows, 0, &sums)); /* no rows */
  REQUIRE(sums.sizes[0] == 0);
  free(sums.allocated);

  /* The same through descriptors. */
  lexon_memref_f32_2d view = lexon_view_f32_2d((float *)rows, 2, 3);
  lexon_returned_sums returned;
  REQUIRE(view.strides[0] == 3 && view.strides[1] == 1 && view.offset == 0);
  _mlir_ciface_sums(&returned, &view);
  REQUIRE(returned.result0.aligned[returned.result0.offset + 1] == 150);
  free(returned.result0.allocated);
}

static void testMixed(void) {
  const double matrix[6] = {1, 2, 3, 4, 5, 6}, expected[6] = {1, 4, 2, 5, 3, 6};
  double transposed[LEXON_ELEMENTS_mixed_result0];
  const int32_t number = 300 - 7;
  lexon_bf16 half;
  lexon_memref_f64_1d row;
  bool truth;
  int8_t small;
  for (int i = 0; i < 2; ++i) {
    REQUIRE(lexon_call_mixed(matrix, 2, i == 0, 0x3e00 /* 1.5 */, &number, transposed, &half, &row, &truth, &small));
    REQUIRE(memcmp(transposed, expected, sizeof expected) == 0);
    REQUIRE(half == 0x3fc0 && truth == (i != 0) && small == 37);
    REQUIRE(row.sizes[0] == 2 && row.aligned[row.offset] == 4 && row.aligned[row.offset + row.strides[0]] == 5);
    free(row.allocated);
  }
}

static void testTypes(void) {
  const lexon_c64 a = {1, 2};
  const lexon_c128 b = {3, -4};
  lexon_c64 conjugateA;
  lexon_c128 conjugateB;
  const lexon_f16 halves[3] = {0x3c00, 0xc000, 0x7c00}; /* 1, -2, infinity */
  const bool truths[3] = {true, false, true};
  lexon_bf16 converted[LEXON_ELEMENTS_convert_result0];
  bool negated[LEXON_ELEMENTS_convert_result1];
  REQUIRE(lexon_call_conjugate_of(a, b, &conjugateB, &conjugateA));
  REQUIRE(conjugateA.real == 1 && conjugateA.imaginary == -2);
  REQUIRE(conjugateB.real == 3 && conjugateB.imaginary == 4);
  REQUIRE(lexon_call_convert(halves, truths, converted, negated));
  REQUIRE(converted[0] == 0x3f80 && converted[1] == 0xc000 && converted[2] == 0x7f80);
  REQUIRE(!negated[0] && negated[1] && !negated[2]);
}

static void testArguments(void) {
  float numbers[3] = {1, -2, 4};
  double value;
  REQUIRE(lexon_call_double(numbers, 3));
  REQUIRE(numbers[0] == 2 && numbers[1] == -4 && numbers[2] == 8);
  REQUIRE(_mlir_ciface_polynomial(1.5f, -2.0, 3, INT64_C(1) << 40) == -3.0 + 3.0 * 1099511627776.0);
  REQUIRE(lexon_call_polynomial(1.5f, -2.0, -3, 7, &value));
  REQUIRE(value == -24);
}

static void testPrepared(void) {
  const float raw[LEXON_ELEMENTS_prepared_arg0] = {1, 2, 3, 4, 5, 6}, x[3] = {1, 10, 100};
  float prepared[LEXON_ELEMENTS_prepared_arg0], result[LEXON_ELEMENTS_prepared_result0];
  REQUIRE(lexon_call_prepared_prepare(raw, prepared));
  REQUIRE(prepared[0] == 3 && prepared[5] == 4);
  REQUIRE(lexon_call_prepared(prepared, x, result));
  REQUIRE(result[0] == 1 && result[1] == 20 && result[2] == 300);
  REQUIRE(result[3] == 4 && result[4] == 50 && result[5] == 600);
}

static void testFailure(void) {
  const float numbers[4] = {1, 2, 3, 4};
  float result = 0;
  REQUIRE(lexon_call_checked(numbers, 3, &result) && result == 4);
  REQUIRE(!lexon_call_checked(numbers, 4, &result));
  REQUIRE(strstr(lexon_failure_message, "index is out of bounds") != NULL);
  REQUIRE(!lexon_call_checked(numbers, -1, &result));
  REQUIRE(lexon_call_checked(numbers, 0, &result) && result == 1);
}

int main(void) {
  testDynamic();
  testMixed();
  testTypes();
  testArguments();
  testPrepared();
  testFailure();
  printf("all calls are right\n");
  return 0;
}
