/* Handing bytes over to the host: every answer is a copy that it frees with
 * the table's free_buffer.
 */
#ifndef RESPONSE_H
#define RESPONSE_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "cliproxy_abi.h"

/* Copies the bytes into *response; without one there is nothing to do. False:
 * out of memory, *response is as it was. */
static inline bool response_give(cliproxy_buffer *response, const void *bytes,
                                 size_t length) {
  if (response == NULL) return true;
  void *copy = malloc(length);
  if (copy == NULL) return false;
  memcpy(copy, bytes, length);
  *response = (cliproxy_buffer){.ptr = copy, .len = length};
  return true;
}

/* The same with a constant text. */
#define RESPONSE_GIVE_TEXT(response, text)                                    \
  response_give(response, text, sizeof(text) - 1)

/* Whether an envelope is an error, as TypeScript writes it. */
static inline bool response_is_error(const uint8_t *bytes, size_t length) {
  static const char START[] = "{\"ok\":false";
  return length > sizeof START &&
         memcmp(bytes, START, sizeof START - 1) == 0;
}

#endif
