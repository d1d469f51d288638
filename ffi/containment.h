/* Worker role, before its program starts: what the process gives up for good.
 */
#ifndef CONTAINMENT_H
#define CONTAINMENT_H

/* [start of the process, no libc] Closes what was inherited beyond the
 * worker's own descriptors, turns core dumps off (requests hold client
 * secrets) and installs the seccomp filter. Where the kernel refuses a step
 * it says so on stderr and goes on: Deno's permissions are the first wall. */
__attribute__((visibility("hidden"))) void contain_worker(void);

#endif
