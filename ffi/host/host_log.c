/* See host_log.h. */
#define _GNU_SOURCE
#include "host_log.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

#include "channel/channel.h"

#define NS_PER_ENTRY (1000000000u / LOG_PER_SECOND)

/* How long the note on entries that were left out waits for the next one. */
#define LEFT_OUT_SECONDS 1

static const char *const LEVELS[] = {"info", "warn", "error"};

/* One line, one system call. A stderr that is closed, full, or that nobody
 * reads must not matter: it is not waited for, and its signals, which would
 * end the host, are taken away. */
static void write_to_stderr(const struct log_entry *entry) {
  struct pollfd ready = {.fd = STDERR_FILENO, .events = POLLOUT};
  struct iovec parts[] = {
      {(void *)(uintptr_t)"scheduler: ", 11},
      {(void *)(uintptr_t)entry->bytes, entry->length},
      {(void *)(uintptr_t)"\n", 1},
  };
  sigset_t ending, before;
  if (poll(&ready, 1, 0) != 1 || ready.revents != POLLOUT) return;
  sigemptyset(&ending);
  sigaddset(&ending, SIGPIPE); /* nobody reads any more */
  sigaddset(&ending, SIGXFSZ); /* a file of the largest size allowed */
  pthread_sigmask(SIG_BLOCK, &ending, &before);
  if (writev(STDERR_FILENO, parts, 3) < 0 &&
      (errno == EPIPE || errno == EFBIG))
    sigtimedwait(&ending, NULL, &(struct timespec){0});
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void tell_host(const cliproxy_host_api *host,
                      const struct log_entry *entry) {
  cliproxy_buffer answer = {0};
  host->call(host->host_ctx, "host.log", (const uint8_t *)entry->bytes,
             entry->length, &answer);
  if (answer.ptr != NULL) host->free_buffer(answer.ptr, answer.len);
}

/* Where a text that was cut ends, without a part of a character. */
static size_t end_of_last_character(const char *bytes, size_t end) {
  size_t at = end;
  while (at > 0 && end - at < 3 && ((unsigned char)bytes[at - 1] >> 6) == 2)
    at--;
  return at > 0 && (unsigned char)bytes[at - 1] >= 0xc0 ? at - 1 : end;
}

/* A control character: C0, DEL, or the second byte of a C1 one. */
static bool is_control(unsigned char byte, unsigned char before) {
  return byte < 0x20 || byte == 0x7f ||
         (before == 0xc2 && byte >= 0x80 && byte <= 0x9f);
}

/* `{"level":"…","message":"` + escaped text + `","fields":{}}`, without control
 * characters. Bytes above ASCII stay as they are: the host replaces what is
 * not UTF-8. */
static void compose(struct log_entry *entry, enum log_level level,
                    const char *text) {
  static const char END[] = "\",\"fields\":{}}";
  size_t used = (size_t)snprintf(entry->bytes, sizeof entry->bytes,
                                 "{\"level\":\"%s\",\"message\":\"scheduler: ",
                                 LEVELS[level]);
  for (; *text != 0 && used + 6 + sizeof END < sizeof entry->bytes; text++) {
    unsigned char byte = (unsigned char)*text;
    if (byte == '"' || byte == '\\') {
      entry->bytes[used++] = '\\';
      entry->bytes[used++] = (char)byte;
    } else if (is_control(byte, (unsigned char)entry->bytes[used - 1])) {
      /* The first byte of a C1 one must not stay without its second. */
      if (byte >= 0x80) used--;
      entry->bytes[used++] = '?';
    } else {
      entry->bytes[used++] = (char)byte;
    }
  }
  if (*text != 0) used = end_of_last_character(entry->bytes, used);
  memcpy(entry->bytes + used, END, sizeof END - 1);
  entry->length = used + sizeof END - 1;
}

/* Takes one entry of the rate (a virtual schedule: GCRA, ITU-T I.371). Lock
 * held. */
static bool within_rate(struct host_log *log) {
  uint64_t now = channel_now_ns();
  uint64_t next = log->allowed_ns > now ? log->allowed_ns : now;
  if (next - now > (LOG_BURST - 1) * (uint64_t)NS_PER_ENTRY) return false;
  log->allowed_ns = next + NS_PER_ENTRY;
  return true;
}

/* Lock held. */
static void append(struct host_log *log, const struct log_entry *entry) {
  unsigned at = (log->first + log->count) % LOG_QUEUE_ENTRIES;
  log->queue[at].length = entry->length;
  memcpy(log->queue[at].bytes, entry->bytes, entry->length);
  log->count++;
}

/* Lock held. Says how many were left out, once there is room again. */
static void append_left_out(struct host_log *log) {
  struct log_entry note;
  char text[96];
  if (log->left_out == 0) return;
  snprintf(text, sizeof text, "%u messages were left out: there were too many",
           log->left_out);
  compose(&note, LOG_WARN, text);
  append(log, &note);
  log->left_out = 0;
}

static void enqueue(struct host_log *log, const struct log_entry *entry) {
  pthread_mutex_lock(&log->lock);
  bool queued = log->started && !log->stopping;
  if (queued) {
    /* Two places: the entry, and the note on those left out. */
    if (log->count + 2 <= LOG_QUEUE_ENTRIES && within_rate(log)) {
      append_left_out(log);
      append(log, entry);
      pthread_cond_signal(&log->filled);
    } else {
      log->left_out++;
    }
  }
  pthread_mutex_unlock(&log->lock);
  if (!queued) write_to_stderr(entry);
}

void host_log_say(struct host_log *log, enum log_level level,
                  const char *format, ...) {
  char text[LOG_ENTRY_BYTES];
  struct log_entry entry;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(text, sizeof text, format, arguments);
  va_end(arguments);
  compose(&entry, level, text);
  enqueue(log, &entry);
}

/* Looks at brackets and strings only, and refuses what could steer a terminal,
 * escaped or not: a worker that is in order writes no such; the rest is for
 * the host to judge. */
static bool is_one_object(const char *line, size_t length) {
  bool in_string = false, escaped = false;
  int depth = 0;
  for (size_t i = 0; i < length; i++) {
    char byte = line[i];
    if (is_control((unsigned char)byte, i > 0 ? (unsigned char)line[i - 1] : 0))
      return false;
    if (escaped && byte != '"' && byte != '\\') return false;
    if (escaped)
      escaped = false;
    else if (byte == '"')
      in_string = !in_string;
    else if (in_string)
      escaped = byte == '\\';
    else if (byte == '{')
      depth++;
    else if (byte == '}' && --depth == 0)
      return i + 1 == length;
  }
  return false;
}

bool host_log_pass(struct host_log *log, const char *line, size_t length) {
  static const char START[] = "{\"level\":\"";
  struct log_entry entry;
  if (length > sizeof entry.bytes || length < sizeof START ||
      memcmp(line, START, sizeof START - 1) != 0 ||
      !is_one_object(line, length))
    return false;
  memcpy(entry.bytes, line, length);
  entry.length = length;
  enqueue(log, &entry);
  return true;
}

/* Lock held. Waits for an entry; those that were left out are told of when
 * nothing else came for a while. */
static void await_entry(struct host_log *log) {
  struct timespec until;
  if (log->left_out == 0) {
    pthread_cond_wait(&log->filled, &log->lock);
    return;
  }
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_sec += LEFT_OUT_SECONDS;
  if (pthread_cond_timedwait(&log->filled, &log->lock, &until) == ETIMEDOUT)
    append_left_out(log);
}

/* [own thread] Takes entries out and tells the host, without the lock. */
static void *talk(void *argument) {
  struct host_log *log = argument;
  pthread_mutex_lock(&log->lock);
  for (;;) {
    while (log->count == 0 && !log->stopping) await_entry(log);
    if (log->stopping) break;
    struct log_entry entry = log->queue[log->first];
    log->first = (log->first + 1) % LOG_QUEUE_ENTRIES;
    log->count--;
    pthread_mutex_unlock(&log->lock);
    tell_host(log->host, &entry);
    pthread_mutex_lock(&log->lock);
  }
  pthread_mutex_unlock(&log->lock);
  return NULL;
}

void host_log_start(struct host_log *log, const cliproxy_host_api *host) {
  pthread_condattr_t monotonic;
  pthread_mutex_init(&log->lock, NULL);
  pthread_condattr_init(&monotonic);
  pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
  pthread_cond_init(&log->filled, &monotonic);
  pthread_condattr_destroy(&monotonic);
  log->host = host;
  log->stopping = log->started = false;
  log->first = log->count = log->left_out = 0;
  log->allowed_ns = 0;
  if (host == NULL || host->call == NULL || host->free_buffer == NULL) return;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  log->started = pthread_create(&log->thread, NULL, talk, log) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void flush_to_stderr(struct host_log *log) {
  for (; log->count > 0; log->count--) {
    write_to_stderr(&log->queue[log->first]);
    log->first = (log->first + 1) % LOG_QUEUE_ENTRIES;
  }
}

void host_log_stop(struct host_log *log) {
  pthread_mutex_lock(&log->lock);
  /* Of several that stop it, one joins. */
  bool started = log->started;
  log->started = false;
  log->stopping = true;
  pthread_cond_signal(&log->filled);
  pthread_mutex_unlock(&log->lock);
  if (started) pthread_join(log->thread, NULL);
  flush_to_stderr(log);
  append_left_out(log);
  flush_to_stderr(log);
}
