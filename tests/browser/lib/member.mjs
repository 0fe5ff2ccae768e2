// What members do, as steps that the journeys share.

import assert from "node:assert/strict";
import { say } from "./words.mjs";

export const password = "kawa-no-hotori-de-3-nin";
export const another = "yama-no-mukou-ni-5-wa";

let count = 0;
export function newAddress(name = "member") {
  count += 1;
  return `${name}-${process.pid}-${count}@example.jp`;
}

// From the sign-up page to the hub.
export async function register(visitor, address = newAddress(), secret = password) {
  await visitor.go("/signup/email");
  await visitor.send("/signup/email", { email: address });
  assert.equal(visitor.path(), "/signup/code");
  await visitor.send("/signup/code", { code: await visitor.house.code(address) });
  assert.equal(visitor.path(), "/signup/password");
  await visitor.send("/signup/password", { password: secret });
  assert.match(visitor.path(), /^\/account/);
  await visitor.sees(say(visitor.language, "account-title"));
  return address;
}

export async function signIn(visitor, address, secret = password) {
  await visitor.go("/signin/email");
  return visitor.send("/signin/email", { email: address, password: secret });
}

export async function signOut(visitor) {
  await visitor.go("/account");
  await visitor.press("/signout");
}

// Locks an address by wrong passwords from a browser that leaves again.
export async function lock(visitor, address) {
  for (let guess = 1; guess <= 10; guess += 1) {
    const answer = await signIn(visitor, address, `wrong password number ${guess}`);
    assert.equal(answer.status(), 422, `guess ${guess}`);
  }
}
