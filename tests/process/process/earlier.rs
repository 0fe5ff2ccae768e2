//! Rows of an earlier build: what it wrote is upgraded at the next start, and its members sign in as ever.
//!
//! The rows are made by this program and brought back to what the build before step 13 wrote: the hash as text, the address
//! twice. The hashes are of another implementation of Argon2, so that nothing here agrees with itself alone.

use serde_json::{Value, json};

use super::house::{Engine, House, PASSWORD, Process};
use super::http::Answer;

const HANAKO: &str = "hanako@example.test";
const TARO: &str = "Taro@example.test";
/// Of `PASSWORD`, with the parameters that new hashes have.
const CURRENT: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$b3eSs889C8qC78nT8aYyfQ$Oe9a7rq9TTyz6LY6VbUi6OOU0KhBbn4opvEO8QuG7KA";
/// Of `PASSWORD`, with others: it is made anew at the next sign-in.
const OUTDATED: &str =
    "$argon2id$v=19$m=12288,t=3,p=1$UPZcOe7Ngl/2KSl9wjq+PA$v/L8BvGaVsyoh0xVo+mFvbX86CjiRR/bo2GEd9yllkk";

#[test]
fn members_of_the_schema_before_step_13_sign_in_after_the_upgrade() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        made_by_an_earlier_build(&house);
        let process = house.serve();
        assert_eq!(
            house.rows("select name from migrations where number = 13"),
            ["0013_packed_passwords"]
        );
        for who in [HANAKO, TARO] {
            assert_eq!(sign_in(&process, who, "not the right password").status, 401);
            let answer = sign_in(&process, who, PASSWORD);
            assert_eq!(answer.status, 200, "{answer:?}\n{}", house.log());
            let session =
                process.client("192.0.2.1").call("GET", "session", &answer.text("token"), &Value::Null);
            let session = session.expect("an answer");
            assert!(session.status == 200 && session.body.contains(who), "{session:?}");
        }
        // What is good stays as it is; what is made anew is made of bytes.
        assert_eq!(
            kept(&house),
            [format!("hanako@example.test {CURRENT} 0"), "taro@example.test . 54".to_owned()]
        );
        assert_eq!(sign_in(&process, TARO, PASSWORD).status, 200);
        let token = sign_in(&process, HANAKO, PASSWORD).text("token");
        let body = json!({ "new_password": "yama-no-mukou-ni-5-ken" });
        let changed = process.client("192.0.2.1").call("POST", "account/password", &token, &body);
        assert_eq!(changed.expect("an answer").status, 204);
        assert_eq!(kept(&house), ["hanako@example.test . 54", "taro@example.test . 54"]);
        assert_eq!(sign_in(&process, HANAKO, PASSWORD).status, 401);
        assert_eq!(sign_in(&process, HANAKO, "yama-no-mukou-ni-5-ken").status, 200);
        assert!(process.stop().success());
    }
}

fn made_by_an_earlier_build(house: &House) {
    let process = house.serve();
    for (number, who) in [HANAKO, TARO].into_iter().enumerate() {
        let client = process.client(&format!("192.0.2.{number}"));
        let registered = house.register(&client, who, "another password, to be replaced");
        assert_eq!(registered.expect("a registration").status, 201);
    }
    assert!(process.stop().success());
    house.sql("update emails set stored = address where stored = ''");
    for (address, hash) in [("hanako@example.test", CURRENT), ("taro@example.test", OUTDATED)] {
        house.sql(&format!(
            "update passwords set hash = '{hash}' where account_id = \
             (select account_id from emails where address = '{address}')"
        ));
    }
    house.sql("alter table passwords drop column packed");
    house.sql("delete from migrations where number = 13");
}

fn sign_in(process: &Process, who: &str, password: &str) -> Answer {
    let body = json!({ "email": who, "password": password });
    process.client("192.0.2.9").call("POST", "signin/password", "", &body).expect("an answer")
}

/// Each member's address, the text of the hash and how many bytes stand beside it.
fn kept(house: &House) -> Vec<String> {
    house.rows(
        "select e.address || ' ' || p.hash || ' ' || coalesce(length(p.packed), 0) from emails e \
         join passwords p on p.account_id = e.account_id order by e.address",
    )
}
