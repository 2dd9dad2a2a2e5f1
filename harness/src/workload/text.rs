//! Text of our own making: word salad, prose and code, from a seed. No sentence of anybody else's is in it.

use fastrand::Rng;

/// Common English words that nearly every tokenizer has as one token each, with the space before it.
const WORDS: [&str; 128] = [
    "the", "of", "and", "to", "in", "is", "that", "it", "was", "for", "on", "are", "as", "with", "his",
    "they", "at", "be", "this", "from", "have", "or", "by", "one", "had", "not", "but", "what", "all",
    "were", "when", "we", "there", "can", "an", "your", "which", "their", "said", "if", "do", "will", "each",
    "about", "how", "up", "out", "them", "then", "she", "many", "some", "so", "these", "would", "other",
    "into", "has", "more", "her", "two", "like", "him", "see", "time", "could", "no", "make", "than",
    "first", "been", "its", "who", "now", "people", "my", "made", "over", "did", "down", "only", "way",
    "find", "use", "may", "water", "long", "little", "very", "after", "words", "called", "just", "where",
    "most", "know", "get", "through", "back", "much", "go", "good", "new", "write", "our", "me", "man",
    "too", "any", "day", "same", "right", "look", "think", "also", "around", "another", "came", "come",
    "work", "three", "must", "because", "does", "part", "even", "place", "well",
];

const PEOPLE: [&str; 16] = [
    "the engineer",
    "our neighbour",
    "a young doctor",
    "the harbour master",
    "the night shift",
    "a retired teacher",
    "the new manager",
    "the ferry crew",
    "my colleague",
    "the city council",
    "a small bakery",
    "the research team",
    "the postal service",
    "the gardener",
    "a visiting student",
    "the museum",
];
const DEEDS: [&str; 16] = [
    "repaired",
    "measured",
    "ordered",
    "described",
    "postponed",
    "inspected",
    "delivered",
    "painted",
    "compared",
    "borrowed",
    "returned",
    "counted",
    "planned",
    "sold",
    "replaced",
    "recorded",
];
const THINGS: [&str; 20] = [
    "the old bridge",
    "three crates of oranges",
    "a report on water levels",
    "the broken clock",
    "every window on the north side",
    "a map of the valley",
    "the winter timetable",
    "two electric vans",
    "a box of spare parts",
    "the station roof",
    "the third invoice",
    "a telescope",
    "the summer festival",
    "the library catalogue",
    "a set of wooden chairs",
    "the tide tables",
    "the weather mast",
    "a fishing boat",
    "the price list",
    "the school kitchen",
];
const PLACES: [&str; 14] = [
    "near the river",
    "in the northern quarter",
    "at the market hall",
    "behind the station",
    "on the east pier",
    "above the tree line",
    "in the main office",
    "at the old mill",
    "along the coast road",
    "in the storage hall",
    "next to the school",
    "at the border",
    "in the upper village",
    "on platform four",
];
const TIMES: [&str; 14] = [
    "before sunrise",
    "on Tuesday",
    "during the storm",
    "for the second time",
    "after a long delay",
    "last spring",
    "within an hour",
    "as agreed",
    "at the end of the month",
    "without any help",
    "in the first week of May",
    "despite the rain",
    "at short notice",
    "earlier than planned",
];
const LINKS: [&str; 12] = [
    "Meanwhile",
    "Later",
    "As a result",
    "In addition",
    "By then",
    "For this reason",
    "At first",
    "However",
    "Once again",
    "In the end",
    "Since then",
    "According to the notes",
];
const VERBS: [&str; 14] = [
    "merge", "count", "load", "sort", "filter", "update", "check", "split", "find", "collect", "convert",
    "group", "remove", "measure",
];
const NOUNS: [&str; 16] = [
    "orders", "users", "items", "rows", "events", "prices", "names", "pages", "tokens", "files", "routes",
    "values", "batches", "entries", "records", "points",
];
const FIELDS: [&str; 12] =
    ["price", "count", "weight", "size", "age", "score", "length", "status", "start", "end", "level", "rank"];

/// One of `list`.
pub(super) fn one<'a>(list: &[&'a str], random: &mut Rng) -> &'a str {
    list[random.usize(..list.len())]
}

/// The random numbers of item `index` under `seed`: each has its own, from the first one on.
pub(super) fn random(seed: u64, index: u64) -> Rng {
    Rng::with_seed(seed.wrapping_add(index.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
}

/// `count` random common words.
pub(super) fn salad(count: u32, random: &mut Rng) -> String {
    let mut text = String::with_capacity(count as usize * 6);
    for word in 0..count {
        if word > 0 {
            text.push(' ');
        }
        text.push_str(one(&WORDS, random));
    }
    text
}

/// `count` words that are a token each, by any tokenizer that knows the letters, to make a length come out.
pub(super) fn filler(count: u32, random: &mut Rng) -> String {
    (0..count).map(|_| one(&["a", "b", "c", "d", "e"], random)).collect::<Vec<_>>().join(" ")
}

/// Five words that no other index below four billion has under the same seed, so that no two prompts that begin with
/// them have their beginning in common.
pub(super) fn opening(seed: u64, index: u32) -> String {
    // Multiplying by an odd number and adding are one-to-one on 35 bits, and five words have 35.
    const BITS: u64 = (1 << 35) - 1;
    let start = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 29;
    let mut code = u64::from(index).wrapping_mul(0x2_545f_4915).wrapping_add(start) & BITS;
    let mut words = Vec::new();
    for _ in 0..5 {
        words.push(WORDS[(code & 127) as usize]);
        code >>= 7;
    }
    words.join(" ")
}

/// Prose of `words` words, in paragraphs.
pub(super) fn prose(words: u32, random: &mut Rng) -> String {
    let mut sentences = 0;
    fill(words, random, &mut |random| {
        sentences += 1;
        let end = if sentences % 6 == 0 { "\n\n" } else { " " };
        format!("{}{end}", sentence(random))
    })
}

fn sentence(random: &mut Rng) -> String {
    let core = format!("{} {} {}", one(&PEOPLE, random), one(&DEEDS, random), one(&THINGS, random));
    let text = match random.u32(..4) {
        0 => format!("{core} {}.", one(&PLACES, random)),
        1 => format!("{core} {} {}.", one(&PLACES, random), one(&TIMES, random)),
        2 => format!("{}, {core} {}.", one(&LINKS, random), one(&TIMES, random)),
        _ => {
            format!("{core}, and {} {} {}.", one(&PEOPLE, random), one(&DEEDS, random), one(&THINGS, random))
        }
    };
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Functions in Python's manner, of `words` words.
pub(super) fn code(words: u32, random: &mut Rng) -> String {
    fill(words, random, &mut function)
}

fn function(random: &mut Rng) -> String {
    let (verb, noun) = (one(&VERBS, random), one(&NOUNS, random));
    let (field, limit) = (one(&FIELDS, random), random.u32(2..1000));
    let item = noun.trim_end_matches('s');
    let body = match random.u32(..3) {
        0 => format!(
            "    total = 0\n    for {item} in {noun}:\n        if {item}.{field} > limit:\n            total += {item}.{field}\n    return total\n"
        ),
        1 => format!(
            "    kept = [{item} for {item} in {noun} if {item}.{field} < limit]\n    return sorted(kept)\n"
        ),
        _ => format!(
            "    groups = {{}}\n    for {item} in {noun}:\n        groups.setdefault({item}.{field}, []).append({item})\n    return groups\n"
        ),
    };
    format!("def {verb}_{noun}_by_{field}({noun}, limit={limit}):\n{body}\n\n")
}

/// Pieces until there are `words` words, cut after the last one.
fn fill(words: u32, random: &mut Rng, piece: &mut impl FnMut(&mut Rng) -> String) -> String {
    let (mut text, mut count) = (String::new(), 0);
    while count < words as usize {
        let next = piece(random);
        count += next.split_whitespace().count();
        text.push_str(&next);
    }
    let mut surplus = count - words as usize;
    while surplus > 0 {
        let kept = text.trim_end();
        text.truncate(kept.rfind(char::is_whitespace).map_or(0, |at| at + 1));
        surplus -= 1;
    }
    text.truncate(text.trim_end().len());
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_of_text_has_its_words_and_repeats_with_its_seed() {
        for write in [salad, prose, code] {
            for words in [0, 1, 7, 50, 333] {
                let text = write(words, &mut random(1, 2));
                assert_eq!(text.split_whitespace().count(), words as usize, "{text}");
                assert_eq!(text, write(words, &mut random(1, 2)));
            }
            assert_ne!(write(50, &mut random(1, 2)), write(50, &mut random(1, 3)));
            assert_ne!(write(50, &mut random(1, 2)), write(50, &mut random(2, 2)));
        }
    }

    #[test]
    fn longer_text_begins_like_shorter_text() {
        for write in [salad, prose, code] {
            let (short, long) = (write(40, &mut random(5, 5)), write(90, &mut random(5, 5)));
            assert!(long.starts_with(&short), "{short}\n{long}");
        }
    }

    #[test]
    fn no_two_openings_are_the_same() {
        let openings: BTreeSet<String> = (0..50_000).map(|index| opening(7, index)).collect();
        assert_eq!(openings.len(), 50_000);
        assert_ne!(opening(7, 1), opening(8, 1));
    }

    #[test]
    fn random_words_share_no_prefix() {
        let starts: BTreeSet<String> = (0..2000).map(|index| salad(8, &mut random(1, index))).collect();
        assert_eq!(starts.len(), 2000);
    }
}
