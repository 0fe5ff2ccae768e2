//! The guided tour: what can be tried, in the order in which it makes sense.

use std::sync::Arc;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Html;

use crate::Playground;
use crate::frame::{Language, escape, time};

/// A stop: where it leads, its name and what to try there, in both languages.
type Stop = (&'static str, [&'static str; 2], [&'static str; 2]);

const STOPS: [Stop; 12] = [
    (
        "/signup",
        ["ユーザー登録をする", "Register"],
        [
            "好きなメールアドレスで始めます。メールは外には出ません。",
            "With any address you like. No mail leaves this machine.",
        ],
    ),
    (
        "/dev/mailbox",
        ["届いたメールを読む", "Read your mail"],
        ["確認コードも、ログインのお知らせも、ここに届きます。", "Codes and notices arrive here."],
    ),
    (
        "/account",
        ["アカウント設定をのぞく", "Look around your account"],
        [
            "ログイン方式、非公開プロフィール、履歴、パスワードの変更。",
            "Sign-in methods, private profile, activity, password.",
        ],
    ),
    (
        "/signin",
        ["別のブラウザでログインする", "Sign in on a second browser"],
        [
            "プライベートウィンドウで開くと、お知らせのメールが届きます。",
            "Open it in a private window, and a notice arrives.",
        ],
    ),
    (
        "/account/sessions",
        ["ログイン中の端末を見る", "See where you are signed in"],
        ["もう一方のブラウザを、ここからログアウトできます。", "Sign the other browser out from here."],
    ),
    (
        "/signin/email",
        ["パスワードを10回間違える", "Get the password wrong ten times"],
        [
            "まだログインしたことのないブラウザで試すと、ロックがかかります。いつもの端末は締め出されません。",
            "From a browser that never signed in: it locks. Your own device is not shut out.",
        ],
    ),
    (
        "/reset",
        ["パスワードを再設定する", "Reset the password"],
        [
            "届いたワンタイムコードを入力します。ロックも、これで解除されます。",
            "With the one-time code from the mailbox. It lifts the lock as well.",
        ],
    ),
    (
        "/not-me",
        ["身に覚えのないログインを知らせる", "Say that a sign-in was not you"],
        [
            "ログインのお知らせにある番号で、すべての端末がログアウトします。",
            "The number in the notice of a sign-in signs every device out.",
        ],
    ),
    (
        "/undo",
        ["身に覚えのない変更を取り消す", "Undo a change that was not you"],
        [
            "パスワードやメールアドレスを変更すると、取り消すための番号が届きます。",
            "Change the password or the address: the mail about it carries a number that takes it back.",
        ],
    ),
    (
        "/dev/google",
        ["Googleの代役", "A stand-in for Google"],
        [
            "架空の人物でログインできます。Workspaceの人、アドレスが未確認の人、アカウントの乗っ取りの知らせも試せます。",
            "Sign in as somebody made up: with Workspace, with an unverified address. Send events, rotate keys.",
        ],
    ),
    (
        "/dev/apple",
        ["Appleの代役", "A stand-in for Apple"],
        [
            "架空の人物でログインできます。メールを非公開にした人への転送も、利用停止の知らせも試せます。",
            "Sign in as somebody made up: hide the address, take the consent back, see the name told once.",
        ],
    ),
    (
        "/dev/clock",
        ["時計を進める", "Move the clock"],
        [
            "コードの期限もログインの期限も、待たずに確かめられます。",
            "See codes and sign-ins run out without waiting.",
        ],
    ),
];

fn page_body(house: &Playground, language: Language) -> String {
    let stops = STOPS.iter().map(|stop| item(stop, language)).collect::<String>();
    let lead = language.say(
        "ようこそ。靴を脱いで、どうぞお上がりください。",
        "Welcome. Take off your shoes and come in.",
    );
    let also = language.say("プログラムから", "From a program");
    let operator = language.say(
        "運営者は、コマンドでもロックを解除できます。",
        "Operators can lift a lock with a command, too:",
    );
    let now = language.say("いまの時計", "The clock says");
    let (origin, settings) = (escape(&house.origin), escape(&house.settings_file));
    let time = escape(&time((house.now)()));
    format!(
        "<p class=\"lead\">{lead}</p><ul class=\"doors\">{stops}</ul>\
         <section class=\"help\"><h2>{also}</h2>\
         <p><code>curl -s {origin}/api/v1/openapi.json</code></p>\
         <p>{operator}<br><code>genkan account unlock --config {settings} taro@example.jp</code></p>\
         <p class=\"soft\">{now} <time>{time}</time></p></section>"
    )
}

pub(crate) async fn page(State(house): State<Arc<Playground>>, headers: HeaderMap) -> Html<String> {
    let language = Language::of(&headers);
    let body = page_body(&house, language);
    crate::frame::page(&house, language, language.say("玄関のご案内", "A tour of the house"), &body)
}

fn item((path, name, what): &Stop, language: Language) -> String {
    let ([name_ja, name_en], [what_ja, what_en]) = (name, what);
    let (name, what) = (language.say(name_ja, name_en), language.say(what_ja, what_en));
    format!("<li><a href=\"{path}\"><strong>{name}</strong><span>{what}</span></a></li>")
}
