//! Questions in SQL that readers have, each as an address of the page that answers them.

use crate::config::Headline;
use std::fmt::Write;

/// The page that answers questions.
pub(super) const PATH: &str = "/data/query/";

/// A question with its answer's chart, where figures are better seen than read.
pub(super) struct Question {
    /// As people ask it.
    pub(super) title: String,
    /// As the database understands it.
    pub(super) sql: String,
    /// The columns that are drawn: horizontal, vertical, what tells the series apart.
    drawn: Option<[&'static str; 3]>,
}

impl Question {
    fn new(title: impl Into<String>, sql: impl Into<String>) -> Self {
        Self { title: title.into(), sql: sql.into(), drawn: None }
    }

    fn drawn(mut self, x: &'static str, y: &'static str, series: &'static str) -> Self {
        self.drawn = Some([x, y, series]);
        self
    }

    /// Its address, as `static/js/query/address.js` writes it.
    pub(super) fn href(&self) -> String {
        let mut href = format!("{PATH}?q={}", encoded(&self.sql));
        for (name, column) in ["x", "y", "series"].iter().zip(self.drawn.iter().flatten()) {
            let _ = write!(href, "&{name}={column}");
        }
        href
    }
}

/// The address at which the first rows of a table are asked for.
pub(super) fn of_table(name: &str) -> String {
    Question::new("", format!("SELECT *\nFROM {name}\nLIMIT 100")).href()
}

/// The questions, about the workload that the site leads with where they are about one. The first is the page's own example.
pub(super) fn questions(headline: &Headline, model_name: &str) -> Vec<Question> {
    let Headline { model, workload } = headline;
    let of_workload =
        format!("standing AND kind = 'official' AND model = '{model}' AND workload_key = '{workload}'");
    vec![
        Question::new(
            format!("Which accelerators gave the most tokens/s with {model_name}, and under which software?"),
            format!("SELECT accelerator, precision_family, framework, MAX(throughput_per_accelerator) AS throughput_per_accelerator, concurrency, date
FROM measurements
WHERE {of_workload}
GROUP BY accelerator, precision_family
ORDER BY throughput_per_accelerator DESC"),
        )
        .drawn("accelerator", "throughput_per_accelerator", "precision_family"),
        Question::new(
            format!("What does {model_name} trade for speed: throughput against what each user gets, in FP8?"),
            format!("SELECT accelerator, interactivity_p50, throughput_per_accelerator, framework, concurrency
FROM measurements
WHERE {of_workload} AND precision_family = 'fp8'
ORDER BY accelerator, interactivity_p50"),
        )
        .drawn("interactivity_p50", "throughput_per_accelerator", "accelerator"),
        Question::new(
            "Which measurements does no other beat in both speed for each user and throughput?",
            format!("WITH candidates AS (
  SELECT * FROM measurements WHERE {of_workload}
)
SELECT accelerator, framework, precision, concurrency, interactivity_p50, throughput_per_accelerator
FROM candidates AS a
WHERE NOT EXISTS (
  SELECT 1 FROM candidates AS b
  WHERE b.interactivity_p50 > a.interactivity_p50 AND b.throughput_per_accelerator >= a.throughput_per_accelerator
    OR b.interactivity_p50 >= a.interactivity_p50 AND b.throughput_per_accelerator > a.throughput_per_accelerator
)
ORDER BY interactivity_p50"),
        )
        .drawn("interactivity_p50", "throughput_per_accelerator", "accelerator"),
        Question::new(
            "What do a million tokens cost to rent at 50 tok/s/user or more, cheapest first?",
            format!("SELECT m.accelerator, m.framework, m.precision, m.interactivity_p50, m.throughput_per_accelerator,
  p.rental * 1e6 / (3600 * m.throughput_per_accelerator) AS dollars_per_million_tokens
FROM measurements AS m
JOIN prices AS p ON p.accelerator = m.accelerator AND p.effective = (SELECT MAX(effective) FROM prices)
WHERE {of_workload} AND m.interactivity_p50 >= 50
ORDER BY dollars_per_million_tokens
LIMIT 20"),
        ),
        Question::new(
            "Does speculative decoding pay, by accelerator and precision?",
            format!("SELECT accelerator, precision_family, speculative_decoding, COUNT(*) AS measurements,
  MAX(interactivity_p50) AS fastest_user, MAX(throughput_per_accelerator) AS most_throughput
FROM measurements
WHERE {of_workload} AND speculative_decoding IS NOT NULL
GROUP BY accelerator, precision_family, speculative_decoding
ORDER BY accelerator, precision_family, speculative_decoding"),
        ),
        Question::new(
            "Where do the slowest requests wait ten times as long for their first token as the median one?",
            "SELECT model, workload_key, accelerator, framework, concurrency, ttft_p50, ttft_p99, ttft_p99 / ttft_p50 AS times
FROM measurements
WHERE standing AND ttft_p99 > 10 * ttft_p50
ORDER BY times DESC
LIMIT 50",
        ),
        Question::new(
            "What became slower from one run to another, newest first?",
            "SELECT date, model, workload_key, accelerator, framework, precision, concurrency, metric, median_before, median_after, unit, ratio
FROM change_points
WHERE class = 'confirmed' AND turn = 'regression'
ORDER BY date DESC",
        ),
        Question::new(
            "Does a model answer as well in fewer bits?",
            "SELECT model, task, precision, COUNT(*) AS evaluations, MIN(score) AS lowest, AVG(score) AS mean, MAX(score) AS highest
FROM accuracy
WHERE main AND standing AND kind = 'official'
GROUP BY model, task, precision
ORDER BY model, task, precision",
        ),
        Question::new(
            "How much power do the boards take, and how much energy does a token?",
            "SELECT model, workload_key, accelerator, precision, concurrency, throughput_per_accelerator, board_power, energy_per_total_token, power_method
FROM measurements
WHERE standing AND board_power IS NOT NULL
ORDER BY board_power",
        )
        .drawn("board_power", "throughput_per_accelerator", "accelerator"),
        Question::new(
            "What share of the jobs succeeded, month by month?",
            "SELECT month, accelerator, jobs, succeeded, percent
FROM monthly_success
WHERE jobs > 0
ORDER BY month DESC, percent",
        )
        .drawn("month", "percent", "accelerator"),
        Question::new(
            "What was measured last, on what?",
            "SELECT r.date, r.id AS run, r.kind, COUNT(*) AS measurements, GROUP_CONCAT(DISTINCT m.model) AS models,
  GROUP_CONCAT(DISTINCT m.accelerator) AS accelerators, GROUP_CONCAT(DISTINCT m.framework) AS frameworks
FROM runs AS r
JOIN measurements AS m ON m.run = r.id
GROUP BY r.id
ORDER BY r.date DESC
LIMIT 20",
        ),
        Question::new(
            "What isn’t known: of how many measurements?",
            "SELECT model, COUNT(*) AS measurements, COUNT(ttft_p99) AS with_ttft_p99, COUNT(requests_completed) AS with_requests,
  COUNT(image) AS with_image, COUNT(board_power) AS with_power
FROM measurements
WHERE standing
GROUP BY model
ORDER BY measurements DESC",
        ),
    ]
}

/// Text as JavaScript's `encodeURIComponent` writes it, but for what the site leaves readable: commas, colons, blanks as `+`.
fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() + text.len() / 4);
    for byte in text.bytes() {
        match byte {
            b' ' => encoded.push('+'),
            _ if byte.is_ascii_alphanumeric() || b"-_.!~*'(),:".contains(&byte) => {
                encoded.push(char::from(byte));
            }
            _ => {
                let _ = write!(encoded, "%{byte:02X}");
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_holds_the_question_and_what_is_drawn_of_its_answer() {
        let question = Question::new("", "SELECT a + 1\nFROM \"ü\", b").drawn("x", "y", "s");
        assert_eq!(question.href(), "/data/query/?q=SELECT+a+%2B+1%0AFROM+%22%C3%BC%22,+b&x=x&y=y&series=s");
    }
}
