/* See host_folder.h. */
#include "host_folder.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

/* Length of the character that begins here, by its first byte; 0: none does.
 * Table 3-7 of the Unicode standard, which bounds the second byte too. */
static unsigned begin_character(uint8_t first, uint8_t *low, uint8_t *high) {
  *low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  *high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (first < 0x80) return 1;
  if (first < 0xc2) return 0;
  if (first < 0xe0) return 2;
  if (first < 0xf0) return 3;
  return first < 0xf5 ? 4 : 0;
}

/* The NUL at the end is out of every bound. */
static bool is_utf8(const char *text) {
  const uint8_t *at = (const uint8_t *)text;
  while (*at != 0) {
    uint8_t low, high;
    unsigned length = begin_character(*at++, &low, &high);
    if (length == 0) return false;
    for (; length > 1; length--, at++, low = 0x80, high = 0xbf)
      if (*at < low || *at > high) return false;
  }
  return true;
}

void host_folder_find(char folder[PATH_MAX]) {
  if (getcwd(folder, PATH_MAX) == NULL || folder[0] != '/' ||
      !is_utf8(folder))
    memcpy(folder, "/", sizeof "/");
}
