// What compare.py has to see: -DWRONG=... makes this program another one.
// ARGS: one 'two words'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv) {
  char line[32] = "";
  // Without its arguments and its input it prints nothing, which is an error.
  if (argc != 3 || strcmp(argv[2], "two words") || !fgets(line, sizeof line, stdin) || strcmp(line, "from a file\n"))
    return 9;
  printf("%d arguments, last '%s', input %s", argc - 1, argv[argc - 1], line);
#if WRONG == 1
  printf("one line more\n");
#elif WRONG == 2
  printf("same"); // no newline
#else
  printf("same\n");
#endif
  fflush(stdout);
#if WRONG == 3
  return 4;
#elif WRONG == 4
  abort();
#elif WRONG == 5
  fputs("error\n", stderr);
#elif WRONG == 6
  raise(SIGSTOP);
#elif WRONG == 7
  return missing_function_of(argc);
#elif WRONG == 8 && defined(__OPTIMIZE__)
  return 4;
#elif WRONG == 9
#error not here
#endif
  return 3;
}
