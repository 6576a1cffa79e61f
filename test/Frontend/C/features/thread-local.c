// FLAGS: -pthread
// _Thread_local variables: each thread has its own, also of function scope and with initializers; threads that share
// the rest.
#include <pthread.h>
#include <stdio.h>
static _Thread_local int own = 10;
_Thread_local struct {
  int v[3];
} table = {{1, 2, 3}};
static __thread const char *name;
static long results[4];
static int next(void) {
  static _Thread_local int calls;
  return ++calls;
}
static void *work(void *argument) {
  long n = (long)argument;
  name = n % 2 ? "odd" : "even";
  int *p = &own;
  for (int i = 0; i < 1000; i++) {
    own += (int)n;
    table.v[i % 3] ^= own;
    next();
  }
  results[n] = *p + table.v[0] + next() + name[0];
  return (void *)(results[n] * 2);
}
int main(void) {
  pthread_t threads[4];
  for (long i = 0; i < 4; i++)
    if (pthread_create(&threads[i], NULL, work, (void *)i))
      return 1;
  long sum = 0;
  for (int i = 0; i < 4; i++) {
    void *result;
    pthread_join(threads[i], &result);
    sum += (long)result;
    printf("%ld ", results[i]);
  }
  printf("%ld %d %d %d %s\n", sum, own, table.v[2], next(), name ? name : "none");
  return 0;
}
