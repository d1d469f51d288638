/* What is told of refusals that this side gives by itself: the first of a kind
 * at once, then a count a minute. */
#define _GNU_SOURCE
#include "host/refusals.h"

#include <pthread.h>
#include <stdbool.h>

#include "test.h"

#define MINUTE (REFUSALS_TELL_MS * 1000000ull)

/* ---- a host that keeps the last thing that it is told ---- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char told[4096];
static unsigned entries;

static int host_call(void *ctx, const char *method, const uint8_t *request,
                     size_t length, cliproxy_buffer *response) {
  (void)ctx, (void)method, (void)response;
  pthread_mutex_lock(&lock);
  entries++;
  memcpy(told, request, length);
  told[length] = 0;
  pthread_mutex_unlock(&lock);
  return 0;
}

static void host_free(void *bytes, size_t length) {
  (void)bytes, (void)length;
}

static const cliproxy_host_api HOST = {1, NULL, host_call, host_free};
static struct host_log host_log;
static struct refusals refusals;

/* All that was said has been told when the log is stopped. */
static void begin(void) {
  refusals = (struct refusals){0};
  entries = 0;
  host_log_start(&host_log, &HOST);
}

static void await_entries(unsigned wanted) {
  for (int i = 0; i < 10000; i++) {
    pthread_mutex_lock(&lock);
    unsigned now = entries;
    pthread_mutex_unlock(&lock);
    if (now >= wanted) break;
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
  }
  pthread_mutex_lock(&lock);
  CHECK(entries == wanted);
  pthread_mutex_unlock(&lock);
}

static bool was_told(const char *text) {
  pthread_mutex_lock(&lock);
  bool is = strstr(told, text) != NULL;
  pthread_mutex_unlock(&lock);
  return is;
}

TEST(the_first_is_told_at_once_and_a_count_a_minute) {
  begin();
  refusals_note(&refusals, REFUSED_SEALED, &host_log);
  await_entries(1);
  CHECK(was_told("Refused a pick: sealed"));
  for (int i = 0; i < 57; i++)
    refusals_note(&refusals, REFUSED_SEALED, &host_log);
  refusals_tell(&refusals, &host_log, 1);
  refusals_tell(&refusals, &host_log, MINUTE);
  await_entries(1);
  refusals_tell(&refusals, &host_log, MINUTE + 1);
  await_entries(2);
  CHECK(was_told("Refused 57 more picks: sealed"));
  host_log_stop(&host_log);
}

TEST(after_a_quiet_minute_the_next_one_is_a_first_again) {
  begin();
  refusals_note(&refusals, REFUSED_ANY, &host_log);
  refusals_tell(&refusals, &host_log, 1);
  refusals_tell(&refusals, &host_log, MINUTE + 1);
  await_entries(1);
  refusals_note(&refusals, REFUSED_ANY, &host_log);
  await_entries(2);
  CHECK(was_told("Refused a pick: the config refuses every pick"));
  /* Its minute begins anew. */
  refusals_note(&refusals, REFUSED_ANY, &host_log);
  refusals_tell(&refusals, &host_log, MINUTE + 2);
  await_entries(2);
  host_log_stop(&host_log);
}

TEST(each_kind_is_told_by_itself) {
  begin();
  refusals_note(&refusals, REFUSED_SEALED, &host_log);
  refusals_note(&refusals, REFUSED_FALLBACK, &host_log);
  refusals_note(&refusals, REFUSED_ANY, &host_log);
  await_entries(3);
  host_log_stop(&host_log);
}

static void *refuse(void *unused) {
  (void)unused;
  for (int i = 0; i < 1000; i++)
    refusals_note(&refusals, REFUSED_FALLBACK, &host_log);
  return NULL;
}

TEST(many_threads_lose_none) {
  pthread_t threads[4];
  begin();
  for (int i = 0; i < 4; i++)
    CHECK(pthread_create(&threads[i], NULL, refuse, NULL) == 0);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  refusals_tell(&refusals, &host_log, 1);
  refusals_tell(&refusals, &host_log, MINUTE + 1);
  await_entries(2);
  CHECK(was_told("Refused 3999 more picks"));
  host_log_stop(&host_log);
}
