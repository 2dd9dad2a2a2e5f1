//! "Did you mean": the known names that a wrong one may stand for.

/// How alike two names must be, from 0 to 1 (Jaro and Winkler's measure).
const ALIKE: f64 = 0.8;
/// So many names are suggested at most.
const MOST: usize = 3;

/// The known names most like `wanted`, best first; each pair is a spelling and the name that it stands for.
pub fn close_matches<'a>(wanted: &str, known: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<&'a str> {
    let wanted = wanted.to_lowercase();
    let mut scored: Vec<(f64, &str)> = known
        .into_iter()
        .map(|(spelling, name)| (strsim::jaro_winkler(&wanted, &spelling.to_lowercase()), name))
        .filter(|(score, _)| *score >= ALIKE)
        .collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let mut names: Vec<&str> = Vec::new();
    for (_, name) in scored {
        if !names.contains(&name) && names.len() < MOST {
            names.push(name);
        }
    }
    names
}

/// `; did you mean `a` or `b`?` for the names most like `wanted`, else a list of all that there are.
pub fn did_you_mean(wanted: &str, known: &[&str]) -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>();
    match close_matches(wanted, known.iter().map(|name| (*name, *name))).as_slice() {
        [] => format!(". There are {}", quoted(known).join(", ")),
        close => format!("; did you mean {}?", quoted(close).join(" or ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name_and_an_alias_its_key() {
        assert_eq!(
            close_matches("thoughput", [("throughput", "throughput"), ("cost", "cost")]),
            ["throughput"]
        );
        assert_eq!(
            close_matches("deepseek-r1", [("DeepSeek-R1-0528", "dsr1"), ("deepseek-ai/DeepSeek-R1", "dsr1")]),
            ["dsr1"]
        );
        assert_eq!(did_you_mean("b20", &["b200", "h100"]), "; did you mean `b200`?");
        assert_eq!(did_you_mean("zzz", &["b200", "h100"]), ". There are `b200`, `h100`");
    }
}
