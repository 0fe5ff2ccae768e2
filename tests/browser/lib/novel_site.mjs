// The example site, as it is, in front of a house: `examples/novel-site` on a free port of this machine.

import { spawn } from "node:child_process";
import { dirname, join } from "node:path";

import { password } from "./member.mjs";
import { binary, freePort, until } from "./house.mjs";

const program = process.env.GENKAN_TEST_NOVEL_SITE ?? join(dirname(binary), "novel-site");

export class Site {
  static async open(house, args = [], where = undefined) {
    const port = where ?? (await freePort());
    const site = new Site();
    site.origin = `http://127.0.0.1:${port}`;
    const own = Object.entries(process.env).filter(([name]) => !name.startsWith("NOVEL_SITE_"));
    const all = ["--issuer", house.origin, "--origin", site.origin, "--listen", `127.0.0.1:${port}`, ...args];
    site.child = spawn(program, all, { env: Object.fromEntries(own), stdio: ["ignore", "pipe", "pipe"] });
    let log = "";
    for (const stream of [site.child.stdout, site.child.stderr]) stream.on("data", (bytes) => (log += bytes));
    site.gone = new Promise((done) => site.child.on("exit", done).on("error", done));
    await until("the novel site", async () => {
      if (site.child.exitCode !== null || !site.child.pid) throw new Error(`novel-site ended:\n${log}`);
      return (await fetch(`${site.origin}/style.css`).catch(() => null))?.ok;
    });
    site.log = () => log;
    return site;
  }

  async close() {
    this.child.kill("SIGKILL");
    await this.gone;
  }

  // Presses the button of the form that posts there; the browser ends where it is led, here or at the house.
  async press(visitor, action, more = "") {
    return visitor.follow(visitor.page.locator(`form[action="${action}"] button${more}`).first());
  }

  // From a button of the site through the house's sign-in page and back.
  async signIn(visitor, address) {
    await this.press(visitor, "/sign-in");
    await visitor.follow(visitor.page.locator('a[href^="/signin/email"]'));
    return visitor.send("/signin/email", { email: address, password });
  }

  // From a button of the site through the registration and back.
  async register(visitor, address) {
    await this.press(visitor, "/register");
    await visitor.follow(visitor.page.locator('a[href^="/signup/email"]'));
    await visitor.send("/signup/email", { email: address });
    await visitor.send("/signup/code", { code: await visitor.house.code(address) });
    return visitor.send("/signup/password", { password });
  }

  async go(visitor, path) {
    return visitor.page.goto(this.origin + path);
  }
}
