/* Needs a library that no run path leads to. */
int lexon_test_plain(void);
int lexon_test_needs_absent(void) { return lexon_test_plain(); }
