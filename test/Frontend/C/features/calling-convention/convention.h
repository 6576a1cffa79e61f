// Types for each way that x86-64 passes arguments and results. callee.c defines a function for each, caller.c calls it:
// the two files may come from different compilers.
#ifndef CONVENTION_H
#define CONVENTION_H

#include <complex.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>

typedef __int128 i128;
enum small { MINUS = -1, ZERO, ONE };

typedef struct {
  char a;
} S1;
typedef struct {
  char a[3];
} S3;
typedef struct {
  short a, b, c;
} S6;
typedef struct {
  int a;
  char b[3];
} S7;
typedef struct {
  long a;
  char b;
} S9;
typedef struct {
  int a, b, c;
} S12;
typedef struct {
  int *a;
  long b;
} S16;
typedef struct {
  long a, b;
  char c;
} S17;
typedef struct {
  float a;
} F1;
typedef struct {
  float a, b;
} F2;
typedef struct {
  float a[3];
} F3;
typedef struct {
  float a, b, c, d;
} F4;
typedef struct {
  float a[5];
} F5;
typedef struct {
  double a;
} D1;
typedef struct {
  double a, b;
} D2;
typedef struct {
  double a[3];
} D3;
typedef struct {
  double a;
  float b;
} DF;
typedef struct {
  int a;
  float b;
} IF;
typedef struct {
  float a, b;
  int c;
} FFI;
typedef struct {
  char a;
  double b;
} CD;
typedef struct {
  double a;
  long b;
} DL;
typedef struct {
  long double a;
} L1;
typedef struct {
  long double a;
  int b;
} LI;
typedef struct {
  i128 a;
} Q1;
typedef struct {
  int a;
  i128 b;
} IQ;
typedef struct {
  float complex a;
} CF;
typedef struct {
  float complex a;
  float b;
} CFF;
typedef struct {
  double complex a;
} CC;
typedef struct {
  S1 a;
  struct {
    F1 b;
  } c;
  D1 d;
} Nested;
typedef struct {
  unsigned a : 3, b : 30;
  int c : 5;
} Bits;
typedef struct {
  unsigned long a : 40;
  float b;
} BitsF;
typedef struct {
  struct {
  } e;
  int a;
} Empty;
typedef struct __attribute__((packed)) {
  char a;
  double b;
} Packed;
typedef struct {
  _Alignas(32) int a;
} Aligned;
typedef union {
  int a;
  float b;
} UIF;
typedef union {
  double a;
  float b[2];
} UDF;
typedef union {
  struct {
    int a;
    float b;
  } s;
  double d;
} USD;
typedef union {
  char a[12];
  int b;
} U12;
typedef union {
  double a[2];
  long b[3];
} U24;
typedef struct {
  _Float16 a, b;
} H2;
typedef struct {
  bool a;
  enum small b;
  unsigned char c;
} Tiny;

// Lists of macros are not for clang-format.
// clang-format off
#define RECORDS(X) \
  X(S1) X(S3) X(S6) X(S7) X(S9) X(S12) X(S16) X(S17) X(F1) X(F2) X(F3) X(F4) X(F5) X(D1) X(D2) X(D3) X(DF) X(IF) X(FFI) \
  X(CD) X(DL) X(L1) X(LI) X(Q1) X(IQ) X(CF) X(CFF) X(CC) X(Nested) X(Bits) X(BitsF) X(Empty) X(Packed) X(Aligned) \
  X(UIF) X(UDF) X(USD) X(U12) X(U24) X(H2) X(Tiny)

#define SCALARS(X) \
  X(bool, B) X(char, C) X(signed char, SC) X(unsigned char, UC) X(short, SH) X(unsigned short, US) X(int, I) \
  X(unsigned, U) X(long, L) X(i128, Q) X(float, F) X(double, D) X(long double, LD) X(float complex, FC) \
  X(double complex, DC) X(long double complex, LC) X(enum small, E) X(_Float16, H)
// clang-format on

// Alone; behind so many that few registers are left; and through the dots.
#define DECLARE(type, name)                                                                                            \
  type alone_##name(type a);                                                                                           \
  type behind_##name(long i, long j, long k, long l, double d, type a, type b, long m, type c, double e, type f,       \
                     double *sum);                                                                                     \
  int dots_##name(int n, ...);
#define DECLARE_RECORD(type) DECLARE(type, type)
RECORDS(DECLARE_RECORD)
SCALARS(DECLARE)

extern struct table {
  const char *name;
  S12 (*by_value)(S12, F3);
  double (*variadic)(const char *, ...);
  Bits bits[2];
} table;

#endif
