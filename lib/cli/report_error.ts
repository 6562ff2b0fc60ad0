import { Failure } from "../failure.ts";
import { Output } from "../ui/output.ts";
import type { Host } from "./host.ts";

/** Where an error is reported, and in what form. */
export interface ErrorReport {
  readonly host: Host;
  /** Standard output. */
  readonly output: Output;
  /** The program's name, which the line begins with. */
  readonly name: string;
  /** As an object on standard output instead of a line on standard error. */
  readonly json: boolean;
}

/**
 * Reports an error in one line. What was not foreseen is called an internal error; its stack is shown
 * only when `MULTIPORT_DEBUG` is set. What goes to standard output is left for the caller to flush.
 *
 * @example
 * ```ts
 * await reportError(failure, 2, { host, output, name: "mpclient", json: false });
 * // mpclient: Cannot use -p, --ports with "70000": a port is a whole number from 1 to 65535
 * ```
 */
export async function reportError(
  error: unknown,
  code: number,
  { host, output, name, json }: ErrorReport,
): Promise<void> {
  const foreseen = error instanceof Failure;
  const message = foreseen ? error.message : `internal error: ${oneLine(error)} (please report)`;
  const stderr = new Output((bytes) => host.stderr.write(bytes));
  if (json) {
    const { clientRecord, JsonView } = await import("../ui/json_view.ts");
    const view = new JsonView(clientRecord, (text, kind) => output.write(text, kind));
    view.show({ type: "error", code, message });
  } else {
    const { sanitize } = await import("../ui/styled_text.ts");
    stderr.write(`${name}: ${sanitize(message)}\n`);
  }
  if (!foreseen && host.env("MULTIPORT_DEBUG")) {
    stderr.write(`${error instanceof Error ? error.stack : error}\n`);
  }
  await stderr.flush();
}

/** What an error says, without the lines that follow its first. */
export function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
