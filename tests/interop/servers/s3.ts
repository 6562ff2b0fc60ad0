import { AwsV4Signer } from "aws4fetch";
import { SERVERS } from "../peers.ts";
import type { Publication, WebServerKind } from "./web_server.ts";

const BUCKET = "mirror";

/** Seconds for which URLs are good, unless told otherwise. */
const EXPIRES = 600;

/** Signs with the key that the server takes for the right one. */
const SIGNER = {
  accessKeyId: "S3RVER",
  secretAccessKey: "S3RVER",
  service: "s3",
  region: "us-east-1",
};

/** An S3 store; its files have signed URLs. */
export const s3: WebServerKind = {
  peer: SERVERS.s3rver,
  speaksHttps: true,
  hasRanges: true,
  configure({ host, port, state, certificate }) {
    const tls = certificate === undefined
      ? []
      : ["--cert", certificate.certPath, "--key", certificate.keyPath];
    const bucket = ["--no-vhost-buckets", "--configure-bucket", BUCKET];
    const args = ["-d", `${state}/store`, "-a", host, "-p", `${port}`, ...bucket, ...tls];
    return Promise.resolve({ args });
  },
  async publish(publication) {
    await upload(publication);
    return await signedUrl(publication.origin, publication.name);
  },
};

/** The URL of an uploaded file. @param expires Seconds for which it is good. */
export async function signedUrl(origin: string, name: string, expires = EXPIRES): Promise<string> {
  const url = objectUrl(origin, name);
  url.searchParams.set("X-Amz-Expires", `${expires}`);
  const signed = await new AwsV4Signer({ ...SIGNER, url: url.href, signQuery: true }).sign();
  return signed.url.href;
}

async function upload({ origin, folder, name, authority }: Publication): Promise<void> {
  const body = await Deno.readFile(`${folder}/${name}`);
  const url = objectUrl(origin, name).href;
  const { headers } = await new AwsV4Signer({ ...SIGNER, method: "PUT", url, body }).sign();
  const caCerts = authority === undefined ? [] : [authority.pem];
  using http = Deno.createHttpClient({ caCerts });
  const response = await fetch(url, { method: "PUT", headers, body, client: http });
  const said = await response.text();
  if (!response.ok) throw new Error(`The store did not take ${name}: ${said}`);
}

function objectUrl(origin: string, name: string): URL {
  return new URL(`${origin}/${BUCKET}/${encodeURIComponent(name)}`);
}
