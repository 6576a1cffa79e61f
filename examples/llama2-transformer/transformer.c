//===- transformer.c - a Llama-2-like transformer on arrays of pointers ---===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// One file of plain C. Every weight is a float ** or float ***, built by allocation loops in helper functions, as C
// programs of this kind are: the compiler has to find out by itself that they are 2- and 3-dimensional arrays.
//
// One of MINI_DATASET, SMALL_DATASET (default), MEDIUM_DATASET and LARGE_DATASET chooses the size. TRANSFORMER_OPENMP
// turns the OpenMP pragmas on.
//
//===----------------------------------------------------------------------===//

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(MINI_DATASET)
enum { kDim = 24, kHiddenDim = 56, kLayers = 2, kHeads = 6, kKvHeads = 2, kVocab = 40, kPositions = 10 };
#elif defined(MEDIUM_DATASET)
enum { kDim = 192, kHiddenDim = 512, kLayers = 4, kHeads = 6, kKvHeads = 3, kVocab = 1000, kPositions = 128 };
#elif defined(LARGE_DATASET)
enum { kDim = 384, kHiddenDim = 1024, kLayers = 6, kHeads = 6, kKvHeads = 2, kVocab = 2048, kPositions = 320 };
#else
enum { kDim = 96, kHiddenDim = 256, kLayers = 3, kHeads = 6, kKvHeads = 3, kVocab = 320, kPositions = 48 };
#endif

enum { kHeadDim = kDim / kHeads, kKvDim = kHeadDim * kKvHeads, kQueriesPerKv = kHeads / kKvHeads };

_Static_assert(kDim % kHeads == 0 && kHeadDim % 2 == 0, "rotary embedding turns pairs of a head");
_Static_assert(kHeads % kKvHeads == 0, "every key and value head serves the same number of query heads");
_Static_assert(kPositions >= 8, "too few positions to see an error grow");

#ifdef TRANSFORMER_OPENMP
#define PARALLEL_FOR _Pragma("omp parallel for schedule(static)")
#else
#define PARALLEL_FOR
#endif

typedef struct {
  float **token_embedding; // kVocab x kDim
  float **rms_attention;   // kLayers x kDim
  float **rms_ffn;         // kLayers x kDim
  float ***wq;             // kLayers x kDim x kDim; each matrix is output x input
  float ***wk;             // kLayers x kKvDim x kDim
  float ***wv;             // kLayers x kKvDim x kDim
  float ***wo;             // kLayers x kDim x kDim
  float ***w1;             // kLayers x kHiddenDim x kDim
  float ***w2;             // kLayers x kDim x kHiddenDim
  float ***w3;             // kLayers x kHiddenDim x kDim
  float *rms_final;        // kDim
  float **classifier;      // kVocab x kDim
} Weights;

typedef struct {
  float *x;           // kDim: the residual stream
  float *xb;          // kDim: normalized, and what attention gives
  float *xb2;         // kDim: what a block adds to x
  float *hb;          // kHiddenDim
  float *hb2;         // kHiddenDim
  float *q;           // kDim
  float **attention;  // kHeads x kPositions: scores, then probabilities
  float ***key_cache; // kLayers x kPositions x kKvDim
  float ***value_cache;
  float *logits; // kVocab
} State;

//--- Memory -----------------------------------------------------------------------------------------------------------

static void *allocate(size_t count, size_t size) {
  void *memory = malloc(count * size);
  if (memory == NULL) {
    fprintf(stderr, "transformer: out of memory (%zu x %zu bytes)\n", count, size);
    exit(1);
  }
  return memory;
}

static float *allocate_vector(int n) { return (float *)allocate((size_t)n, sizeof(float)); }

static float **allocate_matrix(int rows, int columns) {
  float **matrix = (float **)allocate((size_t)rows, sizeof(float *));
  for (int i = 0; i < rows; i++)
    matrix[i] = allocate_vector(columns);
  return matrix;
}

static float ***allocate_cube(int layers, int rows, int columns) {
  float ***cube = (float ***)allocate((size_t)layers, sizeof(float **));
  for (int l = 0; l < layers; l++)
    cube[l] = allocate_matrix(rows, columns);
  return cube;
}

static void free_matrix(float **matrix, int rows) {
  for (int i = 0; i < rows; i++)
    free(matrix[i]);
  free(matrix);
}

static void free_cube(float ***cube, int layers, int rows) {
  for (int l = 0; l < layers; l++)
    free_matrix(cube[l], rows);
  free(cube);
}

static void allocate_weights(Weights *w) {
  w->token_embedding = allocate_matrix(kVocab, kDim);
  w->rms_attention = allocate_matrix(kLayers, kDim);
  w->rms_ffn = allocate_matrix(kLayers, kDim);
  w->wq = allocate_cube(kLayers, kDim, kDim);
  w->wk = allocate_cube(kLayers, kKvDim, kDim);
  w->wv = allocate_cube(kLayers, kKvDim, kDim);
  w->wo = allocate_cube(kLayers, kDim, kDim);
  w->w1 = allocate_cube(kLayers, kHiddenDim, kDim);
  w->w2 = allocate_cube(kLayers, kDim, kHiddenDim);
  w->w3 = allocate_cube(kLayers, kHiddenDim, kDim);
  w->rms_final = allocate_vector(kDim);
  w->classifier = allocate_matrix(kVocab, kDim);
}

static void free_weights(Weights *w) {
  free_matrix(w->token_embedding, kVocab);
  free_matrix(w->rms_attention, kLayers);
  free_matrix(w->rms_ffn, kLayers);
  free_cube(w->wq, kLayers, kDim);
  free_cube(w->wk, kLayers, kKvDim);
  free_cube(w->wv, kLayers, kKvDim);
  free_cube(w->wo, kLayers, kDim);
  free_cube(w->w1, kLayers, kHiddenDim);
  free_cube(w->w2, kLayers, kDim);
  free_cube(w->w3, kLayers, kHiddenDim);
  free(w->rms_final);
  free_matrix(w->classifier, kVocab);
}

static void allocate_state(State *s) {
  s->x = allocate_vector(kDim);
  s->xb = allocate_vector(kDim);
  s->xb2 = allocate_vector(kDim);
  s->hb = allocate_vector(kHiddenDim);
  s->hb2 = allocate_vector(kHiddenDim);
  s->q = allocate_vector(kDim);
  s->attention = allocate_matrix(kHeads, kPositions);
  s->key_cache = allocate_cube(kLayers, kPositions, kKvDim);
  s->value_cache = allocate_cube(kLayers, kPositions, kKvDim);
  s->logits = allocate_vector(kVocab);
}

static void free_state(State *s) {
  free(s->x);
  free(s->xb);
  free(s->xb2);
  free(s->hb);
  free(s->hb2);
  free(s->q);
  free_matrix(s->attention, kHeads);
  free_cube(s->key_cache, kLayers, kPositions);
  free_cube(s->value_cache, kLayers, kPositions);
  free(s->logits);
}

//--- Weights from an integer generator: the same bits on every machine ------------------------------------------------

static uint32_t generator = 2463534242u;

/// Uniform in (-scale, scale). Marsaglia's xorshift; 24 bits, so that the conversion to float is exact.
static float next_weight(float scale) {
  generator ^= generator << 13;
  generator ^= generator >> 17;
  generator ^= generator << 5;
  return ((float)(generator >> 8) * (1.0f / 8388608.0f) - 1.0f) * scale;
}

static void fill_matrix(float **matrix, int rows, int columns, float scale) {
  for (int i = 0; i < rows; i++)
    for (int j = 0; j < columns; j++)
      matrix[i][j] = next_weight(scale);
}

static void fill_cube(float ***cube, int layers, int rows, int columns) {
  float scale = 1.7f / sqrtf((float)columns); // keeps the variance of what a matrix multiplies
  for (int l = 0; l < layers; l++)
    fill_matrix(cube[l], rows, columns, scale);
}

static void fill_norm(float *weight, int n) {
  for (int i = 0; i < n; i++)
    weight[i] = 1.0f + next_weight(0.25f);
}

static void fill_weights(Weights *w) {
  fill_matrix(w->token_embedding, kVocab, kDim, 1.0f);
  for (int l = 0; l < kLayers; l++) {
    fill_norm(w->rms_attention[l], kDim);
    fill_norm(w->rms_ffn[l], kDim);
  }
  fill_cube(w->wq, kLayers, kDim, kDim);
  fill_cube(w->wk, kLayers, kKvDim, kDim);
  fill_cube(w->wv, kLayers, kKvDim, kDim);
  fill_cube(w->wo, kLayers, kDim, kDim);
  fill_cube(w->w1, kLayers, kHiddenDim, kDim);
  fill_cube(w->w2, kLayers, kDim, kHiddenDim);
  fill_cube(w->w3, kLayers, kHiddenDim, kDim);
  fill_norm(w->rms_final, kDim);
  fill_matrix(w->classifier, kVocab, kDim, 3.0f / sqrtf((float)kDim));
}

//--- The layers -------------------------------------------------------------------------------------------------------

/// out and x may be the same vector.
static void rms_norm(float *out, const float *x, const float *weight, int n) {
  float sum = 0.0f;
  for (int i = 0; i < n; i++)
    sum += x[i] * x[i];
  float scale = 1.0f / sqrtf(sum / (float)n + 1e-5f);
  for (int i = 0; i < n; i++)
    out[i] = weight[i] * (scale * x[i]);
}

static void softmax(float *x, int n) {
  float largest = x[0];
  for (int i = 1; i < n; i++)
    if (x[i] > largest)
      largest = x[i];
  float sum = 0.0f;
  for (int i = 0; i < n; i++) {
    x[i] = expf(x[i] - largest);
    sum += x[i];
  }
  for (int i = 0; i < n; i++)
    x[i] /= sum;
}

/// out (rows) = w (rows x columns) times x (columns).
static void matmul(float *out, const float *x, float **w, int columns, int rows) {
  PARALLEL_FOR
  for (int i = 0; i < rows; i++) {
    float sum = 0.0f;
    for (int j = 0; j < columns; j++)
      sum += w[i][j] * x[j];
    out[i] = sum;
  }
}

/// Turns each pair of a vector of whole heads by an angle that depends on the position and on the pair.
static void rotary(float *x, int n, int position) {
  for (int i = 0; i < n; i += 2) {
    float frequency = 1.0f / powf(10000.0f, (float)(i % kHeadDim) / (float)kHeadDim);
    float angle = (float)position * frequency;
    float c = cosf(angle), s = sinf(angle);
    float even = x[i], odd = x[i + 1];
    x[i] = even * c - odd * s;
    x[i + 1] = even * s + odd * c;
  }
}

/// xb = attention of q to the keys and values of all positions so far.
static void attend(State *s, int layer, int position) {
  float **keys = s->key_cache[layer];
  float **values = s->value_cache[layer];
  float scale = 1.0f / sqrtf((float)kHeadDim);
  PARALLEL_FOR
  for (int h = 0; h < kHeads; h++) {
    int query = h * kHeadDim;
    int kv = (h / kQueriesPerKv) * kHeadDim;
    float *scores = s->attention[h];
    for (int t = 0; t <= position; t++) {
      float score = 0.0f;
      for (int i = 0; i < kHeadDim; i++)
        score += s->q[query + i] * keys[t][kv + i];
      scores[t] = score * scale;
    }
    softmax(scores, position + 1);
    for (int i = 0; i < kHeadDim; i++)
      s->xb[query + i] = 0.0f;
    for (int t = 0; t <= position; t++)
      for (int i = 0; i < kHeadDim; i++)
        s->xb[query + i] += scores[t] * values[t][kv + i];
  }
}

static void feed_forward(State *s, const Weights *w, int layer) {
  matmul(s->hb, s->xb, w->w1[layer], kDim, kHiddenDim);
  matmul(s->hb2, s->xb, w->w3[layer], kDim, kHiddenDim);
  for (int i = 0; i < kHiddenDim; i++) {
    float gate = s->hb[i];
    s->hb[i] = gate * (1.0f / (1.0f + expf(-gate))) * s->hb2[i]; // SwiGLU
  }
  matmul(s->xb2, s->hb, w->w2[layer], kHiddenDim, kDim);
}

/// One token through all layers: fills s->logits.
static void forward(State *s, const Weights *w, int token, int position) {
  memcpy(s->x, w->token_embedding[token], kDim * sizeof(float));
  for (int l = 0; l < kLayers; l++) {
    rms_norm(s->xb, s->x, w->rms_attention[l], kDim);
    matmul(s->q, s->xb, w->wq[l], kDim, kDim);
    matmul(s->key_cache[l][position], s->xb, w->wk[l], kDim, kKvDim);
    matmul(s->value_cache[l][position], s->xb, w->wv[l], kDim, kKvDim);
    rotary(s->q, kDim, position);
    rotary(s->key_cache[l][position], kKvDim, position);
    attend(s, l, position);
    matmul(s->xb2, s->xb, w->wo[l], kDim, kDim);
    for (int i = 0; i < kDim; i++)
      s->x[i] += s->xb2[i];

    rms_norm(s->xb, s->x, w->rms_ffn[l], kDim);
    feed_forward(s, w, l);
    for (int i = 0; i < kDim; i++)
      s->x[i] += s->xb2[i];
  }
  rms_norm(s->x, s->x, w->rms_final, kDim);
  matmul(s->logits, s->x, w->classifier, kDim, kVocab);
}

//--- What is printed --------------------------------------------------------------------------------------------------

static int argmax(const float *x, int n) {
  int best = 0;
  for (int i = 1; i < n; i++)
    if (x[i] > x[best])
      best = i;
  return best;
}

/// FNV-1a over the bits: differs as soon as one bit of one element does.
static uint64_t hash_bits(uint64_t hash, const float *x, int n) {
  for (int i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, &x[i], sizeof bits);
    for (int byte = 0; byte < 4; byte++) {
      hash ^= (bits >> (8 * byte)) & 255u;
      hash *= 1099511628211u;
    }
  }
  return hash;
}

static void print_logits(const float *logits, int n) {
  for (int i = 0; i < n; i++)
    printf("%s%.9g", i % 8 == 0 ? "\n  " : " ", (double)logits[i]);
  printf("\n");
}

int main(void) {
  static const int prompt[] = {1, 15, 7, 30, 22};
  const int prompt_length = sizeof prompt / sizeof prompt[0];
  const uint64_t start = 14695981039346656037u;

  Weights weights;
  State state;
  allocate_weights(&weights);
  allocate_state(&state);
  fill_weights(&weights);

  uint64_t all = start;
  int token = prompt[0];
  for (int position = 0; position < kPositions; position++) {
    forward(&state, &weights, token, position);
    all = hash_bits(all, state.logits, kVocab);
    int next = position + 1 < prompt_length ? prompt[position + 1] : argmax(state.logits, kVocab);
    int every = kPositions <= 16 ? 1 : kPositions / 12; // 12 positions or so of a long text
    if (position % every == 0 || position + 1 == kPositions) {
      printf("position %d token %d next %d logits %016llx", position, token, next,
             (unsigned long long)hash_bits(start, state.logits, kVocab));
      print_logits(state.logits, kVocab <= 64 ? kVocab : 16);
    }
    token = next;
  }
  printf("last token %d, all logits %016llx\n", token, (unsigned long long)all);

  free_state(&state);
  free_weights(&weights);
  return 0;
}
