// Providers that nobody here wrote: registering, signing in, an address that somebody has, and answers that must not be
// believed. One file for each database calls this.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, test } from "node:test";

import { Visitor, axe, launch } from "./browser.mjs";
import { atFuji, forget, through } from "./foreign.mjs";
import { command, freePort } from "./house.mjs";
import { newAddress, register, signIn, signOut } from "./member.mjs";
import { Served, postgres } from "./served.mjs";
import { say } from "./words.mjs";

let house, browser;

export function strangers(engine) {
  const skip = engine === "postgres" && !postgres ? "skipped: GENKAN_TEST_POSTGRES is not set" : false;
  before(async () => {
    if (skip) return;
    [house, browser] = await Promise.all([Served.open(engine), launch()]);
  });
  after(async () => {
    await browser?.close();
    await house?.close();
  });
  for (const language of ["ja", "en"]) journey(language, skip);
  // Neither a forged answer nor a wrong secret knows a database.
  if (engine === "sqlite") hostile();
  else switchedOff(skip);
}

function journey(language, skip) {
  const t = (id, values) => say(language, id, values);
  const label = { ja: "富士ID", en: "Fuji ID" }[language];
  const service = { ja: "試験", en: "Test" }[language];
  const someone = (options = {}) => Visitor.arrive(browser, house, { language, ...options });

  test(`${language}: oidc-provider: register, sign out, sign in again`, { skip }, async () => {
    const visitor = await someone();
    const login = `fuji-${language}`;
    const address = newAddress("fuji");
    house.fuji.people.set(login, { email: address, verified: true, name: "山田 花子" });
    await visitor.go("/signup");
    await visitor.sees(t("continue-other", { label }).replace("{ $label }", label));
    await through(visitor, "fuji", login);
    assert.equal(visitor.path(), "/signup/confirm");
    await visitor.sees(address);
    assert.equal(await visitor.page.locator('[name="display_name"]').inputValue(), "山田 花子");
    assert.deepEqual(await axe(visitor.page), []);
    await visitor.press("/signup/confirm");
    await visitor.sees(t("notice-welcome"));
    const welcome = await house.letter(address, t("mail-welcome-subject", { service }));
    assert.ok(welcome.text.includes(label), welcome.text);
    await signOut(visitor);
    await visitor.go("/signin");
    await through(visitor, "fuji", login);
    assert.equal(visitor.path(), "/account");
    const notice = await house.letter(address, t("mail-sign-in-subject", { service }));
    assert.ok(notice.text.includes(`${t("mail-method-label")}: ${label}`), notice.text);

    // Cancelled there.
    await signOut(visitor);
    await forget(visitor);
    await visitor.press("/signin/fuji");
    const answer = await visitor.follow(visitor.page.locator('a[href$="/abort"]'));
    assert.ok(answer.status() >= 400 && answer.status() < 500, `status ${answer.status()}`);
    await visitor.sees(t("conflict-provider-cancelled-title"));
    await visitor.leave();
  });

  // R-REG-4, R-REG-5
  test(`${language}: oidc-provider: an address nobody vouches for is proven; that of a member is not taken`, { skip }, async () => {
    const visitor = await someone();
    const login = `unproven-${language}`;
    const address = newAddress("unproven");
    house.fuji.people.set(login, { email: address, verified: false, name: "" });
    await visitor.go("/signup");
    await through(visitor, "fuji", login);
    assert.equal(visitor.path(), "/signup/address");
    await visitor.send("/signup/address", { email: address });
    await visitor.send("/signup/address/code", { code: await house.code(address) });
    await visitor.press("/signup/confirm");
    await visitor.sees(t("notice-welcome"));
    await visitor.leave();

    const owner = await someone();
    const taken = await register(owner);
    const stranger = await someone();
    house.fuji.people.set(`taken-${language}`, { email: taken, verified: true, name: "" });
    await stranger.go("/signin");
    await through(stranger, "fuji", `taken-${language}`);
    await stranger.sees(t("conflict-address-on-other-account-title"));
    assert.equal(await stranger.signedIn(), false);
    await stranger.press("/offer/cancel");
    await signIn(stranger, taken);
    assert.equal(stranger.path(), "/account");
    await stranger.leave();

    // The account itself signs in in that browser: the identity is offered and added in one step.
    const back = await someone();
    await back.go("/signin");
    await through(back, "fuji", `taken-${language}`);
    await back.sees(t("conflict-address-on-other-account-title"));
    await signIn(back, taken);
    assert.match(back.path(), /^\/account\/methods\/offer/);
    await back.press("/account/methods/offer", '[value="add"]');
    await back.sees(label);
    await back.leave();
    await owner.leave();
  });

  // R-METHOD-1 to 6, R-CONTACT-1
  test(`${language}: oidc-provider: add it, make it the contact, remove the address; on another account it is refused`, { skip }, async () => {
    const member = await someone();
    const address = await register(member);
    const login = `own-${language}`;
    const theirs = newAddress("own");
    house.fuji.people.set(login, { email: theirs, verified: true, name: "" });
    await member.go("/account/methods/add");
    await through(member, "fuji", login);
    assert.equal(member.path(), "/account/methods?notice=method-added");
    await member.sees(label);
    const added = await house.letter(address, t("mail-method-added-subject", { service }));
    assert.ok(added.text.includes(label), added.text);

    const other = await someone();
    await register(other);
    await other.go("/account/methods/add");
    const refused = await through(other, "fuji", login);
    assert.equal(refused.status(), 409);
    await other.sees(t("conflict-identity-on-other-account-title"));
    await other.leave();

    await member.go("/account/profile");
    await member.page.locator('[name="contact"][value="fuji"]').check();
    await member.press("/account/profile/contact");
    await member.sees(t("notice-contact-changed"));
    for (const to of [address, theirs]) await house.letter(to, t("mail-contact-changed-subject", { service }));
    await member.go("/account/methods/remove?method=email");
    await member.press("/account/methods/remove");
    await member.sees(t("notice-method-removed"));
    await house.letter(theirs, t("mail-method-removed-subject", { service }));
    await member.go("/account/methods/remove?method=fuji");
    await member.sees(t("remove-last"));
    await signOut(member);
    await member.go("/signin");
    await through(member, "fuji", login);
    assert.equal(member.path(), "/account");
    const old = await signIn(await someone(), address);
    assert.equal(old.status(), 422, "the password went with its method");
    await member.leave();
  });
}

function hostile() {
  const someone = (options = {}) => Visitor.arrive(browser, house, { ...options });
  let count = 0;
  const somebody = () => {
    count += 1;
    house.moji.person = { sub: `moji-${count}`, email: newAddress("moji"), name: "文字" };
    return house.moji.person;
  };

  test("oauth2-mock-server: register and sign in", async () => {
    const visitor = await someone();
    const { email } = somebody();
    await visitor.go("/signup");
    await visitor.press("/signin/moji");
    assert.equal(visitor.path(), "/signup/confirm");
    await visitor.sees(email);
    await visitor.press("/signup/confirm");
    await visitor.sees(say("ja", "notice-welcome"));
    await signOut(visitor);
    await visitor.press("/signin/moji");
    assert.equal(visitor.path(), "/account");
    await visitor.leave();
  });

  // D7, D8: whoever is registered must not be signed in by any of these, and whoever is not must not become so.
  const unsigned = (token) => {
    const [, payload] = token.split(".");
    return `${part({ alg: "none", typ: "JWT" })}.${payload}.`;
  };
  const byPublicKey = (token) => {
    const [, payload] = token.split(".");
    const [key] = house.moji.server.issuer.keys.toJSON();
    const head = `${part({ alg: "HS256", typ: "JWT", kid: key.kid })}.${payload}`;
    return `${head}.${createHmac("sha256", key.n).update(head).digest("base64url")}`;
  };
  const broken = (token) => `${token.slice(0, -8)}${token.slice(-8) === "AAAAAAAA" ? "BBBBBBBB" : "AAAAAAAA"}`;
  const answers = [
    ["a wrong nonce", { forge: (claims) => (claims.nonce = "somebody-elses") }],
    ["no nonce", { forge: (claims) => delete claims.nonce }],
    ["made out to another", { forge: (claims) => (claims.aud = "another-client") }],
    ["made out to two, the other as azp", { forge: (claims, token) => Object.assign(token.payload, { aud: [claims.aud, "another"], azp: "another" }) }],
    ["made out to nobody", { forge: (claims) => delete claims.aud }],
    ["of another issuer", { forge: (claims) => (claims.iss = "http://127.0.0.1:1") }],
    ["expired", { forge: (claims) => Object.assign(claims, { iat: claims.iat - 7_200, exp: claims.iat - 3_600 }) }],
    ["without an end", { forge: (claims) => delete claims.exp }],
    ["made in the future", { forge: (claims) => Object.assign(claims, { iat: claims.iat + 7_200, exp: claims.exp + 7_200, nbf: claims.iat + 7_200 }) }],
    ["without a subject", { forge: (claims) => delete claims.sub }],
    ["with an empty subject", { forge: (claims) => (claims.sub = "") }],
    ["unsigned (alg none)", { seal: unsigned }],
    ["signed with the public key as a secret (HS256)", { seal: byPublicKey }],
    ["with a broken signature", { seal: broken }],
    ["no token at all", { seal: () => "" }],
  ];
  test("an answer that is not right in every part signs nobody in", async (context) => {
    const visitor = await someone();
    const known = somebody();
    await visitor.go("/signup");
    await visitor.press("/signin/moji");
    await visitor.press("/signup/confirm");
    await signOut(visitor);
    for (const [name, { forge = null, seal = null }] of answers) {
      await context.test(name, async () => {
        Object.assign(house.moji, { person: known, forge, seal });
        await visitor.go("/signin");
        const answer = await visitor.press("/signin/moji");
        assert.ok(answer.status() >= 400 && answer.status() < 600, `status ${answer.status()}`);
        await visitor.sees(say("ja", "conflict-provider-refused-title"));
        assert.equal(await visitor.signedIn(), false);
      });
    }
    Object.assign(house.moji, { forge: null, seal: null });
    assert.deepEqual(await axe(visitor.page), []);
    await visitor.go("/signin");
    await visitor.press("/signin/moji");
    assert.equal(visitor.path(), "/account", "and a right one does");
    await visitor.leave();
  });

  test("the doctor finds both well, and says what is wrong with a wrong secret and with a provider that is gone", async () => {
    const doctor = async (file) => {
      const ran = await command(["doctor", "--config", file], house.folder).catch((fault) => fault);
      return { code: ran.code ?? 0, text: `${ran.stdout}${ran.stderr}` };
    };
    const well = await doctor(await house.write("well.toml"));
    assert.match(well.text, /^ok +provider fuji\b.*$/m, well.text);
    assert.match(well.text, /^ok +provider moji\b.*$/m, well.text);
    assert.equal(well.code, 0, well.text);
    const wrong = await doctor(await house.write("wrong.toml", { secret: "not the secret that it knows" }));
    assert.notEqual(wrong.code, 0);
    assert.match(wrong.text, /provider fuji[^]*secret/, wrong.text);
    assert.ok(!wrong.text.includes("not the secret that it knows"), "a secret is never printed");
    const settings = (await house.settings("", "a secret")).replace(house.fuji.issuer, `http://127.0.0.1:${await freePort()}`);
    const gone = await doctor(await house.write("gone.toml", { settings }));
    assert.notEqual(gone.code, 0);
    assert.match(gone.text, /provider fuji[^]*reach|provider fuji[^]*connect/, gone.text);
  });
}

function switchedOff(skip) {
  // D15: a provider that is taken out of the settings lets nobody in, also whoever is on the way.
  test("a provider that was switched off while somebody was there", { skip }, async () => {
    const visitor = await Visitor.arrive(browser, house);
    await visitor.go("/signin");
    await visitor.press("/signin/fuji");
    const settings = house.settings;
    house.settings = (...all) => settings.apply(house, all).replace(/\[provider\.fuji\][^[]*/, "");
    await house.serve();
    await atFuji(visitor, "too-late");
    await visitor.sees(say("ja", "conflict-provider-off-title"));
    assert.equal(await visitor.signedIn(), false);
    await visitor.go("/signin");
    assert.equal(await visitor.page.locator('form[action="/signin/fuji"]').count(), 0);
    house.settings = settings;
    await house.serve();
    await visitor.leave();
  });
}

const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
