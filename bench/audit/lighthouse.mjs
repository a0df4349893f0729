// Lighthouse once a line: a request in JSON on stdin, what became of it in JSON on stdout. Each look has a browser of
// its own, as cold as from the command line; only the program itself is read once.
// node lighthouse.mjs MODULES

import { fork } from "node:child_process";
import { once } from "node:events";
import { setPriority } from "node:os";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

// A browser that has just begun works for itself. From the command line it has this time while Lighthouse is read.
const SETTLES = 1500; // milliseconds
// Whoever looks gives way to the browser: on a phone it would not share its processor.
const GIVES_WAY = 10;

const modules = process.argv[2];
const { launch } = await import(`${modules}/chrome-launcher/dist/index.js`);
const looking = fork(new URL("look.mjs", import.meta.url), [modules]);
setPriority(looking.pid, GIVES_WAY);
await once(looking, "message");

async function look(asked) {
  const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const chrome = await launch({ chromeFlags });
  try {
    await pause(SETTLES);
    looking.send({ ...asked, port: chrome.port });
    const [said] = await once(looking, "message");
    return said;
  } finally {
    chrome.kill();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await look(JSON.parse(line)).catch((error) => ({ error: String(error.stack ?? error) }));
  console.log(JSON.stringify(said));
}
looking.disconnect();
