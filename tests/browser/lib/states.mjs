// Every page in every state a member can meet, one after the other, in one walk: `visit(name, page)` is called at
// each. The accessibility tests and the screenshots are two visitors of the same walk.

import assert from "node:assert/strict";
import { Visitor } from "./browser.mjs";
import { secret } from "./site.mjs";
import { wayBack } from "./states_way_back.mjs";
import { another, lock, newAddress, password, register, signIn, signOut } from "./member.mjs";

export async function walk(browser, house, language, visit) {
  const someone = () => Visitor.arrive(browser, house, { language });
  const guest = await someone();
  const at = (name, visitor = guest) => visit(name, visitor.page);
  await strangers(guest, at);
  const address = await registration(guest, at, house);
  const elsewhere = await someone();
  await signIn(elsewhere, address);
  await member(guest, at);
  await sessions(guest, at, elsewhere);
  await proof(guest, at, house, address);
  await refusals(house, at, someone);
  await wayBack(house, at, someone);
  await sleeper(guest, at, house);
  await guest.leave();
  await elsewhere.leave();
}

async function strangers(guest, at) {
  for (const [path, name] of [
    ["/signin", "signin"],
    ["/signin/email", "signin-email"],
    ["/signup", "signup"],
    ["/signup/email", "signup-email"],
  ]) {
    await guest.go(path);
    await at(name);
  }
  await signIn(guest, "nobody@example.jp", "not the password");
  await at("signin-email-refused");
  await guest.send("/signin/email", { email: "", password: "" });
  await at("signin-email-empty");
  assert.equal((await guest.go("/no/such/page")).status(), 404);
  await at("problem-not-found");
  assert.equal((await guest.go("/signout")).status(), 405);
  await at("problem-method");
}

async function registration(guest, at, house) {
  const address = newAddress();
  await guest.go("/signup/email");
  await guest.send("/signup/email", { email: "wrong" });
  await at("signup-email-refused");
  await guest.send("/signup/email", { email: address });
  await at("signup-code");
  await guest.send("/signup/code", { code: "1111 2222 3333" });
  await at("signup-code-wrong");
  const old = await house.code(address);
  await house.later({ minutes: 29 });
  await guest.press("/signup/email");
  await at("signup-code-again");
  const code = await house.code(address, 2);
  await house.later({ minutes: 2 });
  await guest.send("/signup/code", { code: old });
  await at("signup-code-expired");
  await guest.send("/signup/code", { code });
  await at("signup-password");
  await guest.send("/signup/password", { password: "password123" });
  await at("signup-password-weak");
  await guest.send("/signup/password", { password });
  await at("account-welcome");
  return address;
}

// A site of development mode asks who the member is, without a page of its own.
async function connect(guest) {
  const back = "http://127.0.0.1/callback";
  const verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const asked = new URLSearchParams({
    client_id: "novel-site", redirect_uri: back, response_type: "code", scope: "openid profile email",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM", code_challenge_method: "S256",
  });
  const origin = new URL(guest.page.url()).origin;
  const sent = await guest.page.request.get(`${origin}/oauth/authorize?${asked}`, { maxRedirects: 0 });
  const code = new URL(sent.headers().location).searchParams.get("code");
  const form = {
    grant_type: "authorization_code", client_id: "novel-site", client_secret: secret, code, redirect_uri: back, code_verifier: verifier,
  };
  const told = await guest.page.request.post(`${origin}/oauth/token`, { form });
  assert.equal(told.status(), 200, await told.text());
}

async function member(guest, at) {
  await connect(guest);
  for (const name of ["methods", "profile", "sessions", "activity", "password"]) {
    await guest.go(`/account/${name}`);
    await at(`account-${name}`);
  }
  await guest.go("/account/profile");
  await guest.send("/account/profile", { display_name: "名".repeat(300) });
  await at("account-profile-refused");
  await guest.send("/account/profile", { display_name: "山田 花子" });
  await at("account-profile-saved");
  await guest.go("/account");
  await at("account");
}

async function sessions(guest, at, elsewhere) {
  await guest.go("/account/sessions");
  await guest.press("/account/sessions/end");
  await at("account-sessions-ended");
  await guest.press("/account/connected/end");
  await at("account-disconnected");
  await guest.press("/account/devices/forget");
  await at("account-device-forgotten");
  await elsewhere.go("/account");
  await at("signin-required", elsewhere);
}

async function proof(guest, at, house, address) {
  await house.later({ minutes: 11 });
  await guest.go("/account/password");
  await at("proof");
  await guest.send("/proof", { password: "not the password" });
  await at("proof-refused");
  await guest.send("/proof", { password });
  await guest.send("/account/password", { new_password: "password123" });
  await at("account-password-weak");
  await guest.send("/account/password", { new_password: another });
  await at("account-password-changed");
  await signOut(guest);
  await at("signin-signed-out");
  await signIn(guest, address, another);
}

async function refusals(house, at, someone) {
  const owner = await someone();
  const address = await register(owner);
  const stranger = await someone();
  await lock(stranger, address);
  await signIn(stranger, address);
  await at("signin-locked", stranger);
  await stranger.go("/signup/code");
  await at("problem-flow-expired", stranger);

  const other = await register(await leftAlone(owner));
  await house.account("suspend", other);
  await signIn(owner, other);
  await at("signin-suspended", owner);
  await owner.leave();
  await stranger.leave();
}

// The same browser, signed out.
async function leftAlone(visitor) {
  await signOut(visitor);
  return visitor;
}

async function sleeper(guest, at, house) {
  await house.later({ days: 31 });
  await guest.go("/account/methods");
  await at("signin-session-expired");
}
