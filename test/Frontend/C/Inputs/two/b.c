#include "two.h"

int main(void) {
  show(&(struct two){.a = 1, .b = 2});
  return 0;
}
