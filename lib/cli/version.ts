import config from "../../deno.json" with { type: "json" };

/** The version of both programs, from `deno.json`. */
export const VERSION: string = config.version;
