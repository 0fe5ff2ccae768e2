//! Endpoints of the service: names, what is missing, what must not be.

use super::*;

const WEB: &str = "[webhook.web]\nurl = \"https://www.example.com/hooks\"\n\
                   secrets = \"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\"\n";

/// What settings are refused with: key and words of each problem.
fn refused(text: &str) -> Vec<(String, String)> {
    let problems = settings(text).err().unwrap_or_else(|| panic!("accepted: {text}"));
    problems.iter().map(|p| (p.key.clone().unwrap_or_default(), p.to_string())).collect()
}

fn refused_once(text: &str, key: &str, words: &str) {
    let told = refused(text);
    let [(about, said)] = told.as_slice() else { panic!("{told:?}") };
    assert!(about == key && said.contains(words), "{about}: {said}");
    assert!(!said.contains("MfKQ9r8G") && !said.contains("hush"), "{said}");
}

#[test]
fn without_settings_there_is_no_endpoint_and_with_them_it_is_careful() {
    let read = settings("").unwrap();
    assert!(read.webhooks.endpoints.is_empty());
    assert_eq!(read.webhooks.kept, Duration::from_secs(30 * 86_400));
    assert_eq!(read.withdraw.erase_at_latest, Duration::from_secs(30 * 86_400));
    let read = settings(WEB).unwrap_or_else(|p| panic!("{p:?}"));
    let [web] = read.webhooks.endpoints.as_slice() else { panic!("one endpoint") };
    assert_eq!((web.name.as_str(), web.url.as_str()), ("web", "https://www.example.com/hooks"));
    assert!(!web.receipts && !web.include_email && !web.allow_private && web.events.is_empty());
    assert_eq!(web.retry_for, Duration::from_secs(3 * 86_400));
}

#[test]
fn the_environment_names_endpoints_as_well() {
    let whole = [
        ("GENKAN_SERVICE__NAME", "Example"),
        ("GENKAN_SERVICE__BASE_URL", "https://accounts.example.com"),
        ("GENKAN_WEBHOOK__MY_SHOP__URL", "https://shop.example.com/x"),
        ("GENKAN_WEBHOOK__MY_SHOP__SECRETS", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"),
        ("GENKAN_WEBHOOK__MY_SHOP__EVENTS", "account.locked, account.erased"),
        ("GENKAN_WEBHOOK__KEPT", "7d"),
    ];
    let read = Settings::load(None, &variables(&whole)).unwrap_or_else(|p| panic!("{p:?}"));
    let [shop] = read.webhooks.endpoints.as_slice() else { panic!("one endpoint") };
    assert_eq!(shop.name, "my-shop");
    assert_eq!(shop.events, ["account.locked", "account.erased"]);
    assert_eq!(read.webhooks.kept, Duration::from_secs(7 * 86_400));
}

#[test]
fn a_provider_and_an_endpoint_of_one_name_are_two_things() {
    let provider = "[provider.web]\nlabel = \"Mine\"\nissuer = \"https://id.example.org\"\n\
                    client_id = \"genkan\"\nclient_secret = \"hush\"\n";
    let read = settings(&format!("{provider}{WEB}")).unwrap_or_else(|p| panic!("{p:?}"));
    assert_eq!((read.providers.len(), read.webhooks.endpoints.len()), (1, 1));
    // Each has its own words for names: `google` is a provider that genkan knows, and an endpoint like any other.
    let google = WEB.replace("webhook.web", "webhook.google");
    assert_eq!(settings(&google).unwrap_or_else(|p| panic!("{p:?}")).webhooks.endpoints.len(), 1);
}

#[test]
fn an_endpoint_must_be_whole_and_its_name_a_name() {
    refused_once(
        "[webhook.web]\nreceipts = true\nurl = \"https://x.example/\"\n",
        "webhook.web.secrets",
        "is missing",
    );
    refused_once(
        "[webhook.web]\nallow_private = true\nsecrets = \"hush\"\n",
        "webhook.web.url",
        "is missing",
    );
    let told = problem("[webhook.Web_1]\nurl = \"https://x.example/\"\n").to_string();
    assert!(told.contains("cannot name an endpoint"), "{told}");
    let told = problem("[webhook.web]\nurls = \"https://x.example/\"\n").to_string();
    assert!(told.contains("did you mean webhook.web.url?"), "{told}");
    let told = problem("[webhook.web]\nevents = [\"account.deleted\"]\n").to_string();
    assert!(told.contains("must be a type such as account.withdrawn"), "{told}");
    let told = problem("[webhook.kept]\nurl = \"https://x.example/\"\n").to_string();
    assert!(told.contains("webhook.kept"), "{told}");
}

#[test]
fn what_would_leave_unsafely_or_twice_is_refused() {
    for (url, private) in [
        ("http://www.example.com/hooks", "true"),
        ("http://127.0.0.1:3000/hooks", "false"),
        ("http://10.0.0.7/hooks", "true"),
    ] {
        let text = WEB.replace("https://www.example.com/hooks", url);
        let text = format!("{text}allow_private = {private}\n");
        refused_once(&text, "webhook.web.url", "must be https");
    }
    let at_home = WEB.replace("https://www.example.com/hooks", "http://127.0.0.1:3000/hooks");
    assert!(settings(&format!("{at_home}allow_private = true\n")).is_ok());
    let user = WEB.replace("https://www.", "https://hush:hush@www.");
    refused_once(&user, "webhook.web.url", "must not contain a user or password");
    let bad = WEB.replace("LaLaSw\"", "LaLaSw hush\"");
    refused_once(&bad, "webhook.web.secrets", "no secret of Standard Webhooks");
    let two = WEB.replace("LaLaSw\"", "LaLaSw whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD\"");
    assert!(settings(&two).is_ok());
    let twice = format!("{WEB}{}", WEB.replace("webhook.web", "webhook.zzz"));
    refused_once(&twice, "webhook.zzz.url", "hear everything twice");
    let deaf = format!("{WEB}receipts = true\nevents = [\"account.locked\"]\n");
    refused_once(&deaf, "webhook.web.receipts", "has no effect");
}
