import { MultiportError } from "../multiport_error.ts";
import { abridge } from "../ui/abridge.ts";
import type { ErrorRecord } from "../ui/json_view.ts";
import { Output } from "../ui/output.ts";
import { adviseOnError } from "./advice.ts";
import type { Host } from "./host/host.ts";
import { Interruption } from "./host/interruption.ts";

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
 * Reports an error in one line. What was not foreseen is called an internal error. When `MULTIPORT_DEBUG`
 * is set, its stack follows, and the stacks of all that brought it about. What goes to standard output is
 * left for the caller to flush.
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
  const message = messageOf(error);
  const stderr = new Output((bytes) => host.stderr.write(bytes));
  if (json) {
    const { formatRecord } = await import("../ui/json_view.ts");
    const record: ErrorRecord = { type: "error", code, message };
    output.write(`${formatRecord(record)}\n`);
  } else {
    const { sanitize } = await import("../ui/terminal/styled_text.ts");
    stderr.write(`${name}: ${sanitize(message)}\n`);
  }
  if (host.env("MULTIPORT_DEBUG") && !(error instanceof Interruption)) {
    const { sanitize } = await import("../ui/terminal/styled_text.ts");
    const stacks = causesOf(error).map((stack) => stack.split("\n").map(sanitize).join("\n"));
    stderr.write(`${stacks.join("\ncaused by: ")}\n`);
  }
  await stderr.flush();
}

function messageOf(error: unknown): string {
  if (error instanceof MultiportError) return abridge(adviseOnError(error));
  if (error instanceof Interruption) return error.message;
  return `internal error: ${abridge(oneLine(error))} (please report)`;
}

/**
 * An error and what brought it about, each with its stack; of several errors at once, all that brought
 * each of them about.
 */
function causesOf(error: unknown, known: ReadonlySet<unknown> = new Set()): string[] {
  if (error === undefined || known.has(error)) return [];
  if (!(error instanceof Error)) return [String(error)];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  const seen = new Set([...known, error]);
  const causes = [...parts, error.cause].flatMap((cause) => causesOf(cause, seen));
  return [error.stack ?? String(error), ...causes];
}

/** What an error says, without the lines that follow its first. */
function oneLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split("\n")[0] ?? "";
}
