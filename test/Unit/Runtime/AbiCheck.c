/* lexon.h is C: this file must compile as C. */
#include "lexon/Runtime/lexon.h"

const char *lexon_test_c_version(void) {
  lexon_options options;
  lexon_options_init(&options);
  return options.size == sizeof options ? lexon_version() : "";
}
