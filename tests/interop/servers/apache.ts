import { SERVERS } from "../peers.ts";
import { IS_ROOT, type Site, type WebServerKind } from "./web_server.ts";

/** Where Debian puts the modules. */
const MODULES = "/usr/lib/apache2/modules";

export const apache: WebServerKind = {
  peer: SERVERS.apache,
  speaksHttps: true,
  hasRanges: true,
  async configure(site) {
    const path = `${site.state}/apache.conf`;
    await Deno.writeTextFile(path, configuration(site));
    return { args: ["-DFOREGROUND", "-d", site.state, "-f", path, "-E", "/dev/stderr"] };
  },
};

function configuration({ folder, host, port, certificate, state }: Site): string {
  const modules = ["mpm_event", "authz_core", ...certificate === undefined ? [] : ["ssl"]];
  const tls = certificate === undefined ? "" : `
    SSLEngine on
    SSLCertificateFile ${certificate.certPath}
    SSLCertificateKeyFile ${certificate.keyPath}`;
  return `
    ${modules.map((name) => `LoadModule ${name}_module ${MODULES}/mod_${name}.so`).join("\n")}
    ${IS_ROOT ? "User www-data\nGroup www-data" : ""}
    ServerName localhost
    DefaultRuntimeDir ${state}
    PidFile ${state}/pid
    ErrorLog /dev/stderr
    Listen ${host}:${port}
    DocumentRoot "${folder}"
    <Directory "${folder}">
      Require all granted
    </Directory>
    ${tls}
  `;
}
