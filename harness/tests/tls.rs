//! TLS: the same measurement through an encrypted connection, and a certificate that isn't trusted.
#![allow(clippy::unwrap_used)]

mod served;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use served::{Server, measured, quick, record, serve, text};
use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Output},
    sync::Arc,
};

/// Ends TLS in front of `mock`; its port and its certificate as PEM.
fn in_front_of(mock: &Server) -> (u16, String) {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    let (config, target) = (Arc::new(config), mock.url.trim_start_matches("http://").to_owned());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    std::thread::spawn(move || {
        for socket in listener.incoming().map_while(Result::ok) {
            let (config, target) = (config.clone(), target.clone());
            std::thread::spawn(move || {
                let tls = StreamOwned::new(ServerConnection::new(config).unwrap(), socket);
                // The client may go at any time.
                let _ = relay(tls, &TcpStream::connect(target).unwrap());
            });
        }
    });
    (port, certified.cert.pem())
}

/// Passes requests on, one after the other, and each answer back as it comes.
fn relay(mut tls: StreamOwned<ServerConnection, TcpStream>, mut mock: &TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 16384];
    loop {
        let mut request = Vec::new();
        while !is_whole(&request) {
            match tls.read(&mut buffer)? {
                0 => return Ok(()),
                length => request.extend_from_slice(&buffer[..length]),
            }
        }
        mock.write_all(&request)?;
        let mut answer = Vec::new();
        while !answer.ends_with(b"0\r\n\r\n") && !is_whole(&answer) {
            let length = mock.read(&mut buffer)?;
            answer.extend_from_slice(&buffer[..length]);
            tls.write_all(&buffer[..length])?;
            tls.flush()?;
        }
    }
}

/// Whether a message with a length, or without a body, is all there.
fn is_whole(message: &[u8]) -> bool {
    let message = String::from_utf8_lossy(message).to_lowercase();
    let Some((head, body)) = message.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    match length {
        Some(length) => body.len() >= length.trim().parse::<usize>().unwrap(),
        None => head.starts_with("get "),
    }
}

fn bench(port: u16, out: &std::path::Path, certificate: &std::path::Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_inferencemax"))
        .args(["bench", "--model", "m", "--plain", "--concurrency", "3", "--requests", "9", "--warmup", "3"])
        .args([
            "--input-tokens",
            "16",
            "--output-tokens",
            "16",
            "--url",
            &format!("https://localhost:{port}"),
        ])
        .args(["--out", out.to_str().unwrap()])
        .env("SSL_CERT_FILE", certificate)
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("the command starts")
}

#[test]
fn a_trusted_server_is_measured_and_another_one_refused() {
    let mock = serve(quick());
    let (port, pem) = in_front_of(&mock);
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, pem).unwrap();
    let out = folder.path().join("out");
    let output = bench(port, &out, &trusted);
    measured(&output);
    let requests = record(&out).measurements.remove(0).requests.unwrap();
    assert_eq!((requests.completed, requests.errors.len()), (Some(9), 0));

    let stranger = folder.path().join("stranger.pem");
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&stranger, other.cert.pem()).unwrap();
    let output = bench(port, &folder.path().join("refused"), &stranger);
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("TLS"), "{}", text(&output.stderr));
}
