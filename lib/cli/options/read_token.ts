import { MultiportError } from "../../multiport_error.ts";
import { isAccessToken } from "../../access_token.ts";
import { readNamedFile } from "../../read_named_file.ts";
import type { Host } from "../host/host.ts";

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
  const text = path === undefined
    ? host.env("MULTIPORT_TOKEN")
    : readNamedFile(path, "the token in");
  if (text === undefined || path === undefined && text === "") return undefined;
  const token = text.trim();
  if (isAccessToken(token)) return token;
  const where = path ?? "MULTIPORT_TOKEN";
  throw new MultiportError(
    "usage",
    `Cannot use ${where}: a token is one word of letters, digits and -._~+/, such as openssl rand -hex 32 makes`,
  );
}
