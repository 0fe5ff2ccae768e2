//! What the house's own signatures cost: making, opening, signing and reading, for each method.
//!
//! `cargo run --release -p verifiers --example signing_rate`. Each figure is the median of many single calls on one
//! thread, in microseconds; nothing is asserted.

use std::time::Instant;

use serde_json::json;
use verifiers::CodeKeys;
use verifiers::signing::{Algorithm, Audience, Expected, SigningKey, read};

fn main() {
    let keys = vec![(1, *b"k9Zt!q2Lw7#rXe4Vb0Yd@u6Hs8Pj3Gm1")];
    let codes = CodeKeys::new(1, keys).expect("keys");
    let claims =
        json!({ "iss": "https://id.example.jp", "aud": "app", "sub": "a", "exp": 2_000_000_000 });
    let expected = Expected {
        typ: "JWT",
        issuer: "https://id.example.jp",
        audience: Audience::One("app"),
        now_s: 1_790_000_000,
    };
    for algorithm in Algorithm::ALL {
        let making = median(9, || drop(SigningKey::make(algorithm).expect("a key")));
        let key = SigningKey::make(algorithm).expect("a key");
        let (sealed, id) = (key.seal(&codes).expect("sealed"), key.public().id().to_owned());
        let opening =
            median(99, || drop(SigningKey::open(&codes, algorithm, &id, &sealed).expect("a key")));
        let signing = median(499, || drop(key.sign("JWT", &claims).expect("signed")));
        let token = key.sign("JWT", &claims).expect("signed");
        let reading = median(499, || drop(read([key.public()], &token, &expected).expect("ours")));
        println!(
            "{:6}  make {making:8.0}  open {opening:6.0}  sign {signing:6.0}  read {reading:5.0}  µs, {} bytes",
            algorithm.name(),
            token.len()
        );
    }
}

fn median(times: usize, work: impl Fn()) -> f64 {
    let mut all = Vec::with_capacity(times);
    for _ in 0..times {
        let began = Instant::now();
        work();
        all.push(began.elapsed().as_secs_f64() * 1e6);
    }
    all.sort_by(f64::total_cmp);
    all.get(times / 2).copied().unwrap_or_default()
}
