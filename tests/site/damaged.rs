//! Records with a value replaced by any other: a finding or a sound site, and never a panic.

use super::{
    builder::{AGENTIC, SINGLE_NODE, Site},
    markup,
};
use proptest::prelude::*;
use serde_json::Value;

/// Values of every kind, with those that break things among them.
fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::from(0)),
        Just(Value::from(f64::MIN_POSITIVE)),
        Just(Value::from(f64::MAX)),
        ".{0,20}".prop_map(Value::from),
        prop::sample::select(vec!["ok", "fp4", "../x", "9999-12-31", "<b>&\"'", "=1+1"])
            .prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[a-z_]{1,8}", inner, 0..3)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// A warning, and no link to a page that isn't there: a night's artifacts may know hardware before anybody described it.
#[test]
fn what_only_a_record_knows_is_named_and_links_nowhere() {
    for (field, key) in [("/deployment/accelerator", ""), ("/model", "/key"), ("/framework", "/key")] {
        let site = Site::fixture();
        let mut record: Value = serde_json::from_str(&site.read(SINGLE_NODE)).unwrap();
        *record.pointer_mut(&format!("/measurements/0{field}{key}")).unwrap() = "unheard-of".into();
        let site = site.write(SINGLE_NODE, with_ids(&record).unwrap());
        let built = site.build();
        let errors: Vec<_> =
            site.findings(&built).into_iter().filter(site::finding::Finding::is_error).collect();
        assert!(errors.is_empty(), "{field}: {errors:?}");
        let warned = built.warnings.iter().any(|warning| warning.to_string().contains("unheard-of"));
        assert!(warned, "{field}: {:?}", built.warnings);
    }
}

/// Every place in a value, as JSON pointers.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| places(item, &format!("{at}/{index}"), found));
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(name, field)| places(field, &format!("{at}/{name}"), found));
        }
        _ => {}
    }
}

/// The record with its ids put right, if it is one: what a stranger would offer after reading the error.
fn with_ids(record: &Value) -> Option<String> {
    let run = record::read(record.to_string().as_bytes()).ok()?.run;
    Some(run.to_canonical_json())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_value_anywhere_in_a_record_gives_a_finding_or_a_sound_site(
        file in prop::sample::select(vec![SINGLE_NODE, AGENTIC]),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any_value()), 1..3),
    ) {
        let site = Site::fixture();
        let mut record: Value = serde_json::from_str(&site.read(file)).unwrap();
        for (index, value) in damage {
            let mut found = Vec::new();
            places(&record, "", &mut found);
            let place: &String = index.get(&found);
            *record.pointer_mut(place).unwrap() = value;
        }
        let text = with_ids(&record).unwrap_or_else(|| record.to_string());
        let site = site.write(file, text);
        match site.try_build() {
            Err(findings) => prop_assert!(!findings.0.is_empty()),
            Ok(built) => {
                let errors: Vec<_> = site.findings(&built).into_iter().filter(site::finding::Finding::is_error).collect();
                prop_assert!(errors.is_empty(), "{errors:?}");
                let drawn = |path: &str| path.ends_with(".html") || path.ends_with(".svg") || path.ends_with(".xml");
                for file in built.files.iter().filter(|file| drawn(&file.path)) {
                    let fault = markup::fault(std::str::from_utf8(&file.bytes()).unwrap());
                    prop_assert!(fault.is_none(), "{}: {fault:?}", file.path);
                }
                site::publish::publish(built.files, &site.beside("out")).unwrap();
            }
        }
    }

    #[test]
    fn any_bytes_are_a_record_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = record::read(&bytes);
    }

    #[test]
    fn any_text_is_a_page_or_a_finding(front in "[ -~\n]{0,80}", body in "[ -~\n|`*_#\\[\\]()<>!^~é]{0,200}") {
        let text = format!("+++\ntitle = \"T\"\ndescription = \"D\"\n{front}\n+++\n{body}");
        let sound = format!("+++\ntitle = \"T\"\ndescription = \"D\"\n+++\n{body}");
        let _ = Site::fixture().write("content/docs/page.md", text).try_build();
        match Site::fixture().write("content/docs/page.md", sound).try_build() {
            Err(findings) => prop_assert!(findings.0.iter().all(|it| it.message.contains("shortcode")), "{findings}"),
            Ok(built) => {
                let html = super::builder::text(&built, "docs/page/index.html");
                prop_assert!(!html.to_lowercase().contains("<script>"), "{html}");
            }
        }
    }
}
