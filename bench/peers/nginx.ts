import type { ServerCertificate } from "../../testing/certificates.ts";
import { answers, type Origin } from "../origin.ts";
import { Service } from "../service.ts";
import type { TestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";

/** Where one nginx listens. */
export interface NginxOptions {
  readonly file: TestFile;
  readonly address: string;
  readonly port: number;
  readonly namespace?: string;
  /** There if it is to speak https. */
  readonly certificate?: ServerCertificate | undefined;
}

/** One mirror: an nginx of one process, set up to be as fast as it can. */
export class Nginx implements Origin, AsyncDisposable {
  readonly file: TestFile;
  readonly addresses: readonly string[];
  readonly service: Service;

  private constructor(file: TestFile, address: string, service: Service) {
    this.file = file;
    this.addresses = [address];
    this.service = service;
  }

  /** @throws {CommandError} If it does not get ready. */
  static async start(options: NginxOptions, { scratch, signal }: Workbench): Promise<Nginx> {
    const { file, address, port, namespace } = options;
    const folder = scratch.path(`nginx-${address}-${port}`);
    await Deno.mkdir(folder, { recursive: true });
    await Deno.writeTextFile(`${folder}/nginx.conf`, configuration(options, folder));
    const service = new Service({
      argv: ["nginx", "-p", folder, "-c", `${folder}/nginx.conf`, "-e", `${folder}/error.log`],
      namespace,
      tmpdir: scratch.path("tmp"),
    });
    try {
      await service.ready(
        () => isReady(options),
        signal,
      );
      return new Nginx(file, `${address}:${port}`, service);
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  readonly pids = (): readonly number[] => [this.service.pid];

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }
}

/** Whether it answers; over https whether it listens, as nobody here trusts its certificate. */
async function isReady({ file, address, port, namespace, certificate }: NginxOptions) {
  if (certificate === undefined) {
    return await answers(`http://${address}:${port}/${file.name}`, namespace);
  }
  (await Deno.connect({ hostname: address, port })).close();
  return true;
}

/** One process without a master, so that what it costs and when it ends is plain to see. */
function configuration(options: NginxOptions, folder: string): string {
  const { file, address, port, certificate } = options;
  const tls = certificate === undefined
    ? ""
    : `ssl_certificate ${certificate.certPath}; ssl_certificate_key ${certificate.keyPath};
      ssl_protocols TLSv1.2 TLSv1.3;`;
  const root = file.path.slice(0, -file.name.length - 1);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  return `
    daemon off;
    master_process off;
    pid ${folder}/pid;
    events { worker_connections 1024; }
    http {
      access_log off;
      sendfile on;
      tcp_nopush on;
      keepalive_requests 1000000;
      ${temporary.map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n")}
      server {
        listen ${address}:${port}${certificate === undefined ? "" : " ssl"};
        ${tls}
        root ${root};
      }
    }`;
}
