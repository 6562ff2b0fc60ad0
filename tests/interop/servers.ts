import { apache } from "./servers/apache.ts";
import { caddy } from "./servers/caddy.ts";
import { lighttpd } from "./servers/lighttpd.ts";
import { nginx } from "./servers/nginx.ts";
import { python } from "./servers/python.ts";
import { s3 } from "./servers/s3.ts";
import type { WebServerKind } from "./servers/web_server.ts";

/** Every kind of server by others that tests download from. */
export const SERVER_KINDS: readonly WebServerKind[] = [nginx, apache, caddy, lighttpd, python, s3];
