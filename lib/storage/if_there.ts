/** What is known of a file, through symbolic links; undefined if there is none. */
export function statIfThere(path: string): Deno.FileInfo | undefined {
  return ifThere(() => Deno.statSync(path));
}

/** What a file contains; undefined if there is none. */
export function readTextIfThere(path: string): string | undefined {
  return ifThere(() => Deno.readTextFileSync(path));
}

/** Removes a file, unless there is none. */
export function removeIfThere(path: string): void {
  ifThere(() => Deno.removeSync(path));
}

function ifThere<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}
