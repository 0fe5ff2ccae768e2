// Lighthouse's judgement of a page as a phone shows it. Its score for speed depends on how busy this machine is, so what is
// asked of speed is what does not: what is loaded, how large, how long it may be kept, and that nothing moves.
// Nothing is reported anywhere: it talks to the house and to its own browser.

import lighthouse, { desktopConfig } from "lighthouse";
import puppeteer from "puppeteer-core";

import { executable, tags } from "./browser.mjs";

// A page of a member may show signs of providers; without its style, script and icon it is a few thousand bytes.
export const budget = 20 * 1024;
// What holds on every machine.
const demanded = ["cumulative-layout-shift", "errors-in-console", "uses-long-cache-ttl", "unminified-javascript", "uses-text-compression", "redirects", "duplicated-javascript", "legacy-javascript", "uses-optimized-images", "unsized-images", "font-display", "non-composited-animations", "viewport", "dom-size"];

export class Lens {
  static async open() {
    const lens = new Lens();
    lens.browser = await puppeteer.launch({ executablePath: executable, args: ["--no-sandbox", "--disable-gpu", "--disable-quic"] });
    return lens;
  }

  async close() {
    await this.browser.close();
  }

  // What it says of an address, read in this language with these cookies: `scores` in percent, `faults` one line each.
  async look(url, { language, cookies = [], desk = false }) {
    const context = await this.browser.createBrowserContext();
    try {
      const page = await context.newPage();
      await context.setCookie(...cookies);
      const flags = {
        onlyCategories: ["accessibility", "best-practices", "performance"],
        disableStorageReset: true,
        disableFullPageScreenshot: true,
        enableErrorReporting: false,
        extraHeaders: { "Accept-Language": tags[language] },
        logLevel: "silent",
        // A page here has no script that begins something later.
        pauseAfterFcpMs: 0,
        pauseAfterLoadMs: 0,
        networkQuietThresholdMs: 100,
        cpuQuietThresholdMs: 100,
      };
      const result = await lighthouse(url, flags, desk ? desktopConfig : undefined, page);
      return judge(url, language, result.lhr);
    } finally {
      await context.close();
    }
  }
}

function judge(url, language, lhr) {
  const scores = Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, Math.round((score ?? 0) * 100)]));
  const faults = [];
  if (lhr.runtimeError) faults.push(`${lhr.runtimeError.code}: ${lhr.runtimeError.message}`);
  if (lhr.finalDisplayedUrl !== url) faults.push(`it led to ${lhr.finalDisplayedUrl}`);
  const failed = ({ score }) => score !== null && score < 1;
  for (const id of ["accessibility", "best-practices"]) {
    if (scores[id] === 100) continue;
    const why = lhr.categories[id].auditRefs.map((ref) => lhr.audits[ref.id]).filter((audit) => failed(audit) || audit.scoreDisplayMode === "error");
    faults.push(`${id} ${scores[id]}: ${why.map(tell).join("; ")}`);
  }
  for (const id of demanded) {
    const audit = lhr.audits[id];
    if (!audit) faults.push(`Lighthouse knows no ${id}`);
    else if (failed(audit)) faults.push(tell(audit));
  }
  faults.push(...ofRequests(lhr));
  const slow = Object.values(lhr.audits).filter((audit) => failed(audit) && lhr.categories.performance.auditRefs.some((ref) => ref.id === audit.id));
  return { url, language, scores, faults, slow: slow.map(tell) };
}

// One style sheet may hold the first picture back, nothing else; every part comes from the house and may be kept.
function ofRequests(lhr) {
  const requests = lhr.audits["network-requests"].details.items;
  const bytes = requests.reduce((sum, request) => sum + (request.transferSize ?? 0), 0);
  const faults = [];
  if (bytes < 1_000 || bytes > budget) faults.push(`${bytes} bytes`);
  const styles = requests.filter((request) => request.resourceType === "Stylesheet");
  if (styles.length !== 1) faults.push(`${styles.length} style sheets`);
  for (const item of lhr.audits["render-blocking-resources"].details?.items ?? []) {
    if (!/\/assets\/style\.[0-9a-f]{12}\.css$/.test(item.url)) faults.push(`holds the page back: ${item.url}`);
  }
  return faults;
}

function tell(audit) {
  const where = [audit.details?.items ?? []].flat().slice(0, 3).map((item) => item.node?.snippet ?? item.url ?? item.description ?? JSON.stringify(item).slice(0, 200));
  return `${audit.id}${audit.displayValue ? ` (${audit.displayValue})` : ""} ${where.join(" ")}`.trim();
}
