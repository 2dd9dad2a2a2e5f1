//! What `site check` says of texts: guides that are incomplete, names, typed figures, hints, and addresses outside the site.

use super::builder::{Site, text, tree};
use std::{
    io::{BufRead, BufReader, Write},
    net::TcpListener,
    thread,
};

const B200: &str = "content/hardware/b200.md";

fn page(text: &str) -> String {
    format!("+++\ntitle = \"A page\"\ndescription = \"It is here for a test.\"\n+++\n{text}")
}

#[test]
fn a_guide_without_a_section_fails_a_strict_check_and_still_builds() {
    let site = Site::fixture().replace(B200, "## Power telemetry", "## Power");
    site.run(&["check", "--strict"])
        .exits(2)
        .says(&["content/hardware/b200.md: warning: the guide has no section `## Power telemetry`"]);
    site.check().exits(0);
    site.run(&["build"]).exits(0);
}

#[test]
fn a_guide_of_something_measured_has_to_quote_a_result() {
    let bound = "It gave {{ value metric=\"throughput\" model=\"dsr1\" workload=\"8192-1024\" accelerator=\"b200\" }}.";
    let said = Site::fixture().replace(B200, bound, "It gave much.").check();
    said.says(&["b200.md", "quotes no result"]);
    // The H200's only run is withdrawn.
    assert!(!Site::fixture().check().err.contains("h200"));
}

#[test]
fn an_image_that_moves_is_told_with_its_line() {
    let site = Site::fixture().replace(B200, "lmsysorg/sglang:v0.5.9", "lmsysorg/sglang:latest");
    let line = site.read(B200).lines().position(|line| line.contains(":latest")).unwrap() + 1;
    site.check()
        .exits(0)
        .says(&[&format!("b200.md:{line}: warning: the guide runs `lmsysorg/sglang:latest`")]);
}

#[test]
fn names_of_products_are_those_of_the_settings() {
    let wrong = || Site::fixture().write("content/docs/page.md", page("Run sglang on it.\n"));
    assert_eq!(wrong().check().exits(0).err, "", "without a list nothing is told");
    let settings =
        wrong().read("site.toml").replace("[headline]", "product_names = [\"SGLang\"]\n\n[headline]");
    wrong()
        .write("site.toml", settings)
        .run(&["check", "--strict"])
        .exits(2)
        .says(&["content/docs/page.md:5: warning: `sglang` is written `SGLang`"]);
}

#[test]
fn names_in_front_matter_are_checked_too() {
    let page = "+++\ntitle = \"About sglang\"\ndescription = \"SGLang-like.\"\n+++\nText.\n";
    let site = Site::fixture().write("content/docs/page.md", page);
    let settings = site.read("site.toml").replace("[headline]", "product_names = [\"SGLang\"]\n\n[headline]");
    let said = site.write("site.toml", settings).check().exits(0);
    assert_eq!(
        said.err,
        "content/docs/page.md: warning: the title in the front matter writes `sglang` for `SGLang`. Write it so\n"
    );
}

#[test]
fn a_typed_result_is_told_in_a_report_and_not_in_the_documentation() {
    let typed = page("It reaches 1,500 tok/s.\n");
    let said = Site::fixture().write("content/docs/page.md", &typed).check().exits(0);
    assert_eq!(said.err, "");
    let said = Site::fixture().write("content/reports/page.md", &typed).check().exits(0);
    said.says(&["content/reports/page.md:5: warning: `1,500 tok/s` is a measured figure without a source"]);
}

#[test]
fn hints_are_counted_shown_on_request_and_never_fail() {
    let long = format!("{} end.\n", "one ".repeat(50));
    let site = Site::fixture().write("content/docs/page.md", page(&long));
    let said = site.run(&["check", "--strict"]).exits(0);
    assert!(said.err.is_empty() && said.out.contains("1 hint (--hints shows them)"), "{}", said.out);
    site.run(&["check", "--strict", "--hints"])
        .exits(0)
        .says(&["content/docs/page.md:5: hint: a sentence of 51 words"]);
    let answer = site.run(&["check", "--hints", "--format", "json"]).exits(0).json();
    assert_eq!((&answer["ok"], &answer["findings"][0]["severity"]), (&true.into(), &"hint".into()));
}

#[test]
fn outside_addresses_are_asked_on_request_only() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut request = String::new();
            while reader.read_line(&mut request).is_ok_and(|count| count > 2) {}
            let status = if request.contains(" /there ") { "200 OK" } else { "404 Not Found" };
            let _ = write!(stream, "HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
    });
    let links = page(&format!("[a]({origin}/there#part) [b]({origin}/gone)\n"));
    let mut site = Site::fixture().write("content/docs/page.md", links);
    // Only addresses of this machine: the fixture's own lead to other people's servers.
    for (path, bytes) in tree(&site.root().join("content")) {
        let Ok(text) = String::from_utf8(bytes) else { continue };
        if path.extension().is_some_and(|ending| ending == "md" || ending == "toml") {
            let pieces: Vec<&str> = text.split("https://").collect();
            let local = pieces[1..].iter().map(|rest| {
                let end = rest.find(['"', ')', ' ', '>']).unwrap_or(rest.len());
                format!("{origin}/there{}", &rest[end..])
            });
            let text = std::iter::once(pieces[0].to_owned()).chain(local).collect::<String>();
            site = site.write(&format!("content/{}", path.display()), text);
        }
    }
    assert_eq!(site.check().exits(0).err, "");
    let said = site.run(&["check", "--external", "--timeout", "2"]).exits(0);
    assert!(said.out.ends_with(" 1 of 2 outside addresses answered.\n"), "{}", said.out);
    said.says(&["content/docs/page.md:5: warning:", "/gone answers with 404 Not Found"]);
}

#[test]
fn a_diagram_is_drawn_with_its_words_and_a_broken_one_is_told_with_its_line() {
    let drawn =
        Site::fixture().write("content/docs/page.md", page("```diagram\nTitle <x>\na -> b: how\n```\n"));
    let built = drawn.build();
    let html = text(&built, "docs/page/index.html");
    for part in [
        "<figure class=\"diagram\">",
        "role=\"img\" aria-label=\"Title &lt;x&gt;\"",
        "<li>a leads to b (how)</li>",
    ] {
        assert!(html.contains(part), "{part}");
    }
    assert_eq!(drawn.findings(&built), []);
    let broken =
        Site::fixture().write("content/docs/page.md", page("```diagram\nTitle\na -> b\nb -> a\n```\n"));
    broken
        .check()
        .exits(2)
        .says(&["content/docs/page.md:6: error: the arrows of this diagram lead in a circle"]);
    let broken =
        Site::fixture().write("content/docs/page.md", page("```diagram\nTitle\na -> b\nnothing\n```\n"));
    broken.check().exits(2).says(&["content/docs/page.md:8: error: `nothing` is no arrow"]);
}

#[test]
fn a_page_or_a_script_among_the_pictures_is_refused() {
    for name in [
        "images/x.html",
        "images/X.HTM",
        "images/x.js",
        "x.xhtml",
        "images/x.xml",
        "js/x.html",
        "images/x.svgz",
        "x.pdf",
    ] {
        let site =
            Site::fixture().write(&format!("static/{name}"), "<!doctype html><script>alert(1)</script>");
        let said = [&format!("static/{name}"), "isn't published as it is"];
        site.check().exits(2).says(&said);
        site.run(&["build"]).exits(2).says(&said);
    }
    let fine = Site::fixture()
        .write("static/images/x.png", "x")
        .write("static/CNAME", "e.org")
        .write("static/note.txt", "x");
    fine.run(&["build"]).exits(0);
}

#[test]
fn a_drawing_that_could_run_something_is_refused() {
    let site = Site::fixture()
        .write("static/images/x.svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x\"/>");
    site.check().exits(2).says(&["public/images/x.svg: error: the attribute `onload`"]);
}
