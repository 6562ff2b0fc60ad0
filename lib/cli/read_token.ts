import { MultiportError } from "../multiport_error.ts";
import { isAccessToken } from "../server/access_token.ts";
import type { Host } from "./host.ts";

/**
 * The token that a file or else `MULTIPORT_TOKEN` holds; undefined where nothing was given. It is
 * never part of a message.
 *
 * @throws {MultiportError} `local` if the file cannot be read, `usage` if what is there cannot be a token.
 *
 * @example
 * ```ts
 * const token = readToken("token.txt", host);
 * ```
 */
export function readToken(path: string | undefined, host: Host): string | undefined {
  const text = path === undefined ? host.env("MULTIPORT_TOKEN") : readFile(path);
  if (text === undefined || path === undefined && text === "") return undefined;
  const token = text.trim();
  if (isAccessToken(token)) return token;
  const where = path ?? "MULTIPORT_TOKEN";
  throw new MultiportError(
    "usage",
    `Cannot use ${where}: a token is one word of letters, digits and -._~+/, such as openssl rand -hex 32 makes`,
  );
}

function readFile(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new MultiportError("local", `Cannot read the token in ${path}: ${why}`, { cause });
  }
}
