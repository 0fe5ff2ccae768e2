// A site as docs/openid.md has it, with jose, hears of sign-outs in a real browser: by the button, by another browser's list, and when
// somebody else signs in over the session.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, before, test } from "node:test";

import { createRemoteJWKSet, jwtVerify } from "jose";

import { Visitor, launch } from "./lib/browser.mjs";
import { until } from "./lib/house.mjs";
import { newAddress, password, register, signIn, signOut } from "./lib/member.mjs";
import { Served } from "./lib/served.mjs";
import { Back, NovelSite } from "./lib/site.mjs";

const secret = "5d1f0c6a9be84732a1c05e7f3b8d92466d0e1f2a";
const event = "http://schemas.openid.net/event/backchannel-logout";

let house, browser, back, ear;

// What the site hears, verified as the guide says.
class Ear {
  static async open(issuer) {
    const ear = new Ear();
    ear.ended = [];
    const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
    ear.server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      try {
        const { payload } = await jwtVerify(new URLSearchParams(body).get("logout_token"), keys, {
          issuer, audience: "novel-site", typ: "logout+jwt", requiredClaims: ["sid", "jti", "exp"],
        });
        if (!payload.events[event] || "nonce" in payload) throw new Error("another event");
        ear.ended.push(payload.sid);
        response.writeHead(200).end();
      } catch (error) {
        ear.ended.push(String(error));
        response.writeHead(400).end();
      }
    });
    await new Promise((done) => ear.server.listen(0, "127.0.0.1", done));
    ear.uri = `http://127.0.0.1:${ear.server.address().port}/backchannel-logout`;
    return ear;
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

before(async () => {
  [house, browser, back] = await Promise.all([Served.open("sqlite", { foreign: false }), launch(), Back.open()]);
  ear = await Ear.open(house.origin);
  house.strangers = [back.origin];
  await house.serve(`
[client.novel-site]
redirect_uris = ["http://127.0.0.1/callback"]
secrets = "${secret}"
backchannel_logout_uri = "${ear.uri}"
allow_private = true`);
});
after(async () => {
  await browser?.close();
  await house?.close();
  await Promise.all([back?.close(), ear?.close()]);
});

// Signs the visitor's member in at the site; the session as the site knows it.
async function atSite(visitor) {
  const site = await NovelSite.open(house.origin, back, { credentials: secret });
  const url = await site.begin({ scope: "openid" });
  const [called] = await Promise.all([back.next(), visitor.page.goto(String(url))]);
  return (await site.finish(called)).claims().sid;
}

async function hears(sessions) {
  await until(`the site hears of ${sessions}`, () => ear.ended.length >= sessions.length);
  assert.deepEqual(ear.ended.splice(0), sessions);
}

test("a site hears of each way in which a session ends, and of nothing that goes on", async () => {
  const visitor = await Visitor.arrive(browser, house, { language: "ja" });
  const [address, friend] = [newAddress("out"), newAddress("friend")];
  await register(visitor, friend);
  await signOut(visitor);
  await register(visitor, address);

  const first = await atSite(visitor);
  assert.equal(await atSite(visitor), first, "one session, however often");
  await signOut(visitor);
  await hears([first]);

  // From the list of another browser.
  await signIn(visitor, address);
  const second = await atSite(visitor);
  const other = await Visitor.arrive(browser, house, { language: "ja" });
  await signIn(other, address);
  const elsewhere = await atSite(other);
  await other.go("/account/sessions");
  await other.press("/account/sessions/end-others");
  await hears([second]);

  // A friend signs in at the site over what is open in the other browser.
  const site = await NovelSite.open(house.origin, back, { credentials: secret });
  await other.page.goto(String(await site.begin({ scope: "openid", prompt: "select_account" })));
  await other.follow(other.page.locator('a[href^="/signin/email"]'));
  const form = other.page.locator('form[action="/signin/email"]');
  await form.locator('[name="email"]').fill(friend);
  await form.locator('[name="password"]').fill(password);
  const [called] = await Promise.all([back.next(), form.locator('button:not([type="button"])').first().click()]);
  assert.notEqual((await site.finish(called)).claims().sid, elsewhere);
  await hears([elsewhere]);
  await visitor.leave();
  await other.leave();
  assert.deepEqual(ear.ended, [], "the friend's goes on");
});
