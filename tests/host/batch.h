/* Many calls with one command, from as many threads as wanted. */
#ifndef BATCH_H
#define BATCH_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "host/cliproxy_abi.h"

#define BATCH_MAX_THREADS 64

struct batch_input {
  const uint8_t *bytes; /* the caller's, unchanged */
  size_t length;
};

/* Makes the calls of the input, each thread the next one that none has taken,
 * and writes the answers in the input's order. All numbers little-endian.
 *
 *   input   u32 calls; per call: u32 method (0 scheduler.pick, 1
 *           plugin.reconfigure), u32 bytes, the request
 *   output  per call: i32 rc, u32 bytes, u64 began, u64 ended, the answer
 *
 * began and ended are ticks of one clock that counts the beginnings and ends
 * of all calls: the call A was over before B began if and only if A's end is
 * the smaller number. As in the real host, reconfigures come one at a time.
 *
 * Returns the number of calls, or -1 for an input that does not hold
 * together. */
long batch_run(const cliproxy_plugin_api *plugin, struct batch_input input,
               int threads, FILE *output);

#endif
