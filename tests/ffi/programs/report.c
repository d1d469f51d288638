/* Says what it was started with and what works, so that a run behind the shim
 * can be compared with a direct one. program_test.ts runs it, compiled with
 * -fexceptions.
 *
 *   report start …     arguments, environment, descriptors
 *   report vector      the auxiliary vector against what is mapped
 *   report runtime     data, memory, threads, unwinding, libraries
 *   report copy        stdin to stdout, a line to stderr
 *   report exit N      exit code N, through atexit
 *   report abort | crash | illegal     ends by a signal
 *   report wait [term] prints "ready" and waits; exit code 7 on SIGTERM when
 *                      `term` is given, else as the system does
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#define THREADS 8

extern char **environ;
extern const char __ehdr_start __attribute__((visibility("hidden")));
extern const char _start __attribute__((visibility("hidden")));

/* ---- start ---- */

static void print_bytes(const char *name, const char *text) {
  printf("%s %zu ", name, strlen(text));
  for (; *text != 0; text++)
    if (*text > ' ' && *text < 127 && *text != '\\')
      putchar(*text);
    else
      printf("\\x%02x", (unsigned char)*text);
  putchar('\n');
}

static int report_start(int count, char **words) {
  printf("count %d\n", count);
  for (int i = 1; i < count; i++) print_bytes("argument", words[i]);
  printf("end %d\n", words[count] == NULL);
  for (char **item = environ; *item != NULL; item++)
    print_bytes("environment", *item);
  for (int fd = 0; fd < 64; fd++)
    if (fcntl(fd, F_GETFD) >= 0) printf("descriptor %d\n", fd);
  struct sigaction action;
  sigset_t mask;
  sigprocmask(SIG_BLOCK, NULL, &mask);
  for (int number = 1; number < 32; number++) {
    if (sigismember(&mask, number)) printf("blocked %d\n", number);
    if (sigaction(number, NULL, &action) == 0 &&
        action.sa_handler == SIG_IGN)
      printf("ignored %d\n", number);
  }
  return 0;
}

/* ---- vector ---- */

struct found {
  const void *headers; /* of the first object: the program */
  uintptr_t bias;
  unsigned header_count, objects, base_is_object, entry_is_code;
};

static int on_object(struct dl_phdr_info *info, size_t size, void *data) {
  struct found *found = data;
  (void)size;
  if (found->objects++ == 0) {
    found->headers = info->dlpi_phdr;
    found->bias = info->dlpi_addr;
    found->header_count = info->dlpi_phnum;
    uintptr_t entry = getauxval(AT_ENTRY) - info->dlpi_addr;
    for (int i = 0; i < info->dlpi_phnum; i++) {
      const Elf64_Phdr *load = &info->dlpi_phdr[i];
      if (load->p_type == PT_LOAD && (load->p_flags & PF_X) &&
          entry - load->p_vaddr < load->p_filesz)
        found->entry_is_code = 1;
    }
  }
  if (info->dlpi_addr == getauxval(AT_BASE)) found->base_is_object = 1;
  return 0;
}

static int report_vector(char **words) {
  struct found found = {0};
  dl_iterate_phdr(on_object, &found);
  const Elf64_Phdr *headers = (const void *)getauxval(AT_PHDR);
  printf("headers %d\n", found.headers == (const void *)headers);
  printf("count %d\n", found.header_count == getauxval(AT_PHNUM));
  printf("size %lu\n", getauxval(AT_PHENT));
  for (unsigned i = 0; i < getauxval(AT_PHNUM); i++) {
    if (headers[i].p_type == PT_PHDR)
      printf("PT_PHDR %d\n",
             headers[i].p_vaddr + found.bias == (uintptr_t)headers);
    if (headers[i].p_type == PT_LOAD)
      printf("PT_LOAD %lx %lx\n", headers[i].p_vaddr, headers[i].p_memsz);
  }
  printf("bias %d\n", found.bias == (uintptr_t)&__ehdr_start);
  printf("entry %d %d\n", getauxval(AT_ENTRY) == (uintptr_t)&_start,
         found.entry_is_code);
  printf("base %d %d\n", getauxval(AT_BASE) != 0, found.base_is_object);
  printf("secure %lu\n", getauxval(AT_SECURE));
  printf("page %lu\n", getauxval(AT_PAGESZ));
  printf("user %lu %lu\n", getauxval(AT_UID), getauxval(AT_EUID));
  printf("random %d\n", getauxval(AT_RANDOM) != 0);
  printf("vdso %d\n", getauxval(AT_SYSINFO_EHDR) != 0);
  const char *name = (const char *)getauxval(AT_EXECFN);
  printf("name %d\n", name != NULL && strcmp(name, words[0]) == 0);
  return 0;
}

/* ---- runtime ---- */

static int initialised[5] = {1, 2, 3, 4, 5};
static char zeroed[(3 << 20) + 17];
static const char *const relocated[] = {"a", "bc", "def"};
static _Thread_local int in_thread = 40;
static int constructed, unwound;
static char *(*copy)(char *, const char *) = strcpy; /* chosen at start */

__attribute__((constructor)) static void construct(void) {
  constructed = 1;
}

static void on_unwind(int *number) {
  unwound += *number;
}

static void *leave(void *argument) {
  int number __attribute__((cleanup(on_unwind))) = 3;
  if (argument == NULL) pthread_exit(NULL);
  number = 0;
  return NULL;
}

static void *count(void *argument) {
  in_thread += (int)(intptr_t)argument;
  return (void *)(intptr_t)in_thread;
}

static void report_data(void) {
  size_t nonzero = 0;
  int sum = 0;
  char text[8];
  for (size_t i = 0; i < sizeof zeroed; i++) nonzero += zeroed[i] != 0;
  for (int i = 0; i < 5; i++) sum += initialised[i]++;
  memset(zeroed, 1, sizeof zeroed);
  printf("data %d zeroed %zu constructed %d\n", sum, nonzero, constructed);
  printf("relocated %zu %s\n",
         strlen(relocated[0]) + strlen(relocated[1]) + strlen(relocated[2]),
         copy(text, "copied"));
}

static void report_memory(void) {
  char *small[1000];
  for (int i = 0; i < 1000; i++) small[i] = calloc(1, (size_t)i + 1);
  for (int i = 0; i < 1000; i++) free(small[i]);
  char *large = malloc(64 << 20);
  if (large != NULL) large[(64 << 20) - 1] = 1;
  void *code = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
                    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  printf("heap %d break %d code %d\n", large != NULL,
         sbrk(8192) != (void *)-1, code != MAP_FAILED);
  free(large);
}

static void report_threads(void) {
  pthread_t threads[THREADS], leaver;
  long sum = 0;
  for (intptr_t i = 0; i < THREADS; i++)
    pthread_create(&threads[i], NULL, count, (void *)i);
  for (int i = 0; i < THREADS; i++) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    sum += (long)(intptr_t)result;
  }
  printf("threads %ld own %d\n", sum, in_thread);
  pthread_create(&leaver, NULL, leave, NULL);
  pthread_join(leaver, NULL);
  printf("unwound %d\n", unwound);
}

static int report_runtime(void) {
  report_data();
  report_memory();
  report_threads();
#ifndef STATIC
  void *library = dlopen("libm.so.6", RTLD_NOW);
  double (*root)(double) = NULL;
  if (library != NULL) *(void **)&root = dlsym(library, "cbrt");
  printf("library %g\n", root == NULL ? 0 : root(27));
  if (library != NULL) dlclose(library);
#endif
  return 0;
}

/* ---- the rest ---- */

static int copy_stdin(void) {
  char bytes[4096];
  size_t got;
  fprintf(stderr, "copying\n");
  while ((got = fread(bytes, 1, sizeof bytes, stdin)) > 0)
    fwrite(bytes, 1, got, stdout);
  return 0;
}

static void at_exit(void) {
  puts("left");
}

static void on_term(int number) {
  (void)number;
  _exit(7);
}

static int wait_for_signal(int handled) {
  if (handled) signal(SIGTERM, on_term);
  puts("ready");
  fflush(stdout);
  while (pause() != 0) continue;
  return 0;
}

static int end_by(const char *how) {
  setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
  if (strcmp(how, "abort") == 0) abort();
  if (strcmp(how, "illegal") == 0) __builtin_trap();
  *(volatile int *)(uintptr_t)16 = 1;
  return 0;
}

int main(int count, char **words) {
  const char *command = count > 1 ? words[1] : "";
  if (strcmp(command, "vector") == 0) return report_vector(words);
  if (strcmp(command, "runtime") == 0) return report_runtime();
  if (strcmp(command, "copy") == 0) return copy_stdin();
  if (strcmp(command, "wait") == 0) return wait_for_signal(count > 2);
  if (strcmp(command, "abort") == 0 || strcmp(command, "crash") == 0 ||
      strcmp(command, "illegal") == 0)
    return end_by(command);
  if (strcmp(command, "exit") == 0 && count > 2) {
    atexit(at_exit);
    exit(atoi(words[2]));
  }
  return report_start(count, words);
}
