import type { MetalinkFile } from "../content/metalink.ts";
import { MultiportError } from "../multiport_error.ts";
import { safeName } from "../storage/safe_name.ts";
import type { DownloadEvent } from "./download_event.ts";

/**
 * Does something with several files, one after the other. One that cannot be had keeps nobody from the others:
 * it is told of at once, and thrown when all have been tried.
 *
 * @param files What a Metalink lists.
 * @param work What is done with each.
 * @returns What has become of the last one.
 * @throws {MultiportError} With the code of the first that failed.
 * @throws The reason of `signal`, and whatever is a defect.
 */
export async function forEachFile<Result>(
  files: readonly MetalinkFile[],
  onEvent: (event: DownloadEvent) => void,
  signal: AbortSignal,
  work: (file: MetalinkFile) => Promise<Result>,
): Promise<Result> {
  let last: { readonly result: Result } | undefined;
  const failures: MultiportError[] = [];
  for (const file of files) {
    try {
      last = { result: await work(file) };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof MultiportError)) throw error;
      failures.push(error);
      onEvent({ type: "notice", message: `${nameOf(file)}: ${error.message}` });
    }
  }
  const [first] = failures;
  if (first) {
    const count = `${failures.length} of ${files.length} files failed`;
    const message = `${count}, the first one: ${first.message}`;
    throw new MultiportError(first.code, message, { cause: new AggregateError(failures) });
  }
  if (!last) throw new TypeError("There was no file");
  return last.result;
}

/** As it may be shown, whatever the Metalink calls it. */
function nameOf({ name }: MetalinkFile): string {
  return name === "" ? "A file without a name" : safeName(name);
}
