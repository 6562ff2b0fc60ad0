import colours from "./colours.js" with { type: "text" };
import icon from "./icon.svg" with { type: "text" };
import page from "./page.html" with { type: "text" };
import pageScript from "./page.js" with { type: "text" };
import pieceMap from "./piece_map.js" with { type: "text" };
import plot from "./plot.js" with { type: "text" };
import style from "./style.css" with { type: "text" };

const SCRIPT = "text/javascript; charset=utf-8";

/** The files that make up the page, by their paths. */
export const ASSETS: Readonly<Record<string, { readonly type: string; readonly text: string }>> = {
  "/": { type: "text/html; charset=utf-8", text: page },
  "/page.js": { type: SCRIPT, text: pageScript },
  "/colours.js": { type: SCRIPT, text: colours },
  "/plot.js": { type: SCRIPT, text: plot },
  "/piece_map.js": { type: SCRIPT, text: pieceMap },
  "/style.css": { type: "text/css; charset=utf-8", text: style },
  "/icon.svg": { type: "image/svg+xml", text: icon },
};
