/* Does what a worker's runtime needs, in the worker's place: attached behind
 * the shim and run as `serve` by containment_test.ts. One line for each
 * thing: "ok NAME", or "FAILED NAME" and the error.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static volatile sig_atomic_t signals;
static _Thread_local int local = 1;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static int done;

static void on_signal(int number) {
  (void)number;
  signals = signals + 1;
}

/* ---- threads ---- */

static void *in_thread(void *argument) {
  local++;
  pthread_mutex_lock(&lock);
  done += local;
  pthread_cond_broadcast(&changed);
  pthread_mutex_unlock(&lock);
  return argument;
}

static int threads(void) {
  pthread_t ids[16];
  for (int i = 0; i < 16; i++)
    if (pthread_create(&ids[i], NULL, in_thread, NULL) != 0) return 0;
  pthread_mutex_lock(&lock);
  while (done < 32) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  for (int i = 0; i < 16; i++) pthread_join(ids[i], NULL);
  return local == 1;
}

static int names_and_priorities(void) {
  cpu_set_t processors;
  return prctl(PR_SET_NAME, "renamed", 0, 0, 0) == 0 &&
         sched_getaffinity(0, sizeof processors, &processors) == 0 &&
         sched_setaffinity(0, sizeof processors, &processors) == 0 &&
         setpriority(PRIO_PROCESS, 0, getpriority(PRIO_PROCESS, 0)) == 0 &&
         sched_getscheduler(0) >= 0 && sched_yield() == 0;
}

/* ---- time ---- */

static int sleeping(void) {
  struct timespec moment = {0, 1000}, now;
  return nanosleep(&moment, NULL) == 0 &&
         clock_nanosleep(CLOCK_MONOTONIC, 0, &moment, NULL) == 0 &&
         clock_gettime(CLOCK_REALTIME, &now) == 0 && poll(NULL, 0, 1) == 0;
}

static int timer_descriptor(void) {
  struct itimerspec soon = {.it_value = {0, 1000}};
  uint64_t count = 0;
  int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  return timerfd_settime(timer, 0, &soon, NULL) == 0 &&
         read(timer, &count, sizeof count) == sizeof count && count > 0;
}

static int timer_signal(void) {
  signal(SIGALRM, on_signal);
  sigset_t alarms, before;
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  sigprocmask(SIG_BLOCK, &alarms, &before);
  setitimer(ITIMER_REAL, &(struct itimerval){.it_value = {0, 1000}}, NULL);
  int got = 0;
  return sigwait(&alarms, &got) == 0 && got == SIGALRM &&
         sigprocmask(SIG_SETMASK, &before, NULL) == 0;
}

static void on_timer(union sigval value) {
  (void)value;
  in_thread(NULL);
}

static int timer_thread(void) {
  struct sigevent event = {.sigev_notify = SIGEV_THREAD};
  struct itimerspec soon = {.it_value = {0, 1000}};
  timer_t timer;
  event.sigev_notify_function = on_timer;
  int before = done;
  if (timer_create(CLOCK_MONOTONIC, &event, &timer) != 0 ||
      timer_settime(timer, 0, &soon, NULL) != 0)
    return 0;
  pthread_mutex_lock(&lock);
  while (done == before) pthread_cond_wait(&changed, &lock);
  pthread_mutex_unlock(&lock);
  return timer_delete(timer) == 0;
}

/* ---- files ---- */

static int reading(void) {
  char bytes[64];
  int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  struct stat status;
  void *mapped = mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, file, 0);
  return pread(file, bytes, 64, 0) == 64 && memcmp(bytes, "\177ELF", 4) == 0 &&
         fstat(file, &status) == 0 && stat("/", &status) == 0 &&
         access("/", R_OK) == 0 && mapped != MAP_FAILED && close(file) == 0;
}

static int own_process(void) {
  char bytes[64];
  const char *const names[] = {"status", "maps", "stat", "mem", "environ"};
  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/%s", names[i]);
    int file = open(path, O_RDONLY);
    if (file < 0) return 0;
    close(file);
  }
  DIR *list = opendir("/proc/self/fd");
  return readlink("/proc/self/exe", bytes, sizeof bytes) > 0 &&
         list != NULL && readdir(list) != NULL && closedir(list) == 0;
}

static int folders(void) {
  char path[4096];
  DIR *list = opendir("/");
  int watch = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
  return list != NULL && readdir(list) != NULL && closedir(list) == 0 &&
         inotify_add_watch(watch, "/", IN_CREATE | IN_CLOSE_WRITE) >= 0 &&
         close(watch) == 0 && getcwd(path, sizeof path) != NULL;
}

static int libraries(void) {
  void *library = dlopen("libm.so.6", RTLD_NOW);
  return library != NULL && dlsym(library, "cos") != NULL &&
         dlclose(library) == 0;
}

static int descriptors(void) {
  int room;
  int copy = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 10);
  int ends[2];
  char byte = 'x';
  return copy >= 10 && fcntl(copy, F_GETFL) >= 0 &&
         fcntl(copy, F_SETFD, FD_CLOEXEC) == 0 && pipe2(ends, 0) == 0 &&
         fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0 &&
         write(ends[1], &byte, 1) == 1 &&
         ioctl(ends[0], FIONREAD, &room) == 0 && room == 1 &&
         isatty(ends[0]) == 0;
}

/* ---- memory ---- */

static int memory(void) {
  unsigned char *code = mmap(NULL, 65536, PROT_NONE,
                             MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
                             0);
  char *heap = malloc(32 << 20);
  if (code == MAP_FAILED || heap == NULL ||
      mprotect(code, 4096, PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
    return 0;
  memset(heap, 1, 32 << 20);
  memcpy(code, "\xb8\x07\x00\x00\x00\xc3", 6); /* return 7 */
  int (*function)(void) = (int (*)(void))(uintptr_t)code;
  int result = function();
  free(heap);
  return result == 7 && madvise(code, 65536, MADV_DONTNEED) == 0 &&
         mremap(code, 4096, 8192, MREMAP_MAYMOVE) != MAP_FAILED;
}

static int shared_memory(void) {
  int file = (int)syscall(SYS_memfd_create, "memory", 1u);
  char *bytes;
  if (ftruncate(file, 8192) != 0 || fallocate(file, 0, 0, 8192) != 0) return 0;
  bytes = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  char byte = 0;
  if (bytes == MAP_FAILED) return 0;
  bytes[5000] = 9;
  return pread(file, &byte, 1, 5000) == 1 && byte == 9;
}

static int randomness(void) {
  char bytes[32];
  int file = open("/dev/urandom", O_RDONLY);
  return syscall(SYS_getrandom, bytes, 32, 0) == 32 &&
         read(file, bytes, 32) == 32;
}

/* ---- waiting, and signals to itself ---- */

static int pair_of(int type) {
  int ends[2];
  char byte = 'x';
  return socketpair(AF_UNIX, type | SOCK_CLOEXEC, 0, ends) == 0 &&
         write(ends[0], &byte, 1) == 1 && recv(ends[1], &byte, 1, 0) == 1 &&
         shutdown(ends[0], SHUT_RDWR) == 0 && close(ends[1]) == 0;
}

static int socket_pairs(void) {
  return pair_of(SOCK_STREAM) && pair_of(SOCK_STREAM | SOCK_NONBLOCK) &&
         pair_of(SOCK_SEQPACKET);
}

static int waiting(void) {
  int event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  int set = epoll_create1(EPOLL_CLOEXEC);
  struct epoll_event wanted = {.events = EPOLLIN | EPOLLET}, got;
  return epoll_ctl(set, EPOLL_CTL_ADD, event, &wanted) == 0 &&
         eventfd_write(event, 1) == 0 && epoll_wait(set, &got, 1, 1000) == 1;
}

static int own_signals(void) {
  int before = signals;
  signal(SIGUSR1, on_signal);
  raise(SIGUSR1);
  kill(getpid(), SIGUSR1);
  pthread_kill(pthread_self(), SIGUSR1);
  sigqueue(getpid(), SIGUSR1, (union sigval){0});
  pthread_sigqueue(pthread_self(), SIGUSR1, (union sigval){0});
  return signals == before + 5 && kill(getpid(), 0) == 0;
}

static int limits(void) {
  struct rlimit limit;
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
         setrlimit(RLIMIT_NOFILE, &limit) == 0 &&
         prlimit(getpid(), RLIMIT_STACK, NULL, &limit) == 0;
}

int main(void) {
  const struct {
    const char *name;
    int (*run)(void);
  } things[] = {
      {"threads", threads},
      {"names and priorities", names_and_priorities},
      {"sleeping", sleeping},
      {"timer descriptors", timer_descriptor},
      {"timer signals", timer_signal},
      {"timer threads", timer_thread},
      {"reading files", reading},
      {"its own process", own_process},
      {"folders", folders},
      {"libraries", libraries},
      {"descriptors", descriptors},
      {"memory", memory},
      {"shared memory", shared_memory},
      {"randomness", randomness},
      {"socket pairs", socket_pairs},
      {"waiting", waiting},
      {"signals to itself", own_signals},
      {"limits", limits},
  };
  int failed = 0;
  for (size_t i = 0; i < sizeof things / sizeof things[0]; i++) {
    errno = 0;
    int good = things[i].run();
    failed += !good;
    printf("%s %s", good ? "ok" : "FAILED", things[i].name);
    if (good) puts("");
    else printf(": %s\n", strerror(errno));
  }
  return failed > 0;
}
