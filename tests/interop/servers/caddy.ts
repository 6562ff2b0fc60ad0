import { SERVERS } from "../peers.ts";
import type { Site, WebServerKind } from "./web_server.ts";

export const caddy: WebServerKind = {
  peer: SERVERS.caddy,
  speaksHttps: true,
  hasRanges: true,
  async configure(site) {
    const path = `${site.state}/Caddyfile`;
    await Deno.writeTextFile(path, configuration(site));
    return { args: ["run", "--config", path, "--adapter", "caddyfile"] };
  },
};

function configuration({ folder, host, port, certificate }: Site): string {
  const tls = certificate === undefined ? "" : `tls ${certificate.certPath} ${certificate.keyPath}`;
  return `
    {
      admin off
      auto_https off
    }
    ${certificate === undefined ? "http" : "https"}://localhost:${port} {
      bind ${host}
      ${tls}
      root * "${folder}"
      file_server
    }`;
}
