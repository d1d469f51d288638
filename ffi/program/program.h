/* Where the attached program begins in the file. The shim before it is
 * padded to this: a multiple of 64 KiB, the largest page size of the
 * processors that we build for, so that the program's segments can be
 * mapped. */
#ifndef PROGRAM_H
#define PROGRAM_H

#define PROGRAM_OFFSET 131072u

#endif
