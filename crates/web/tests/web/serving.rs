//! The server over real sockets: bounds, and an orderly end.
//!
//! Nothing waits by the wall: a test goes on when the other side has said something or was cut off.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::routing::get;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use web::{ServeOptions, serve};

use crate::support::House;

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

async fn start(router: Router, options: ServeOptions) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a socket");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let task = tokio::spawn(serve(listener, router, options, async {
        stopped.await.ok();
    }));
    Server { address, stop, task }
}

async fn talk(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.ok();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.ok();
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn requests_carry_the_sockets_address_and_pages_arrive() {
    let house = House::open().await;
    let who = get(|ConnectInfo(peer): ConnectInfo<SocketAddr>| async move { peer.ip().to_string() });
    let router = house.router.clone().merge(Router::new().route("/dev/who", who));
    let server = start(router, ServeOptions::default()).await;
    let close = "Host: localhost\r\nConnection: close\r\n\r\n";
    let answer = talk(server.address, format!("GET /dev/who HTTP/1.1\r\n{close}").as_bytes()).await;
    assert!(answer.ends_with("127.0.0.1"), "{answer}");
    let answer = talk(server.address, format!("GET /signin HTTP/1.1\r\n{close}").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("</html>"), "{answer}");
    server.stop.send(()).expect("running");
    server.task.await.expect("ended");
    house.close().await;
}

/// I5: headers are bounded in size, number and time.
#[tokio::test]
async fn i5_headers_are_bounded_in_size_number_and_time() {
    let options =
        ServeOptions { header_timeout: Duration::from_millis(300), ..ServeOptions::default() };
    let router = Router::new().route("/", get(|| async { "ok" }));
    let server = start(router, options).await;
    let large = format!("GET / HTTP/1.1\r\nHost: x\r\nA: {}\r\n\r\n", "a".repeat(100_000));
    let answer = talk(server.address, large.as_bytes()).await;
    assert!(!answer.contains("200 OK"), "{answer}");
    let many = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "A: b\r\n".repeat(200));
    let answer = talk(server.address, many.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431"), "{answer}");
    // It is cut off although the client would wait for ever.
    let slow =
        tokio::time::timeout(Duration::from_secs(20), talk(server.address, b"GET / HTTP/1.1\r\nHo"));
    assert!(!slow.await.expect("cut off").contains("200 OK"));
    server.stop.send(()).expect("running");
    server.task.await.expect("ended");
}

#[tokio::test]
async fn at_the_end_running_requests_finish_and_new_ones_find_nobody() {
    let (entered, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (inside, outside) = (Arc::clone(&entered), Arc::clone(&go_on));
    let slow = get(move || {
        let (entered, go_on) = (Arc::clone(&inside), Arc::clone(&outside));
        async move {
            entered.notify_one();
            go_on.notified().await;
            "finished"
        }
    });
    let server = start(Router::new().route("/slow", slow), ServeOptions::default()).await;
    let address = server.address;
    let request =
        tokio::spawn(async move { talk(address, b"GET /slow HTTP/1.1\r\nHost: x\r\n\r\n").await });
    entered.notified().await;
    server.stop.send(()).expect("running");
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    go_on.notify_one();
    let answer = request.await.expect("an answer");
    assert!(answer.ends_with("finished"), "{answer}");
    server.task.await.expect("ended");
}

#[tokio::test]
async fn at_the_end_whoever_has_just_come_is_heard() {
    let router = Router::new().route("/", get(|| async { "heard" }));
    let server = start(router, ServeOptions::default()).await;
    let mut early = TcpStream::connect(server.address).await.expect("a connection");
    // Whoever came later is answered, so this one has its place.
    let close = b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    assert!(talk(server.address, close).await.ends_with("heard"));
    server.stop.send(()).expect("running");
    early.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let mut answer = String::new();
    early.read_to_string(&mut answer).await.expect("an answer, then the end");
    assert!(answer.ends_with("heard"), "{answer:?}");
    server.task.await.expect("ended");
}

#[tokio::test]
async fn at_the_end_nobody_is_waited_for_longer_than_the_grace() {
    let entered = Arc::new(Notify::new());
    let inside = Arc::clone(&entered);
    let stuck = get(move || {
        let entered = Arc::clone(&inside);
        async move {
            entered.notify_one();
            std::future::pending::<()>().await;
        }
    });
    let options = ServeOptions { grace: Duration::from_millis(50), ..ServeOptions::default() };
    let server = start(Router::new().route("/stuck", stuck), options).await;
    let address = server.address;
    let request =
        tokio::spawn(async move { talk(address, b"GET /stuck HTTP/1.1\r\nHost: x\r\n\r\n").await });
    entered.notified().await;
    server.stop.send(()).expect("running");
    tokio::time::timeout(Duration::from_secs(20), server.task).await.expect("in time").expect("ended");
    assert_eq!(request.await.expect("cut off"), "");
}
