import { beforeDeadline } from "./deadline.ts";
import { executable } from "./program.ts";

/** How `mpclient -o -` ended, and what it wrote. */
export interface Streamed {
  readonly code: number;
  /** The content, if all went well. */
  readonly stdout: Uint8Array<ArrayBuffer>;
  /** What it said beside that; it has to be UTF-8. */
  readonly said: string;
}

/** Runs `mpclient -o -` in a folder to its end. */
export async function runToStdout(cwd: string, args: readonly string[]): Promise<Streamed> {
  await using child = new Deno.Command(executable("mpclient"), {
    args: ["-o", "-", ...args],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = await beforeDeadline(child.output(), () => "the end of mpclient");
  return {
    code: output.code,
    stdout: output.stdout,
    said: new TextDecoder().decode(output.stderr),
  };
}
