import type { Contender } from "../contender.ts";
import { inNamespace } from "../namespace.ts";
import { type Origin, urlsOf } from "../origin.ts";

/** axel as a contender, with a connection per mirror: it has no other setting that matters here. */
export function axel(origin: Origin, namespace?: string): Contender {
  const urls = urlsOf(origin);
  const options = ["--quiet", `--num-connections=${urls.length}`];
  return {
    name: "axel",
    file: origin.file,
    fetches: (folder) => {
      const output = `${folder}/copy`;
      const argv = ["axel", ...options, "-o", output, ...urls];
      return [{ argv: inNamespace(namespace, argv), output }];
    },
    servers: origin.pids,
  };
}
