// A browser in which every page is watched: no console error, no breach of the policy, no request elsewhere.
// Elsewhere is where the house has no provider; of a provider that is not part of the project nothing is asked.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

export const tags = { ja: "ja-JP", en: "en-GB" };
export const phone = { width: 360, height: 740 };
export const desk = { width: 1280, height: 800 };

// The same engine without a window around it turns a page in less than half the work; where it is not installed, the whole
// browser does the same.
const shell = "/usr/lib/chromium/chromium-headless-shell";
export const executable = existsSync(shell) ? shell : execFileSync("sh", ["-c", "command -v chromium"], { encoding: "utf8" }).trim();

export async function launch(more = []) {
  return chromium.launch({
    executablePath: executable,
    headless: true,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...more,
    ],
  });
}

// Somebody with a browser of their own. `complaints` must be empty in the end.
export class Visitor {
  static async arrive(browser, house, { language = "ja", script = true, viewport = phone, ...more } = {}) {
    const visitor = new Visitor();
    visitor.house = house;
    visitor.origin = house.origin;
    // Where a button may lead: `providers` are of the project and watched like the house, `strangers` are not.
    visitor.known = [house.origin, ...(house.providers ?? []), ...(house.strangers ?? [])];
    visitor.watched = [house.origin, ...(house.providers ?? [])];
    visitor.language = language;
    visitor.script = script;
    visitor.context = await browser.newContext({
      locale: tags[language],
      javaScriptEnabled: script,
      viewport,
      ...more,
    });
    visitor.context.setDefaultTimeout(20_000);
    visitor.complaints = [];
    visitor.watch();
    // Not every breach of the policy is written to the console.
    await visitor.context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  watch() {
    const { context, complaints } = this;
    const isOf = (origins, url) => origins.some((origin) => url.startsWith(`${origin}/`));
    const isWatched = (url) => isOf(this.watched, url);
    // A part is whoever's asked for it; a step from page to page is its target's.
    const asker = (request) => (request.isNavigationRequest() ? request.url() : request.frame().url());
    context.on("weberror", (error) => {
      if (isWatched(error.page()?.url() ?? `${this.origin}/`)) complaints.push(`error: ${error.error()}`);
    });
    context.on("console", (message) => {
      // A page that is itself a refusal (422) is reported as a failed resource: that is what it is meant to be.
      const ownStatus = message.text().startsWith("Failed to load resource");
      const ofStranger = !isWatched(message.page()?.url() ?? `${this.origin}/`) && !message.text().includes("form-action");
      if (["error", "warning"].includes(message.type()) && !ownStatus && !ofStranger) complaints.push(`console: ${message.text()}`);
    });
    context.on("request", (request) => {
      const allowed = request.isNavigationRequest() ? isOf(this.known, request.url()) : !isWatched(asker(request)) || isWatched(request.url());
      if (!allowed) complaints.push(`request elsewhere: ${request.url()}`);
    });
    context.on("requestfailed", (request) => {
      const reason = request.failure()?.errorText ?? "";
      if (reason !== "net::ERR_ABORTED" && isWatched(asker(request))) complaints.push(`failed: ${request.url()} ${reason}`);
    });
    context.on("response", (response) => {
      const part = !response.request().isNavigationRequest() && response.status() >= 400;
      if ((part || response.status() >= 500) && isWatched(asker(response.request()))) complaints.push(`${response.status()}: ${response.url()}`);
    });
  }

  async leave() {
    await this.context.close();
    assert.deepEqual(this.complaints, []);
  }

  async go(path) {
    return this.page.goto(this.origin + path);
  }

  path() {
    const { pathname, search } = new URL(this.page.url());
    return pathname + search;
  }

  async fill(fields) {
    for (const [name, value] of Object.entries(fields)) await this.page.locator(`main [name="${name}"]:not([type="hidden"])`).fill(value);
  }

  // Presses the one button of the form that posts there, and waits for the page that comes of it.
  async press(action, more = "") {
    return this.follow(this.page.locator(`form[action="${action}"] button:not([type="button"])${more}`).first());
  }

  // Clicks on what leads to another page, and gives the answer that page came with; `where` says which one is meant
  // where pages on the way lead on by themselves.
  async follow(locator, where = () => true) {
    const isRedirect = (response) => response.status() >= 300 && response.status() < 400;
    const [answer] = await Promise.all([
      this.page.waitForResponse((response) => response.request().isNavigationRequest() && !isRedirect(response) && where(response.url())),
      locator.click(),
    ]);
    await this.page.waitForLoadState("load");
    return answer;
  }

  // Presses twice within a moment, and waits until a page has come of it.
  async pressTwice(action, arrives) {
    const button = this.page.locator(`form[action="${action}"] button:not([type="button"])`).first();
    const arrived = () => this.page.waitForURL(arrives, { timeout: 60_000 });
    // The second press takes the place of the first one's way, which then ends as broken off.
    const broken = (fault) => (fault.message.includes("ERR_ABORTED") ? arrived() : Promise.reject(fault));
    await Promise.all([arrived().catch(broken), button.dblclick({ noWaitAfter: true })]);
    await this.page.waitForLoadState("load");
  }

  // Like `follow`, for a button whose dialogue comes first: the page that is left is loaded long since.
  async converse(action) {
    const isAnswer = (response) => response.request().isNavigationRequest() && (response.status() < 300 || response.status() >= 400);
    const [answer] = await Promise.all([
      this.page.waitForResponse(isAnswer),
      this.page.waitForEvent("load"),
      this.page.locator(`form[action="${action}"][data-passkey] button`).click(),
    ]);
    return answer;
  }

  async send(action, fields) {
    await this.fill(fields);
    return this.press(action);
  }

  async text() {
    return this.page.locator("body").innerText();
  }

  async sees(words) {
    const text = (await this.text()).replace(/\s+/g, " ");
    assert.ok(text.includes(words.replace(/\s+/g, " ")), `"${words}" is not on ${this.path()}:\n${text}`);
  }

  async misses(words) {
    assert.ok(!(await this.text()).includes(words), `"${words}" is on ${this.path()}`);
  }

  async signedIn() {
    const answer = await this.context.request.get(`${this.origin}/account`, { maxRedirects: 0 });
    return answer.status() === 200;
  }
}

// What axe finds wrong on the page as it is now, one line each; by all its rules, or by these.
export async function axe(page, rules) {
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(axeSource);
  return page.evaluate(async (rules) => {
    const result = await globalThis.axe.run(document, { resultTypes: ["violations"], preload: false, ...(rules && { runOnly: rules }) });
    return result.violations.flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html} ${node.failureSummary}`));
  }, rules);
}

// Structure hangs on neither width nor scheme, contrast on the scheme and size on the width: the first look is at everything,
// the others at what they can change. What is not of the language is looked at in one of them.
export const looks = { ja: [["light", phone], ["dark", desk]], en: [["dark", phone]] };
const changing = ["color-contrast", "link-in-text-block", "target-size", "scrollable-region-focusable", "meta-viewport"];

// What is wrong with a page as it is now, one line each.
export async function faults(name, page, looks) {
  const found = [];
  for (const [index, [colorScheme, size]] of looks.entries()) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    for (const line of await axe(page, index ? changing : undefined)) found.push(`${name} ${colorScheme} ${size.width}: ${line}`);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
    if (wide) found.push(`${name} ${size.width}: wider than the window`);
  }
  return found;
}
