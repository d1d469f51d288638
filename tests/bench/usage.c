/* See usage.h. Read from /proc: the kernel accounts each thread in
 * nanoseconds there (schedstat), and a process in ticks of 10 ms only. */
#define _GNU_SOURCE
#include "usage.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* Calls `visit` for each thread of a process ("self" or its id). */
static void each_thread(const char *process,
                        void (*visit)(const char *folder, void *result),
                        void *result) {
  char path[64], folder[128];
  snprintf(path, sizeof path, "/proc/%s/task", process);
  DIR *tasks = opendir(path);
  if (tasks == NULL) return;
  for (struct dirent *task; (task = readdir(tasks)) != NULL;) {
    if (task->d_name[0] == '.') continue;
    snprintf(folder, sizeof folder, "%s/%.20s", path, task->d_name);
    visit(folder, result);
  }
  closedir(tasks);
}

static FILE *open_in(const char *folder, const char *name) {
  char path[192];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  return fopen(path, "r");
}

static void find_child(const char *folder, void *result) {
  int *pid = result;
  FILE *file = open_in(folder, "children");
  if (file == NULL) return;
  if (*pid == 0 && fscanf(file, "%d", pid) != 1) *pid = 0;
  fclose(file);
}

int worker_pid(void) {
  int pid = 0;
  each_thread("self", find_child, &pid);
  return pid;
}

static void add_schedstat(const char *folder, void *result) {
  struct usage *usage = result;
  unsigned long run_ns, wait_ns, turns;
  FILE *file = open_in(folder, "schedstat");
  if (file == NULL) return;
  if (fscanf(file, "%lu %lu %lu", &run_ns, &wait_ns, &turns) == 3) {
    usage->worker_cpu_ns += run_ns;
    usage->worker_turns += turns;
  }
  fclose(file);
}

static uint64_t ns_of(struct timeval time) {
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_usec * 1000u;
}

struct usage usage_now(void) {
  struct usage usage = {0};
  struct rusage self;
  char pid[16];
  int worker = worker_pid();
  snprintf(pid, sizeof pid, "%d", worker);
  if (worker != 0) each_thread(pid, add_schedstat, &usage);
  getrusage(RUSAGE_SELF, &self);
  usage.host_cpu_ns = ns_of(self.ru_utime) + ns_of(self.ru_stime);
  return usage;
}

long worker_resident_kib(void) {
  char folder[32], line[256];
  long kib = 0;
  snprintf(folder, sizeof folder, "/proc/%d", worker_pid());
  FILE *file = open_in(folder, "status");
  if (file == NULL) return 0;
  while (fgets(line, sizeof line, file) != NULL)
    if (sscanf(line, "VmRSS: %ld", &kib) == 1) break;
  fclose(file);
  return kib;
}

long thread_sleeps(void) {
  struct rusage thread;
  getrusage(RUSAGE_THREAD, &thread);
  return thread.ru_nvcsw;
}
