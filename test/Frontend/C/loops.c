// RUN: lexon-import-c %s | FileCheck %s
// RUN: lexon-import-c %s | mlir-opt -o /dev/null

// A loop that counts, and whose end nobody changes.
// CHECK-LABEL: func.func @counted(
// CHECK: scf.for %[[I:.+]] = %{{.+}} to %{{.+}} step %{{.+}} {
// CHECK: %[[W:.+]] = arith.index_cast %[[I]] : index to i64
// CHECK: %[[C:.+]] = arith.trunci %[[W]] overflow<nsw> : i64 to i32
// CHECK: arith.extsi %[[C]] : i32 to i64
// CHECK: llvm.getelementptr inbounds
// CHECK: arith.addi %{{.+}}, %{{.+}} overflow<nsw> : i32
int counted(int n, const int *a) {
  int sum = 0;
  for (int i = 0; i < n; i++)
    sum += a[i];
  return sum;
}

// `while` that counts in its last statement; one that sets its counter elsewhere, too.
// CHECK-LABEL: func.func @counted_while(
// CHECK: scf.for
// CHECK: arith.maxsi
// CHECK: scf.while
// CHECK: return
int counted_while(int n, const int *a) {
  int sum = 0, i = 0;
  while (i < n) {
    sum += a[i];
    i++;
  }
  while (i > 0) {
    if (a[i])
      i -= 2;
    i--;
  }
  return sum + i;
}

// Downwards, by three, and the variable is read afterwards.
// CHECK-LABEL: func.func @downwards(
// CHECK: arith.ceildivsi
// CHECK: scf.for
// CHECK: arith.muli
// CHECK: return
int downwards(int n) {
  int i, sum = 0;
  for (i = n; i > 0; i -= 3)
    sum ^= i;
  return sum + i;
}

// The body changes the end; unsigned numbers may wrap around at it; the position's address is taken.
// CHECK-LABEL: func.func @not_counted(
// CHECK-NOT: scf.for
// CHECK: return
void use(int *);
unsigned not_counted(int n, unsigned m) {
  unsigned sum = 0;
  for (int i = 0; i < n; i++)
    n -= i;
  for (unsigned i = 0; i <= m; i++)
    sum += i;
  for (int i = 0; i < 10; i++)
    use(&i);
  return sum;
}

// CHECK-LABEL: func.func @whiles(
// CHECK: scf.while
// CHECK: arith.cmpi ne
// CHECK: scf.condition
// CHECK: } do {
// CHECK: arith.shrui
// The body of the second comes first.
// CHECK: scf.while
// CHECK: arith.addi %{{.+}} overflow<nsw> : i32
// CHECK: arith.cmpi slt
// CHECK: scf.condition
int whiles(unsigned x) {
  int n = 0;
  while (x)
    x >>= 1;
  do
    n++;
  while (n < 3);
  return n;
}

// CHECK-LABEL: func.func @left_early(
// CHECK-NOT: scf.
// CHECK: cf.cond_br
// CHECK: cf.br
// CHECK: return
int left_early(int n, const int *a) {
  for (int i = 0; i < n; i++) {
    if (a[i] == 3)
      continue;
    if (a[i] > 7)
      break;
    use(0);
  }
  return n;
}
