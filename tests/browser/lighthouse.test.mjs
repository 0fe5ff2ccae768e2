// Lighthouse finds nothing to better: on a few pages every time, on all of them in a full run. Its score for speed is shown;
// what does not hang on this machine's speed is demanded (lib/lighthouse.mjs).

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "./lib/house.mjs";
import { launch } from "./lib/browser.mjs";
import { Lens } from "./lib/lighthouse.mjs";
import { everything, few, judgeAll } from "./lib/lighthouse_pages.mjs";

const full = process.env.GENKAN_TEST_LIGHTHOUSE === "all";

let house, browser, lens;
before(async () => {
  [house, browser, lens] = await Promise.all([House.dev(), launch(), Lens.open()]);
});
after(async () => {
  await Promise.all([lens?.close(), browser?.close()]);
  await house?.close();
});

for (const language of full ? ["ja", "en"] : ["ja"]) {
  test(`${language}: Lighthouse gives 100 for accessibility and best practices, and nothing is slow by its making`, async () => {
    const faults = [];
    let pages = 0;
    await judgeAll(lens, browser, house, [language], full ? everything : few, ({ url, scores, faults: found }) => {
      pages += 1;
      console.log(`${url}: performance ${scores.performance}`);
      for (const fault of found) faults.push(`${url}: ${fault}`);
    });
    assert.deepEqual(faults, []);
    assert.ok(pages >= (full ? 40 : 3), `only ${pages} pages`);
  });
}
