import type { Contender } from "../contender.ts";
import { inNamespace } from "../namespace.ts";
import { type Origin, urlsOf } from "../origin.ts";

/** axel as a contender, with a connection per mirror: it has no other setting that matters here. */
export function axel(origin: Origin, namespace?: string): Contender {
  const urls = urlsOf(origin);
  const options = ["--quiet", `--num-connections=${urls.length}`];
  return {
    name: "axel",
    fetches: (folder) => {
      const path = `${folder}/copy`;
      const argv = ["axel", ...options, "-o", path, ...urls];
      return [{ argv: inNamespace(namespace, argv), makes: { path, of: origin.file } }];
    },
    servers: origin.pids,
  };
}
