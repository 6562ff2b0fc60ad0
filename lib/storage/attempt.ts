import { Failure } from "../failure.ts";
import { describeDiskError } from "./disk_error.ts";

/**
 * Does something with a local file, and puts it into words if that is not possible.
 *
 * @param what Words that follow `Cannot`: `write film.mp4`.
 * @throws {Failure} Of kind `local`.
 */
export function attempt<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw inWords(what, error);
  }
}

/** The same for something that takes a while. */
export async function attemptAsync<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw inWords(what, error);
  }
}

function inWords(what: string, error: unknown): Failure {
  return new Failure("local", `Cannot ${what}: ${describeDiskError(error)}`);
}
