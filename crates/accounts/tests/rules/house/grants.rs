//! Clients that redeem codes and use refresh tokens, as the engine would bring them.

use accounts::{
    AccountId, Actor, ClientGrant, Command, Digest, GrantId, GrantReach, Instant, Line, Method, Millis,
    Outcome, RedeemedCode, Scope, SessionId, ShownToken,
};

use super::{Browser, House};

pub(crate) const SITE: &str = "novel-site";
pub(crate) const APP: &str = "reader-app";

/// A refresh token: the grant it is of, its number, and what tells it from others with that number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) number: i64,
    pub(crate) mark: u8,
}

pub(crate) fn token(number: i64, mark: u8) -> Token {
    Token { number, mark }
}

/// A code as the authorization endpoint gives it in that session.
pub(crate) fn code(number: u8, session: SessionId, reach: GrantReach, now: Instant) -> RedeemedCode {
    RedeemedCode {
        grant: GrantId([number; 16]),
        client: Line::clean(SITE, 64),
        shown_by: Line::clean(SITE, 64),
        session,
        reach,
        scope: Line::clean("openid", 64),
        proved_at: now,
        proved_by: Method::Email,
        expires_at: now.plus(Millis::seconds(60)),
    }
}

impl House {
    pub(crate) fn redeem(&mut self, account: AccountId, code: &RedeemedCode) -> Outcome {
        let command = Command::RedeemCode { code: code.clone() };
        self.as_client(account, code.grant, &command)
    }

    pub(crate) fn refresh(&mut self, grant: &ClientGrant, token: Token) -> Outcome {
        self.refresh_by(SITE, grant, token)
    }

    pub(crate) fn refresh_by(&mut self, client: &str, grant: &ClientGrant, token: Token) -> Outcome {
        let token = shown(client, token);
        self.as_client(grant.account, grant.id, &Command::UseRefreshToken { token })
    }

    pub(crate) fn revoke(&mut self, client: &str, grant: &ClientGrant) -> Outcome {
        let token = shown(client, token(1, 1));
        self.as_client(grant.account, grant.id, &Command::RevokeGrant { token })
    }

    fn as_client(&mut self, account: AccountId, grant: GrantId, command: &Command) -> Outcome {
        let scope = Scope { account: Some(account), grant: Some(grant), ..Scope::default() };
        let from = Browser::of("client", "198.51.100.99");
        let outcome = self.decide(&scope, command, &from, Actor::Visitor).outcome;
        if let Outcome::Granted(grant) = &outcome {
            assert_eq!(
                self.world.grants.get(&grant.id),
                Some(grant),
                "what is answered is what is kept"
            );
        }
        outcome
    }
}

fn shown(client: &str, token: Token) -> ShownToken {
    let Token { number, mark } = token;
    ShownToken { client: Line::clean(client, 64), number, digest: Digest([mark; 32]) }
}

pub(crate) fn granted(outcome: Outcome) -> ClientGrant {
    match outcome {
        Outcome::Granted(grant) => grant,
        other => panic!("nothing was granted: {other:?}"),
    }
}
