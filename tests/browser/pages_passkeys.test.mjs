// What holds of every page, of those of passkeys.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "./lib/house.mjs";
import { faults, launch, phone, twoLooks } from "./lib/browser.mjs";
import { walkPasskeys } from "./lib/states_passkeys.mjs";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

// What is not of the language is looked at in one of them.
const looks = { ja: twoLooks, en: [["dark", phone]] };

for (const language of ["ja", "en"]) {
  test(`${language}: axe finds nothing on any page of passkeys, on a phone and on a desk`, async () => {
    const found = [];
    let pages = 0;
    await walkPasskeys(browser, house, language, async (name, page) => {
      assert.equal(await page.locator("html").getAttribute("lang"), language, name);
      pages += 1;
      found.push(...(await faults(name, page, looks[language])));
    });
    assert.deepEqual(found, []);
    assert.ok(pages >= 40, `only ${pages} pages`);
  });
}
