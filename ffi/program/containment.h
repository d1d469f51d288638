/* Worker role, before its program starts: what the process gives up for good.
 */
#ifndef CONTAINMENT_H
#define CONTAINMENT_H

/* [start of the process, no libc] Leaves the host's folder, closes what was
 * inherited beyond the worker's own descriptors, turns core dumps off
 * (requests hold client secrets), drops capabilities, enters a Landlock
 * domain where the kernel has them, and installs the seccomp filter: no
 * network, no programs, no other processes, files for reading only. Where the
 * kernel refuses to turn dumps off or to take the filter it says so on
 * stderr; it goes on in any case: Deno's permissions are the first wall. */
__attribute__((visibility("hidden"))) void contain_worker(void);

#endif
