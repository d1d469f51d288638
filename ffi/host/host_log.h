/* Host role: what people should know, told to the host's log (host.log), and
 * to stderr where the host cannot be called. A queue and a thread of its own,
 * so that nobody who has something to say waits for the host. Never bytes of
 * a request.
 */
#ifndef HOST_LOG_H
#define HOST_LOG_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cliproxy_abi.h"

/* Longer entries are cut. */
#define LOG_ENTRY_BYTES 1024u

/* Entries that wait for the host; more are left out and counted. */
#define LOG_QUEUE_ENTRIES 64u

/* A burst, and a lasting rate, that a person can still read. Guesses. */
#define LOG_BURST 40u
#define LOG_PER_SECOND 10u

enum log_level { LOG_INFO, LOG_WARN, LOG_ERROR };

struct log_entry {
  size_t length;
  char bytes[LOG_ENTRY_BYTES]; /* the request of host.log, JSON */
};

/* Zero bytes are a valid start. */
struct host_log {
  const cliproxy_host_api *host; /* NULL: entries go to stderr */
  pthread_t thread;
  pthread_mutex_t lock; /* guards all below */
  pthread_cond_t filled;
  bool started, stopping;
  struct log_entry queue[LOG_QUEUE_ENTRIES];
  unsigned first, count;
  uint64_t allowed_ns; /* when the rate has room for a full burst again */
  unsigned left_out;
};

/* [host init] host may be NULL. Without a thread all goes to stderr. */
void host_log_start(struct host_log *log, const cliproxy_host_api *host);

/* [any thread] One entry; text is formatted like printf and cut. */
__attribute__((format(printf, 3, 4))) void host_log_say(
    struct host_log *log, enum log_level level, const char *format, ...);

/* [any thread] One entry that the worker wrote: a JSON object for host.log,
 * one line. Anything else is refused: false. */
bool host_log_pass(struct host_log *log, const char *line, size_t length);

/* [shutdown] The host is not called any more when this returns; entries that
 * still wait go to stderr. */
void host_log_stop(struct host_log *log);

#endif
