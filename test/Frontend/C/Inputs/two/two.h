// With -DWRONG=1 a compiler that lays out its structs in its own way.
struct two {
#if WRONG == 1
  int b, a;
#else
  int a, b;
#endif
};
void show(const struct two *two);
