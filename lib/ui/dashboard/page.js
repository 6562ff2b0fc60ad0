// The page of `--dashboard`: shows what the program sends, and sends back which button was pressed.

import { PieceMap } from "./piece_map.js";
import { Plot } from "./plot.js";
import { colourOf } from "./colours.js";

/** Milliseconds before the next attempt to reach the program. */
const RETRY_MS = 2_000;

const element = (id) => document.getElementById(id);

const token = takeToken();
const plot = new Plot(element("plot"), element("plot-summary"));
const pieceMap = new PieceMap(element("piece-map"), element("piece-summary"));
/** By index: the row of a server, and the cells that change. */
const rows = new Map();
let isOver = false;

watch();

/** Takes the token out of the address, so that nobody copies it with the address or finds it in the history. */
function takeToken() {
  const given = location.hash.slice(1);
  if (given !== "") {
    sessionStorage.setItem("token", given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem("token") ?? "";
}

function ask(path, options = {}) {
  return fetch(path, { ...options, headers: { Authorization: `Bearer ${token}` } });
}

/** Follows the updates for as long as the program runs. `EventSource` cannot send the token in a header. */
async function watch() {
  while (!isOver) {
    try {
      const response = await ask("/updates");
      if (response.status === 401) {
        element("headline").textContent =
          "This address has no valid token: open the one that the program printed.";
        return;
      }
      if (!response.ok) throw new Error(`status ${response.status}`);
      for await (const update of updatesOf(response.body)) show(update);
    } catch {
      // Tried again below.
    }
    if (isOver) return;
    element("notice").textContent = "The program does not answer; trying again …";
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/** Splits a `text/event-stream` into the objects it carries. */
async function* updatesOf(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    text += value;
    const events = text.split("\n\n");
    text = events.pop();
    for (const event of events) {
      if (event.startsWith("data: ")) yield JSON.parse(event.slice("data: ".length));
    }
  }
}

function show(update) {
  if (update.figures) showFigures(update.figures);
  if (update.history) plot.restore(update.history);
  if (update.pieces) {
    element("pieces").hidden = false;
    pieceMap.update(update.pieces);
  }
}

function showFigures(figures) {
  const { title, headline, progress, servers, notice, over } = figures;
  document.title = `${headline} · ${title}`;
  element("title").textContent = title;
  element("headline").textContent = headline;
  element("notice").textContent = notice ?? "";
  element("progress").hidden = progress === undefined;
  if (progress !== undefined) element("progress").value = progress;
  isOver = over === true;
  showServers(servers, figures.columns, figures.controls);
  plot.add(servers, isOver);
  pieceMap.name(servers);
}

function showServers(servers, columns, controls) {
  if (element("columns").childElementCount === 0) {
    const titles = ["Server", "Address", "State", ...columns, controls ? "Control" : "Why"];
    element("columns").append(...titles.map((title, at) => {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      if (at > 2 && at < 3 + columns.length) cell.className = "number";
      if (title === "Control") cell.className = "control";
      if (title === "Address" && controls) cell.className = "spare";
      return cell;
    }));
  }
  for (const server of servers) {
    const row = rows.get(server.index) ?? addRow(server, controls);
    row.show(server);
  }
}

function addRow(server, controls) {
  const line = document.createElement("tr");
  const name = document.createElement("th");
  name.scope = "row";
  const swatch = document.createElement("span");
  swatch.className = "swatch";
  swatch.style.backgroundColor = colourOf(server.index);
  name.append(swatch, `Server${server.index}`);
  const cells = ["address", "state", ...server.numbers.map(() => "number"), "last"].map(() =>
    document.createElement("td")
  );
  const [address, state, ...others] = cells;
  const last = others.pop();
  for (const cell of others) cell.className = "number";
  address.textContent = server.address;
  address.className = controls ? "address spare" : "address";
  line.append(name, ...cells);
  element("servers").append(line);
  const buttons = controls ? addButtons(last, server.index) : undefined;
  last.className = controls ? "control" : "reason";
  const row = {
    show({ state: now, numbers, reason }) {
      setText(state, now);
      others.forEach((cell, at) => setText(cell, numbers[at]));
      if (!buttons) return setText(last, reason ?? "");
      const pressed = document.activeElement;
      const isPaused = now === "paused";
      const isEnded = now === "terminated";
      buttons.pause.disabled = isPaused || isEnded;
      buttons.resume.disabled = !isPaused;
      buttons.terminate.disabled = !isPaused;
      // Who uses the keyboard stays in the row.
      if (pressed.disabled && last.contains(pressed)) last.querySelector(":enabled")?.focus();
    },
  };
  rows.set(server.index, row);
  return row;
}

function addButtons(cell, index) {
  const make = (action, label) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-label", `${label} Server${index}`);
    button.addEventListener("click", () => control(action, index));
    if (action === "terminate") button.className = "danger";
    cell.append(button);
    return button;
  };
  return {
    pause: make("pause", "Pause"),
    resume: make("resume", "Resume"),
    terminate: make("terminate", "Terminate"),
  };
}

async function control(action, index) {
  if (action === "terminate" && !await isConfirmed(index)) return;
  try {
    const response = await ask("/control", {
      method: "POST",
      body: JSON.stringify({ action, server: index }),
    });
    element("reply").textContent = await response.text();
  } catch {
    element("reply").textContent = "The program does not answer.";
  }
}

function isConfirmed(index) {
  const dialog = element("confirm");
  element("confirm-question").textContent =
    `Terminate Server${index} for good? Its clients go on with the other servers.`;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** Leaves what is right alone, so that screen readers and selections are not disturbed. */
function setText(cell, text) {
  if (cell.textContent !== text) cell.textContent = text;
}
