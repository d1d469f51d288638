/* Worker role: gives back what the start, or a check of a policy, has needed
 * and nobody needs any more. Called by TypeScript when nothing is to be done.
 */
#define _GNU_SOURCE
#include <link.h>
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* Lets go of the pages of a program's or library's file that are mapped and
 * cannot be written: code and constants. They stay in the system's cache of
 * the file, and come back when they are touched. */
static int drop_pages(struct dl_phdr_info *object, size_t size, void *unused) {
  (void)size;
  (void)unused;
  const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
  for (int i = 0; i < object->dlpi_phnum; i++) {
    const ElfW(Phdr) *part = &object->dlpi_phdr[i];
    if (part->p_type != PT_LOAD || (part->p_flags & PF_W) != 0) continue;
    uintptr_t start = object->dlpi_addr + part->p_vaddr;
    uintptr_t from = (start + page - 1) & ~(page - 1);
    uintptr_t to = (start + part->p_filesz) & ~(page - 1);
    if (from < to) madvise((void *)from, to - from, MADV_DONTNEED);
  }
  return 0;
}

/* [main isolate] */
EXPORT void sched_worker_rest(void) {
  malloc_trim(0);
  dl_iterate_phdr(drop_pages, NULL);
}
