// The watch over pages sees what is planted: each thing that it is there for, on a page that has no fault of its own.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { House } from "./lib/house.mjs";
import { Visitor, launch } from "./lib/browser.mjs";
import { inspection } from "./lib/manners.mjs";
import { signIn } from "./lib/member.mjs";

let house, browser;
before(async () => {
  [house, browser] = await Promise.all([House.dev(), launch()]);
});
after(async () => {
  await browser?.close();
  await house?.close();
});

const planted = {
  "2 headings of the first level": () => document.querySelector("main").append(document.createElement("h1")),
  "is not that of": () => (document.title = "ログイン | 玄関"),
  "skips a level": () => document.querySelector("main").insertAdjacentHTML("beforeend", "<h3>深すぎる</h3>"),
  "is bound to no field": () => document.querySelector("#password").removeAttribute("aria-invalid"),
  "says nothing": () => document.querySelector("#password").setAttribute("aria-describedby", "nowhere"),
  "not on the summary": () => document.querySelector("#email").focus(),
  "is not announced": () => document.querySelector("main").insertAdjacentHTML("beforeend", '<p class="notice">黙って</p>'),
  moves: () => (document.querySelector("main button").style.transitionDuration = "1s"),
  "of another language": () => document.querySelector("main").insertAdjacentHTML("beforeend", "<h2>English words</h2>"),
  "0 times main": () => document.querySelector("main").setAttribute("role", "presentation"),
  "a link has no name": () => document.querySelector(".back").insertAdjacentHTML("beforeend", '<a href="/signin"></a>'),
  "does not show it": () => (document.querySelector(".brand").style.outline = "none"),
  "Tab comes to": () => document.querySelector("#email").addEventListener("keydown", (event) => event.preventDefault()),
  "comes after what stands below it": () => (document.querySelector("main").style.order = 9),
  "wider than the window": () => (document.querySelector("h1").style.minWidth = "400px"),
  "is cut off": () => Object.assign(document.querySelector("h1").style, { overflow: "hidden", height: "1rem" }),
  "is 48 × 20 px": () => Object.assign(document.querySelector(".brand").style, { minHeight: "20px", height: "20px" }),
  "color-contrast": () => (document.querySelector("h1").style.color = "#999"),
};

for (const [words, plant] of Object.entries(planted)) {
  test(`the watch says "${words}"`, async () => {
    const visitor = await Visitor.arrive(browser, house);
    await signIn(visitor, "nobody@example.jp", "");
    await visitor.page.evaluate(plant);
    const seen = inspection("ja");
    await seen.visit("planted", visitor.page);
    assert.ok(seen.found.some((line) => line.includes(words)), `${seen.found.join("\n")}`);
    visitor.complaints.length = 0;
    await visitor.leave();
  });
}
