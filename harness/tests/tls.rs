//! TLS: the same measurement through an encrypted connection, and a certificate that isn't trusted.
#![allow(clippy::unwrap_used)]

mod served;

use rustls::{ServerConfig, ServerConnection, StreamOwned};
use served::{Server, measured, quick, record, serve, text};
use std::{
    io::{ErrorKind, Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Output},
    sync::Arc,
    time::Duration,
};

/// Ends TLS in front of `mock`, offering these protocols; its port and its certificate as PEM.
fn in_front_of(mock: &Server, protocols: &[&[u8]]) -> (u16, String) {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(certified.signing_key.serialize_der()).unwrap();
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certified.cert.der().clone()], key)
        .unwrap();
    config.alpn_protocols = protocols.iter().map(|protocol| protocol.to_vec()).collect();
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

/// Passes on whatever comes, either way, until one side ends.
fn relay(mut tls: StreamOwned<ServerConnection, TcpStream>, mut mock: &TcpStream) -> std::io::Result<()> {
    let patience = Some(Duration::from_millis(1));
    tls.sock.set_read_timeout(patience)?;
    mock.set_read_timeout(patience)?;
    let mut buffer = [0; 16384];
    loop {
        if let Some(length) = some(tls.read(&mut buffer))? {
            mock.write_all(&buffer[..length])?;
        }
        if let Some(length) = some(mock.read(&mut buffer))? {
            tls.write_all(&buffer[..length])?;
            tls.flush()?;
        }
    }
}

/// What was read, if anything was in time; the end is an error.
fn some(read: std::io::Result<usize>) -> std::io::Result<Option<usize>> {
    match read {
        Ok(0) => Err(ErrorKind::UnexpectedEof.into()),
        Ok(length) => Ok(Some(length)),
        Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => Ok(None),
        Err(error) => Err(error),
    }
}

fn bench(port: u16, out: &std::path::Path, certificate: &std::path::Path, http: &str) -> Output {
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
        .args(["--http", http, "--out", out.to_str().unwrap()])
        .env("SSL_CERT_FILE", certificate)
        .env_remove("SSL_CERT_DIR")
        .output()
        .expect("the command starts")
}

#[test]
fn a_trusted_server_is_measured_and_another_one_refused() {
    let mock = serve(quick());
    let (port, pem) = in_front_of(&mock, &[]);
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    std::fs::write(&trusted, pem).unwrap();
    let out = folder.path().join("out");
    let output = bench(port, &out, &trusted, "1.1");
    measured(&output);
    let requests = record(&out).measurements.remove(0).requests.unwrap();
    assert_eq!((requests.completed, requests.errors.len()), (Some(9), 0));

    let stranger = folder.path().join("stranger.pem");
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    std::fs::write(&stranger, other.cert.pem()).unwrap();
    let output = bench(port, &folder.path().join("refused"), &stranger, "1.1");
    assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("TLS"), "{}", text(&output.stderr));
}

#[test]
fn http2_is_agreed_on_in_the_handshake_or_refused() {
    let mock = serve(quick());
    let folder = tempfile::tempdir().unwrap();
    let trusted = folder.path().join("trusted.pem");
    let (port, pem) = in_front_of(&mock, &[b"h2", b"http/1.1"]);
    std::fs::write(&trusted, pem).unwrap();
    let out = folder.path().join("out");
    measured(&bench(port, &out, &trusted, "2"));
    let measurement = record(&out).measurements.remove(0);
    assert_eq!(measurement.requests.unwrap().completed, Some(9));
    assert_eq!(measurement.client.unwrap().protocol.as_deref(), Some("HTTP/2"));
    // One server knows nothing of such an agreement, another has only the older protocol to offer.
    for protocols in [&[][..], &[&b"http/1.1"[..]]] {
        let (port, pem) = in_front_of(&mock, protocols);
        std::fs::write(&trusted, pem).unwrap();
        let output = bench(port, &folder.path().join("refused"), &trusted, "2");
        assert_eq!(output.status.code(), Some(3), "{}", text(&output.stderr));
        assert!(text(&output.stderr).contains("leave out --http 2"), "{}", text(&output.stderr));
    }
}
