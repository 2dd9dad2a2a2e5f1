//! Who has a stake in a result: the maker of its accelerator or of its serving framework, told by the name of the organisation.
//!
//! A name is compared by its letters and digits, so neither case nor hyphens make it another one. Somebody who takes a name that
//! says nothing can't be found out by it; a person reviews each submission for that.

use super::SeriesKey;
use crate::catalog::Catalog;

/// Makers that go by several names: those of their projects, their companies and their accounts, as the frameworks' repositories
/// and images bear them.
const ALSO: [&[&str]; 10] = [
    &["amd", "rocm", "xilinx"],
    &["amazon", "aws", "amazonaws", "awslabs", "awsneuron", "annapurna", "annapurnalabs"],
    &["apple", "mlexplore"],
    &["google", "deepmind", "gcp"],
    &["intel", "habana"],
    &["nvidia", "aidynamo", "mellanox"],
    &["vllm", "vllmproject"],
    &["sglang", "sglproject", "lmsys", "lmsysorg"],
    &["llamacpp", "ggml", "ggmlorg"],
    &["tilert", "tileai"],
];

/// What is written onto a company's name without a hyphen.
const DEPARTMENTS: [&str; 12] =
    ["ai", "cloud", "corp", "corporation", "gpu", "inc", "lab", "labs", "org", "research", "team", "tech"];

/// Whether an organisation makes the accelerator or the framework of a series.
pub(super) fn is_maker(catalog: &Catalog, organisation: &str, series: &SeriesKey) -> bool {
    makers(catalog, series).iter().any(|maker| bears(organisation, maker))
}

/// Whether two organisations are one by their names: `acme`, `ac-me` and `acme-labs`.
pub(super) fn is_one_house(one: &str, other: &str) -> bool {
    let begins = |long: &str, short: &str| {
        long == short || long.strip_prefix(short).is_some_and(|rest| rest.starts_with('-'))
    };
    letters(one) == letters(other) || begins(one, other) || begins(other, one)
}

/// The names of everybody who makes the accelerator, by its page, and the framework, by the owner of its repository.
fn makers(catalog: &Catalog, series: &SeriesKey) -> Vec<String> {
    let accelerator = catalog.accelerators.get(&series.accelerator);
    let vendors = accelerator.into_iter().flat_map(|known| known.specification.vendor.split(','));
    let repository =
        catalog.frameworks.get(&series.framework).and_then(|known| known.facts.repository.as_deref());
    let owner = repository.and_then(|address| address.split("://").nth(1)?.split('/').nth(1));
    let mut names: Vec<String> = vendors.chain(owner).map(letters).filter(|name| !name.is_empty()).collect();
    let also = ALSO.iter().filter(|group| names.iter().any(|name| group.contains(&name.as_str())));
    let also: Vec<String> = also.flat_map(|group| group.iter().map(|name| (*name).to_owned())).collect();
    names.extend(also);
    names
}

/// Whether some words of an organisation's folder, put together, are a maker's name, or that and a department.
fn bears(organisation: &str, maker: &str) -> bool {
    let words: Vec<&str> = organisation.split('-').collect();
    let starts = 0..words.len();
    starts.into_iter().any(|start| {
        (start + 1..=words.len()).any(|end| {
            let name = words[start..end].concat().to_lowercase();
            let name = name.trim_end_matches(|c: char| c.is_ascii_digit());
            name.strip_prefix(maker).is_some_and(|rest| rest.is_empty() || DEPARTMENTS.contains(&rest))
        })
    })
}

fn letters(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_the_same_in_every_spelling_and_a_longer_word_is_another() {
        for own in
            ["amd", "AMD", "am-d", "a-m-d", "amd-research", "team-amd", "amd2", "amdlabs", "amd-labs-2"]
        {
            assert!(bears(own, "amd"), "{own}");
        }
        for other in ["amdahl", "camden", "team-amdahl", "acme", "am", "d-am"] {
            assert!(!bears(other, "amd"), "{other}");
        }
        assert!(!bears("intelligent-systems", "intel"));
    }

    #[test]
    fn departments_and_spellings_of_one_name_are_one_house() {
        for (one, other) in
            [("acme", "acme"), ("acme", "ac-me"), ("acme", "acme-labs"), ("acme-labs", "acme")]
        {
            assert!(is_one_house(one, other), "{one} {other}");
        }
        assert!(!is_one_house("acme", "acmeville") && !is_one_house("acme-labs", "acme-works"));
    }
}
