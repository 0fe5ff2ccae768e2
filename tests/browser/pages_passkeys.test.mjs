// What holds of every page, of those of passkeys.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "./lib/house.mjs";
import { launch } from "./lib/browser.mjs";
import { inspection } from "./lib/manners.mjs";
import { walkPasskeys } from "./lib/states_passkeys.mjs";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

for (const language of ["ja", "en"]) {
  test(`${language}: the pages of passkeys keep nobody out, however they are read`, async () => {
    const seen = inspection(language);
    await walkPasskeys(browser, house, language, seen.visit);
    assert.deepEqual(seen.found, []);
    assert.ok(seen.pages >= 40, `only ${seen.pages} pages`);
  });
}
