/*===- run_model.c - call a compiled model from C ------------------------------===*
 *
 * Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
 *
 * C99. model.h was generated from the model and declares its function; lexon.h reads and checks the files beside it.
 *
 *===--------------------------------------------------------------------------===*/

#include "lexon/Runtime/lexon.h"
#include "model.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What the program works on: files stay mapped until they are closed. */
typedef struct files {
  lexon_weights *weights, *reference;
  lexon_tensor input, eager, expected, tolerance;
} files;

static int fail(const char *message) {
  fprintf(stderr, "run_model: error: %s\n", message);
  return 0;
}

static int openFile(const char *folder, const char *name, lexon_weights **file) {
  char path[4096];
  const int length = snprintf(path, sizeof path, "%s/%s", folder, name);
  if (length < 0 || (size_t)length >= sizeof path)
    return fail("the folder's name is too long");
  return lexon_weights_open(path, NULL, file) == LEXON_OK || fail(lexon_last_error());
}

/* A tensor of the reference; it must have the element type and number of elements that the model has. */
static int findTensor(const files *open, const char *name, int dtype, int64_t elements, lexon_tensor *tensor) {
  int64_t count = 1;
  if (lexon_weights_find(open->reference, name, tensor) != LEXON_OK)
    return fail(lexon_last_error());
  for (int32_t i = 0; i < tensor->rank; ++i)
    count *= tensor->shape[i];
  return (tensor->dtype == dtype && count == elements) || fail("reference.data belongs to another model");
}

static int openFiles(const char *folder, files *open) {
  if (!openFile(folder, "arg0.data", &open->weights) || !openFile(folder, "reference.data", &open->reference))
    return 0;
  if (lexon_weights_bytes(open->weights) != LEXON_ELEMENTS_forward_arg0)
    return fail("arg0.data belongs to another model");
  return findTensor(open, "input", LEXON_F32, LEXON_ELEMENTS_forward_arg1, &open->input) &&
         findTensor(open, "eager", LEXON_F32, LEXON_ELEMENTS_forward_result0, &open->eager) &&
         findTensor(open, "expected", LEXON_F64, LEXON_ELEMENTS_forward_result0, &open->expected) &&
         findTensor(open, "tolerance", LEXON_F64, LEXON_ELEMENTS_forward_result0, &open->tolerance);
}

static int64_t countWrong(const float *result, const files *open, double *largest);

/* Calls the model and compares its result with PyTorch's. */
static int runModel(const files *open, float *result) {
  double largest;
  int64_t wrong;
  if (!lexon_call_forward((const int8_t *)lexon_weights_data(open->weights), (const float *)open->input.data, result))
    return fail(lexon_failure_message);
  wrong = countWrong(result, open, &largest);
  printf("C: %" PRId64 " elements, largest difference from PyTorch %.3g, %" PRId64 " beyond their bound\n",
         LEXON_ELEMENTS_forward_result0, largest, wrong);
  puts(wrong ? "FAIL" : "PASS");
  return wrong == 0;
}

/* Both results round differently. Each may be off from the exact value by the element's tolerance, so their distance is
 * at most twice that; nor may it be more than five times the largest error that PyTorch itself makes. */
static int64_t countWrong(const float *result, const files *open, double *largest) {
  const float *eager = (const float *)open->eager.data;
  const double *expected = (const double *)open->expected.data, *tolerance = (const double *)open->tolerance.data;
  double eagerError = 0;
  int64_t wrong = 0;
  *largest = 0;
  for (int64_t i = 0; i < LEXON_ELEMENTS_forward_result0; ++i)
    eagerError = fmax(eagerError, fabs((double)eager[i] - expected[i]));
  for (int64_t i = 0; i < LEXON_ELEMENTS_forward_result0; ++i) {
    const double difference = fabs((double)result[i] - (double)eager[i]);
    *largest = fmax(*largest, difference);
    wrong += !(difference <= fmin(2 * tolerance[i], 5 * eagerError)); /* not so for a NaN either */
  }
  return wrong;
}

int main(int argc, char **argv) {
  files open = {0};
  float *result = (float *)malloc(LEXON_ELEMENTS_forward_result0 * sizeof(float));
  int good;
  if (argc != 2) {
    fprintf(stderr, "usage: %s FOLDER\n  FOLDER has arg0.data and reference.data of the model\n", argv[0]);
    free(result);
    return 1;
  }
  good = result ? openFiles(argv[1], &open) && runModel(&open, result) : fail("out of memory");
  free(result);
  lexon_weights_close(open.reference);
  lexon_weights_close(open.weights);
  return good && fflush(stdout) == 0 ? 0 : 1;
}
