// Lighthouse once a line: a request in JSON on stdin, what became of it in JSON on stdout. Each look has a browser of
// its own, as cold as from the command line; only the program itself is read once.
// node lighthouse.mjs MODULES

import { writeFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

// A browser that has just begun works for itself. From the command line it has this time while Lighthouse is read.
const SETTLES = 1500; // milliseconds

const modules = process.argv[2];
const { launch } = await import(`${modules}/chrome-launcher/dist/index.js`);
const { default: lighthouse } = await import(`${modules}/lighthouse/core/index.js`);

async function look({ url, report, categories, throttling }) {
  const chromeFlags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"];
  const chrome = await launch({ chromeFlags });
  try {
    const flags = { port: chrome.port, logLevel: "error", disableFullPageScreenshot: true, onlyCategories: categories };
    await pause(SETTLES);
    const { lhr } = await lighthouse(url, throttling ? { ...flags, throttling } : flags);
    writeFileSync(report, JSON.stringify(lhr));
  } finally {
    chrome.kill();
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const said = await look(JSON.parse(line)).then(() => ({}), (error) => ({ error: String(error.stack ?? error) }));
  console.log(JSON.stringify(said));
}
