//! Floods of mail: what strangers can cause at one address, at thousands, and what that does to the mail of others
//! (R-RESET-2, R-RESET-6a; security.md C13).
//!
//! The relay is held while the flood comes, so that what waits is known to a mail, and the order in which it then leaves
//! is the house's own.

use serde_json::{Value, json};

use super::flood::{Caller, Watched, call, runtime};
use super::house::{Engine, House, PASSWORD, pause};
use super::http::Answer;

const VICTIM: &str = "hanako@example.test";
const NETWORKS: u32 = 1_000;

fn network(number: u32) -> String {
    std::net::Ipv4Addr::from(0x0B01_0000 + number).to_string()
}

/// Asks one after the other over a few connections; the answers in the order of the questions.
fn ask_all(watched: &Watched, questions: &[Vec<u8>]) -> Vec<Answer> {
    const CLIENTS: usize = 8;
    let port = watched.process.port;
    runtime().block_on(async {
        let mut clients = tokio::task::JoinSet::new();
        for client in 0..CLIENTS {
            let own = questions.iter().enumerate().skip(client).step_by(CLIENTS);
            let own = own.map(|(at, question)| (at, question.clone())).collect::<Vec<_>>();
            clients.spawn(async move {
                let mut caller = Caller::connect(port).await.expect("a connection");
                let mut heard = Vec::new();
                for (at, question) in own {
                    heard.push((at, caller.ask(&question).await.expect("an answer")));
                }
                heard
            });
        }
        let mut heard = Vec::new();
        while let Some(ended) = clients.join_next().await {
            heard.extend(ended.expect("a client"));
        }
        heard.sort_by_key(|(at, _)| *at);
        heard.into_iter().map(|(_, answer)| answer).collect()
    })
}

fn statuses(answers: &[Answer], status: u16) -> usize {
    answers.iter().filter(|answer| answer.status == status).count()
}

/// C13: a thousand networks ask at one address; it gets one mail of each class in that minute, and every asker hears the
/// same.
#[test]
fn c13_a_thousand_networks_cause_one_mail_of_each_class_at_one_address() {
    for engine in [Engine::Sqlite, Engine::Postgres] {
        let Some(house) = House::build(engine) else { continue };
        let watched = Watched::start(&house, &[]);
        let owner = watched.client("192.0.2.1");
        house.register(&owner, VICTIM, PASSWORD).expect("a registration");
        let mails = || house.rows("select count(*) from mails")[0].parse::<usize>().expect("a number");
        let before = mails();
        let body = json!({ "email": VICTIM });
        let ask = |number| call("reset", &network(number), &body);
        let resets = ask_all(&watched, &(0..NETWORKS).map(ask).collect::<Vec<_>>());
        assert_eq!(statuses(&resets, 200), resets.len(), "{:?}", resets.first());
        assert_eq!(mails(), before + 1, "resets");
        // The code of her registration was a mail of the other class, in this same minute.
        let ask = |number| call("register/email", &network(number), &body);
        let others = ask_all(&watched, &(0..NETWORKS).map(ask).collect::<Vec<_>>());
        assert_eq!(statuses(&others, 200), others.len(), "{:?}", others.first());
        assert!(mails() <= before + 2, "others");
        assert!(watched.process.stop().success(), "{}", house.log());
    }
}

/// One network asks at ever other addresses: it is stopped at its bound. Many networks do: the house stops at its own,
/// resets go on, and what a member asks for now leaves before what waits.
#[test]
fn c13_a_flood_over_many_addresses_is_bounded_and_a_members_mail_leaves_before_it() {
    let Some(house) = House::build(Engine::Sqlite) else { return };
    let settings = [
        ("GENKAN_LIMITS__NEW_ADDRESSES", "500 per 24h"),
        ("GENKAN_LIMITS__CODE_REQUESTS_PER_NETWORK", "100 per 10m"),
        ("GENKAN_MAIL__WORKERS", "4"),
    ];
    let watched = Watched::start(&house, &settings);
    let owner = watched.client("192.0.2.1");
    house.register(&owner, VICTIM, PASSWORD).expect("a registration");
    house.relay.hold();
    let ask = |network: String, number: u32| {
        call("register/email", &network, &json!({ "email": format!("n{number}@example.test") }))
    };
    let from_one = (0..200).map(|number| ask("10.5.0.1".to_owned(), number)).collect::<Vec<_>>();
    let from_one = ask_all(&watched, &from_one);
    assert_eq!((statuses(&from_one, 200), statuses(&from_one, 429)), (100, 100));
    let refused = from_one.iter().find(|answer| answer.status == 429).expect("a refusal");
    assert_eq!(refused.code(), "rate-limited");
    assert!(refused.headers.iter().any(|(name, _)| name == "retry-after"), "{refused:?}");

    let from_many = (0..NETWORKS).map(|number| ask(network(number), 1_000 + number));
    let from_many = ask_all(&watched, &from_many.collect::<Vec<_>>());
    // One was her own registration's.
    let left = 500 - 1 - 100;
    assert_eq!(
        (statuses(&from_many, 200), statuses(&from_many, 503)),
        (left, NETWORKS as usize - left)
    );
    let refused = from_many.iter().find(|answer| answer.status == 503).expect("a refusal");
    assert_eq!(refused.code(), "overloaded");
    assert!(refused.headers.iter().any(|(name, _)| name == "retry-after"), "{refused:?}");
    let refused = [("limit", "new-addresses"), ("result", "refused")];
    assert_eq!(watched.figure("genkan_limits_total", &refused), f64::from(NETWORKS) - 399.0);

    // R-RESET-6a: a reset is asked for all the same, and is not the last to leave.
    let answer = owner.call("POST", "reset", "", &json!({ "email": VICTIM })).expect("an answer");
    assert_eq!(answer.status, 200, "{answer:?}");
    let before = house.relay.count();
    house.relay.release();
    let came = || house.relay.to(VICTIM).iter().any(|mail| mail.subject.contains(RESET_CODE));
    let mut at = 0;
    for _ in 0..3_000 {
        if let Some(place) =
            house.relay.place(|mail| mail.to == VICTIM && mail.subject.contains(RESET_CODE))
        {
            at = place - before;
            break;
        }
        pause(std::time::Duration::from_millis(10));
    }
    assert!(came(), "her code has not come:\n{}", house.log());
    // Four were on their way to the relay already; then every second one is of the newest.
    assert!(at <= 12, "{at} mails of the flood left before hers");
    let answer = owner.call("GET", "session", "", &Value::Null).expect("an answer");
    assert_eq!(answer.status, 401);
}

/// What its subject says.
const RESET_CODE: &str = "reset your password";
