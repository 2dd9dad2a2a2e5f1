//! Whether a published drawing could run something when somebody opens it. Ours never do; one that was put into `static/` might.

use crate::{finding::Finding, publish::OutputFile};

/// Elements that can run something, or bring what can.
const ELEMENTS: [&str; 4] = ["script", "foreignobject", "iframe", "handler"];

/// Every drawing with something in it that a browser could run.
pub(crate) fn findings(files: &[OutputFile]) -> Vec<Finding> {
    let drawings = files.iter().filter(|file| file.path.to_ascii_lowercase().ends_with(".svg"));
    drawings
        .filter_map(|file| {
            let fault = fault(&String::from_utf8_lossy(&file.bytes()))?;
            let message = format!("{fault} could run something in a browser. Export the drawing without it");
            Some(Finding::error(format!("public/{}", file.path), None, message))
        })
        .collect()
}

/// The first thing that could run.
fn fault(svg: &str) -> Option<String> {
    // Spaces of any kind are one, so that none hides an attribute.
    let svg = svg.to_ascii_lowercase().split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some(element) = ELEMENTS.iter().find(|element| has_element(&svg, element)) {
        return Some(format!("<{element}>"));
    }
    if svg.contains("javascript:") || svg.contains("<!entity") || svg.contains("data:text/html") {
        return Some("an address or an entity".to_owned());
    }
    svg.split('<').skip(1).find_map(|tag| {
        let tag = tag.split('>').next().unwrap_or_default();
        let event =
            tag.split([' ', '/', '"', '\'']).find(|word| word.starts_with("on") && word.contains('='))?;
        Some(format!("the attribute `{}`", event.split('=').next().unwrap_or_default()))
    })
}

/// Whether an element is there, with or without a prefix.
fn has_element(svg: &str, element: &str) -> bool {
    svg.split('<').skip(1).any(|tag| {
        let name = tag.split([' ', '>', '/']).next().unwrap_or_default();
        name.rsplit(':').next() == Some(element)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_run_is_told_and_a_plain_drawing_is_not() {
        for bad in [
            "<svg><script>x</script></svg>",
            "<svg><svg:SCRIPT href=\"x\"/></svg>",
            "<svg onload=\"x\"/>",
            "<svg><rect\n\tonclick='x'/></svg>",
            "<svg/onload=\"x\">",
            "<svg><a href=\"JavaScript:x\"/></svg>",
            "<svg><foreignObject/></svg>",
            "<!DOCTYPE svg [<!ENTITY x \"y\">]><svg/>",
        ] {
            let files = [OutputFile::new("images/x.svg", bad)];
            assert_eq!(findings(&files).len(), 1, "{bad}");
        }
        for good in [
            "<svg><text>only on = once, description</text><path d=\"M0 0\"/></svg>",
            "<svg><style>a{}</style></svg>",
        ] {
            assert_eq!(fault(good), None, "{good}");
        }
        assert!(findings(&[OutputFile::new("x.html", "<script>")]).is_empty());
    }
}
