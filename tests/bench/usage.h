/* What this process and its worker take: processor time, memory, wake-ups. */
#ifndef BENCH_USAGE_H
#define BENCH_USAGE_H

#include <stdint.h>

struct usage {
  uint64_t host_cpu_ns;   /* all threads, user and system */
  uint64_t worker_cpu_ns; /* 0 without a worker */
  /* How often any thread of the worker was given a processor. */
  uint64_t worker_turns;
};

static inline struct usage usage_since(struct usage now, struct usage before) {
  return (struct usage){now.host_cpu_ns - before.host_cpu_ns,
                        now.worker_cpu_ns - before.worker_cpu_ns,
                        now.worker_turns - before.worker_turns};
}

/* This process's first child; 0 when it has none. */
int worker_pid(void);

/* What has been used since the start of each process. */
struct usage usage_now(void);

/* The worker's resident memory (VmRSS) in KiB; 0 without a worker. */
long worker_resident_kib(void);

/* How often this thread has gone to sleep of its own (ru_nvcsw). */
long thread_sleeps(void);

#endif
