// The words of the pages, read from where the pages read them, so that a test names what it looks for by its id.
// Promised words (the subjects of mails, the message of a lock) are written out in the tests instead.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./house.mjs";

function read(language) {
  const folder = join(root, "crates/pages/locales", language);
  const words = new Map();
  for (const file of readdirSync(folder)) {
    for (const line of readFileSync(join(folder, file), "utf8").split("\n")) {
      const found = line.match(/^([a-z][a-z0-9-]*) = (.*)$/);
      if (found) words.set(found[1], found[2]);
    }
  }
  return words;
}

const languages = { ja: read("ja"), en: read("en") };

// The text, up to its first variable part: enough to look for.
export function say(language, id, values = {}) {
  const text = languages[language].get(id);
  if (text === undefined) throw new Error(`no words for ${id} in ${language}`);
  const filled = text.replace(/\{ \$([a-z]+) \}/g, (all, name) => values[name] ?? all);
  return filled.split("{")[0].trim();
}
