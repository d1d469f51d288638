/* Says of each request on standard input whether it may close something: in,
 * a word of 32 bits with its length and its bytes, out, a byte `1` or `0`. */
#include "plugin/may_close.h"

#include <stdio.h>
#include <stdlib.h>

int main(void) {
  uint32_t length;
  while (fread(&length, sizeof length, 1, stdin) == 1) {
    /* Of that size exactly, so that a sanitizer sees a byte too many. */
    uint8_t *request = malloc(length == 0 ? 1 : length);
    if (request == NULL || fread(request, 1, length, stdin) != length)
      return 1;
    putchar(may_close(length == 0 ? NULL : request, length) ? '1' : '0');
    free(request);
  }
  return 0;
}
