import { runCommand } from "../testing/command.ts";
import { inNamespace } from "./namespace.ts";
import type { TestFile } from "./test_file.ts";

/** Servers that have the same file. */
export interface Origin {
  readonly file: TestFile;
  /** `host:port` of each. */
  readonly addresses: readonly string[];
  /** How they are spoken to; plain HTTP if it is not said. */
  readonly scheme?: "http" | "https";
  /** Their processes, as they are now. */
  readonly pids: () => readonly number[];
}

/** Where the file is, at each of the servers. */
export function urlsOf({ addresses, file, scheme = "http" }: Origin): string[] {
  return addresses.map((address) => `${scheme}://${address}/${file.name}`);
}

/** Whether a URL answers with success. */
export async function answers(url: string, namespace: string | undefined): Promise<boolean> {
  if (namespace !== undefined) {
    const argv = ["curl", "--silent", "--fail", "--head", "--max-time", "2", url];
    return await runCommand(inNamespace(namespace, argv)).then(() => true, () => false);
  }
  const response = await fetch(url, { method: "HEAD" });
  await response.body?.cancel();
  return response.ok;
}
