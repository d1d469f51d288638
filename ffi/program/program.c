/* Program role: this library, started as a program, maps the executable that
 * is attached behind it and hands over to that one's loader, the way the
 * kernel would have done.
 *
 *   kernel -> sched_program_entry (no libc, nothing relocated yet)
 *          -> map the attached ELF and its interpreter
 *          -> point the auxiliary vector at them -> interpreter's entry
 *
 * Runs before any loader: no libc, no globals that need relocation, no calls
 * but to containment.c, which keeps the same rules.
 * The attached executable is trusted as the file itself is, but a file cut
 * short or foreign must end with a sentence, not a crash.
 */
#include <elf.h>
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "containment.h"
#include "program.h"
#include "raw_syscall.h"

#define PAGE_BYTES 4096u
#define HEADERS_LIMIT 64u
#define PATH_LIMIT 256u

#define PROT_R 1
#define PROT_W 2
#define PROT_X 4
#define MAP_PRIVATE_ 0x02
#define MAP_FIXED_ 0x10
#define MAP_ANONYMOUS_ 0x20
#define MAP_NORESERVE_ 0x4000
#define OPEN_READ_CLOSE_ON_EXEC 02000000
#define SEEK_END_ 2

/* Bounds that keep sums of file offsets and addresses from running over. */
#define ADDRESS_LIMIT (1ULL << 40)
#define ALIGN_LIMIT (1ULL << 26)

#define ELF_MAGIC 0x464c457fu /* ELFMAG, little endian */

#define NOTHING_ATTACHED                                                      \
  "no program is attached to this library: build it again"
#define OF_PROGRAM "the attached program or its loader "
#define CUT_SHORT                                                             \
  "cannot read the attached program or its loader: the file is cut short"

static void fail(const char *sentence, size_t bytes) {
  raw_syscall(SYS_write, 2, (long)sentence, (long)bytes, 0, 0, 0);
  raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}
#define FAIL(text) fail("scheduler: " text "\n", sizeof("scheduler: " text))

/* A file from `base` on: an executable, and nothing of what is before it. */
struct part {
  int fd;
  uint64_t base;
  uint64_t bytes; /* to the end of the file */
};

/* What map_executable() found. Addresses are where it is mapped. */
struct mapped {
  uint64_t bias; /* added to each address in the file */
  uint64_t entry;
  uint64_t headers; /* program headers, as the loader looks for them; or 0 */
  uint64_t header_count;
  bool has_interpreter;
  uint64_t interpreter_offset; /* of its path, in the part */
  uint64_t interpreter_bytes;
};

/* Negative when there is no such file. */
static int open_part(const char *path, uint64_t base, struct part *part) {
  part->fd = (int)raw_syscall(SYS_open, (long)path, OPEN_READ_CLOSE_ON_EXEC,
                              0, 0, 0, 0);
  if (part->fd < 0) return part->fd;
  long end = raw_syscall(SYS_lseek, part->fd, 0, SEEK_END_, 0, 0, 0);
  part->base = base;
  part->bytes = end > 0 && (uint64_t)end > base ? (uint64_t)end - base : 0;
  return part->fd;
}

static bool holds(const struct part *part, uint64_t offset, uint64_t bytes) {
  return offset <= part->bytes && bytes <= part->bytes - offset;
}

static void read_exactly(const struct part *part, void *to, uint64_t bytes,
                         uint64_t offset) {
  if (!holds(part, offset, bytes)) FAIL(CUT_SHORT);
  for (uint64_t done = 0; done < bytes;) {
    long got = raw_syscall(SYS_pread64, part->fd, (long)to + (long)done,
                           (long)(bytes - done),
                           (long)(part->base + offset + done), 0, 0);
    if (got <= 0) FAIL(CUT_SHORT);
    done += (uint64_t)got;
  }
}

static uint64_t map(uint64_t address, uint64_t bytes, int prot, int flags,
                    int fd, uint64_t offset) {
  long at = raw_syscall(SYS_mmap, (long)address, (long)bytes, prot, flags, fd,
                        (long)offset);
  if (at < 0 && at > -4096) FAIL("cannot map the attached program");
  return (uint64_t)at;
}

static uint64_t page_down(uint64_t at) {
  return at & ~(uint64_t)(PAGE_BYTES - 1);
}

static uint64_t page_up(uint64_t at) {
  return page_down(at + PAGE_BYTES - 1);
}

static int protection(uint32_t flags) {
  return (flags & PF_R ? PROT_R : 0) | (flags & PF_W ? PROT_W : 0) |
         (flags & PF_X ? PROT_X : 0);
}

/* A segment that takes memory; the others are of no interest to a loader. */
static bool is_load(const Elf64_Phdr *item) {
  return item->p_type == PT_LOAD && item->p_memsz > 0;
}

/* Maps one segment. The bytes between the end of its data and the end of
 * that page are zeroed whole: the dynamic loader's first allocations use
 * them. */
static void map_segment(const struct part *part, uint64_t bias,
                        const Elf64_Phdr *load) {
  uint64_t start = page_down(load->p_vaddr);
  uint64_t lead = load->p_vaddr - start;
  uint64_t data_end = load->p_vaddr + load->p_filesz;
  uint64_t mapped_end = start;
  int prot = protection(load->p_flags);
  if (load->p_filesz > 0) {
    mapped_end = page_up(data_end);
    map(bias + start, lead + load->p_filesz, prot, MAP_PRIVATE_ | MAP_FIXED_,
        part->fd, part->base + load->p_offset - lead);
    if (load->p_flags & PF_W)
      for (uint64_t at = data_end; at < mapped_end; at++)
        *(volatile uint8_t *)(bias + at) = 0;
  }
  uint64_t end = page_up(load->p_vaddr + load->p_memsz);
  if (end > mapped_end)
    map(bias + mapped_end, end - mapped_end, prot,
        MAP_PRIVATE_ | MAP_FIXED_ | MAP_ANONYMOUS_, -1, 0);
}

static void check_header(const struct part *part, const Elf64_Ehdr *header) {
  if (*(const uint32_t *)header->e_ident != ELF_MAGIC) {
    if (part->base == 0) FAIL("the attached program's loader is no program");
    FAIL(NOTHING_ATTACHED);
  }
  if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
      header->e_ident[EI_DATA] != ELFDATA2LSB ||
      header->e_machine != EM_X86_64)
    FAIL(OF_PROGRAM "is made for another processor");
  if (header->e_type != ET_DYN)
    FAIL(OF_PROGRAM "is not position independent");
  if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
      header->e_phnum > HEADERS_LIMIT)
    FAIL(OF_PROGRAM "has odd program headers");
}

/* A page of a segment that lies past the file's end can be mapped, and kills
 * whoever touches it; one that two segments claim belongs to the last. */
static void check_segment(const struct part *part, const Elf64_Phdr *headers,
                          unsigned index) {
  const Elf64_Phdr *load = &headers[index];
  if (load->p_filesz > load->p_memsz || load->p_memsz > ADDRESS_LIMIT ||
      load->p_vaddr > ADDRESS_LIMIT ||
      (load->p_filesz > 0 &&
       load->p_vaddr % PAGE_BYTES != load->p_offset % PAGE_BYTES))
    FAIL(OF_PROGRAM "has odd segments");
  if (load->p_filesz > 0 && !holds(part, load->p_offset, load->p_filesz))
    FAIL(CUT_SHORT);
  for (unsigned i = 0; i < index; i++) {
    const Elf64_Phdr *other = &headers[i];
    if (is_load(other) &&
        page_down(load->p_vaddr) < page_up(other->p_vaddr + other->p_memsz) &&
        page_down(other->p_vaddr) < page_up(load->p_vaddr + load->p_memsz))
      FAIL(OF_PROGRAM "has segments that overlap");
  }
}

/* Lowest and highest address that the segments cover, and the widest
 * alignment that they ask for. */
struct span {
  uint64_t from, to, align;
};

static struct span check_segments(const struct part *part,
                                  const Elf64_Phdr *headers, unsigned count) {
  struct span span = {UINT64_MAX, 0, PAGE_BYTES};
  for (unsigned i = 0; i < count; i++) {
    const Elf64_Phdr *load = &headers[i];
    if (!is_load(load)) continue;
    check_segment(part, headers, i);
    uint64_t end = load->p_vaddr + load->p_memsz;
    if (load->p_vaddr < span.from) span.from = load->p_vaddr;
    if (end > span.to) span.to = end;
    if (load->p_align > span.align && load->p_align <= ALIGN_LIMIT &&
        (load->p_align & (load->p_align - 1)) == 0)
      span.align = load->p_align;
  }
  if (span.to == 0) FAIL(OF_PROGRAM "has no segments");
  span.from -= span.from % span.align;
  return span;
}

/* Room for all segments, at an address aligned as they ask. Returns what is
 * to be added to the addresses in the file. */
static uint64_t reserve(const struct span *span) {
  uint64_t room =
      map(0, span->to - span->from + span->align, 0,
          MAP_PRIVATE_ | MAP_ANONYMOUS_ | MAP_NORESERVE_, -1, 0);
  return ((room + span->align - 1) & ~(span->align - 1)) - span->from;
}

/* Whether the segment's data holds `bytes` bytes at this place of the file,
 * or of memory. */
static bool has_data(const Elf64_Phdr *load, uint64_t data_start, uint64_t at,
                     uint64_t bytes) {
  return is_load(load) && at >= data_start &&
         at - data_start <= load->p_filesz &&
         bytes <= load->p_filesz - (at - data_start);
}

/* Where the kernel would have found entry, headers and interpreter. */
static void locate(const Elf64_Ehdr *header, const Elf64_Phdr *headers,
                   struct mapped *out) {
  uint64_t table_bytes = header->e_phnum * sizeof headers[0];
  out->entry = out->headers = out->header_count = 0;
  out->has_interpreter = false;
  out->interpreter_offset = out->interpreter_bytes = 0;
  for (unsigned i = 0; i < header->e_phnum; i++) {
    const Elf64_Phdr *item = &headers[i];
    if (item->p_type == PT_INTERP && !out->has_interpreter) {
      out->has_interpreter = true;
      out->interpreter_offset = item->p_offset;
      out->interpreter_bytes = item->p_filesz;
    }
    if ((item->p_flags & PF_X) &&
        has_data(item, item->p_vaddr, header->e_entry, 1))
      out->entry = out->bias + header->e_entry;
    if ((item->p_flags & PF_R) &&
        has_data(item, item->p_offset, header->e_phoff, table_bytes)) {
      out->headers =
          out->bias + item->p_vaddr + (header->e_phoff - item->p_offset);
      out->header_count = header->e_phnum;
    }
  }
}

static void map_executable(const struct part *part, struct mapped *out) {
  Elf64_Ehdr header;
  Elf64_Phdr headers[HEADERS_LIMIT];
  if (part->bytes == 0 && part->base != 0) FAIL(NOTHING_ATTACHED);
  read_exactly(part, &header, sizeof header, 0);
  check_header(part, &header);
  read_exactly(part, headers, header.e_phnum * sizeof headers[0],
               header.e_phoff);
  struct span span = check_segments(part, headers, header.e_phnum);
  out->bias = reserve(&span);
  for (unsigned i = 0; i < header.e_phnum; i++)
    if (is_load(&headers[i])) map_segment(part, out->bias, &headers[i]);
  locate(&header, headers, out);
  if (out->entry == 0) FAIL(OF_PROGRAM "has no code where it begins");
}

/* The path ends with its one NUL, as the kernel wants it. */
static void map_interpreter(const struct part *part,
                            const struct mapped *program,
                            struct mapped *out) {
  char path[PATH_LIMIT];
  uint64_t bytes = program->interpreter_bytes;
  if (bytes < 2 || bytes > sizeof path)
    FAIL("the attached program names an odd loader");
  read_exactly(part, path, bytes, program->interpreter_offset);
  for (uint64_t i = 0; i < bytes; i++)
    if ((path[i] == 0) != (i == bytes - 1))
      FAIL("the attached program names an odd loader");
  struct part loader;
  if (open_part(path, 0, &loader) < 0)
    FAIL("this system has no loader for the attached program: glibc is "
         "needed");
  map_executable(&loader, out);
  raw_syscall(SYS_close, loader.fd, 0, 0, 0, 0, 0);
}

/* `serve`, as main.ts reads it. */
static bool is_worker(const uintptr_t *arguments, uintptr_t count) {
  static const char serve[] = "serve";
  if (count < 2) return false;
  const char *command = (const char *)arguments[1];
  for (unsigned i = 0; i < sizeof serve; i++)
    if (command[i] != serve[i]) return false;
  return true;
}

static void point_vector_at(Elf64_auxv_t *vector,
                            const struct mapped *program, uint64_t base) {
  for (; vector->a_type != AT_NULL; vector++) {
    if (vector->a_type == AT_PHDR) vector->a_un.a_val = program->headers;
    if (vector->a_type == AT_PHENT) vector->a_un.a_val = sizeof(Elf64_Phdr);
    if (vector->a_type == AT_PHNUM)
      vector->a_un.a_val = program->header_count;
    if (vector->a_type == AT_BASE) vector->a_un.a_val = base;
    if (vector->a_type == AT_ENTRY) vector->a_un.a_val = program->entry;
  }
}

/* The program cannot start in a folder that was deleted, and would say so in
 * a way that helps nobody. A worker leaves the folder first. */
static void check_folder(void) {
  char folder[PATH_LIMIT];
  if (raw_syscall(SYS_getcwd, (long)folder, sizeof folder, 0, 0, 0, 0) ==
      -ENOENT)
    FAIL("the current folder does not exist any more: change to another one");
}

/* stack: argc, argv[], NULL, environment[], NULL, auxiliary vector, as the
 * kernel laid it. Returns the address to go on at. */
__attribute__((used)) static uintptr_t start(uintptr_t *stack) {
  uintptr_t *at = stack + 1 + stack[0] + 1;
  while (*at != 0) at++;
  if (is_worker(stack + 1, stack[0]))
    contain_worker();
  else
    check_folder();
  struct part file;
  if (open_part("/proc/self/exe", PROGRAM_OFFSET, &file) < 0)
    FAIL("cannot open /proc/self/exe: is /proc mounted?");
  struct mapped program, loader = {0};
  map_executable(&file, &program);
  if (program.headers == 0)
    FAIL("the attached program does not load its program headers");
  if (program.has_interpreter) map_interpreter(&file, &program, &loader);
  raw_syscall(SYS_close, file.fd, 0, 0, 0, 0, 0);
  point_vector_at((Elf64_auxv_t *)(at + 1), &program, loader.bias);
  return program.has_interpreter ? loader.entry : program.entry;
}

/* The file's ELF entry. rdx is what the ABI calls a function to register at
 * exit: none. */
__asm__(".text\n"
        ".globl sched_program_entry\n"
        ".hidden sched_program_entry\n"
        ".type sched_program_entry, @function\n"
        "sched_program_entry:\n"
        "  xor %ebp, %ebp\n"
        "  mov %rsp, %rbx\n"
        "  mov %rsp, %rdi\n"
        "  and $-16, %rsp\n"
        "  call start\n"
        "  mov %rbx, %rsp\n"
        "  xor %edx, %edx\n"
        "  jmp *%rax\n"
        ".size sched_program_entry, . - sched_program_entry\n");
