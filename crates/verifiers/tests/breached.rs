//! Guards of the question about leaked passwords, against a real HTTP server that speaks the range protocol.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use verifiers::{Breached, BreachedFault, Password, Verdict};

/// SHA-1 of "password" is 5BAA6 1E4C9B93F3F0682250B6CF8331B7EE68FD8.
const SUFFIX: &str = "1E4C9B93F3F0682250B6CF8331B7EE68FD8";
const OTHER: &str = "003D68EB55068C33ACE09247EE4C639306B";

/// Serves one answer to each connection and hands out the head of each request.
fn serve(answers: Vec<Vec<u8>>) -> (SocketAddr, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (heads, received) = channel();
    std::thread::spawn(move || {
        for answer in answers {
            let (mut stream, _) = listener.accept().unwrap();
            let mut head = String::new();
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            while reader.read_line(&mut head).unwrap() > 2 {}
            heads.send(head).unwrap();
            // Whoever has heard enough hangs up; that is no fault of the server.
            drop(stream.write_all(&answer));
        }
    });
    (address, received)
}

fn ok(body: &str) -> Vec<u8> {
    let length = body.len();
    format!("HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}").into()
}

async fn ask(base: &str) -> Verdict {
    let breached = Breached::new(base, Duration::from_secs(20)).unwrap();
    breached.contains(&Password::chosen("password").unwrap()).await
}

async fn verdict(answer: Vec<u8>) -> Verdict {
    let (address, _heads) = serve(vec![answer]);
    ask(&format!("http://{address}")).await
}

#[tokio::test]
async fn a_listed_password_is_breached_and_only_five_digits_were_told() {
    let (address, heads) = serve(vec![ok(&format!("{OTHER}:3\r\n{SUFFIX}:9659365\r\n"))]);
    assert_eq!(ask(&format!("http://{address}/mirror/")).await, Verdict::Breached);
    let head = heads.recv().unwrap();
    assert!(head.starts_with("GET /mirror/range/5BAA6 HTTP/1.1\r\n"), "{head}");
    assert!(head.to_ascii_lowercase().contains("\r\nadd-padding: true\r\n"), "{head}");
    assert!(head.to_ascii_lowercase().contains("\r\nuser-agent: genkan\r\n"), "{head}");
    assert!(!head.to_uppercase().contains(&SUFFIX[..5]), "{head}");
}

#[tokio::test]
async fn a_password_that_is_not_listed_or_only_padding_is_clean() {
    assert_eq!(verdict(ok(&format!("{OTHER}:3\r\n"))).await, Verdict::Clean);
    assert_eq!(verdict(ok(&format!("{OTHER}:3\r\n{SUFFIX}:0\r\n"))).await, Verdict::Clean);
    let small = format!("{}:1", SUFFIX.to_lowercase());
    assert_eq!(verdict(ok(&small)).await, Verdict::Breached, "small letters count");
}

#[tokio::test]
async fn what_is_no_answer_lets_the_password_pass_as_unknown() {
    for body in ["", "\r\n", "<html>Sign in to the hotel network</html>", "1E4C9:3", "a:b:c"] {
        assert_eq!(verdict(ok(body)).await, Verdict::Unknown, "{body}");
    }
    let status = |line: &str| {
        let body = format!("{SUFFIX}:5");
        format!("HTTP/1.1 {line}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len())
    };
    for line in ["500 Internal Server Error", "429 Too Many Requests", "404 Not Found"] {
        assert_eq!(verdict(status(line).into()).await, Verdict::Unknown, "{line}");
    }
    assert_eq!(verdict(b"not HTTP at all\r\n\r\n".to_vec()).await, Verdict::Unknown);
    assert_eq!(verdict(Vec::new()).await, Verdict::Unknown, "hung up");
    let mut latin = ok("xxxx");
    latin.truncate(latin.len() - 4);
    latin.extend_from_slice(&[0xE9; 4]);
    assert_eq!(verdict(latin).await, Verdict::Unknown, "not UTF-8");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let (target, heads) = serve(vec![ok(&format!("{SUFFIX}:5"))]);
    let answer = format!(
        "HTTP/1.1 302 Found\r\nlocation: http://{target}/range/5BAA6\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    );
    assert_eq!(verdict(answer.into()).await, Verdict::Unknown);
    assert!(heads.try_recv().is_err(), "the other server was asked");
}

#[tokio::test]
async fn an_endless_answer_is_given_up() {
    let line = format!("{OTHER}:3\r\n");
    let body = line.repeat(40_000);
    let late = format!("{body}{SUFFIX}:5\r\n");
    assert_eq!(verdict(ok(&late)).await, Verdict::Unknown);
    // As many lines as a real answer has, thrice over, are still read.
    let long = format!("{}{SUFFIX}:5\r\n", line.repeat(6000));
    assert_eq!(verdict(ok(&long)).await, Verdict::Breached);
}

#[tokio::test]
async fn a_silent_or_absent_server_lets_the_password_pass_as_unknown() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let base = format!("http://{}", silent.local_addr().unwrap());
    let breached = Breached::new(&base, Duration::from_millis(50)).unwrap();
    let password = Password::chosen("password").unwrap();
    assert_eq!(breached.contains(&password).await, Verdict::Unknown, "timeout");
    drop(silent);
    assert_eq!(breached.contains(&password).await, Verdict::Unknown, "nobody there");
}

#[test]
fn only_a_web_address_can_be_asked() {
    for base in ["", "pwned", "ftp://example.jp", "file:///etc/passwd", "mailto:a@example.jp"] {
        let fault = Breached::new(base, Duration::from_secs(1)).err();
        assert_eq!(fault, Some(BreachedFault::Address), "{base}");
    }
    assert!(Breached::new("https://api.pwnedpasswords.com", Duration::from_secs(1)).is_ok());
}
