//! Logout tokens posted to real servers on this machine: what counts as taken, and where no connection is made.
//!
//! The way there is that of webhooks (`webhooks.rs`); here is what differs, and that the same guard stands before it.

use std::io::{Read as _, Write as _};
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};

use delivery::{BackChannel, Lookup, Reach, Taken, WebhookFault, WebhookSetting};

const TOKEN: &str = "eyJhbGciOiJFUzI1NiJ9.eyJzaWQiOiJhIn0.c2ln-_";

/// A server that answers every request so, and tells what came.
fn server(answer: &'static str) -> (u16, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let (tell, told) = channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut came = String::new();
            let mut bytes = [0; 4_096];
            while !came.ends_with(TOKEN) {
                match stream.read(&mut bytes) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => came.push_str(&String::from_utf8_lossy(&bytes[..read])),
                }
            }
            drop(tell.send(came));
            drop(stream.write_all(answer.as_bytes()));
        }
    });
    (port, told)
}

fn own() -> Reach {
    Reach { may_be_private: true, ..Reach::default() }
}

async fn tell(port: u16, reach: Reach) -> Result<Taken, WebhookFault> {
    let url = format!("http://127.0.0.1:{port}/logged-out");
    BackChannel::new(&url, reach).unwrap_or_else(|fault| panic!("{fault}")).send(TOKEN).await
}

#[tokio::test]
async fn a_token_is_posted_as_a_form_and_nothing_else_is_said() {
    let (port, told) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(tell(port, own()).await, Ok(Taken { status: 200 }));
    let request = told.recv().unwrap();
    assert!(request.starts_with("POST /logged-out HTTP/1.1\r\n"), "{request}");
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    assert_eq!(body, format!("logout_token={TOKEN}"));
    assert!(head.to_ascii_lowercase().contains("content-type: application/x-www-form-urlencoded"));
}

#[tokio::test]
async fn two_answers_are_taken_for_yes_and_no_other() {
    let yes = [
        ("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", 200),
        ("HTTP/1.1 204 No Content\r\n\r\n", 204),
    ];
    for (answer, status) in yes {
        assert_eq!(tell(server(answer).0, own()).await, Ok(Taken { status }));
    }
    let no = [
        ("HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n", 202),
        ("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n", 400),
        ("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n", 503),
        ("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n", 302),
    ];
    for (answer, expected) in no {
        let fault = tell(server(answer).0, own()).await.unwrap_err();
        let WebhookFault::Answered { status, .. } = &fault else { panic!("{fault}") };
        assert_eq!(*status, expected);
        assert_eq!(fault.is_final(), expected == 400, "{fault}");
    }
}

#[tokio::test]
async fn f15_a_client_in_this_machine_or_a_private_network_is_told_only_where_it_may_be() {
    let (port, told) = server("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let leading_here: Lookup =
        Arc::new(|_| Box::pin(async { Ok(vec!["127.0.0.1".parse::<IpAddr>().unwrap()]) }));
    for (url, lookup) in [
        (format!("https://127.0.0.1:{port}/"), None),
        (format!("https://[::ffff:127.0.0.1]:{port}/"), None),
        (format!("https://localhost:{port}/"), None),
        (format!("https://site.example.com:{port}/"), Some(leading_here)),
        ("https://169.254.169.254/latest/meta-data".to_owned(), None),
    ] {
        let channel = BackChannel::new(&url, Reach { lookup, ..Reach::default() });
        let sent = channel.unwrap_or_else(|fault| panic!("{fault}")).send(TOKEN).await;
        assert_eq!(sent, Err(WebhookFault::Forbidden), "{url}");
    }
    assert!(told.try_recv().is_err(), "nothing came");
    for bad in ["http://site.example.com/", "http://127.0.0.1/", "https://u:p@site.example.com/", "x"] {
        assert!(
            matches!(BackChannel::new(bad, Reach::default()), Err(WebhookSetting::Url(_))),
            "{bad}"
        );
    }
    assert_eq!(tell(port, own()).await, Ok(Taken { status: 200 }), "where it may be");
}
