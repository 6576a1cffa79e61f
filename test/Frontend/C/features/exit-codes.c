// Output that is buffered is not lost, and the status is that of exit, through atexit handlers, from a nested call.
#include <stdio.h>
#include <stdlib.h>
static int status = 250;
static void last(void) { printf("last %d\n", status); }
static void first(void) {
  printf("first\n");
  status++;
}
__attribute__((noreturn)) static void leave(int code) {
  fputs("leaving\n", stderr);
  exit(code);
}
__attribute__((constructor)) static void before(void) { printf("before main\n"); }
__attribute__((destructor)) static void after(void) { printf("after main\n"); }
int main(void) {
  atexit(last);
  atexit(first);
  printf("no newline at the end of this");
  for (int i = 0;; i++)
    if (i * i > status)
      leave(i + status - 50);
}
