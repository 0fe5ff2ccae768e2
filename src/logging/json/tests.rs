//! Lines are JSON whatever is written into them, and have the number of their request.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use super::{Fields, Lines};

#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Paper {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

fn lines(tell: impl FnOnce()) -> Vec<Value> {
    let paper = Paper::default();
    let log = tracing_subscriber::fmt()
        .with_writer(paper.clone())
        .fmt_fields(Fields)
        .event_format(Lines)
        .finish();
    tracing::subscriber::with_default(log, tell);
    let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    assert!(written.is_empty() || written.ends_with('\n'), "{written}");
    written.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_line_has_time_level_message_fields_and_the_number_of_its_request() {
    let lines = lines(|| {
        let span = tracing::info_span!("request", number = "0192");
        span.in_scope(|| {
            tracing::info!(status = 200_u16, route = "/signin", fine = true, late = -3_i64, "answered");
        });
        tracing::warn!("alone");
    });
    let [answered, alone] = lines.as_slice() else { panic!("{lines:?}") };
    let at = answered["timestamp"].as_str().unwrap().parse::<jiff::Timestamp>();
    assert!(at.is_ok(), "{answered}");
    let mut rest = answered.clone();
    rest.as_object_mut().unwrap().remove("timestamp");
    let expected = json!({
        "level": "INFO", "message": "answered", "status": 200, "route": "/signin", "fine": true,
        "late": -3, "number": "0192"
    });
    assert_eq!(rest, expected);
    assert_eq!((&alone["message"], &alone["level"]), (&json!("alone"), &json!("WARN")));
    assert!(alone.get("number").is_none());
}

#[test]
fn whatever_is_written_stays_one_line_of_json() {
    let odd = "a\"b\\c\nd\r\te\u{0}f\u{1f}g\u{7f}\u{2028}日本 {}";
    let lines = lines(|| {
        tracing::info!(why = odd, shown = %odd, "{odd}");
        tracing::info_span!("request", number = odd).in_scope(|| tracing::info!("inside"));
    });
    let [outside, inside] = lines.as_slice() else { panic!("{lines:?}") };
    for told in [&outside["why"], &outside["shown"], &outside["message"], &inside["number"]] {
        assert_eq!(told, odd);
    }
}
