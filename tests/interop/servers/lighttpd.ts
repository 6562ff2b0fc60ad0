import { SERVERS } from "../peers.ts";
import type { Site, WebServerKind } from "./web_server.ts";

export const lighttpd: WebServerKind = {
  peer: SERVERS.lighttpd,
  speaksHttps: true,
  hasRanges: true,
  async configure(site) {
    const path = `${site.state}/lighttpd.conf`;
    await Deno.writeTextFile(path, configuration(site));
    return { args: ["-D", "-f", path] };
  },
};

function configuration({ folder, host, port, certificate, state }: Site): string {
  const tls = certificate === undefined ? "" : `
    server.modules += ("mod_openssl")
    ssl.engine = "enable"
    ssl.pemfile = "${certificate.certPath}"
    ssl.privkey = "${certificate.keyPath}"`;
  return `
    server.bind = "${host}"
    server.port = ${port}
    server.document-root = "${folder}"
    server.upload-dirs = ("${state}")
    mimetype.assign = ("" => "application/octet-stream")
    ${tls}
  `;
}
