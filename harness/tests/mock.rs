//! The mock's truth, checked without our client: a plain socket loop with its own clock.
#![allow(clippy::unwrap_used)]

mod served;

use served::{Settings, Spread, quick, serve};
use std::{
    io::{Read, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

/// Asks for `tokens` tokens over a plain socket: when the request was written, and when each token was read.
fn ask(url: &str, tokens: usize) -> (Instant, Vec<Instant>) {
    let mut socket = TcpStream::connect(url.trim_start_matches("http://")).unwrap();
    socket.set_nodelay(true).unwrap();
    socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let body = format!(r#"{{"model":"m","prompt":"a b c","max_tokens":{tokens},"stream":true}}"#);
    let head = format!("POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {}\r\n\r\n", body.len());
    let sent = Instant::now();
    socket.write_all(format!("{head}{body}").as_bytes()).unwrap();
    let (mut seen, mut times, mut buffer) = (Vec::new(), Vec::new(), [0; 8192]);
    while !seen.ends_with(b"0\r\n\r\n") {
        let length = socket.read(&mut buffer).unwrap();
        let now = Instant::now();
        assert!(length > 0, "the connection ended early");
        seen.extend_from_slice(&buffer[..length]);
        let count = String::from_utf8_lossy(&seen).matches("\" token\"").count();
        times.resize(count, now);
    }
    (sent, times)
}

#[test]
fn tokens_come_when_the_mock_says_that_it_sent_them() {
    let settings = Settings {
        ttft: Spread::Fixed(Duration::from_millis(60)),
        itl: Spread::Fixed(Duration::from_millis(5)),
        ..quick()
    };
    let server = serve(settings);
    let asked: Vec<_> = (0..5).map(|_| ask(&server.url, 20)).collect();
    let served = server.stop();
    assert_eq!(served.len(), 5);
    let (mut differences, mut longest) = (Vec::new(), 0.0_f64);
    for ((sent, times), served) in asked.iter().zip(&served) {
        assert_eq!((times.len(), served.sent.len(), served.input_tokens), (20, 20, 3));
        // Never before its time, and the mock never claims to have sent later than we had it.
        let first = (times[0] - *sent).as_secs_f64();
        let said = served.ttft().unwrap();
        assert!(said >= 0.060 && first >= 0.060, "{first} {said}");
        differences.push(first - said);
        longest = longest.max((served.sent[19] - served.sent[0]) as f64 / 1e9);
    }
    // A first token that is late doesn't delay the others, so on a busy machine a span may be short.
    assert!(longest > 0.085, "19 gaps of 5 ms took {longest}");
    // On a busy machine single reads are late; the best of five tells what the mock's clock is worth.
    let least = differences.iter().copied().fold(f64::INFINITY, f64::min);
    assert!((-0.001..0.003).contains(&least), "{differences:?}");
}

#[test]
fn what_does_not_stream_and_what_does_not_exist_is_answered_too() {
    let server = serve(quick());
    let get = |request: &str| {
        let mut socket = TcpStream::connect(server.url.trim_start_matches("http://")).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        socket.write_all(request.as_bytes()).unwrap();
        let mut buffer = [0; 8192];
        let length = socket.read(&mut buffer).unwrap();
        String::from_utf8_lossy(&buffer[..length]).into_owned()
    };
    assert!(get("GET /health HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 200"));
    assert!(get("GET /v1/models HTTP/1.1\r\n\r\n").contains("\"object\":\"model\""));
    assert!(get("GET /nothing HTTP/1.1\r\n\r\n").starts_with("HTTP/1.1 404"));
    assert!(get("nonsense\r\n\r\n").starts_with("HTTP/1.1 400"));
    let body = r#"{"prompt":"a","max_tokens":3}"#;
    let whole =
        get(&format!("POST /v1/completions HTTP/1.1\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    assert!(whole.contains(" token token token") && whole.contains("\"completion_tokens\":3"), "{whole}");
}
