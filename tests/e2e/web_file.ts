import { MIB, type Scratch } from "../../testing/scratch.ts";

/** Bytes in the file that web servers have. */
export const SIZE = 6 * MIB + 5;

/** Makes a file; answers where it is, and what is in it. */
export async function made(
  scratch: Scratch,
  size = SIZE,
): Promise<{ file: string; content: Uint8Array<ArrayBuffer> }> {
  const file = await scratch.noise("film.mp4", size);
  return { file, content: await Deno.readFile(file) };
}

/** The half-open range that a request asks for. */
export function partOf(request: Request): { readonly start: number; readonly end: number } {
  const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(request.headers.get("range") ?? "") ?? [];
  return { start: Number(first), end: Number(last) + 1 };
}
