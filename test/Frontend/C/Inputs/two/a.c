#include "two.h"
#include <stdio.h>

void show(const struct two *two) { printf("%d %d\n", two->a, two->b); }
