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

static void fail(const char *sentence, size_t bytes) {
  raw_syscall(SYS_write, 2, (long)sentence, (long)bytes, 0, 0, 0);
  raw_syscall(SYS_exit_group, 127, 0, 0, 0, 0, 0);
  __builtin_unreachable();
}
#define FAIL(text) fail("scheduler: " text "\n", sizeof("scheduler: " text))

static void read_exactly(int fd, void *to, uint64_t bytes, uint64_t offset) {
  if (raw_syscall(SYS_pread64, fd, (long)to, (long)bytes, (long)offset, 0, 0) !=
      (long)bytes)
    FAIL("cannot read the attached program: the file is cut short");
}

/* What map_executable() found. Addresses are where it is mapped. */
struct mapped {
  uint64_t bias; /* added to each address in the file */
  uint64_t entry;
  uint64_t headers; /* program headers, as the loader looks for them */
  uint64_t header_count;
  uint64_t interpreter_offset; /* in the executable; 0 when there is none */
  uint64_t interpreter_bytes;
};

static long map(uint64_t address, uint64_t bytes, int prot, int flags, int fd,
                uint64_t offset) {
  long at = raw_syscall(SYS_mmap, (long)address, (long)bytes, prot, flags, fd,
                (long)offset);
  if (at < 0 && at > -4096) FAIL("cannot map the attached program");
  return at;
}

static int protection(uint32_t flags) {
  return (flags & PF_R ? PROT_R : 0) | (flags & PF_W ? PROT_W : 0) |
         (flags & PF_X ? PROT_X : 0);
}

/* Maps one PT_LOAD. The bytes between the end of its data and the end of
 * that page are zeroed whole: the dynamic loader's first allocations use
 * them. */
static void map_segment(int fd, uint64_t base, uint64_t bias,
                        const Elf64_Phdr *load) {
  uint64_t lead = load->p_vaddr % PAGE_BYTES;
  uint64_t start = bias + load->p_vaddr - lead;
  int prot = protection(load->p_flags);
  uint64_t data_end = bias + load->p_vaddr + load->p_filesz;
  uint64_t mapped_end = start;
  if (load->p_filesz > 0) {
    map(start, lead + load->p_filesz, prot, MAP_PRIVATE_ | MAP_FIXED_, fd,
        base + load->p_offset - lead);
    mapped_end = (data_end + PAGE_BYTES - 1) & ~(uint64_t)(PAGE_BYTES - 1);
  }
  uint64_t end = bias + load->p_vaddr + load->p_memsz;
  if (end > mapped_end)
    map(mapped_end, end - mapped_end, prot,
        MAP_PRIVATE_ | MAP_FIXED_ | MAP_ANONYMOUS_, -1, 0);
  if (load->p_flags & PF_W)
    for (volatile uint8_t *byte = (volatile uint8_t *)data_end;
         load->p_filesz > 0 && (uint64_t)byte < mapped_end; byte++)
      *byte = 0;
}

static void check_header(const Elf64_Ehdr *header) {
  if (*(const uint32_t *)header->e_ident != 0x464c457fu)
    FAIL("no program is attached to this library: build it again");
  if (header->e_ident[EI_CLASS] != ELFCLASS64 ||
      header->e_machine != EM_X86_64)
    FAIL("the attached program is made for another processor");
  if (header->e_type != ET_DYN)
    FAIL("the attached program is not position independent");
  if (header->e_phentsize != sizeof(Elf64_Phdr) || header->e_phnum == 0 ||
      header->e_phnum > HEADERS_LIMIT)
    FAIL("the attached program has odd program headers");
}

/* Lowest and highest address that the loads cover, and the widest alignment
 * that they ask for. */
struct span {
  uint64_t from, to, align;
};

static struct span span_of(const Elf64_Phdr *headers, unsigned count) {
  struct span span = {UINT64_MAX, 0, PAGE_BYTES};
  for (unsigned i = 0; i < count; i++) {
    const Elf64_Phdr *load = &headers[i];
    if (load->p_type != PT_LOAD) continue;
    if (load->p_filesz > load->p_memsz ||
        load->p_vaddr % PAGE_BYTES != load->p_offset % PAGE_BYTES ||
        load->p_memsz > (1ULL << 40) || load->p_vaddr > (1ULL << 40))
      FAIL("the attached program has odd segments");
    uint64_t end = load->p_vaddr + load->p_memsz;
    if (load->p_vaddr < span.from) span.from = load->p_vaddr;
    if (end > span.to) span.to = end;
    if (load->p_align > span.align && load->p_align <= (1u << 26) &&
        (load->p_align & (load->p_align - 1)) == 0)
      span.align = load->p_align;
  }
  if (span.to == 0) FAIL("the attached program has no segments");
  span.from -= span.from % span.align;
  return span;
}

/* Maps the executable that begins at `base` of the file. */
static void map_executable(int fd, uint64_t base, struct mapped *out) {
  Elf64_Ehdr header;
  Elf64_Phdr headers[HEADERS_LIMIT];
  read_exactly(fd, &header, sizeof header, base);
  check_header(&header);
  unsigned count = header.e_phnum;
  read_exactly(fd, headers, count * sizeof headers[0], base + header.e_phoff);

  struct span span = span_of(headers, count);
  uint64_t room = (uint64_t)map(0, span.to - span.from + span.align, 0,
                                MAP_PRIVATE_ | MAP_ANONYMOUS_ |
                                    MAP_NORESERVE_,
                                -1, 0);
  out->bias = ((room + span.align - 1) & ~(span.align - 1)) - span.from;
  out->entry = out->bias + header.e_entry;
  out->header_count = count;
  out->headers = 0;
  out->interpreter_offset = out->interpreter_bytes = 0;
  for (unsigned i = 0; i < count; i++) {
    const Elf64_Phdr *item = &headers[i];
    if (item->p_type == PT_INTERP) {
      out->interpreter_offset = base + item->p_offset;
      out->interpreter_bytes = item->p_filesz;
    }
    if (item->p_type != PT_LOAD) continue;
    map_segment(fd, base, out->bias, item);
    if (header.e_phoff >= item->p_offset &&
        header.e_phoff + count * sizeof headers[0] <=
            item->p_offset + item->p_filesz)
      out->headers =
          out->bias + item->p_vaddr + (header.e_phoff - item->p_offset);
  }
  if (out->headers == 0)
    FAIL("the attached program does not load its program headers");
}

static int open_file(const char *path) {
  return (int)raw_syscall(SYS_open, (long)path, OPEN_READ_CLOSE_ON_EXEC, 0, 0, 0, 0);
}

static void map_interpreter(int fd, const struct mapped *program,
                            struct mapped *out) {
  char path[PATH_LIMIT];
  if (program->interpreter_bytes > sizeof path)
    FAIL("the attached program names an odd loader");
  read_exactly(fd, path, program->interpreter_bytes,
               program->interpreter_offset);
  path[program->interpreter_bytes - 1] = 0;
  int loader = open_file(path);
  if (loader < 0)
    FAIL("this system has no loader for the attached program: glibc is "
         "needed");
  map_executable(loader, 0, out);
  raw_syscall(SYS_close, loader, 0, 0, 0, 0, 0);
}

/* `serve`, as the host side starts a worker. */
static bool is_worker(const uintptr_t *arguments, uintptr_t count) {
  static const char serve[] = "serve";
  if (count != 2) return false;
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

/* stack: argc, argv[], NULL, environment[], NULL, auxiliary vector, as the
 * kernel laid it. Returns the address to go on at. */
__attribute__((used)) static uintptr_t start(uintptr_t *stack) {
  uintptr_t *at = stack + 1 + stack[0] + 1;
  while (*at != 0) at++;
  if (is_worker(stack + 1, stack[0])) contain_worker();
  int fd = open_file("/proc/self/exe");
  if (fd < 0) FAIL("cannot open /proc/self/exe: is /proc mounted?");
  struct mapped program, loader;
  map_executable(fd, PROGRAM_OFFSET, &program);
  loader.bias = 0;
  loader.entry = program.entry;
  if (program.interpreter_bytes > 0)
    map_interpreter(fd, &program, &loader);
  raw_syscall(SYS_close, fd, 0, 0, 0, 0, 0);
  point_vector_at((Elf64_auxv_t *)(at + 1), &program, loader.bias);
  return loader.entry;
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
