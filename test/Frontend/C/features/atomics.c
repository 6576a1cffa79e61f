// _Atomic scalars of every kind, <stdatomic.h>, the __sync and __atomic builtins; results are those of one thread.
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
static _Atomic int counter = 5;
static atomic_flag flag = ATOMIC_FLAG_INIT;
static _Atomic(long) shared;
int main(void) {
  counter++;
  --counter;
  counter += 7;
  counter *= 3;
  counter ^= 1;
  int before = atomic_fetch_add(&counter, 10);
  printf("%d %d\n", counter, before);
  int expected = 47;
  bool yes = atomic_compare_exchange_strong(&counter, &expected, 100);
  bool no = atomic_compare_exchange_strong(&counter, &expected, 200);
  printf("%d %d %d %d\n", yes, no, expected, atomic_load_explicit(&counter, memory_order_acquire));
  before = atomic_flag_test_and_set(&flag);
  printf("%d %d ", before, atomic_flag_test_and_set(&flag));
  atomic_flag_clear(&flag);
  atomic_init(&shared, 12);
  long p = atomic_load(&shared);
  p += 10;
  atomic_store(&shared, p);
  p = atomic_exchange(&shared, 78);
  printf("%ld %ld\n", p, atomic_load(&shared));
  _Atomic double d = 1.5;
  d += 2;
  d = -d;
  _Atomic unsigned char small = 250;
  unsigned char old = atomic_fetch_add(&small, 10);
  _Atomic bool b = 7;
  int v[3] = {1, 2, 3}, *_Atomic pointer = v;
  pointer++;
  printf("%g %d %d %d %d\n", d, old, small, b, *atomic_fetch_add(&pointer, 1));
  int64_t x = 40;
  printf("%lld ", (long long)__atomic_add_fetch(&x, 2, __ATOMIC_SEQ_CST));
  printf("%lld ", (long long)__atomic_fetch_and(&x, 0x28, __ATOMIC_RELAXED));
  printf("%lld ", (long long)__sync_fetch_and_or(&x, 3));
  printf("%lld ", (long long)__sync_val_compare_and_swap(&x, 43, -1));
  printf("%d ", __sync_bool_compare_and_swap(&x, 5, 6));
  __atomic_store_n(&x, 9, __ATOMIC_RELEASE);
  __sync_synchronize();
  atomic_thread_fence(memory_order_seq_cst);
  printf("%lld %lld\n", (long long)__atomic_exchange_n(&x, 1, __ATOMIC_ACQ_REL),
         (long long)__atomic_load_n(&x, __ATOMIC_CONSUME));
  return 0;
}
