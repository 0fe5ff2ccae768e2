"""A site made of Authlib asks the house who somebody is, and goes every way that there is: code with PKCE, ID token checked
against the published keys, userinfo, refresh, introspection, revocation; and is refused where it does not belong.

Called with: issuer, where the house really is, the site's address, its secret, the member's e-mail address. The session of
the member's browser comes in the environment. Says nothing and ends well, or says what went wrong.
"""

import os
import sys
from urllib.parse import parse_qs, urlsplit

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oidc.core import CodeIDToken

ISSUER, NEAR, BACK, SECRET, ADDRESS = sys.argv[1:]
COOKIE = {"Cookie": "genkan-session=" + os.environ["SESSION"]}


def near(url):
    assert url.startswith(ISSUER + "/"), url
    return NEAR + url[len(ISSUER):]


about = requests.get(near(ISSUER + "/.well-known/openid-configuration"), timeout=20).json()
assert about["issuer"] == ISSUER, about
keys = JsonWebKey.import_key_set(requests.get(near(about["jwks_uri"]), timeout=20).json())


def site(**more):
    return OAuth2Session(
        "novel-site", SECRET, scope="openid profile email offline_access", redirect_uri=BACK,
        code_challenge_method="S256", **more,
    )


def code_for(session, **more):
    verifier, nonce = generate_token(48), generate_token(20)
    url, state = session.create_authorization_url(
        about["authorization_endpoint"], code_verifier=verifier, nonce=nonce, **more)
    answer = requests.get(near(url), headers=COOKIE, allow_redirects=False, timeout=20)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    brought = parse_qs(urlsplit(place).query)
    assert brought["state"] == [state] and brought["iss"] == [ISSUER], brought
    return place, verifier, nonce


session = site()
place, verifier, nonce = code_for(session)
token = session.fetch_token(near(about["token_endpoint"]), authorization_response=place, code_verifier=verifier)
claims = jwt.decode(
    token["id_token"], keys, claims_cls=CodeIDToken,
    claims_options={"iss": {"values": [ISSUER]}, "aud": {"values": ["novel-site"]}},
    claims_params={"nonce": nonce, "access_token": token["access_token"], "client_id": "novel-site"},
)
claims.validate()
assert claims["amr"] == ["pwd"], claims

told = session.get(near(about["userinfo_endpoint"])).json()
assert told["sub"] == claims["sub"] and told["email"] == ADDRESS and told["email_verified"] is True, told

fresh = session.refresh_token(near(about["token_endpoint"]), refresh_token=token["refresh_token"])
assert fresh["refresh_token"] != token["refresh_token"]
seen = session.introspect_token(near(about["introspection_endpoint"]), token=fresh["access_token"]).json()
assert seen["active"] is True and seen["sub"] == claims["sub"], seen

# Each way of showing the secret.
for way in ["client_secret_basic", "client_secret_post"]:
    other = site(token_endpoint_auth_method=way)
    place, verifier, _ = code_for(other, prompt="none")
    assert other.fetch_token(near(about["token_endpoint"]), authorization_response=place, code_verifier=verifier)

# A wrong verifier, and a code that was used.
place, verifier, _ = code_for(session)
for wrong in [generate_token(48), None]:
    try:
        session.fetch_token(near(about["token_endpoint"]), authorization_response=place, code_verifier=wrong)
        raise SystemExit("a wrong verifier was taken")
    except Exception as refused:
        assert "invalid_grant" in str(refused), refused
assert session.fetch_token(near(about["token_endpoint"]), authorization_response=place, code_verifier=verifier)

revoked = session.revoke_token(near(about["revocation_endpoint"]), token=fresh["refresh_token"])
assert revoked.status_code == 200, revoked.text
seen = session.introspect_token(near(about["introspection_endpoint"]), token=fresh["access_token"]).json()
assert seen == {"active": False}, seen
