//===- Directed.cpp - cases that are made, not drawn ----------------------===//
//
// Licensed under the Apache License v2.0 with LLVM Exceptions; see LICENSE.
//
// What random cases do not reach: sizes that 32 bits cannot count, in memory that is not there; outputs that overlap
// inputs; and what happens to the library's number of threads.
//
//===----------------------------------------------------------------------===//

#include "Directed.h"

#include "CountCalls.h"
#include "Matrix.h"

#include <cblas.h>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <sys/mman.h>
#include <thread>

using namespace lexon::differential;

static constexpr int64_t kLarge = 65536, kTooMany = (int64_t(1) << 31) + 5;

namespace {
/// Addresses that nothing may touch, except where `open` has been called.
class Reservation {
public:
  explicit Reservation(size_t floats) : bytes(floats * sizeof(float)) {
    void *mapped = mmap(nullptr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    start = mapped == MAP_FAILED ? nullptr : static_cast<float *>(mapped);
  }
  ~Reservation() {
    if (start)
      munmap(start, bytes);
  }
  /// Memory for the floats from here on, a page of them.
  bool open(float *from) {
    constexpr uintptr_t page = 4096;
    void *first = reinterpret_cast<void *>(reinterpret_cast<uintptr_t>(from) / page * page);
    return mprotect(first, 2 * page, PROT_READ | PROT_WRITE) == 0;
  }
  float *start;

private:
  size_t bytes;
};

/// What one check needs; problems are sentences.
struct Context {
  const Library &library;
  int threads;
};

using Check = std::string (*)(const Context &);
} // namespace

static std::string number(int64_t value) { return std::to_string(value); }

/// c += a * b in linalg's order, on the very memory: what an output that is an input comes to.
static void plainLoops(const Matrix &a, const Matrix &b, const Matrix &c) {
  for (int64_t i = 0; i < c.rows(); ++i)
    for (int64_t j = 0; j < c.columns(); ++j)
      for (int64_t k = 0; k < a.columns(); ++k)
        c.at(i, j) += a.at(i, k) * b.at(k, j);
}

static std::string compare(const std::vector<float> &found, const std::vector<float> &wanted, double tolerance) {
  for (size_t i = 0; i < wanted.size(); ++i)
    if (!(std::fabs(found[i] - wanted[i]) <= tolerance * std::max(1.0f, std::fabs(wanted[i]))))
      return "element " + number(i) + " of the memory is " + std::to_string(found[i]) + " instead of " +
             std::to_string(wanted[i]);
  return "";
}

/// The part of the output that a call computes.
struct Tile {
  int64_t row, column, rows, columns;
  bool overlaps(const Tile &other) const {
    return row < other.row + other.rows && other.row < row + rows && column < other.column + other.columns &&
           other.column < column + columns;
  }
};

/// What is wrong with a call that computes a tile of c += a * b.
static std::string wrongTile(const BlasCall &call, const Tile &tile, const Matrix &a, const Matrix &b,
                             const Matrix &c) {
  if (call.k != a.columns())
    return "called for " + number(call.k) + " products in a sum";
  if (call.lda != a.view.strides[0] || call.ldb != b.view.strides[0] || call.ldc != c.view.strides[0])
    return "called with leading dimensions " + number(call.lda) + ", " + number(call.ldb) + ", " + number(call.ldc);
  if (tile.row + tile.rows > c.rows() || tile.column + tile.columns > c.columns() || call.a != &a.at(tile.row, 0) ||
      call.b != &b.at(0, tile.column))
    return "called with wrong addresses";
  return call.alpha == 1 && call.beta == 1 && call.transA == CblasNoTrans && call.transB == CblasNoTrans
             ? ""
             : "called with wrong factors or transposed";
}

/// What is wrong with the calls for c += a * b. Each thread may have its part of c.
static std::string wrongCalls(const std::vector<BlasCall> &calls, const Matrix &a, const Matrix &b, const Matrix &c,
                              int threads) {
  if (calls.empty() || (threads != 0 && calls.size() > static_cast<size_t>(threads)))
    return number(calls.size()) + " calls for " + number(threads) + " threads";
  std::vector<Tile> tiles;
  int64_t area = 0;
  for (const BlasCall &call : calls) {
    int64_t place = static_cast<const float *>(call.c) - &c.at(0, 0), leading = c.view.strides[0];
    Tile tile{place / leading, place % leading, call.m, call.n};
    if (std::string problem = wrongTile(call, tile, a, b, c); !problem.empty())
      return problem;
    for (const Tile &other : tiles)
      if (tile.overlaps(other))
        return "two calls compute the same element";
    tiles.push_back(tile);
    area += tile.rows * tile.columns;
  }
  return area == c.rows() * c.columns() ? "" : "calls for " + number(area) + " elements of the output";
}

/// 2^32 elements and more, in addresses that fault.
static std::string checkLarge(const Context &context, const char *function, int64_t offset) {
  const size_t span = kLarge * kLarge + 4096;
  Reservation memory(3 * span);
  if (!memory.start)
    return "cannot reserve addresses";
  Matrix a(memory.start, kLarge, kLarge, kLarge, offset), b(a.base + span, kLarge, kLarge, kLarge, offset),
      c(b.base + span, kLarge, kLarge, kLarge, offset);
  startRecording(/*forward=*/false);
  bool found = context.library.call(function, a, b, c);
  std::vector<BlasCall> calls = stopRecording();
  return found ? wrongCalls(calls, a, b, c, context.threads) : "no such function";
}

/// Sizes beyond 32 bits must not be cut down to them. Nothing is to be computed, so nothing may be touched.
static std::string checkTooLarge(const Context &context, const char *function, int64_t m, int64_t n, int64_t k) {
  Reservation memory(4096);
  Matrix a(memory.start, m, k, std::max<int64_t>(1, k)), b(memory.start, k, n, std::max<int64_t>(1, n)),
      c(memory.start, m, n, std::max<int64_t>(1, n));
  startRecording(/*forward=*/false);
  bool found = context.library.call(function, a, b, c);
  std::vector<BlasCall> calls = stopRecording();
  for (const BlasCall &call : calls)
    if (call.m != m || call.n != n || call.k != k)
      return "called for " + number(call.m) + " x " + number(call.n) + " x " + number(call.k);
  return found ? "" : "no such function";
}

/// A broken descriptor: a negative size is no number for CBLAS, and there is nothing to compute.
static std::string checkNegative(const Context &context, int64_t m, int64_t n, int64_t k) {
  Reservation memory(4096);
  Matrix a(memory.start, m, k, 8), b(memory.start, k, n, 8), c(memory.start, m, n, 8);
  startRecording(/*forward=*/false);
  bool found = context.library.call("any", a, b, c);
  size_t calls = stopRecording().size();
  return !found ? "no such function" : calls == 0 ? "" : number(calls) + " calls";
}

/// Rows that lie further apart than 32 bits count: the call cannot be made, the product can.
static std::string checkFarRows(const Context &context) {
  Reservation memory(kTooMany + 4096);
  if (!memory.start || !memory.open(memory.start) || !memory.open(memory.start + kTooMany))
    return "cannot reserve addresses";
  Random random(1);
  Matrix a(memory.start, 2, 3, kTooMany);
  for (int64_t i = 0; i < 6; ++i)
    a.at(i / 3, i % 3) = static_cast<float>(random.unit());
  std::vector<float> right = randomFloats(12, random), out = randomFloats(8, random), wanted = out;
  Matrix b(right.data(), 3, 4, 4);
  plainLoops(a, b, Matrix(wanted.data(), 2, 4, 4));
  if (!context.library.call("rows", a, b, Matrix(out.data(), 2, 4, 4)))
    return "no such function";
  return compare(out, wanted, 1e-5);
}

/// C starts `shift` elements behind A in the same memory.
static std::string checkOverlap(const Context &context, const char *function, int64_t shift) {
  constexpr int64_t size = 24;
  Random random(2);
  std::vector<float> shared = randomFloats(4 * size * size, random), right = randomFloats(size * size, random);
  for (float &value : right) // keeps repeated products from growing
    value /= size;
  std::vector<float> wanted = shared;
  Matrix b(right.data(), size, size, size);
  plainLoops(Matrix(wanted.data(), size, size, size), b, Matrix(wanted.data(), size, size, size, shift));
  if (!context.library.call(function, Matrix(shared.data(), size, size, size), b,
                            Matrix(shared.data(), size, size, size, shift)))
    return "no such function";
  return compare(shared, wanted, 1e-4);
}

/// The output starts where B does, or both inputs are one matrix.
static std::string checkOneMatrix(const Context &context, bool isOutput) {
  constexpr int64_t size = 40;
  Random random(7);
  std::vector<float> left = randomFloats(size * size, random), right = left, out = randomFloats(size * size, random);
  for (float &value : left)
    value /= size;
  Matrix a(left.data(), size, size, size), b(isOutput ? right.data() : a.base, size, size, size);
  std::vector<float> &result = isOutput ? right : out;
  std::vector<float> wanted = result;
  Matrix c(result.data(), size, size, size), plain(wanted.data(), size, size, size);
  plainLoops(a, isOutput ? plain : b, plain);
  if (!context.library.call("any", a, b, c))
    return "no such function";
  return compare(result, wanted, 1e-4);
}

/// The calls that `run` makes use one thread each: the program's own threads make them. Afterwards OpenBLAS has as many
/// threads as before.
template <typename Run> static std::string checkThreads(std::vector<BlasCall> &calls, Run &&run) {
  constexpr int before = 2;
  openblas_set_num_threads(before);
  startRecording(/*forward=*/true);
  run();
  calls = stopRecording();
  for (const BlasCall &call : calls)
    if (call.threads != 1)
      return "called with " + number(call.threads) + " threads of OpenBLAS's own";
  if (int after = openblas_get_num_threads(); after != before)
    return number(before) + " threads before, " + number(after) + " after";
  return "";
}

static std::string checkProduct(const Context &context) {
  Random random(3);
  std::vector<float> left = randomFloats(264 * 290, random), right = randomFloats(290 * 300, random),
                     out = randomFloats(264 * 280, random), wanted = out;
  Matrix a(left.data(), 264, 290, 290), b(right.data(), 290, 280, 300), c(out.data(), 264, 280, 280);
  plainLoops(a, b, Matrix(wanted.data(), 264, 280, 280));
  std::vector<BlasCall> calls;
  std::string problem = checkThreads(calls, [&] { context.library.call("rows", a, b, c); });
  if (problem.empty())
    problem = wrongCalls(calls, a, b, c, context.threads);
  return problem.empty() ? compare(out, wanted, 1e-4) : problem;
}

static std::string checkParallelLoop(const Context &context) {
  Random random(4);
  std::vector<float> left = randomFloats(6 * 80 * 72, random), right = randomFloats(6 * 72 * 64, random),
                     out = randomFloats(6 * 80 * 64, random), wanted = out;
  for (int64_t i = 0; i < 6; ++i)
    plainLoops(Matrix(left.data(), 80, 72, 72, i * 80 * 72), Matrix(right.data(), 72, 64, 64, i * 72 * 64),
               Matrix(wanted.data(), 80, 64, 64, i * 80 * 64));
  std::vector<View> views{
      {0, {6, 80, 72}, {80 * 72, 72, 1}}, {0, {6, 72, 64}, {72 * 64, 64, 1}}, {0, {6, 80, 64}, {80 * 64, 64, 1}}};
  std::vector<BlasCall> calls;
  std::string problem =
      checkThreads(calls, [&] { context.library.call("parallel", views, {left.data(), right.data(), out.data()}); });
  if (calls.size() != 6)
    return number(calls.size()) + " calls in 6 iterations";
  return problem.empty() ? compare(out, wanted, 1e-4) : problem;
}

/// Two threads of a program may run the same function; the last one to leave restores.
static std::string checkTwoCallers(const Context &context) {
  constexpr size_t repeats = 40;
  std::vector<BlasCall> calls;
  std::string problem = checkThreads(calls, [&] {
    auto caller = [&](uint64_t seed) {
      Random random(seed);
      std::vector<float> left = randomFloats(48 * 48, random), right = left, out(48 * 48);
      for (size_t i = 0; i < repeats; ++i)
        context.library.call("rows", Matrix(left.data(), 48, 48, 48), Matrix(right.data(), 48, 48, 48),
                             Matrix(out.data(), 48, 48, 48));
    };
    std::thread other(caller, 5);
    caller(6);
    other.join();
  });
  return problem.empty() && calls.size() < 2 * repeats ? number(calls.size()) + " calls" : problem;
}

static int64_t processThreads() {
  std::error_code error;
  std::filesystem::directory_iterator tasks("/proc/self/task", error);
  return error ? 0 : std::distance(tasks, std::filesystem::directory_iterator());
}

/// OpenBLAS has its threads before the first call: only OpenMP's may be added, and no more than asked for.
static std::string checkProcessThreads(const Context &context) {
  if (context.threads == 0)
    return "";
  int64_t before = processThreads();
  std::string problem = checkProduct(context);
  if (problem.empty())
    problem = checkParallelLoop(context);
  if (!problem.empty())
    return problem;
  int64_t added = processThreads() - before;
  return added < context.threads ? "" : number(added) + " threads were added, with threads=" + number(context.threads);
}

// The threads of the process first: later checks have started all there are.
static const struct {
  const char *name;
  Check check;
} kChecks[] = {
    {"threads of the process", checkProcessThreads},
    {"one product", checkProduct},
    {"calls from a parallel loop", checkParallelLoop},
    {"two callers at once", checkTwoCallers},
    {"65536^3", [](const Context &c) { return checkLarge(c, "rows", 7); }},
    {"65536^3, static", [](const Context &c) { return checkLarge(c, "large", 0); }},
    {"2^31 rows and more", [](const Context &c) { return checkTooLarge(c, "rows", kTooMany, 1, 0); }},
    {"2^31 columns and more", [](const Context &c) { return checkTooLarge(c, "rows", 0, kTooMany, 8); }},
    {"2^31 products and more", [](const Context &c) { return checkTooLarge(c, "any", 0, 8, kTooMany); }},
    {"2^31 rows, static", [](const Context &c) { return checkTooLarge(c, "too_many_rows", kTooMany - 5, 1, 0); }},
    {"a negative number of rows", [](const Context &c) { return checkNegative(c, -3, 4, 5); }},
    {"a negative number of columns", [](const Context &c) { return checkNegative(c, 3, -4, 5); }},
    {"a negative number of products", [](const Context &c) { return checkNegative(c, 3, 4, -5); }},
    {"leading dimension beyond 2^31", checkFarRows},
    {"output is A", [](const Context &c) { return checkOverlap(c, "rows", 0); }},
    {"output is A, any strides", [](const Context &c) { return checkOverlap(c, "any", 0); }},
    {"output is B", [](const Context &c) { return checkOneMatrix(c, true); }},
    {"A is B", [](const Context &c) { return checkOneMatrix(c, false); }},
    {"output one row into A", [](const Context &c) { return checkOverlap(c, "rows", 24); }},
    {"output half a row into A", [](const Context &c) { return checkOverlap(c, "any", 12); }},
    {"output behind A", [](const Context &c) { return checkOverlap(c, "rows", 24 * 24); }},
};

int lexon::differential::runDirected(const std::string &library, int threads) {
  Library opened(library);
  if (!opened) {
    std::fprintf(stderr, "%s\n", dlerror());
    return 1;
  }
  size_t done = 0;
  for (auto [name, check] : kChecks) {
    std::string problem = check({opened, threads});
    std::printf("%s %s%s%s\n", problem.empty() ? "ok    " : "FAILED", name, problem.empty() ? "" : ": ",
                problem.c_str());
    std::fflush(stdout);
    if (!problem.empty()) // what follows may touch memory that is not there
      break;
    ++done;
  }
  std::printf("%zu of %zu checks passed\n", done, std::size(kChecks));
  return done == std::size(kChecks) ? 0 : 1;
}
