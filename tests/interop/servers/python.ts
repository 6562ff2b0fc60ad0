import { SERVERS } from "../peers.ts";
import type { WebServerKind } from "./web_server.ts";

export const python: WebServerKind = {
  peer: SERVERS.python,
  speaksHttps: false,
  hasRanges: false,
  configure({ folder, host, port }) {
    const args = ["-u", "-m", "http.server", `${port}`, "--bind", host, "--directory", folder];
    return Promise.resolve({ args });
  },
};
