// Two OpenID providers that nobody here wrote, on 127.0.0.1: `oidc-provider` as a provider that does all it should, and
// `oauth2-mock-server` as one that can be made to answer falsely. They share nothing with the house but the standard.

import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { OAuth2Server } from "oauth2-mock-server";

// The house's registration at both; the second hands out its tokens to anybody.
export const client = { id: "genkan-test", secret: "a secret of 32 signs or even more" };

// Gives { origin, issuer, people, close }; a person is added under what they sign in as: { email, verified, name }.
export async function fuji(port, house) {
  const { Provider } = await import("oidc-provider");
  const origin = `http://127.0.0.1:${port}`;
  const people = new Map();
  const key = generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({ format: "jwk" });
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey.export({ format: "jwk" });
  const provider = new Provider(origin, {
    clients: [
      {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uris: [`${house}/callback/fuji`],
        response_types: ["code"],
        grant_types: ["authorization_code"],
      },
    ],
    jwks: { keys: [{ ...rsa, use: "sig", alg: "RS256", kid: "one" }, { ...key, use: "sig", alg: "ES256", kid: "two" }] },
    cookies: { keys: ["signs the cookies of this test"] },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: true } },
    conformIdTokenClaims: false,
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    findAccount: (context, id) => {
      const person = people.get(id) ?? { email: `${id}@example.jp`, verified: true, name: id };
      return { accountId: id, claims: () => ({ sub: id, email: person.email, email_verified: person.verified, name: person.name }) };
    },
  });
  const server = createServer(provider.callback());
  await new Promise((done) => server.listen(port, "127.0.0.1", done));
  return { origin, issuer: origin, people, close: () => closed(server) };
}

const closed = (server) => {
  server.closeAllConnections();
  return new Promise((done) => server.close(done));
};

// Whoever comes is `person` ({ sub, email, verified, name }); `forge(claims)` changes what an ID token says, and `seal`
// what becomes of the finished one.
export async function moji(port) {
  const server = new OAuth2Server();
  const mock = { person: null, forge: null, seal: null };
  await server.issuer.keys.generate("RS256");
  await server.start(port, "127.0.0.1");
  server.issuer.url = `http://127.0.0.1:${port}`;
  server.service.on("beforeTokenSigning", (token) => {
    const { sub, email, verified, name } = mock.person;
    Object.assign(token.payload, { sub, email, email_verified: verified ?? true, name });
    mock.forge?.(token.payload, token);
  });
  server.service.on("beforeResponse", (response) => {
    if (mock.seal && response.body.id_token) response.body.id_token = mock.seal(response.body.id_token);
  });
  return Object.assign(mock, { origin: server.issuer.url, issuer: server.issuer.url, server, close: () => server.stop() });
}

// Signs somebody in at `oidc-provider`, by its own pages, until the browser is home again.
export async function atFuji(visitor, login) {
  const { page } = visitor;
  let answer;
  for (let pages = 0; !page.url().startsWith(`${visitor.origin}/`); pages += 1) {
    if (pages > 3) throw new Error(`still at ${page.url()}`);
    const field = page.locator('[name="login"]');
    if (await field.count()) {
      await field.fill(login);
      await page.locator('[name="password"]').fill("anything");
    }
    answer = await visitor.follow(page.locator('button[type="submit"]'));
  }
  return answer;
}

// A button of the house that leads to either, and back. Where the provider has nothing to ask, one is back at once.
export async function through(visitor, provider, login) {
  const answer = await visitor.press(`/signin/${provider}`);
  return visitor.page.url().startsWith(`${visitor.origin}/`) ? answer : atFuji(visitor, login);
}

// The provider forgets who sits at this browser.
export const forget = (visitor) => visitor.context.clearCookies({ domain: "127.0.0.1" });
