// Prints nothing: would always be the same.
int main(void) { return 0; }
