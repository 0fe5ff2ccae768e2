//! The committed description of the API is the one the code makes, and it is complete.
//!
//! `UPDATE_OPENAPI=1` writes the committed one anew.

use crate::support::House;

#[test]
fn the_committed_description_is_the_one_the_code_makes() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/openapi.json");
    let mut made = web::document().to_pretty_json().expect("a description");
    made.push('\n');
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &made).expect("written");
    }
    let committed = std::fs::read_to_string(path).expect("openapi.json");
    assert!(
        committed == made,
        "the API has changed: run the tests with UPDATE_OPENAPI=1 and look at the diff"
    );
}

#[test]
fn every_call_names_its_refusals_and_its_operation() {
    let document = serde_json::to_value(web::document()).expect("a description");
    let paths = document["paths"].as_object().expect("paths");
    assert_eq!(paths.len(), 44);
    for (path, calls) in paths {
        for (method, call) in calls.as_object().expect("calls") {
            let what = format!("{method} {path}");
            assert!(call["operationId"].is_string(), "{what}");
            let answers = call["responses"].as_object().expect("answers");
            for status in ["429", "500", "503"] {
                assert!(answers.contains_key(status), "{what} lacks {status}");
            }
            let calls_of_strangers = [
                "/register/",
                "/signin/",
                "/v1/reset",
                "/v1/restore",
                "/v1/not-me",
                "/v1/undo",
                "/v1/provider-lost",
            ];
            let open = calls_of_strangers.iter().any(|part| path.contains(part));
            // A trip to a provider is begun by strangers and by members.
            let either = path.contains("/signin/{provider}");
            assert_eq!(call["security"].is_array(), !open || either, "{what}");
            assert!(open || answers.contains_key("401"), "{what}");
            if call["requestBody"].is_object() {
                for status in ["400", "413", "415"] {
                    assert!(answers.contains_key(status), "{what} lacks {status}");
                }
            }
        }
    }
}

#[tokio::test]
async fn the_description_is_served() {
    let house = House::open().await;
    let answer = house.app().get("/api/v1/openapi.json").await;
    assert_eq!(answer.is(200).header("content-type"), Some("application/json"));
    assert_eq!(answer.json()["info"]["title"], "genkan");
    assert!(answer.json()["info"]["contact"]["email"].is_null());
    house.close().await;
}
