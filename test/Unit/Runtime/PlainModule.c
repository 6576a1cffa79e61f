/* A shared library that is no compiled model. */
int lexon_test_plain(void) { return 42; }
