// Pictures of every page: node screenshots.mjs FOLDER
// Two languages, two widths, two schemes; FOLDER/ja/360-light/03-signup.png. For looking at, never committed.

import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";

import { House } from "./lib/house.mjs";
import { desk, launch, phone } from "./lib/browser.mjs";
import { walk } from "./lib/states.mjs";
import { walkPasskeys } from "./lib/states_passkeys.mjs";
import { walkProviders } from "./lib/states_providers.mjs";

const [folder] = process.argv.slice(2);
if (!folder) {
  console.error("usage: node screenshots.mjs FOLDER");
  process.exit(2);
}

const [house, browser] = await Promise.all([House.dev(), launch()]);
try {
  for (const language of ["ja", "en"]) {
    let number = 0;
    const look = async (name, page) => {
      number += 1;
      for (const colorScheme of ["light", "dark"]) {
        for (const size of [phone, desk]) {
          const place = join(resolve(folder), language, `${size.width}-${colorScheme}`);
          await mkdir(place, { recursive: true });
          await page.emulateMedia({ colorScheme });
          await page.setViewportSize(size);
          const file = `${String(number).padStart(2, "0")}-${name}.png`;
          await page.screenshot({ path: join(place, file), fullPage: true });
        }
      }
    };
    await walk(browser, house, language, look);
    await walkProviders(browser, house, language, look);
    await walkPasskeys(browser, house, language, look);
    console.log(`${language}: ${number} pages`);
  }
} finally {
  await browser.close();
  await house.close();
}
