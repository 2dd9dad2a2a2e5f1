//! Markdown that asks for figures, comparisons, tables and charts: what readers get, and what writers are told.

use super::builder::{Site, text};
use std::process::Command;

const WORK: &str = "model=\"dsr1\" workload=\"8192-1024\"";

/// A page of prose whose text starts on line 5.
fn with(text: &str) -> Site {
    let page = format!("+++\ntitle = \"A page\"\ndescription = \"It is here for a test.\"\n+++\n{text}");
    Site::fixture().write("content/docs/page.md", page)
}

#[test]
fn a_figure_leads_to_its_measurement_and_follows_the_data() {
    let figure = format!(
        "It gives {{{{ value metric=\"throughput\" {WORK} accelerator=\"b200\" precision=\"fp4\" }}}}.\n"
    );
    let page = |site: &Site| text(&site.build(), "docs/page/index.html").to_owned();
    let site = with(&figure);
    let before = page(&site);
    let bound = |html: &str| {
        let start = html.find("<a class=\"bound\"").unwrap();
        html[start..start + html[start..].find("</a>").unwrap()].to_owned()
    };
    let (link, figure) = (bound(&before), bound(&before).rsplit('>').next().unwrap().to_owned());
    assert!(
        link.contains("href=\"/runs/") && link.contains("#m-") && figure.ends_with(" tok/s per accelerator"),
        "{link}"
    );
    // Half as much again in the record is that in the sentence too, without a change of the text.
    let run = link.split("/runs/").nth(1).unwrap().split('/').next().unwrap().to_owned();
    let record = records(&site).into_iter().find(|file| file.contains(&run)).unwrap();
    let site = site.edit(&record, |run| {
        for measurement in &mut run.measurements {
            if let Some(throughput) = &mut measurement.throughput {
                throughput.total = throughput.total.map(|total| 1.5 * total);
                (throughput.input, throughput.output) = (None, None);
            }
        }
    });
    let number = |text: &str| text.split(' ').next().unwrap().replace(',', "").parse::<f64>().unwrap();
    let after = bound(&page(&site)).rsplit('>').next().unwrap().to_owned();
    assert!((number(&after) / number(&figure) - 1.5).abs() < 0.01, "{figure} → {after}");
}

#[test]
fn a_chart_in_a_text_has_its_files_like_any_other() {
    let site = with(&format!("{{{{ chart {WORK} }}}}\n\n{{{{ chart {WORK} }}}}\n\n{{{{ table {WORK} }}}}\n"));
    let built = site.build();
    let html = text(&built, "docs/page/index.html");
    for id in ["chart-dsr1-8192-1024-interactivity", "chart-dsr1-8192-1024-interactivity-2"] {
        assert!(html.contains(&format!("<figure class=\"chart\" id=\"{id}\"")), "{id}");
        for ending in ["json", "csv", "svg"] {
            text(&built, &format!("docs/page/{id}.{ending}"));
        }
    }
    assert!(html.contains("<table><caption>") && html.contains("/assets/chart."));
    assert_eq!(site.findings(&built), []);
}

#[test]
fn what_cannot_be_compared_says_why() {
    let text_of =
        || with(&format!("So {{{{ compare {WORK} left=\"b200\" right=\"mi355x\" precision=\"fp4\" }}}}.\n"));
    let clause = |site: &Site| {
        let built = site.build();
        let html = text(&built, "docs/page/index.html");
        let start = html.find("<p>So ").unwrap();
        html[start..start + html[start..].find("</p>").unwrap()].to_owned()
    };
    let said = clause(&text_of());
    assert!(said.contains("can’t be compared in throughput: one run a side, and no adjacent runs"), "{said}");
    assert!(said.contains("single runs") && said.matches("class=\"bound\"").count() == 2, "{said}");
    let mut site = text_of();
    for record in records(&site) {
        site = site.edit(&record, |run| {
            let of_amd = |it: &&mut record::Measurement| it.deployment.accelerator.as_str() == "mi355x";
            for measurement in run.measurements.iter_mut().filter(of_amd) {
                if measurement.precision.family() == "fp4" {
                    measurement.precision = "mxfp4".into();
                }
            }
        });
    }
    let said = clause(&site);
    assert!(said.contains("different precisions") && said.contains("FP4 against MXFP4"), "{said}");
}

/// The records of a site.
fn records(site: &Site) -> Vec<String> {
    let results = std::fs::read_dir(site.root().join("content/results")).unwrap();
    results
        .map(|entry| format!("content/results/{}", entry.unwrap().file_name().into_string().unwrap()))
        .collect()
}

#[test]
fn a_source_that_is_missing_is_told_with_its_place_and_what_was_meant() {
    let value = |arguments: &str| format!("Text.\n\n{{{{ value {arguments} }}}}\n");
    let measured = format!("metric=\"throughput\" {WORK} accelerator=\"b200\"");
    let place = "content/docs/page.md:7: error: `value`: ";
    for (arguments, parts) in [
        ("metric=\"thoughput\"".to_owned(), vec!["no metric `thoughput`", "did you mean `throughput`"]),
        ("metric=\"cost\"".to_owned(), vec!["argument `model` is missing"]),
        (measured.replace("dsr1", "deepseek-r1"), vec!["no model `deepseek-r1`", "did you mean `dsr1`"]),
        (measured.replace("8192-1024", "8k-1k"), vec!["no workload `8k-1k`", "`8192-1024`"]),
        (measured.replace("b200", "b2000"), vec!["no accelerator `b2000`", "did you mean `b200`"]),
        (measured.replace("b200", "h200"), vec!["accelerator `h200` stands", "Measured: `b200`"]),
        (format!("{measured} precision=\"int4\""), vec!["no precision `int4`", "`fp4`"]),
        (format!("{measured} at=\"fast\""), vec!["`at` is \"fast\"", "tokens/s/user"]),
        (format!("{measured} at=\"100000\""), vec!["reaches 100000 tok/s/user", "Lower `at`"]),
        (format!("{measured} acelerator=\"b200\""), vec!["unknown argument `acelerator`"]),
        (measured.replace("throughput", "measured-energy"), vec!["has the metric `measured-energy`"]),
    ] {
        let ran = with(&value(&arguments)).check().exits(2);
        let mut wanted = vec![place];
        wanted.extend(parts);
        ran.says(&wanted);
    }
    let site = with("{{ vlaue }}\n\nand {{ chart }}, {{ note }}, {{ open\n");
    let ran = site.run(&["build"]).exits(2);
    assert!(!site.root().join("public").exists());
    let ran = ran.says(&["page.md:5: error:", "did you mean `value`"]);
    let ran = ran.says(&["page.md:7: error:", "`chart`: the argument `model` is missing"]);
    ran.says(&["page.md:7: error:", "> [!NOTE]"]);
}

#[test]
fn a_withdrawn_measurement_stops_the_sentence_that_quoted_it() {
    let quoted = with(&format!("{{{{ value metric=\"throughput\" {WORK} accelerator=\"b200\" }}}}\n"));
    quoted.check().exits(0);
    let mut site = with(&format!("{{{{ value metric=\"throughput\" {WORK} accelerator=\"b200\" }}}}\n"));
    for record in records(&site) {
        site = site.edit(&record, |run| {
            let withdrawn = serde_json::json!({ "when": "2026-09-01", "why": "a test" });
            run.retracted = Some(serde_json::from_value(withdrawn).unwrap());
        });
    }
    site.check().exits(2).says(&[
        "content/docs/page.md:5: error:",
        "no official measurement",
        "Measured: nothing",
    ]);
}

#[test]
fn hostile_shortcodes_are_told_or_escaped_and_never_run() {
    let hostile = "\"><script>x</script>".replace('"', "");
    let site = with(&format!(
        "{{{{ value metric=\"{hostile}\" }}}}\n\n`{{{{ {hostile} }}}}` \\{{{{ {hostile} }}}}\n"
    ));
    site.check().exits(2).says(&["no metric"]);
    let many = format!("{{{{ value metric=\"cost\" {WORK} accelerator=\"b200\" }}}} ").repeat(10_000);
    let built = with(&many).build();
    assert_eq!(text(&built, "docs/page/index.html").matches("class=\"bound\"").count(), 10_000);
    let open = with(&"{{ ".repeat(10_000)).check().exits(2);
    assert_eq!(open.err.matches("never closed").count(), 1);
}

#[test]
fn the_day_of_the_last_change_is_the_repositorys_and_absent_without_one() {
    let site = with("Text.\n");
    let day = "changed on <time datetime=\"2026-05-02\">";
    assert!(!text(&site.build(), "docs/page/index.html").contains("changed on"));
    for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "x"]] {
        let days = ["GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE"].map(|name| (name, "2026-05-02T12:00:00Z"));
        let identity = ["-c", "user.name=x", "-c", "user.email=x@e.org", "-c", "commit.gpgSign=false"];
        let mut git = Command::new("git");
        git.current_dir(site.root()).args(identity).args(arguments).envs(days);
        assert!(git.output().unwrap().status.success());
    }
    assert!(text(&site.build(), "docs/page/index.html").contains(day));
}
