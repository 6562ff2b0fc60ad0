/** What a child Deno is given besides its arguments. */
export interface ChildOptions {
  /** Added to the environment. */
  env?: Record<string, string>;
  /** The folder it runs in. */
  cwd?: string;
  /** Stops it. */
  signal?: AbortSignal;
}

/**
 * Runs this same Deno again, on this terminal, and resolves to its exit code.
 *
 * Ctrl-C reaches the child by itself and is left to it; the other requests to stop are passed on.
 */
export async function childDeno(args: string[], options: ChildOptions = {}): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), { args, ...withChildEnv(options) }).spawn();
  const leaveToChild = () => {};
  const passOn = () => child.kill("SIGTERM");
  const listeners: [Deno.Signal, () => void][] = Deno.build.os === "windows"
    ? [["SIGINT", leaveToChild]]
    : [["SIGINT", leaveToChild], ["SIGTERM", passOn], ["SIGHUP", passOn]];
  for (const [signal, listener] of listeners) Deno.addSignalListener(signal, listener);
  try {
    return (await child.status).code;
  } finally {
    for (const [signal, listener] of listeners) Deno.removeSignalListener(signal, listener);
  }
}

/** What {@linkcode askDeno} resolves to. */
export interface Answer {
  /** Whether the child ended well and in time. */
  ok: boolean;
  /** What it printed. */
  stdout: string;
  /** Why not, in one line. */
  reason: string;
}

/** Runs this same Deno again, silently, for its answer; one that takes too long is stopped. */
export async function askDeno(
  args: string[],
  timeoutMs: number,
  options: ChildOptions = {},
): Promise<Answer> {
  const { env, cwd } = withChildEnv({ ...options, env: { NO_COLOR: "1", ...options.env } });
  const child = new Deno.Command(Deno.execPath(), {
    args,
    env,
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let late = false;
  const timer = setTimeout(() => {
    try {
      child.kill("SIGKILL");
      late = true;
    } catch { /* It has just ended by itself. */ }
  }, timeoutMs);
  const { success, stdout, stderr } = await child.output();
  clearTimeout(timer);
  const said = new TextDecoder().decode(stderr);
  const reason = late
    ? `no answer within ${timeoutMs / 1000} s`
    : /^error: (.*)$/m.exec(said)?.[1] ?? said.trim();
  return { ok: success, stdout: new TextDecoder().decode(stdout), reason };
}

/** Adds what every child needs and what the person who runs it has not already chosen. */
function withChildEnv({ env, ...others }: ChildOptions): ChildOptions {
  const needed = {
    // Private certificate stores, as in companies, would otherwise be unknown to it.
    DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system",
    DENO_NO_UPDATE_CHECK: Deno.env.get("DENO_NO_UPDATE_CHECK") ?? "1",
  };
  return { env: { ...needed, ...env }, ...others };
}
