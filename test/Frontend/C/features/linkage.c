// extern and tentative definitions, arrays completed later, block-scope declarations, inline functions of each kind,
// const globals.
#include <stdio.h>
extern int later[];
static int use_later(int i) { return later[i]; }
int later[4] = {1, 2, 3, 4};
int tentative[];
int tentative[3];
static int internal(void);
extern int internal(void); // still internal
static int internal(void) { return 5; }
inline int plain(int x) { return x * 2; }
extern inline int plain(int x); // the definition that others would link
static inline int hidden(int x) { return x ? hidden(x - 1) + 1 : 0; }
extern inline int external(int x) { return x + 100; }
struct later_defined;
static int through(const struct later_defined *p);
struct later_defined {
  int a;
};
static int through(const struct later_defined *p) { return p->a; }
const int constant = 42;
static const struct later_defined table[] = {{1}, {2}};
extern const int constant;
int mutable_zero, mutable_set = 3, *to_mutable = &mutable_set;
static _Bool switched = 1;
typedef int function(int);
function declared_by_typedef;
int declared_by_typedef(int x) { return -x; }
int (*returns_pointer(int which))(int) {
  extern function declared_by_typedef;
  int plain(int);
  return which ? declared_by_typedef : plain;
}
int main(void) {
  int f(void);
  extern int later[4];
  tentative[1] = f();
  printf("%d %d %d %d %zu\n", use_later(2), tentative[1], tentative[2], internal(), sizeof later);
  printf("%d %d %d %d\n", plain(4), hidden(6), external(1), through(&table[1]));
  *to_mutable += mutable_zero++;
  switched ^= constant == 42;
  printf("%d %d %d %d\n", mutable_set, mutable_zero, switched, returns_pointer(0)(3) + returns_pointer(1)(1));
  return 0;
}
int f(void) { return later[3] * 10; }
