/* See worker_end.h. A worker may have written anything where its fingerprints
 * stand: they are copied once and compared. */
#include "worker_end.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

/* ---- names of policies ---- */

bool policy_names_take(struct policy_names *names, const char *bytes,
                       size_t length) {
  static const char START[] = "policy ";
  char text[sizeof START + 10 + 1 + POLICY_NAME_BYTES];
  if (length < sizeof START || memcmp(bytes, START, sizeof START - 1) != 0)
    return false;
  if (length >= sizeof text) length = sizeof text - 1;
  memcpy(text, bytes, length);
  text[length] = 0;
  char *end;
  unsigned long number = strtoul(text + sizeof START - 1, &end, 10);
  if (*end != ' ' || number == 0 || number > UINT32_MAX) return false;
  struct policy_name *entry = NULL;
  for (uint32_t i = 0; i < POLICY_NAMES && entry == NULL; i++)
    if (names->entries[i].fingerprint == number) entry = &names->entries[i];
  if (entry == NULL) entry = &names->entries[names->count++ % POLICY_NAMES];
  entry->fingerprint = (uint32_t)number;
  size_t used = 0;
  for (const char *at = end + 1; *at != 0 && used + 1 < POLICY_NAME_BYTES; at++)
    entry->name[used++] = *at > ' ' && *at <= '~' ? *at : '?';
  entry->name[used] = 0;
  return true;
}

static const char *name_of(const struct policy_names *names,
                           uint32_t fingerprint) {
  for (uint32_t i = 0; i < POLICY_NAMES; i++)
    if (names->entries[i].fingerprint == fingerprint)
      return names->entries[i].name;
  return "?";
}

/* ---- the end ---- */

/* Relaxed loads: the worker is gone, so nothing is written any more. */
static void describe_policy(char *text, size_t capacity,
                            const struct worker_end *end,
                            const struct channel_header *header,
                            const struct policy_names *names) {
  uint32_t running =
      atomic_load_explicit(&header->policy, memory_order_relaxed);
  uint32_t loading =
      atomic_load_explicit(&header->policy_loading, memory_order_relaxed);
  uint32_t last =
      atomic_load_explicit(&header->policy_last, memory_order_relaxed);
  text[0] = 0;
  if (running != 0)
    snprintf(text, capacity, "; policy %s ran", name_of(names, running));
  else if (loading != 0)
    snprintf(text, capacity, "; policy %s was being loaded or checked",
             name_of(names, loading));
  else if (end->cause == END_MEMORY && last != 0)
    snprintf(text, capacity, "; the last policy that ran is %s",
             name_of(names, last));
}

/* What is known of a signal that we did not send. */
static const char *meaning_of(int signal) {
  switch (signal) {
    case SIGKILL:
      return ", which the plugin did not send: the system was out of memory, "
             "or somebody sent it";
    case SIGABRT:
    case SIGILL:
    case SIGTRAP:
      return ", as the runtime ends itself when its heap is full or something "
             "in it is wrong";
    case SIGSYS:
      return ", for a system call that it may not make";
    default:
      return "";
  }
}

static void describe_status(char *text, size_t capacity, int status) {
  if (status == -1)
    snprintf(text, capacity, "ended");
  else if (WIFSIGNALED(status))
    snprintf(text, capacity, "was ended by signal %d%s", WTERMSIG(status),
             meaning_of(WTERMSIG(status)));
  else
    snprintf(text, capacity, "ended with exit code %d", WEXITSTATUS(status));
}

static bool was_killed(int status) {
  return status != -1 && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
}

static void describe(char *text, size_t capacity,
                     const struct worker_end *end, int status) {
  const unsigned long long amount = end->amount, limit = end->limit;
  switch (end->cause) {
    case END_BY_ITSELF:
      describe_status(text, capacity, status);
      return;
    case END_SILENT:
      snprintf(text, capacity,
               "was killed, since it gave no sign of life for %llu ms",
               amount);
      return;
    case END_MEMORY:
      snprintf(text, capacity,
               "was killed, since it held %llu MiB of memory, more than the "
               "%llu MiB that it may",
               amount >> 20, limit >> 20);
      return;
    case END_REPLACED:
      snprintf(text, capacity, "was killed, since %s",
               end->wish == NULL ? "it is to be replaced" : end->wish);
      return;
    case END_SLOW:
      if (was_killed(status))
        snprintf(text, capacity,
                 "was killed, since it had begun to end and took too long");
      else
        describe_status(text, capacity, status);
      return;
    case END_SHUTDOWN:
      snprintf(text, capacity,
               "was killed at shutdown, since it had not ended in time");
      return;
  }
}

void worker_end_report(const struct worker_end *end, int status,
                       const struct channel_header *header,
                       const struct policy_names *names,
                       struct host_log *log) {
  char why[256], policy[128];
  if (end->cause == END_SHUTDOWN && !was_killed(status)) return;
  describe(why, sizeof why, end, status);
  describe_policy(policy, sizeof policy, end, header, names);
  host_log_say(log, end->cause == END_SHUTDOWN ? LOG_WARN : LOG_ERROR,
               "The worker %s%s%s", why, policy,
               end->cause == END_SHUTDOWN ? "" : "; a new one is started");
}

void worker_end_describe_start(char *text, size_t capacity,
                               const struct worker_end *end, int status,
                               const struct channel_header *header,
                               const struct policy_names *names) {
  char why[256], policy[128];
  describe(why, sizeof why, end, status);
  describe_policy(policy, sizeof policy, end, header, names);
  snprintf(text, capacity, "it did not come up: it %s%s", why, policy);
}
