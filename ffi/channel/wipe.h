/* Overwriting what may hold keys, before its memory is given back. */
#ifndef WIPE_H
#define WIPE_H

#include <stddef.h>
#include <string.h>

static inline void wipe(void *bytes, size_t length) {
  memset(bytes, 0, length);
  /* Keeps the compiler from leaving the memset out. */
  __asm__ volatile("" : : "r"(bytes) : "memory");
}

#endif
