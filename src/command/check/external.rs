//! Whether addresses outside the site still answer. Only on request, since it needs the network and other people's servers.

use crate::{catalog::Catalog, finding::Finding, page::ProseLink};
use rayon::prelude::*;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    time::Duration,
};
use ureq::{Agent, http::StatusCode};

/// An address, and where it stands: file, and line where that is known.
pub(crate) type Addresses = BTreeMap<String, BTreeSet<(PathBuf, Option<usize>)>>;

/// The addresses of the content outside its texts: sources and price editions.
pub(crate) fn stated(catalog: &Catalog) -> Addresses {
    let mut addresses = Addresses::new();
    let sources =
        (catalog.accelerators.values().map(|known| (&known.specification.sources, &known.guide.file)))
            .chain(catalog.models.values().map(|known| (&known.facts.sources, &known.text.file)))
            .chain(catalog.frameworks.values().map(|known| (&known.facts.sources, &known.text.file)));
    for (sources, file) in sources {
        for url in sources.iter().filter_map(|source| source.url.as_deref()) {
            add(&mut addresses, url, file, None);
        }
    }
    for url in catalog.prices.editions.iter().filter_map(|edition| edition.url.as_deref()) {
        add(&mut addresses, url, Path::new("content/prices.toml"), None);
    }
    addresses
}

/// Adds the links of texts that lead out of the site.
pub(crate) fn add_links(addresses: &mut Addresses, links: &[ProseLink]) {
    for link in links {
        add(addresses, &link.address, &link.file, Some(link.line));
    }
}

/// What follows `#` isn't asked for.
fn add(addresses: &mut Addresses, address: &str, file: &Path, line: Option<usize>) {
    if address.starts_with("https://") || address.starts_with("http://") {
        let address = address.split('#').next().unwrap_or_default().to_owned();
        addresses.entry(address).or_default().insert((file.to_owned(), line));
    }
}

/// What an address answered.
#[derive(Debug, PartialEq, Eq)]
enum Answer {
    /// It is there.
    Found,
    /// It is there, and answers no programs.
    Closed(StatusCode),
    /// It isn't there, or its server failed.
    Gone(StatusCode),
    /// Nobody answered, and why.
    Silent(String),
}

/// Asks each address once; servers side by side, one server's addresses one after the other. Gives the findings, and how many
/// addresses answered.
pub(crate) fn findings(addresses: &Addresses, timeout: Duration) -> (Vec<Finding>, usize) {
    let agent = agent(timeout);
    let mut by_host: BTreeMap<&str, Vec<&String>> = BTreeMap::new();
    for address in addresses.keys() {
        by_host.entry(host(address)).or_default().push(address);
    }
    let answers: Vec<(&String, Answer)> = by_host
        .into_values()
        .collect::<Vec<_>>()
        .into_par_iter()
        .flat_map_iter(|addresses| addresses.into_iter().map(|address| (address, ask(&agent, address))))
        .collect();
    let found = answers.iter().filter(|(_, answer)| *answer == Answer::Found).count();
    let findings =
        answers.iter().filter_map(|(address, answer)| finding(address, answer, &addresses[*address]));
    (findings.collect(), found)
}

fn agent(timeout: Duration) -> Agent {
    let settings = Agent::config_builder()
        .timeout_global(Some(timeout))
        .max_redirects(5)
        .http_status_as_error(false)
        .user_agent(concat!("site-check/", env!("CARGO_PKG_VERSION")));
    settings.build().into()
}

fn host(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or_default()
}

/// A cheap question first; servers that don't know it get the usual one.
fn ask(agent: &Agent, address: &str) -> Answer {
    let status = match agent.head(address).call().map(|response| response.status()) {
        Ok(status) if status.is_client_error() || status.is_server_error() => {
            agent.get(address).call().map(|response| response.status())
        }
        answered => answered,
    };
    match status {
        Ok(status) if status.is_success() || status.is_redirection() => Answer::Found,
        Ok(status) if [401, 403, 405, 429].contains(&status.as_u16()) => Answer::Closed(status),
        Ok(status) => Answer::Gone(status),
        Err(error) => Answer::Silent(error.to_string()),
    }
}

/// What there is to say of an address, at the first place where it stands.
fn finding(address: &str, answer: &Answer, places: &BTreeSet<(PathBuf, Option<usize>)>) -> Option<Finding> {
    let (file, line) = places.first()?;
    let others = match places.len() - 1 {
        0 => String::new(),
        1 => ", and in one other place".to_owned(),
        many => format!(", and in {many} other places"),
    };
    Some(match answer {
        Answer::Found => return None,
        Answer::Closed(status) => {
            let message =
                format!("{address} answers programs with {status}{others}. Look at it in a browser");
            Finding::hint(file, *line, message)
        }
        Answer::Gone(status) => {
            let message = format!(
                "{address} answers with {status}{others}. Find where it went, or name another source"
            );
            Finding::warning(file, *line, message)
        }
        Answer::Silent(why) => {
            let message =
                format!("{address} doesn't answer: {why}{others}. Try again later; a server may be down");
            Finding::warning(file, *line, message)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{
        io::{BufRead, BufReader, Write},
        net::{TcpListener, TcpStream},
        thread,
    };

    /// Answers one request as its path says.
    fn answer(mut stream: TcpStream) {
        let mut request = String::new();
        let mut reader = BufReader::new(stream.try_clone().expect("a stream"));
        while reader.read_line(&mut request).is_ok_and(|count| count > 2) {}
        let first = request.lines().next().unwrap_or_default();
        let (method, path) =
            (first.split(' ').next().unwrap_or_default(), first.split(' ').nth(1).unwrap_or_default());
        let head = match (path, method) {
            ("/there", _) | ("/only-get", "GET") => "200 OK",
            ("/only-get", _) => "405 Method Not Allowed",
            ("/moved", _) => "301 Moved\r\nLocation: /there",
            ("/closed", _) => "403 Forbidden",
            ("/slow", _) => {
                thread::sleep(Duration::from_secs(3));
                "200 OK"
            }
            _ => "404 Not Found",
        };
        let _ = write!(stream, "HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }

    #[test]
    fn each_address_is_asked_and_told_where_it_stands() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                thread::spawn(|| answer(stream));
            }
        });
        let nobody = {
            let port = TcpListener::bind("127.0.0.1:0").expect("a port");
            format!("http://{}/", port.local_addr().expect("an address"))
        };
        let mut addresses = Addresses::new();
        for (line, path) in ["there", "only-get", "moved", "closed", "slow", "gone"].iter().enumerate() {
            addresses.entry(format!("{origin}/{path}")).or_default().insert(("a.md".into(), Some(line + 1)));
        }
        addresses.entry(format!("{origin}/gone")).or_default().insert(("b.md".into(), None));
        addresses.entry(nobody.clone()).or_default().insert(("c.md".into(), None));
        let (mut said, found) = findings(&addresses, Duration::from_secs(1));
        said.sort();
        let said: Vec<String> =
            said.iter().map(|finding| finding.to_string().replace(&origin, "O")).collect();
        assert_eq!(found, 3);
        assert_eq!(
            said[0],
            "a.md:4: hint: O/closed answers programs with 403 Forbidden. Look at it in a browser"
        );
        assert!(said[1].starts_with("a.md:5: warning: O/slow doesn't answer: timeout"), "{}", said[1]);
        assert!(
            said[2]
                .starts_with("a.md:6: warning: O/gone answers with 404 Not Found, and in one other place.")
        );
        assert!(said[3].starts_with(&format!("c.md: warning: {nobody} doesn't answer: ")), "{}", said[3]);
        assert_eq!(said.len(), 4);
    }

    #[test]
    fn a_host_is_what_stands_before_the_path() {
        assert_eq!(host("https://e.org:8000/a/b?c"), "e.org:8000");
        assert_eq!(host("http://e.org"), "e.org");
    }
}
