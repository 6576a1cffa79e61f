// The same name in nested scopes, in loops, as tag, label and member; static locals, extern inside functions, recursion
// with statics.
#include <stdio.h>
int x = 1;
static int y = 2;
static int shadow(int x) {
  int sum = x;
  {
    int x = 10;
    sum += x;
    for (int x = 100; x < 102; x++) {
      int y = x;
      sum += y;
      {
        extern int x;
        sum += x * 1000000;
      }
    }
    sum += x;
  }
  return sum + x + y;
}
static int counter(void) {
  static int x = 5;
  static struct {
    int x;
  } s = {7};
  if (x & 1) {
    static int x = 50;
    s.x += x++;
  }
  return x++ + s.x;
}
static int depth(int n) {
  static int deepest, calls;
  int mine = ++calls;
  if (n > deepest)
    deepest = n;
  int below = n < 5 ? depth(n + 1) : 0;
  return mine == 1 ? deepest * 100 + calls : below;
}
struct x {
  int x;
};
typedef int t;
static int tags(void) {
  struct x x = {3};
  t t = 4;
  enum { y = 6 };
  goto x;
x:
  return x.x * t * y;
}
int z; // tentative, and once more
int z;
int z = 9;
int main(void) {
  extern int z;
  printf("%d ", shadow(3));
  for (int i = 0; i < 4; i++)
    printf("%d ", counter());
  printf("%d %d %d\n", depth(0), tags(), z);
  int i = 1;
  for (int i = 0, j = i; j < 2; j++) {
    int i = j * 5; // hides the loop's
    z += i;
  }
  if (i == 1) {
    int i = 2;
    z *= i;
  }
  while (i < 3) {
    int k = 0; // new each time
    k++, i++;
    z += k;
  }
  printf("%d %d %zu %zu\n", z, i, sizeof(struct x), sizeof x);
  return 0;
}
