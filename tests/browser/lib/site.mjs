// Sites and apps of the service, made of libraries that nobody here wrote: each asks the house who somebody is, in a browser in
// which a member signs in. One client with a secret, and one without.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import * as oauth from "oauth4webapi";
import * as client from "openid-client";

// As development mode knows it.
export const secret = "novel-site-secret-of-development-mode";

// A place for the browser to come back to; it gives the address that it was called by.
export class Back {
  static async open(path = "/callback") {
    const back = new Back();
    back.waiting = [];
    back.server = createServer((request, response) => {
      const waiting = back.waiting.shift();
      response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end("<!doctype html><title>site</title><p>ok");
      if (request.url !== "/favicon.ico") waiting?.(new URL(request.url, back.origin));
    });
    await new Promise((done) => back.server.listen(0, "127.0.0.1", done));
    back.origin = `http://127.0.0.1:${back.server.address().port}`;
    back.uri = `${back.origin}${path}`;
    return back;
  }

  next() {
    return new Promise((done) => this.waiting.push(done));
  }

  async close() {
    this.server.closeAllConnections();
    await new Promise((done) => this.server.close(done));
  }
}

// openid-client: the whole way, from the configuration to the sign-out.
export class NovelSite {
  static async open(issuer, back, { id = "novel-site", credentials = secret } = {}) {
    const site = new NovelSite();
    site.back = back;
    const how = credentials ? undefined : client.None();
    site.config = await client.discovery(new URL(issuer), id, credentials, how, { execute: [client.allowInsecureRequests] });
    return site;
  }

  async begin(more = {}) {
    this.verifier = client.randomPKCECodeVerifier();
    this.state = client.randomState();
    this.nonce = client.randomNonce();
    const asked = {
      redirect_uri: this.back.uri,
      scope: "openid profile email offline_access",
      code_challenge: await client.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: "S256",
      state: this.state,
      nonce: this.nonce,
      ...more,
    };
    if (!this.options) return client.buildAuthorizationUrl(this.config, asked);
    return client.buildAuthorizationUrlWithPAR(this.config, asked, this.options);
  }

  // From now on requests are pushed, and tokens are bound to a key.
  async bind() {
    this.options = { DPoP: client.getDPoPHandle(this.config, await client.randomDPoPKeyPair("ES256")) };
  }

  async finish(url, more = {}) {
    this.tokens = await client.authorizationCodeGrant(this.config, url, {
      pkceCodeVerifier: this.verifier,
      expectedState: this.state,
      expectedNonce: this.nonce,
      ...more,
    }, undefined, this.options);
    return this.tokens;
  }

  who() {
    return client.fetchUserInfo(this.config, this.tokens.access_token, this.tokens.claims().sub, this.options);
  }

  async refresh() {
    this.tokens = await client.refreshTokenGrant(this.config, this.tokens.refresh_token, undefined, this.options);
    return this.tokens;
  }

  look(token = this.tokens.access_token) {
    return client.tokenIntrospection(this.config, token);
  }

  revoke(token = this.tokens.refresh_token) {
    return client.tokenRevocation(this.config, token);
  }

  signOut(hint) {
    return client.buildEndSessionUrl(this.config, { id_token_hint: hint, post_logout_redirect_uri: `${this.back.origin}/bye` });
  }
}

// oauth4webapi: each step by itself, as an app without a secret takes it.
export class ReaderApp {
  static async open(issuer, back) {
    const app = new ReaderApp();
    app.back = back;
    app.client = { client_id: "reader-app" };
    app.loose = { [oauth.allowInsecureRequests]: true };
    const found = await oauth.discoveryRequest(new URL(issuer), app.loose);
    app.server = await oauth.processDiscoveryResponse(new URL(issuer), found);
    return app;
  }

  async begin() {
    this.verifier = oauth.generateRandomCodeVerifier();
    this.state = oauth.generateRandomState();
    this.nonce = oauth.generateRandomNonce();
    const url = new URL(this.server.authorization_endpoint);
    const asked = {
      client_id: "reader-app",
      redirect_uri: this.back.uri,
      response_type: "code",
      scope: "openid offline_access",
      code_challenge: await oauth.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: "S256",
      state: this.state,
      nonce: this.nonce,
    };
    for (const [name, value] of Object.entries(asked)) url.searchParams.set(name, value);
    return url;
  }

  async finish(url) {
    const brought = oauth.validateAuthResponse(this.server, this.client, url, this.state);
    const none = oauth.None();
    const answer = await oauth.authorizationCodeGrantRequest(
      this.server, this.client, none, brought, this.back.uri, this.verifier, this.loose,
    );
    const checks = { expectedNonce: this.nonce, requireIdToken: true };
    this.tokens = await oauth.processAuthorizationCodeResponse(this.server, this.client, answer, checks);
    return oauth.getValidatedIdTokenClaims(this.tokens);
  }

  // The ID token's signature, which came over TLS and is checked all the same.
  async checkSignature(answer) {
    return oauth.validateApplicationLevelSignature(this.server, answer, this.loose);
  }

  async refresh(token = this.tokens.refresh_token) {
    const answer = await oauth.refreshTokenGrantRequest(this.server, this.client, oauth.None(), token, this.loose);
    return oauth.processRefreshTokenResponse(this.server, this.client, answer);
  }

  async who(token, subject) {
    const answer = await oauth.userInfoRequest(this.server, this.client, token, this.loose);
    return oauth.processUserInfoResponse(this.server, this.client, subject, answer);
  }

  async revoke(token) {
    const answer = await oauth.revocationRequest(this.server, this.client, oauth.None(), token, this.loose);
    return oauth.processRevocationResponse(answer);
  }
}

// The refusal of what is over, as the library tells it.
export async function isOver(attempt) {
  await assert.rejects(attempt, (error) => error.error === "invalid_grant" || error.cause?.error === "invalid_grant");
}
