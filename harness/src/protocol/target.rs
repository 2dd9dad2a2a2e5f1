//! The server's address.

use std::{
    fmt,
    net::{SocketAddr, ToSocketAddrs},
};

/// A server's address, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Target {
    /// Whether to speak TLS.
    pub(crate) secure: bool,
    /// Host name or address, without brackets.
    pub(crate) host: String,
    /// TCP port.
    pub(crate) port: u16,
    /// Path in front of `/v1/…`, without a slash at its end.
    pub(crate) base: String,
}

impl Target {
    /// Takes `http://host:port/base` apart. A trailing `/v1` is part of every endpoint and not of the base.
    ///
    /// # Errors
    /// What is wrong with the address, in a sentence that shows a right one.
    pub(crate) fn parse(url: &str) -> Result<Self, String> {
        let (secure, rest) = match url.split_once("://") {
            Some(("http", rest)) => (false, rest),
            Some(("https", rest)) => (true, rest),
            _ => return Err(format!("`{url}` is not an address: write http://HOST:PORT or https://HOST")),
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err("credentials don't belong in an address: set INFERENCEMAX_API_KEY".into());
        }
        if path.contains(['?', '#', ' ']) || path.bytes().any(|byte| byte.is_ascii_control()) {
            return Err(format!("`{path}` can't be the base of an endpoint: leave out ?, # and spaces"));
        }
        let (host, port) = split_port(authority, if secure { 443 } else { 80 })?;
        if host.is_empty()
            || !host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-_:".contains(&byte))
        {
            return Err(format!("`{host}` is not a host name"));
        }
        let base = path.trim_end_matches('/');
        let base = base.strip_suffix("/v1").unwrap_or(base);
        Ok(Self { secure, host: host.to_owned(), port, base: base.to_owned() })
    }

    /// Looks the host up.
    ///
    /// # Errors
    /// The resolver's reason.
    pub(crate) fn resolve(&self) -> Result<SocketAddr, String> {
        let mut addresses = (self.host.as_str(), self.port)
            .to_socket_addrs()
            .map_err(|error| format!("can't find the host `{}`: {error}", self.host))?;
        addresses.next().ok_or_else(|| format!("the host `{}` has no address", self.host))
    }

    /// Host and port as the `Host` header has them.
    pub(crate) fn authority(&self) -> String {
        let host = if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        format!("{host}:{}", self.port)
    }
}

impl fmt::Display for Target {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.secure { "https" } else { "http" };
        write!(formatter, "{scheme}://{}{}", self.authority(), self.base)
    }
}

fn split_port(authority: &str, default: u16) -> Result<(&str, u16), String> {
    let bad = |port: &str| format!("`{port}` is not a port: 1 to 65535");
    let (host, port) = if let Some(rest) = authority.strip_prefix('[') {
        let (host, port) = rest.split_once(']').ok_or("an IPv6 address needs its closing `]`")?;
        (host, port.strip_prefix(':'))
    } else {
        authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)))
    };
    match port {
        None => Ok((host, default)),
        Some(port) => match port.parse() {
            Ok(number) if number > 0 => Ok((host, number)),
            _ => Err(bad(port)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_comes_apart_and_v1_is_not_doubled() {
        let target = Target::parse("http://127.0.0.1:8917/v1/").unwrap();
        assert_eq!((target.host.as_str(), target.port, target.base.as_str()), ("127.0.0.1", 8917, ""));
        let target = Target::parse("https://api.example.org/openai/v1").unwrap();
        assert_eq!((target.secure, target.port, target.base.as_str()), (true, 443, "/openai"));
        let target = Target::parse("http://[::1]:9000").unwrap();
        assert_eq!((target.host.as_str(), target.authority().as_str()), ("::1", "[::1]:9000"));
    }

    #[test]
    fn what_is_not_an_address_is_refused_with_the_reason() {
        for (url, reason) in [
            ("localhost:8000", "is not an address"),
            ("http://", "is not a host name"),
            ("http://a:99999", "is not a port"),
            ("http://user:secret@host", "INFERENCEMAX_API_KEY"),
            ("http://host/x?y", "leave out"),
            ("http://[::1", "closing"),
        ] {
            let error = Target::parse(url).unwrap_err();
            assert!(error.contains(reason), "{url}: {error}");
        }
    }
}
