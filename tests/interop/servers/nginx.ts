import { SERVERS } from "../peers.ts";
import type { Site, WebServerKind } from "./web_server.ts";

export const nginx: WebServerKind = {
  peer: SERVERS.nginx,
  speaksHttps: true,
  hasRanges: true,
  async configure(site) {
    const path = `${site.state}/nginx.conf`;
    await Deno.writeTextFile(path, configuration(site));
    return { args: ["-p", site.state, "-c", path, "-e", "stderr"] };
  },
};

/** One process without a master. */
function configuration({ folder, host, port, certificate, state }: Site): string {
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  const tls = certificate === undefined
    ? ""
    : `ssl_certificate ${certificate.certPath}; ssl_certificate_key ${certificate.keyPath};
      ssl_protocols TLSv1.2 TLSv1.3;`;
  return `
    daemon off;
    master_process off;
    pid ${state}/pid;
    events { worker_connections 256; }
    http {
      access_log off;
      sendfile on;
      ${temporary.map((kind) => `${kind}_temp_path ${state}/${kind};`).join("\n")}
      server {
        listen ${host}:${port} ${certificate === undefined ? "" : "ssl"};
        ${tls}
        root "${folder}";
      }
    }`;
}
