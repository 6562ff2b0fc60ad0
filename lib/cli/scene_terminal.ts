import type { ScreenDevice } from "../ui/terminal/screen.ts";
import { type TerminalTraits, terminalTraits } from "../ui/terminal/terminal_traits.ts";
import type { Display } from "./options/display_options.ts";
import type { Foreground } from "./host/foreground.ts";
import type { Scene } from "./program.ts";

/** What standard output can show of what a person wants to see. */
export function sceneTraits({ host }: Scene, display: Display): TerminalTraits {
  return terminalTraits({
    terminal: host.stdout.isTerminal(),
    color: display.color && !host.noColor,
    windows: host.windows,
    env: (name) => host.env(name),
  });
}

/** Standard output and the host's clock, as a screen needs them. */
export function sceneDevice(
  { host, output }: Pick<Scene, "host" | "output">,
  foreground: Foreground,
): ScreenDevice {
  return {
    get place() {
      return foreground.state;
    },
    write: (text) => output.write(text),
    get busy() {
      return output.busy;
    },
    size: () => host.size(),
    now: () => host.now(),
    after: (ms, callback) => host.after(ms, callback),
  };
}
