import type { DownloadNotice, SourceFault } from "../client/download_event.ts";
import type { ErrorCode, MultiportError } from "../multiport_error.ts";
import type { ServerNotice } from "../server/server_event.ts";

/** What a person at the command line can do about an error. */
const ERROR_ADVICE: Readonly<Partial<Record<ErrorCode, string>>> = {
  "port-taken": "; give another one with -p, or end the program that has it",
  "port-forbidden": "; give one above 1023 with -p",
  "no-such-address": "; give one of its own with --bind",
  "no-file": "; name one with -f",
  "exists": "; use --force to replace it",
  "exists-unnamed": "; name it with -o to replace it",
  "tie": "; name the right one with --checksum sha-256=HEX, " +
    "or leave out the servers that have the wrong one",
  "no-digests": ", and the same command asks for them again",
};

/** The same about why a server cannot be used. */
const FAULT_ADVICE: Readonly<Record<SourceFault, string>> = {
  "certificate": "; name whom you trust with --ca FILE",
  "token": ": --token-file or MULTIPORT_TOKEN",
  "no-token":
    ": --token-file or MULTIPORT_TOKEN, which is for servers that are named: name it, too",
  "credentials": ": --user, --token-file, --netrc or --header",
  "proxy-credentials": ": --proxy http://USER:PASSWORD@HOST:PORT",
};

/** The same about what a person is told while a program runs. */
const NOTICE_ADVICE: Readonly<Record<DownloadNotice | ServerNotice, string>> = {
  "other-copy": "; if that is the right one, name it with --checksum sha-256=HEX",
  "outvoted": "; --checksum sha-256=HEX decides",
  "tie": "; --checksum sha-256=HEX decides",
  "turned-away": "; allow it with -a ",
  "changed": "; restart mpserver to serve it as it is now",
  "clear-token": "; give --tls-cert and --tls-key",
};

/**
 * What an error says, and what a person at the command line can do about it, or about the servers that
 * brought it about.
 *
 * @example
 * ```ts
 * adviseOnError(new MultiportError("exists", "Cannot write a.mp4: it exists already"));
 * // "Cannot write a.mp4: it exists already; use --force to replace it"
 * ```
 */
export function adviseOnError(error: MultiportError): string {
  const reasons = new Map(faultsIn(error).map(({ message, fault }) => [message, fault]));
  const message = [...reasons].reduce(
    (text, [reason, fault]) => text.replaceAll(`(${reason})`, `(${adviseOnReason(reason, fault)})`),
    error.message,
  );
  return message + (ERROR_ADVICE[error.code] ?? "");
}

/**
 * Why a server cannot be used, and what a person at the command line can do about it.
 *
 * @example
 * ```ts
 * adviseOnReason("it wants a token", "token"); // "it wants a token: --token-file or MULTIPORT_TOKEN"
 * ```
 */
export function adviseOnReason(reason: string, fault: SourceFault | undefined): string {
  return fault === undefined ? reason : reason + FAULT_ADVICE[fault];
}

/**
 * What a person is told while a program runs, and what they can do about it at the command line.
 *
 * @example
 * ```ts
 * adviseOnNotice({ message: "a.mp4 was changed", about: "changed" });
 * // "a.mp4 was changed; restart mpserver to serve it as it is now"
 * ```
 */
export function adviseOnNotice(notice: {
  readonly message: string;
  readonly about?: DownloadNotice | ServerNotice;
  readonly client?: string;
}): string {
  const { message, about, client = "" } = notice;
  return about === undefined ? message : message + NOTICE_ADVICE[about] + client;
}

interface Fault {
  readonly message: string;
  readonly fault: SourceFault;
}

/** What was the matter with servers, as far as advice can be given on it. */
function faultsIn(error: unknown): Fault[] {
  if (!(error instanceof Error)) return [];
  const parts: unknown[] = error instanceof AggregateError ? error.errors : [];
  return [...isFault(error) ? [error] : [], ...[...parts, error.cause].flatMap(faultsIn)];
}

function isFault(error: Error): error is Error & Fault {
  return "fault" in error && typeof error.fault === "string" && error.fault in FAULT_ADVICE;
}
