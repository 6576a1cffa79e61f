//===- deriche.c - edges of an image by recursive filters, of f32 ---------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
//===----------------------------------------------------------------------===//

#include "common.h"

#ifndef W
#define W 1600
#endif
#ifndef H
#define H 3000
#endif

KERNEL deriche(int w, int h, float alpha, float in[w][h], float out[w][h], float y1[w][h], float y2[w][h]) {
  float k = (1.0f - expf(-alpha)) * (1.0f - expf(-alpha)) / (1.0f + 2.0f * alpha * expf(-alpha) - expf(2.0f * alpha));
  float a1 = k, a2 = k * expf(-alpha) * (alpha - 1.0f), a3 = k * expf(-alpha) * (alpha + 1.0f);
  float a4 = -k * expf(-2.0f * alpha), b1 = powf(2.0f, -alpha), b2 = -expf(-2.0f * alpha);
  for (int i = 0; i < w; i++) {
    float before = 0.0f, before2 = 0.0f, last = 0.0f;
    for (int j = 0; j < h; j++) {
      y1[i][j] = a1 * in[i][j] + a2 * last + b1 * before + b2 * before2;
      last = in[i][j];
      before2 = before;
      before = y1[i][j];
    }
  }
  for (int i = 0; i < w; i++) {
    float after = 0.0f, after2 = 0.0f, next = 0.0f, next2 = 0.0f;
    for (int j = h - 1; j >= 0; j--) {
      y2[i][j] = a3 * next + a4 * next2 + b1 * after + b2 * after2;
      next2 = next;
      next = in[i][j];
      after2 = after;
      after = y2[i][j];
    }
  }
  for (int i = 0; i < w; i++)
    for (int j = 0; j < h; j++)
      out[i][j] = y1[i][j] + y2[i][j];
  for (int j = 0; j < h; j++) {
    float last = 0.0f, before = 0.0f, before2 = 0.0f;
    for (int i = 0; i < w; i++) {
      y1[i][j] = a1 * out[i][j] + a2 * last + b1 * before + b2 * before2;
      last = out[i][j];
      before2 = before;
      before = y1[i][j];
    }
  }
  for (int j = 0; j < h; j++) {
    float next = 0.0f, next2 = 0.0f, after = 0.0f, after2 = 0.0f;
    for (int i = w - 1; i >= 0; i--) {
      y2[i][j] = a3 * next + a4 * next2 + b1 * after + b2 * after2;
      next2 = next;
      next = out[i][j];
      after2 = after;
      after = y2[i][j];
    }
  }
  for (int i = 0; i < w; i++)
    for (int j = 0; j < h; j++)
      out[i][j] = y1[i][j] + y2[i][j];
}

int main(void) {
  double *random = numbers((size_t)W * H, 1);
  float (*images)[W][H] = malloc(4 * sizeof *images);
  if (!images)
    return 1;
  for (size_t i = 0; i < (size_t)W * H; ++i)
    images[0][0][i] = (float)(0.5 * random[i]);
  MEASURE((void)0, deriche(W, H, 0.25f, images[0], images[1], images[2], images[3]), images[1], sizeof images[1]);
  return 0;
}
