// What holds of every page, of those that have to do with providers and a member's own ways in.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "./lib/house.mjs";
import { launch } from "./lib/browser.mjs";
import { inspection } from "./lib/manners.mjs";
import { walkProviders } from "./lib/states_providers.mjs";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

for (const language of ["ja", "en"]) {
  test(`${language}: the pages of providers keep nobody out, however they are read`, async () => {
    const seen = inspection(language);
    await walkProviders(browser, house, language, seen.visit);
    assert.deepEqual(seen.found, []);
    assert.ok(seen.pages >= 50, `only ${seen.pages} pages`);
  });
}
