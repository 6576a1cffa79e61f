/*===- TestModule.c - compiled models in small --------------------------------*- C -*-===*
 *
 * Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
 *
 * What the compiler would produce, by hand after docs/formats.md: one function per way of passing things.
 *
 *===------------------------------------------------------------------------------------===*/

#include <complex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  void *allocated, *aligned;
  int64_t offset;
} Memref0;
typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[1], strides[1];
} Memref1;
typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} Memref2;

#define MEMREF(rank, i) (*(Memref##rank **)args[i])
#define SIGNATURE(name, arguments, results)                                                                            \
  const char lexon_signature_##name[] =                                                                                \
      "{\"function\": \"" #name "\", \"version\": 1, \"arguments\": [" arguments "], \"results\": [" results "]}"
#define M(dtype, shape) "{\"kind\": \"memref\", \"dtype\": \"" dtype "\", \"shape\": [" shape "]}"
#define MUTATED(dtype, shape)                                                                                          \
  "{\"kind\": \"memref\", \"dtype\": \"" dtype "\", \"shape\": [" shape "], \"mutated\": true}"
#define OUT(dtype, shape)                                                                                              \
  "{\"kind\": \"memref\", \"dtype\": \"" dtype "\", \"shape\": [" shape "], \"passing\": \"out\"}"
#define RET(dtype, shape)                                                                                              \
  "{\"kind\": \"memref\", \"dtype\": \"" dtype "\", \"shape\": [" shape "], \"passing\": \"returned\"}"
#define S(dtype) "{\"kind\": \"scalar\", \"dtype\": \"" dtype "\"}"
#define RETS(dtype) "{\"kind\": \"scalar\", \"dtype\": \"" dtype "\", \"passing\": \"returned\"}"

/* Static shapes: out[i] = 10*a[i] + b[i]; written back to front, so that an output over an input shows. */
SIGNATURE(add, M("f32", "2, 3") "," M("f32", "2, 3"), OUT("f32", "2, 3"));
void lexon_invoke_add(void **args) {
  const float *a = MEMREF(2, 0)->aligned, *b = MEMREF(2, 1)->aligned;
  float *out = MEMREF(2, 2)->aligned;
  memset(out, 0, 6 * sizeof *out);
  for (int i = 0; i < 6; ++i)
    out[i] = 10 * a[i] + b[i];
}

/* Dynamic shape and a scalar: returns x * factor. */
SIGNATURE(scale, M("f32", "-1, 4") "," S("f64"), RET("f32", "-1, 4"));
void lexon_invoke_scale(void **args) {
  const Memref2 *x = MEMREF(2, 0);
  const double factor = *(double *)args[1];
  Memref2 *result = args[2];
  const int64_t n = x->sizes[0] * 4;
  float *data = malloc(n * sizeof *data + 128);
  *result = (Memref2){data, data + 16, 0, {x->sizes[0], 4}, {4, 1}};
  for (int64_t i = 0; i < n; ++i)
    data[16 + i] = (float)(((const float *)x->aligned)[i] * factor);
}

/* All ways at once: an out-argument before the struct of two memrefs and scalars of all alignments. */
typedef struct {
  int8_t isEmpty;
  Memref1 copy;
  float half;
  uint16_t bits;
  double _Complex pair;
  int8_t small;
  int64_t sum;
} MixedResult;
SIGNATURE(mixed, M("i64", "-1") "," S("i8"),
          RETS("i1") "," OUT("i64", "2") "," RET("i64", "-1") "," RETS("f32") "," RETS("f16") "," RETS("c128") "," RETS(
              "i8") "," RETS("index"));
void lexon_invoke_mixed(void **args) {
  const Memref1 *x = MEMREF(1, 0);
  const int8_t small = *(int8_t *)args[1];
  int64_t *out = MEMREF(1, 2)->aligned;
  MixedResult *result = args[3];
  const int64_t n = x->sizes[0], *data = x->aligned;
  int64_t sum = 0, *copy = malloc(n * sizeof *copy + 1);
  for (int64_t i = 0; i < n; ++i)
    sum += copy[i] = data[i];
  out[0] = n;
  out[1] = sum;
  result->isEmpty = n == 0;
  result->copy = (Memref1){copy, copy, 0, {n}, {1}};
  result->half = sum / 2.0f;
  result->bits = 0x3c00; /* 1 in f16 */
  result->pair = 3.0 + 4.0 * I;
  result->small = small;
  result->sum = sum;
}

SIGNATURE(empty, M("f32", "0, 3"), OUT("f32", "0, 3"));
void lexon_invoke_empty(void **args) { (void)args; }

SIGNATURE(nothing, , );
void lexon_invoke_nothing(void **args) { (void)args; }

/* Rank 0 memref. */
SIGNATURE(negate, M("f64", ""), OUT("f64", ""));
void lexon_invoke_negate(void **args) { *(double *)MEMREF(0, 1)->aligned = -*(double *)MEMREF(0, 0)->aligned; }

SIGNATURE(increment, MUTATED("f64", "3"), );
void lexon_invoke_increment(void **args) {
  for (int i = 0; i < 3; ++i)
    ((double *)MEMREF(1, 0)->aligned)[i] += 1;
}

/* Weights first; out = x + the first four floats of the weights. */
SIGNATURE(weighted, M("i8", "192") "," M("f32", "4"), OUT("f32", "4"));
void lexon_invoke_weighted(void **args) {
  const float *weights = MEMREF(1, 0)->aligned, *x = MEMREF(1, 1)->aligned;
  for (int i = 0; i < 4; ++i)
    ((float *)MEMREF(1, 2)->aligned)[i] = x[i] + weights[i];
}

/* The same with prepared weights: their bytes back to front. `_other` wants another order, that of a file; the rest are
 * wrong in one way each. */
#define PREPARED(name, prepare, layout, arguments)                                                                     \
  const char lexon_signature_##name[] =                                                                                \
      "{\"function\": \"" #name "\", \"version\": 1, \"prepare\": \"" prepare "\", \"prepared_layout\": \"" layout     \
      "\", \"arguments\": [" arguments "], \"results\": [" OUT("f32", "4") "]}"
#define CONSTANT(dtype, shape)                                                                                         \
  "{\"kind\": \"memref\", \"dtype\": \"" dtype "\", \"shape\": [" shape "], \"constant\": true}"

int64_t lexon_test_prepare_calls = 0;

SIGNATURE(prepared_prepare, M("i8", "192"), OUT("i8", "192"));
void lexon_invoke_prepared_prepare(void **args) {
  const char *from = MEMREF(1, 0)->aligned;
  char *to = MEMREF(1, 1)->aligned;
  ++lexon_test_prepare_calls;
  for (int i = 0; i < 192; ++i)
    to[i] = from[191 - i];
}

PREPARED(prepared, "prepared_prepare", "reversed.1", CONSTANT("i8", "192") "," M("f32", "4"));
void lexon_invoke_prepared(void **args) {
  const char *weights = MEMREF(1, 0)->aligned;
  const float *x = MEMREF(1, 1)->aligned;
  for (int i = 0; i < 4; ++i) {
    char bytes[4];
    float weight;
    for (int j = 0; j < 4; ++j)
      bytes[j] = weights[191 - 4 * i - j];
    memcpy(&weight, bytes, 4);
    ((float *)MEMREF(1, 2)->aligned)[i] = x[i] + weight;
  }
}

PREPARED(prepared_too, "prepared_prepare", "reversed.1", CONSTANT("i8", "192") "," M("f32", "4"));
void lexon_invoke_prepared_too(void **args) { lexon_invoke_prepared(args); }

PREPARED(passing_on, "prepared_prepare", "0:@prepared[0] 64:@weighted[0]", CONSTANT("i8", "192") "," M("f32", "4"));
void lexon_invoke_passing_on(void **args) { lexon_invoke_prepared(args); }

/* As pack-weights writes it: nothing is in another order, seen only with the other functions; and something is. */
PREPARED(passing_raw, "prepared_prepare", "lexon-1; 0:@weighted[0] 64:raw", CONSTANT("i8", "192") "," M("f32", "4"));
void lexon_invoke_passing_raw(void **args) { lexon_invoke_weighted(args); }

PREPARED(passing_far, "prepared_prepare", "lexon-1; 0:raw 64:@passing_raw[0]", CONSTANT("i8", "192") "," M("f32", "4"));
void lexon_invoke_passing_far(void **args) { lexon_invoke_weighted(args); }

PREPARED(passing_mixed, "prepared_prepare", "lexon-1; 0:raw 64:@passing_on[0]",
         CONSTANT("i8", "192") "," M("f32", "4"));
void lexon_invoke_passing_mixed(void **args) { lexon_invoke_prepared(args); }

PREPARED(unpreparable, "absent", "reversed.1", CONSTANT("i8", "192"));
void lexon_invoke_unpreparable(void **args) { (void)args; }

PREPARED(misprepared, "add", "added", CONSTANT("i8", "192"));
void lexon_invoke_misprepared(void **args) { (void)args; }

PREPARED(two_constants, "two_constants_prepare", "swapped.1", CONSTANT("i8", "192") "," CONSTANT("f32", "4"));
void lexon_invoke_two_constants(void **args) { (void)args; }

/* Every dtype that C has no name for passes unchanged. */
SIGNATURE(same, M("bf16", "3") "," M("f16", "3") "," M("c64", "2") "," M("i1", "3") "," M("u8", "3"),
          OUT("bf16", "3") "," OUT("f16", "3") "," OUT("c64", "2") "," OUT("i1", "3") "," OUT("u8", "3"));
void lexon_invoke_same(void **args) {
  static const size_t bytes[] = {6, 6, 16, 3, 3};
  for (int i = 0; i < 5; ++i)
    memcpy(MEMREF(1, 5 + i)->aligned, MEMREF(1, i)->aligned, bytes[i]);
}

/* One buffer as two results, with an offset and a stride. */
typedef struct {
  Memref1 first, second;
} SharedResult;
SIGNATURE(shared, , RET("i32", "-1") "," RET("i32", "-1"));
void lexon_invoke_shared(void **args) {
  SharedResult *result = args[0];
  int32_t *data = malloc(8 * sizeof *data);
  for (int i = 0; i < 8; ++i)
    data[i] = i;
  result->first = (Memref1){data, data, 1, {3}, {2}};
  result->second = (Memref1){data, data, 0, {2}, {1}};
}

/* Allocates 1000 bytes per run. */
SIGNATURE(scratch, , );
void lexon_invoke_scratch(void **args) {
  (void)args;
  char *volatile memory = malloc(1000);
  free(memory);
}

/* Returns another shape than it says. */
SIGNATURE(liar, , RET("f32", "3"));
void lexon_invoke_liar(void **args) {
  float *data = calloc(2, sizeof *data);
  *(Memref1 *)args[0] = (Memref1){data, data, 0, {2}, {1}};
}

/* A result larger than any memory. */
SIGNATURE(huge, , OUT("f64", "1099511627776, 1048576, 1048576"));
void lexon_invoke_huge(void **args) { (void)args; }

const char lexon_signature_headless[] =
    "{\"function\": \"headless\", \"version\": 1, \"arguments\": [], \"results\": []}";
const char lexon_signature_garbled[] = "{\"function\": \"garbled\", ";
const char lexon_signature_future[] = "{\"function\": \"future\", \"version\": 2, \"arguments\": [], \"results\": []}";
