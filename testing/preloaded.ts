import { findProgram, runCommand } from "./command.ts";
import type { Scratch } from "./scratch.ts";

const COMPILER = findProgram("cc");

/** Whether programs can be given other functions in place of the system's. */
export const HAS_PRELOADED = Deno.build.os === "linux" && COMPILER !== undefined;

/** What is said of a test that is left out for want of it. */
export const WITHOUT_PRELOADED = HAS_PRELOADED ? "" : " (ignored: needs a C compiler)";

/**
 * Compiles functions that programs find in place of the C library's.
 *
 * @param source C, without headers: those need not be installed.
 * @returns The environment of such programs.
 */
export async function preloaded(scratch: Scratch, source: string): Promise<Record<string, string>> {
  const [code, library] = [scratch.path("preloaded.c"), scratch.path("preloaded.so")];
  await Deno.writeTextFile(code, source);
  await runCommand([COMPILER ?? "cc", "-shared", "-fPIC", "-nostdlib", "-o", library, code]);
  return { LD_PRELOAD: library };
}

/**
 * The system says of every file that it takes no room, as file systems that compress, or that are far
 * away, may do.
 */
export const NO_BLOCKS = `
long syscall(long number, ...);

/* As the kernel lays it out; what comes after the number of blocks does not matter here. */
struct statx {
  unsigned mask, block_size;
  unsigned long long attributes;
  unsigned links, user, group;
  unsigned short mode, padding;
  unsigned long long node, size, blocks;
};

int statx(int folder, const char *path, int flags, unsigned mask, struct statx *found) {
  long result = syscall(${
  Deno.build.arch === "aarch64" ? 291 : 332
}, folder, path, flags, mask, found);
  if (result == 0) found->blocks = 0;
  return result;
}
`;

/**
 * From the time at which the program listens, a file cannot be opened for want of descriptors, as long
 * as another one is there.
 *
 * @param path The file that cannot be opened.
 * @param flag The other one.
 */
export function noDescriptorsFor(path: string, flag: string): string {
  const [openat, listen] = Deno.build.arch === "aarch64" ? [56, 201] : [257, 50];
  return `
long syscall(long number, ...);
int access(const char *path, int mode);
int strcmp(const char *one, const char *other);
int *__errno_location(void);

enum { CURRENT_FOLDER = -100, TOO_MANY_OPEN_FILES = 24 };

static int listens;

int listen(int socket, int backlog) {
  listens = 1;
  return syscall(${listen}, socket, backlog);
}

int open64(const char *path, int flags, int mode) {
  if (listens && strcmp(path, ${JSON.stringify(path)}) == 0 && access(${
    JSON.stringify(flag)
  }, 0) == 0) {
    *__errno_location() = TOO_MANY_OPEN_FILES;
    return -1;
  }
  return syscall(${openat}, CURRENT_FOLDER, path, flags, mode);
}
`;
}
