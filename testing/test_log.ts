/** What is known of a test when it begins and when it ends. */
export interface LoggedTest {
  readonly type: "begun" | "ended";
  readonly name: string;
  /** The URL of its module. */
  readonly origin: string;
}

/** Milliseconds that a test may take: three times as long as anything that it waits for. */
const DEADLINE_MS = 360_000;

/** Milliseconds that a test may take; `TEST_DEADLINE` names others, in seconds. */
export function testDeadlineMs(): number {
  return Number(Deno.env.get("TEST_DEADLINE") ?? DEADLINE_MS / 1000) * 1000;
}

/** Adds a line to the file that `TEST_LOG` names, if it does. */
export function logTest(type: LoggedTest["type"], name: string, origin: string): void {
  const path = Deno.env.get("TEST_LOG");
  if (path === undefined) return;
  const line: LoggedTest = { type, name, origin };
  Deno.writeTextFileSync(path, JSON.stringify(line) + "\n", { append: true });
}

/** The tests that have begun and not ended, given all lines of such a file. */
export function runningTests(log: string): LoggedTest[] {
  const running = new Map<string, LoggedTest>();
  // What is behind the last line end is a line that is still being written.
  for (const line of log.split("\n").slice(0, -1)) {
    const test: LoggedTest = JSON.parse(line);
    const key = JSON.stringify([test.origin, test.name]);
    if (test.type === "begun") running.set(key, test);
    else running.delete(key);
  }
  return [...running.values()];
}
