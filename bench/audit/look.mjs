// What Lighthouse says of a page in a browser that lighthouse.mjs has begun; told when it is done, and what went wrong.

import { writeFileSync } from "node:fs";

const { default: lighthouse } = await import(`${process.argv[2]}/lighthouse/core/index.js`);

async function look({ url, report, categories, throttling, port }) {
  const flags = { port, logLevel: "error", disableFullPageScreenshot: true, onlyCategories: categories };
  const { lhr } = await lighthouse(url, throttling ? { ...flags, throttling } : flags);
  writeFileSync(report, JSON.stringify(lhr));
}

process.on("message", async (asked) => {
  const said = await look(asked).then(() => ({}), (error) => ({ error: String(error.stack ?? error) }));
  process.send(said);
});
process.send({});
