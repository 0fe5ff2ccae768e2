//! The guided tour: one thing to do at a time, in the order in which it makes sense, and what came of each.
//!
//! A step is ticked off by what it caused (see `progress`), so the page needs no script and cannot be wrong about it.

pub(crate) mod progress;

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::{Html, Redirect};

use crate::Playground;
use crate::frame::{Language, escape, time};
use crate::mailbox::Letter;

/// By what one sees that a step was done.
enum Sign {
    /// A letter whose subject has one of these words.
    Letter(&'static [&'static str]),
    /// A site was told who somebody is.
    Site,
    /// The clock was moved.
    Clock,
}

/// A step: where it leads, its name, what to do there, what to look at afterwards; in both languages.
struct Step {
    path: &'static str,
    name: [&'static str; 2],
    what: [&'static str; 2],
    then: Option<(&'static str, [&'static str; 2])>,
    sign: Sign,
}

const STEPS: [Step; 8] = [
    Step {
        path: "/signup/email",
        name: ["ユーザー登録をする", "Register"],
        what: [
            "メールアドレスは、思いつきで構いません。メールは外に出ず、確認コードは受信箱に届きます。",
            "Any address will do: no mail leaves this machine. The code arrives in the mailbox.",
        ],
        then: Some(("/account", ["アカウント設定を見る", "Look around your account"])),
        sign: Sign::Letter(&["ユーザー登録が完了しました", "Your registration is complete"]),
    },
    Step {
        path: "/signin",
        name: ["別のブラウザでログインする", "Sign in on a second browser"],
        what: [
            "プライベートウィンドウでこのページを開き、ログインします。すぐにお知らせのメールが届きます。",
            "Open this page in a private window and sign in. A notice arrives at once.",
        ],
        then: Some(("/account/sessions", ["ログイン中の端末を見る", "See where you are signed in"])),
        sign: Sign::Letter(&["新しいログインが行われました", "New sign-in to your account"]),
    },
    Step {
        path: "/account/methods/add",
        name: ["ログイン方式を増やす", "Add a second way in"],
        what: [
            "パスキーか、架空の人物のGoogleやAppleを追加します。本物のアカウントは要りません。",
            "A passkey, or Google or Apple as somebody made up. No real account is needed.",
        ],
        then: Some(("/account/methods", ["ログイン方式を見る", "See the ways in"])),
        sign: Sign::Letter(&["ログイン方式が追加されました", "A sign-in method has been added"]),
    },
    Step {
        path: "/signin/email",
        name: ["パスワードを10回間違える", "Get the password wrong ten times"],
        what: [
            "まだログインしたことのないブラウザで試します。ロックがかかりますが、いつもの端末は締め出されません。",
            "In a browser that never signed in. It locks, and your own device is not shut out.",
        ],
        then: None,
        sign: Sign::Letter(&["アカウントがロックされました", "Your account has been locked"]),
    },
    Step {
        path: "/reset",
        name: ["パスワードを再設定する", "Reset the password"],
        what: [
            "届いたワンタイムコードを入力します。ロックも、これで解けます。",
            "With the one-time code from the mailbox. It lifts the lock as well.",
        ],
        then: Some(("/account/activity", ["履歴を見る", "See the activity"])),
        sign: Sign::Letter(&["パスワードがリセットされました", "Your password has been reset"]),
    },
    Step {
        path: "/not-me",
        name: ["身に覚えのないログインを知らせる", "Say that a sign-in was not you"],
        what: [
            "ログインのお知らせにある番号を入力します。すべての端末がログアウトします。",
            "Enter the number from the notice of a sign-in. Every device is signed out.",
        ],
        then: None,
        sign: Sign::Letter(&["すべての端末をログアウトしました", "All devices have been signed out"]),
    },
    Step {
        path: SITE,
        name: ["サイトからログインする", "Sign in at a site"],
        what: [
            "genkanの前に立つ小さな小説サイトを、ページの下にあるコマンドで動かし、開いてログインします。",
            "Start the small site of web novels with the command further down, open it, and sign in there.",
        ],
        then: Some((SITE, ["サイトへ戻る", "Back to the site"])),
        sign: Sign::Site,
    },
    Step {
        path: "/dev/clock",
        name: ["時計を進める", "Move the clock"],
        what: [
            "コードの期限もログインの期限も、待たずに確かめられます。30日後の世界へどうぞ。",
            "See codes and sign-ins run out without waiting. Step into next month.",
        ],
        then: None,
        sign: Sign::Clock,
    },
];

/// Where `examples/novel-site` is, if somebody has started it.
const SITE: &str = "http://localhost:3000/";
/// How the sample app calls itself.
const APP: &str = "Reader/";

/// A door: where it leads, its name and what is behind it.
type Door = (&'static str, [&'static str; 2], [&'static str; 2]);

const DOORS: [Door; 5] = [
    (
        "/dev/mailbox",
        ["受信箱", "Mailbox"],
        ["送られたメールは、すべてここに届きます。", "Every mail that was sent."],
    ),
    (
        "/dev/events",
        ["サービスへの通知", "Events to the service"],
        ["アカウントに起きたことが、Webhookで届きます。", "What a service is told, as it is told."],
    ),
    (
        "/dev/google",
        ["Googleの代役", "A stand-in for Google"],
        [
            "Workspaceの人、未確認のアドレス、乗っ取りの知らせ。",
            "Workspace, unverified addresses, stolen accounts.",
        ],
    ),
    (
        "/dev/apple",
        ["Appleの代役", "A stand-in for Apple"],
        ["メールを非公開にした人への転送、利用停止の知らせ。", "Hidden addresses, consent taken back."],
    ),
    (
        "/undo",
        ["変更や退会を取り消す", "Take a change back"],
        ["変更のお知らせにある番号で、元に戻します。", "With the number in the mail about the change."],
    ),
];

pub(crate) async fn page(State(house): State<Arc<Playground>>, headers: HeaderMap) -> Html<String> {
    let language = Language::of(&headers);
    let done = house.progress.note(&house.mailbox.letters());
    let next = (0..STEPS.len()).find(|index| !done.contains_key(index));
    let steps = STEPS
        .iter()
        .enumerate()
        .map(|(index, step)| match done.get(&index) {
            Some(letter) => tried(step, letter.as_ref(), language),
            None => ahead(step, next == Some(index), language),
        })
        .collect::<String>();
    let body = format!(
        "{}<ol class=\"rows\">{steps}</ol>{}{}",
        lead(done.len(), language),
        anew(!done.is_empty(), language),
        rest(&house, language)
    );
    crate::frame::page(&house, language, language.say("玄関のご案内", "A tour of the house"), &body)
}

pub(crate) async fn begin_anew(State(house): State<Arc<Playground>>) -> Redirect {
    house.progress.anew(&house.mailbox.letters());
    Redirect::to("/dev")
}

fn lead(done: usize, language: Language) -> String {
    let all = STEPS.len();
    let words = match done {
        0 => language.say(
            "ようこそ。靴を脱いで、お上がりください。",
            "Welcome. Take off your shoes and come in.",
        ),
        _ if done == all => language.say(
            "ご案内は以上です。どうぞ、ごゆっくり。",
            "That was the whole house. Stay as long as you like.",
        ),
        _ => language.say("お茶でも飲みながら、ごゆっくり。", "Have some tea. There is no hurry."),
    };
    let count = match language {
        Language::Ja => format!("{all}か所のうち、{done}か所をご覧になりました。"),
        Language::En => format!("You have seen {done} of {all} places."),
    };
    format!("<p class=\"lead\">{words}</p><p class=\"soft\" role=\"status\">{count}</p>")
}

/// A step that was done, with the letter that came of it.
fn tried(step: &Step, letter: Option<&Letter>, language: Language) -> String {
    let (name, mark) = (name(step, language), language.say("済", "Done"));
    let letter = letter.map_or_else(String::new, |letter| {
        let came = language.say("届いたメール", "The mail that came:");
        let (id, subject) = (escape(&letter.id), escape(&letter.subject));
        format!("<p>{came} <a href=\"/dev/mailbox/{id}\">{subject}</a></p>")
    });
    let then = step.then.map_or_else(String::new, |(path, [ja, en])| {
        format!("<p><a href=\"{path}\">{}</a></p>", language.say(ja, en))
    });
    format!(
        "<li><div><strong>{name}</strong> <span class=\"mark\">{mark}</span><div class=\"soft\">{letter}{then}</div></div></li>"
    )
}

/// A step that is still to come; the next one says what to do.
fn ahead(step: &Step, next: bool, language: Language) -> String {
    let (name, path) = (name(step, language), step.path);
    if !next {
        return format!("<li><div><a href=\"{path}\">{name}</a></div></li>");
    }
    let [ja, en] = step.what;
    let (what, go) = (language.say(ja, en), language.say("やってみる", "Try it"));
    let mailbox = language.say("受信箱", "Mailbox");
    format!(
        "<li aria-current=\"step\"><div><strong>{name}</strong><p>{what}</p></div>\
         <div class=\"acts\"><a class=\"button small\" href=\"{path}\">{go}</a>\
         <a class=\"button second small\" href=\"/dev/mailbox\">{mailbox}</a></div></li>"
    )
}

fn anew(begun: bool, language: Language) -> String {
    if !begun {
        return String::new();
    }
    let words = language.say("はじめからやり直す", "Begin the tour anew");
    format!(
        "<form method=\"post\" action=\"/dev/anew\"><button class=\"second small narrow\">{words}</button></form>"
    )
}

fn rest(house: &Playground, language: Language) -> String {
    let doors = DOORS.iter().map(|door| item(door, language)).collect::<String>();
    let more = language.say("ほかの部屋", "Other rooms");
    let also = language.say("プログラムから", "From a program");
    let operator = language.say(
        "運営者は、コマンドでもロックを解除できます。",
        "Operators can lift a lock with a command, too:",
    );
    let now = language.say("いまの時計", "The clock says");
    let (origin, settings) = (escape(&house.origin), escape(&house.settings_file));
    let time = escape(&time((house.now)()));
    let site = site(house, language);
    format!(
        "<h2>{more}</h2><ul class=\"doors\">{doors}</ul>{site}{}\
         <section class=\"help\"><h2>{also}</h2>\
         <p><code>curl -s {origin}/api/v1/openapi.json</code></p>\
         <p>{operator}<br><code>genkan account unlock --config {settings} taro@example.jp</code></p>\
         <p class=\"soft\">{now} <time>{time}</time></p></section>",
        app(house, language)
    )
}

/// An app that signs in without a browser; the notice of its sign-in says that it came.
fn app(house: &Playground, language: Language) -> String {
    let came = house.mailbox.letters().iter().any(|letter| letter.text.contains(APP));
    let mark = language.say("済", "Done");
    let mark = if came { format!(" <span class=\"mark\">{mark}</span>") } else { String::new() };
    let name = language.say("アプリから", "From an app");
    let what = language.say(
        "ブラウザを使わないアプリの見本です。genkanのフォルダで実行すると、端末の一覧にも載ります。",
        "A sample app that needs no browser. Run it in genkan's folder, and find it among your devices.",
    );
    let origin = escape(&house.origin);
    format!(
        "<section class=\"help\"><h2>{name}{mark}</h2><p>{what}</p>\
         <p><code>cargo run -p reader-app -- --server {origin} signin</code></p></section>"
    )
}

/// A site in front of this house, and how to start it.
fn site(house: &Playground, language: Language) -> String {
    let title = language.say("サイトから", "From a site");
    let what = language.say(
        "小さな小説サイトの見本です。OpenID Connectでログインし、本棚を会員ごとに持ちます。",
        "A small site of web novels, as its makers would write it: members sign in by OpenID Connect and keep a shelf.",
    );
    // The example looks for the house where it usually is.
    let issuer = match house.origin.as_str() {
        "http://localhost:7878" => String::new(),
        elsewhere => format!(" -- --issuer {}", escape(elsewhere)),
    };
    format!(
        "<section class=\"help\"><h2>{title}</h2><p>{what}</p>\
         <p><code>cargo run -p novel-site{issuer}</code></p></section>"
    )
}

fn name(step: &Step, language: Language) -> &'static str {
    let [ja, en] = step.name;
    language.say(ja, en)
}

fn item((path, name, what): &Door, language: Language) -> String {
    let ([name_ja, name_en], [what_ja, what_en]) = (name, what);
    let (name, what) = (language.say(name_ja, name_en), language.say(what_ja, what_en));
    format!("<li><a href=\"{path}\"><strong>{name}</strong><span>{what}</span></a></li>")
}
