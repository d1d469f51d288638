/* Coverage-guided fuzzing (libFuzzer) of what program.c reads of an ELF file.
 * Its system calls are led to a model of the kernel, in which the input is
 * the attached program and its loader.
 *
 *   input = struct control | bytes of the program | bytes of the loader
 *
 * A finding is whatever the sanitizers say; a mapping outside the room that
 * was reserved for it, over another one, or of bytes that the file does not
 * have; a byte touched that is not mapped so; a run that neither ends with one
 * sentence and exit code 127 nor hands over to code, with a vector that shows
 * the program's own headers.
 */
#define _GNU_SOURCE
#include <elf.h>
#include <errno.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#define RAW_SYSCALL_H
static long raw_syscall(long number, long a, long b, long c, long d, long e,
                        long f);
#include "program/program.c"

void contain_worker(void) {
}

/* How the model behaves, and what of the input is what. */
struct control {
  uint8_t failing_mmap;   /* which mmap fails; 0: none */
  uint8_t read_bytes;     /* most that a read gives; 0: all */
  uint8_t missing;        /* WITHOUT_… */
  uint8_t reserved;
  uint32_t program_bytes; /* of the input */
  uint32_t program_size;  /* of the file: zeros follow */
  uint32_t loader_size;
};

#define WITHOUT_LOADER 1u
#define WITHOUT_FOLDER 2u /* the current one was deleted */
#define WITHOUT_PROC 4u

#define FILE_LIMIT (256u << 10)
#define PROGRAM_FD 5
#define LOADER_FD 6
#define MAPPINGS_LIMIT 512u

struct file {
  const uint8_t *bytes;
  uint64_t known, size; /* of the part: what is before its base is not here */
  uint64_t base;
  bool open;
};

struct mapping {
  uint64_t address, bytes;
  int prot;
  bool reserved;
};

static struct control control;
static struct file files[2];
static struct mapping mappings[MAPPINGS_LIMIT];
static unsigned mapping_count, mmap_calls, sentences;
static jmp_buf ended;

static void finding(const char *what) {
  fprintf(stderr, "finding: %s\n", what);
  abort();
}

static struct file *file_of(long fd) {
  if (fd != PROGRAM_FD && fd != LOADER_FD) finding("an unknown descriptor");
  struct file *file = &files[fd - PROGRAM_FD];
  if (!file->open) finding("a closed descriptor");
  return file;
}

static void copy_out(const struct file *file, uint8_t *to, uint64_t bytes,
                     uint64_t offset) {
  uint64_t known = offset < file->known ? file->known - offset : 0;
  if (known > bytes) known = bytes;
  if (known > 0) memcpy(to, file->bytes + offset, known);
  memset(to + known, 0, bytes - known);
}

/* ---- the model ---- */

static long model_open(const char *path) {
  if (strcmp(path, "/proc/self/exe") == 0) {
    if (control.missing & WITHOUT_PROC) return -ENOENT;
    files[0].open = true;
    return PROGRAM_FD;
  }
  if (strlen(path) == 0) finding("an empty path");
  if (control.missing & WITHOUT_LOADER) return -ENOENT;
  files[1].open = true;
  return LOADER_FD;
}

static long model_folder(char *to, uint64_t bytes) {
  if (control.missing & WITHOUT_FOLDER) return -ENOENT;
  if (bytes < 2) finding("no room for the name of a folder");
  memcpy(to, "/", 2);
  return 2;
}

static long model_read(long fd, uint8_t *to, uint64_t bytes, int64_t offset) {
  struct file *file = file_of(fd);
  if (offset < 0 || (uint64_t)offset < file->base)
    finding("a read of what is before the program");
  uint64_t at = (uint64_t)offset - file->base;
  if (at >= file->size) return 0;
  if (bytes > file->size - at) bytes = file->size - at;
  if (control.read_bytes != 0 && bytes > control.read_bytes)
    bytes = control.read_bytes;
  copy_out(file, to, bytes, at);
  return (long)bytes;
}

static struct mapping *add_mapping(uint64_t address, uint64_t bytes, int prot,
                                   bool reserved) {
  if (mapping_count == MAPPINGS_LIMIT) finding("mappings without end");
  struct mapping *mapping = &mappings[mapping_count++];
  *mapping = (struct mapping){address, bytes, prot, reserved};
  return mapping;
}

static long model_reserve(uint64_t bytes, int prot, int flags) {
  if (prot != PROT_NONE ||
      flags != (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE))
    finding("a reservation of another kind");
  void *room = mmap(NULL, bytes, prot, flags, -1, 0);
  if (room == MAP_FAILED) return -ENOMEM;
  add_mapping((uint64_t)room, bytes, prot, true);
  return (long)room;
}

static void check_place(uint64_t address, uint64_t bytes) {
  bool inside = false;
  for (unsigned i = 0; i < mapping_count; i++) {
    uint64_t from = mappings[i].address, room = mappings[i].bytes;
    bool holds_it = address >= from && bytes <= room &&
                    address - from <= room - bytes;
    if (mappings[i].reserved && holds_it) inside = true;
    if (!mappings[i].reserved && address < from + room &&
        from < address + bytes)
      finding("a mapping over another one");
  }
  if (!inside) finding("a mapping outside what was reserved");
}

/* Data is copied into memory of its own; memory without data stays closed:
 * nobody has to touch it before the loader. */
static long model_map(uint64_t address, uint64_t bytes, int prot, int flags,
                      long fd, uint64_t offset) {
  bool anonymous = (flags & MAP_ANONYMOUS) != 0;
  uint64_t whole = page_up(bytes);
  if (address % PAGE_BYTES != 0 || whole < bytes || prot & ~7)
    finding("a mapping that the kernel refuses");
  if (flags != (MAP_PRIVATE | MAP_FIXED | (anonymous ? MAP_ANONYMOUS : 0)))
    finding("a mapping of another kind");
  check_place(address, whole);
  add_mapping(address, whole, prot, false);
  if (anonymous) return (long)address;
  struct file *file = file_of(fd);
  if (offset % PAGE_BYTES != 0 || offset < file->base)
    finding("a mapping of what is before the program");
  offset -= file->base;
  if (offset > file->size || bytes > file->size - offset)
    finding("a mapping of more than the file has");
  void *memory = mmap((void *)address, whole, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
  if (memory == MAP_FAILED) return -ENOMEM;
  uint64_t there = file->size - offset < whole ? file->size - offset : whole;
  copy_out(file, memory, there, offset);
  mprotect(memory, whole, prot);
  return (long)address;
}

static long model_mmap(uint64_t address, uint64_t bytes, int prot, int flags,
                       long fd, uint64_t offset) {
  if (++mmap_calls == control.failing_mmap) return -ENOMEM;
  if (bytes == 0) finding("a mapping of nothing");
  if (flags & MAP_FIXED)
    return model_map(address, bytes, prot, flags, fd, offset);
  return model_reserve(bytes, prot, flags);
}

static long model_write(long fd, const char *text, uint64_t bytes) {
  static const char start[] = "scheduler: ";
  if (fd != 2 || bytes <= sizeof start || text[bytes - 1] != '\n' ||
      memcmp(text, start, sizeof start - 1) != 0 || strlen(text) != bytes)
    finding("another thing written than one sentence");
  sentences++;
  return (long)bytes;
}

static long raw_syscall(long number, long a, long b, long c, long d, long e,
                        long f) {
  switch (number) {
    case SYS_open:
      return model_open((const char *)a);
    case SYS_getcwd:
      return model_folder((char *)a, (uint64_t)b);
    case SYS_lseek:
      if (b != 0 || c != SEEK_END) finding("another seek");
      return (long)(file_of(a)->base + file_of(a)->size);
    case SYS_pread64:
      return model_read(a, (uint8_t *)b, (uint64_t)c, d);
    case SYS_mmap:
      return model_mmap((uint64_t)a, (uint64_t)b, (int)c, (int)d, e,
                        (uint64_t)f);
    case SYS_close:
      file_of(a)->open = false;
      return 0;
    case SYS_write:
      return model_write(a, (const char *)b, (uint64_t)c);
    case SYS_exit_group:
      if (a != 127 || sentences != 1) finding("an end without a sentence");
      longjmp(ended, 1);
    default:
      finding("another system call");
      return -ENOSYS;
  }
}

/* ---- what must hold after a hand-over ---- */

static const struct mapping *mapping_at(uint64_t address, uint64_t bytes) {
  for (unsigned i = 0; i < mapping_count; i++)
    if (!mappings[i].reserved && address >= mappings[i].address &&
        address - mappings[i].address < mappings[i].bytes &&
        bytes <= mappings[i].bytes - (address - mappings[i].address))
      return &mappings[i];
  finding("an address in the vector that is not mapped");
  return NULL;
}

static void check_hand_over(uint64_t entry, const Elf64_auxv_t *vector) {
  uint64_t headers = 0, count = 0, program_entry = 0;
  for (; vector->a_type != AT_NULL; vector++) {
    if (vector->a_type == AT_PHDR) headers = vector->a_un.a_val;
    if (vector->a_type == AT_PHNUM) count = vector->a_un.a_val;
    if (vector->a_type == AT_ENTRY) program_entry = vector->a_un.a_val;
    if (vector->a_type == AT_PHENT &&
        vector->a_un.a_val != sizeof(Elf64_Phdr))
      finding("a vector with another size of headers");
  }
  if (sentences != 0) finding("a hand-over with a sentence");
  if (!(mapping_at(entry, 1)->prot & PROT_EXEC) ||
      !(mapping_at(program_entry, 1)->prot & PROT_EXEC))
    finding("an entry that is no code");
  if (files[0].open || files[1].open) finding("a descriptor left open");
  uint64_t bytes = count * sizeof(Elf64_Phdr);
  if (count == 0 || !(mapping_at(headers, bytes)->prot & PROT_READ))
    finding("headers that nobody can read");
  Elf64_Ehdr header;
  uint8_t table[HEADERS_LIMIT * sizeof(Elf64_Phdr)];
  copy_out(&files[0], (uint8_t *)&header, sizeof header, 0);
  copy_out(&files[0], table, bytes, header.e_phoff);
  if (count != header.e_phnum ||
      memcmp((const void *)headers, table, bytes) != 0)
    finding("other headers than the program's");
}

static void begin(const uint8_t *input, size_t bytes) {
  memcpy(&control, input, sizeof control);
  input += sizeof control;
  bytes -= sizeof control;
  size_t program = control.program_bytes < bytes ? control.program_bytes
                                                 : bytes;
  uint64_t program_size = control.program_size % FILE_LIMIT;
  uint64_t loader_size = control.loader_size % FILE_LIMIT;
  if (program > program_size) program_size = program;
  if (bytes - program > loader_size) loader_size = bytes - program;
  files[0] = (struct file){input, program, program_size, PROGRAM_OFFSET, false};
  files[1] = (struct file){input + program, bytes - program, loader_size, 0,
                           false};
  mapping_count = mmap_calls = sentences = 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes);
int LLVMFuzzerTestOneInput(const uint8_t *input, size_t bytes) {
  if (bytes < sizeof control) return -1;
  begin(input, bytes);
  uintptr_t stack[] = {1,       (uintptr_t) "scheduler.so",
                       0,       0,
                       AT_PHDR, 1,
                       AT_PHNUM, 1,
                       AT_PHENT, 1,
                       AT_BASE, 1,
                       AT_ENTRY, 1,
                       AT_NULL, 0};
  if (setjmp(ended) == 0)
    check_hand_over(start(stack), (const Elf64_auxv_t *)(stack + 4));
  for (unsigned i = 0; i < mapping_count; i++)
    if (mappings[i].reserved)
      munmap((void *)mappings[i].address, mappings[i].bytes);
  return 0;
}
