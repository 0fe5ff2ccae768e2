// How a page behaves towards those who do not see it, do not point at it, enlarge it or print it: asked of every page in
// every state by the walks, beside axe, which knows none of this. Each gives what is wrong, one line each.

import assert from "node:assert/strict";

import { faults, looks, phone } from "./browser.mjs";

// A visitor for the walks: everything that is asked of a page, of its structure in one of the languages only.
export function inspection(language) {
  const seen = { found: [], pages: 0, ways: new Set() };
  seen.visit = async (name, page) => {
    assert.equal(await page.locator("html").getAttribute("lang"), language, name);
    seen.pages += 1;
    seen.found.push(...(await told(name, page)), ...(await faults(name, page, looks[language])), ...(await fitted(name, page)));
    // The same controls in the same places are gone through once.
    const way = await page.evaluate(controlsOf);
    if (seen.ways.has(way)) return;
    seen.ways.add(way);
    if (language === "ja") seen.found.push(...(await keyed(name, page)));
  };
  return seen;
}

// What a screen reader is told: the title, the headings, the landmarks, fields with their errors, and where the focus is.
// Called first, because the page must be as it came.
async function told(name, page) {
  const found = await page.evaluate(inThePage);
  return [...found, ...(await inTheTree(page))].map((line) => `${name}: ${line}`);
}

function inThePage() {
  const found = [];
  const shown = (element) => element.checkVisibility({ visibilityProperty: true });
  const all = (selector) => [...document.querySelectorAll(selector)].filter(shown);
  const summary = document.querySelector("[data-summary]");
  const [heading, ...more] = all("h1");
  if (!heading || more.length) found.push(`${more.length + (heading ? 1 : 0)} headings of the first level`);
  const prefix = { ja: "エラー: ", en: "Error: " }[document.documentElement.lang];
  if (!document.title.startsWith(`${summary ? prefix : ""}${heading?.textContent} | `)) found.push(`the title "${document.title}" is not that of "${heading?.textContent}"`);
  let before = 0;
  for (const one of all("h1, h2, h3, h4")) {
    const level = Number(one.localName[1]);
    if (level > before + 1) found.push(`"${one.textContent}" skips a level`);
    before = level;
  }
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids.filter((one, index) => ids.indexOf(one) !== index))) found.push(`two parts are called ${id}`);
  for (const element of document.querySelectorAll("[aria-describedby], [aria-labelledby]")) {
    for (const id of `${element.getAttribute("aria-describedby") ?? ""} ${element.getAttribute("aria-labelledby") ?? ""}`.trim().split(/\s+/)) {
      if (!document.getElementById(id)?.textContent.trim()) found.push(`${element.localName} ${element.id} is described by ${id}, which says nothing`);
    }
  }
  for (const error of all(".field .error, fieldset > .error")) {
    const field = document.querySelector(`[aria-describedby~="${error.id}"]`);
    if (!field || field.getAttribute("aria-invalid") !== "true") found.push(`"${error.textContent}" is bound to no field`);
  }
  for (const field of document.querySelectorAll('[aria-invalid="true"]')) {
    if (!summary?.querySelector(`a[href="#${field.id}"]`)) found.push(`the summary does not lead to ${field.id}`);
  }
  if (summary && document.activeElement !== summary) found.push(`the focus is on ${document.activeElement.localName}, not on the summary`);
  for (const notice of all(".notice, .status")) {
    if (!["status", "alert"].includes(notice.getAttribute("role"))) found.push(`"${notice.textContent}" is not announced`);
  }
  for (const element of document.querySelectorAll("*")) {
    const style = getComputedStyle(element);
    if (parseFloat(style.transitionDuration) > 0 || style.animationName !== "none") found.push(`${element.localName} ${element.className} moves`);
  }
  const foreign = { ja: /^[\x20-\x7e]*[A-Za-z]{3}[\x20-\x7e]*$/, en: /[぀-ヿ一-鿿]/ }[document.documentElement.lang];
  for (const button of all("button, option, h1, h2, label")) {
    const inOther = button.closest(`[lang]`).lang !== document.documentElement.lang;
    if (!inOther && !button.querySelector("bdi") && foreign.test(button.textContent.trim())) found.push(`"${button.textContent.trim()}" is of another language, and is not said to be`);
  }
  return found;
}

const controls = new Set(["button", "link", "textbox", "checkbox", "radio", "combobox"]);

// Kept as long as the page: whoever lets go of one takes the page's virtual authenticators away.
const wires = new WeakMap();

async function inTheTree(page) {
  if (!wires.has(page)) wires.set(page, await page.context().newCDPSession(page));
  const { nodes } = await wires.get(page).send("Accessibility.getFullAXTree");
  const found = [];
  const roles = nodes.filter((node) => !node.ignored).map((node) => node.role?.value);
  for (const landmark of ["banner", "main", "contentinfo"]) {
    const count = roles.filter((role) => role === landmark).length;
    if (count !== 1) found.push(`${count} times ${landmark}`);
  }
  for (const node of nodes) {
    if (!node.ignored && controls.has(node.role?.value) && !node.name?.value?.trim()) found.push(`a ${node.role.value} has no name`);
  }
  return found;
}

function controlsOf() {
  const all = [...document.querySelectorAll("a[href], button, input, select, textarea")];
  const shown = all.filter((element) => element.checkVisibility({ visibilityProperty: true }));
  return shown.map((element) => `${element.localName}.${element.className} in ${element.parentElement.localName}.${element.parentElement.className}${element.disabled ? " off" : ""}`).join("\n");
}

// The way of the keyboard: Tab comes to everything that can be used, in the order of reading, shows where it is, and goes on.
async function keyed(name, page) {
  await page.setViewportSize(phone);
  const wanted = await page.evaluate(() => {
    document.activeElement?.blur();
    getSelection().removeAllRanges();
    scrollTo(0, 0);
    const usable = [...document.querySelectorAll("a[href], button, input:not([type=hidden]), select, textarea")];
    const shown = usable.filter((element) => !element.disabled && element.tabIndex >= 0 && element.checkVisibility({ visibilityProperty: true }));
    // Of a group of radio buttons Tab comes to one.
    globalThis.usable = shown.filter((element) => element.type !== "radio" || element.checked || (!shown.some((one) => one.name === element.name && one.checked) && shown.find((one) => one.name === element.name) === element));
    globalThis.plain = globalThis.usable.map((element) => getComputedStyle(element).outlineStyle);
    // From the beginning, wherever the page put the focus.
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    return globalThis.usable.map((element) => `${element.localName} "${element.textContent.trim() || element.name}"`);
  });
  const found = [];
  let last = { top: -Infinity, left: 0 };
  for (const [index, what] of wanted.entries()) {
    await page.keyboard.press("Tab");
    const now = await page.evaluate((index) => {
      const element = document.activeElement;
      const style = getComputedStyle(element);
      const { top, bottom, left, height } = element.getBoundingClientRect();
      return {
        there: element === globalThis.usable[index],
        is: `${element.localName} "${element.textContent.trim().slice(0, 20)}"`,
        ring: style.outlineStyle !== "none" && globalThis.plain[index] === "none" && parseFloat(style.outlineWidth) >= 3,
        inView: top > -1 && bottom < innerHeight + 1,
        top: top + scrollY,
        left,
        height,
      };
    }, index);
    if (!now.there) return [...found, `${name}: Tab comes to ${now.is} instead of ${what}`];
    if (!now.ring) found.push(`${name}: ${what} has the focus and does not show it`);
    if (!now.inView && now.height < phone.height) found.push(`${name}: ${what} has the focus and is out of sight`);
    if (now.top < last.top - 1 && now.left <= last.left) found.push(`${name}: ${what} comes after what stands below it`);
    last = now;
  }
  await page.keyboard.press("Tab");
  const beyond = await page.evaluate(() => globalThis.usable.includes(document.activeElement) && document.activeElement !== globalThis.usable[0]);
  if (beyond) found.push(`${name}: Tab does not leave the page`);
  return found;
}

const spacing = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; } p { margin-bottom: 2em !important; }";
const shapes = [
  ["320 px", { width: 320, height: 640 }, ""],
  ["letters of double size on a phone", phone, "html { font-size: 200% !important; }"],
  ["wide spacing", phone, spacing],
];

// Enlarged, spaced out or narrow, nothing is cut off and nothing has to be scrolled sideways (WCAG 1.4.4, 1.4.10, 1.4.12); what
// is to be touched is large enough for a finger.
async function fitted(name, page) {
  const found = [];
  for (const [shape, size, rules] of shapes) {
    await page.setViewportSize(size);
    found.push(...(await page.evaluate(inShape, rules)).map((line) => `${name} ${shape}: ${line}`));
  }
  await page.setViewportSize(phone);
  found.push(...(await page.evaluate(byTheFinger)).map((line) => `${name}: ${line}`));
  return found;
}

function inShape(rules) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(rules);
  document.adoptedStyleSheets = [sheet];
  const found = [];
  const { scrollWidth } = document.documentElement;
  if (scrollWidth > innerWidth) {
    const wide = [...document.body.querySelectorAll("*")].filter((element) => element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1);
    const what = wide.map((element) => `${element.localName}.${element.className} "${element.textContent.trim().slice(0, 20)}"`);
    found.push(`${scrollWidth - innerWidth} px wider than the window: ${what.slice(-3).join(", ")}`);
  }
  for (const element of document.body.querySelectorAll("*")) {
    if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("svg, .away, picture, noscript")) continue;
    const style = getComputedStyle(element);
    // A name that is too long ends in an ellipsis; a field scrolls by itself.
    if (style.textOverflow === "ellipsis" || ["input", "select"].includes(element.localName)) continue;
    const cut = style.overflow !== "visible" && (element.scrollWidth > element.clientWidth + 1 || element.scrollHeight > element.clientHeight + 1);
    const out = element.localName === "button" && (element.scrollWidth > element.clientWidth + 2 || element.scrollHeight > element.clientHeight + 2);
    if (cut || out) found.push(`${element.localName} "${element.textContent.trim().slice(0, 30)}" is cut off`);
  }
  document.adoptedStyleSheets = [];
  return found;
}

function byTheFinger() {
  const found = [];
  for (const element of document.querySelectorAll("a[href], button, select, input:not([type=hidden])")) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    // A link within a sentence is as high as its line; a box is touched by its label as well.
    const inSentence = element.localName === "a" && getComputedStyle(element).display.startsWith("inline") && !element.closest(".head, .foot, .back, .pager");
    const target = element.labels?.length && ["checkbox", "radio"].includes(element.type) ? element.closest(".check") : element;
    const { width, height } = target.getBoundingClientRect();
    if (!inSentence && (height < 44 || width < 40)) found.push(`${element.localName} "${element.textContent.trim()}" is ${Math.round(width)} × ${Math.round(height)} px`);
  }
  return found;
}
