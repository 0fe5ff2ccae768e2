// Lighthouse's word on every page that can be asked for by an address: node lighthouse.mjs [few]
// On a phone, in both languages, signed out and signed in. Ends with 1 where something is below what is demanded.

import { House } from "./lib/house.mjs";
import { launch } from "./lib/browser.mjs";
import { Lens } from "./lib/lighthouse.mjs";
import { everything, few, judgeAll } from "./lib/lighthouse_pages.mjs";

const groups = process.argv[2] === "few" ? few : everything;
const [house, browser, lens] = await Promise.all([House.dev(), launch(), Lens.open()]);
let pages = 0;
let wrong = 0;
try {
  await judgeAll(lens, browser, house, ["ja", "en"], groups, ({ url, language, scores, faults, slow }) => {
    pages += 1;
    wrong += faults.length;
    const { accessibility, "best-practices": practices, performance } = scores;
    console.log(`${language} ${new URL(url).pathname}: accessibility ${accessibility}, best practices ${practices}, performance ${performance}`);
    for (const fault of faults) console.log(`    ${fault}`);
    if (performance < 100) console.log(`    (${slow.join("; ")})`);
  });
} finally {
  await Promise.all([lens.close(), browser.close()]);
  await house.close();
}
console.log(`${pages} pages, ${wrong} faults`);
process.exitCode = wrong ? 1 : 0;
