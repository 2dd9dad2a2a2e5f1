"""The client against the built site, from the folder and over HTTP."""

from __future__ import annotations

import html
import json
import shutil
from pathlib import Path

import pytest

from inferencemax import Site, SiteError


def standing(row: dict) -> bool:
    return row["outcome"] == "ok" and "throughput_total" in row and "retracted_when" not in row


def test_filters_give_the_measurements_that_the_table_has(site: Site) -> None:
    table = site.table("measurements")
    wanted = {"model": "dsr1", "accelerator": "h200", "precision": "fp8"}
    in_table = [row for row in table if standing(row) and all(row.get(name) == value for name, value in wanted.items())]
    found = site.measurements(**wanted)
    assert len(found) > 50
    assert {(row["run"], row["id"]) for row in found} == {(row["run"], row["id"]) for row in in_table}
    figures = {row["id"]: row.get("throughput_per_accelerator") for row in in_table}
    for row in found:
        assert row["throughput_per_accelerator"] == pytest.approx(figures[row["id"]], rel=1e-5)
    assert [row["date"] for row in found] == sorted(row["date"] for row in found)


def test_every_way_to_choose_gives_the_same(site: Site) -> None:
    def ids(**filters: str) -> set[str]:
        return {row["run"] + row["id"] for row in site.measurements(**filters)}

    everything = ids()
    assert len(everything) > 2000
    assert ids(month="2026-05") == {row["run"] + row["id"] for row in site.measurements(since="2026-05-01", until="2026-05-31")}
    both = ids(workload="8192-1024", framework="sglang")
    assert both and both == ids(workload="8192-1024") & ids(framework="sglang")
    assert ids(month="1999-01") == set()


def test_what_failed_is_there_when_it_is_asked_for(site: Site) -> None:
    every, standing_only = site.measurements(model="dsr1", standing=False), site.measurements(model="dsr1")
    assert len(every) > len(standing_only) > 0
    assert all("throughput_per_accelerator" in row for row in standing_only)


def test_a_history_is_the_measurements_of_its_series(site: Site) -> None:
    [series] = site.series(model="dsr1", workload="8192-1024", accelerator="h200", framework="sglang", speculative_decoding="none", disaggregated=False)
    history = site.history(**series["of"])
    assert len(history) == series["measurements"]
    assert {row["precision"] for row in history} == {series["of"]["precision"]}


def test_answers_are_cheapest_first_and_keep_their_level(site: Site) -> None:
    level = site.best("dsr1", "8192-1024", "40-5s")
    costs = [answer["cost_per_million_tokens"] for answer in level["answers"] if "cost_per_million_tokens" in answer]
    assert costs and costs == sorted(costs)
    assert [level["key"] for level in site.best("dsr1", "8192-1024")][:2] == ["20-5s", "40-5s"]
    with pytest.raises(SiteError, match="there are 20-5s"):
        site.best("dsr1", "8192-1024", "nothing")


def test_answers_say_which_places_they_share(site: Site) -> None:
    level = site.best("dsr1", "8192-1024", "40-5s")
    places = [answer["places"]["cost"] for answer in level["answers"] if "cost" in answer["places"]]
    assert places[0][0] == 1 and places[-1][1] == len(places)
    assert all(places.count(place) == place[1] - place[0] + 1 for place in places)


def test_change_points_of_a_series_say_what_else_changed(site: Site) -> None:
    changes = site.change_points(model="dsr1", accelerator="mi355x")
    confirmed = [row for row in changes if row["class"] == "confirmed"]
    assert confirmed and {row["of"]["accelerator"] for row in changes} == {"mi355x"}
    assert [row["date"] for row in changes] == sorted((row["date"] for row in changes), reverse=True)
    assert all(row["explained"] == bool(row["candidates"]) and len(row["runs"]) == 2 for row in confirmed)
    newest = {row["id"]: row for row in site.changes()["change_points"]}
    assert all(newest[row["id"]] == row for row in confirmed)


def test_frontiers_trade_throughput_for_interactivity(site: Site) -> None:
    series = site.frontiers("dsr1", "8192-1024")["series"]
    assert len(series) > 5
    for frontier in series:
        speeds = [point["interactivity"] for point in frontier["points"]]
        throughputs = [point["throughput_per_accelerator"] for point in frontier["points"]]
        assert speeds == sorted(speeds) and throughputs == sorted(throughputs, reverse=True)


def test_knowledge_runs_and_records(site: Site) -> None:
    assert {"h100", "mi355x"} <= {item["key"] for item in site.hardware()}
    assert all(item["facts"]["name"] for table in (site.models(), site.frameworks()) for item in table)
    assert "8192-1024" in {item["key"] for item in site.workloads()}
    assert [edition["effective"] for edition in site.prices()] == sorted(edition["effective"] for edition in site.prices())
    runs = site.runs()
    assert len(runs) == site.index["counts"]["runs"]
    run = runs[-1]
    assert len(site.record(run["id"])["measurements"]) == run["measurements"]
    assert {"change_points", "announced", "withdrawn"} <= set(site.changes())


def test_a_table_becomes_a_data_frame_with_gaps(site: Site) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    table = site.table("measurements")
    total = sum(row.get("throughput_total", 0.0) for row in table)
    frame = table.pandas()
    assert isinstance(frame, pandas.DataFrame) and frame.shape == (len(table), len(table.columns))
    assert frame["throughput_total"].sum() == pytest.approx(total)
    assert frame["throughput_total"].isna().any(), "unknown is missing, not zero"
    other = table.polars()
    assert isinstance(other, polars.DataFrame) and other.shape == frame.shape
    assert other["throughput_total"].sum() == pytest.approx(total)
    assert other["throughput_total"].null_count() == int(frame["throughput_total"].isna().sum())
    # Kinds and columns are those of the description, whatever the rows happen to know.
    kinds = {"date": "datetime64[ns]", "concurrency": "Int64", "multi_node": "boolean", "retracted_when": "datetime64[ns]", "throughput_total": "float64"}
    assert {name: str(frame[name].dtype) for name in kinds} == kinds
    assert other.schema["date"] == polars.Date and other.schema["nodes"] == polars.Int64 and other.schema["standing"] == polars.Boolean
    # Rows of the API have objects in them; they stay objects.
    rows = site.measurements(model="dsr1", accelerator="h200")
    assert rows.polars().height == len(rows.pandas()) == len(rows)


def test_a_citation_names_what_was_read_and_its_licence(site: Site) -> None:
    text, entry = site.cite(), site.cite("bibtex")
    assert site.version in text and site.version in entry and "SemiAnalysis" in entry
    page = html.unescape(site.source.read("data/index.html").decode())
    assert text in page and entry in page, "the page's own words"
    assert site.licence and entry.startswith("@misc{inferencemax_") and entry.count("{") == entry.count("}")
    with pytest.raises(ValueError, match="bibtex"):
        site.cite("poem")


def test_a_question_asks_for_no_more_than_its_list_and_for_nothing_twice(address: str, asked: list[str]) -> None:
    site = Site(address)
    site.measurements(model="dsr1", accelerator="h100")
    site.measurements(framework="vllm", accelerator="h100")
    assert asked == ["/api/v1/index.json", "/api/v1/measurements/accelerators/h100/1.json"]


def test_what_is_not_there_is_said(site: Site, tmp_path: Path) -> None:
    with pytest.raises(SiteError, match="no accelerator 'h1000'; there are .*b200"):
        site.measurements(accelerator="h1000")
    with pytest.raises(SiteError, match="no field 'precission'; there are .*precision"):
        site.measurements(precission="fp8")
    with pytest.raises(SiteError, match="no accelerator 'h20000'"):
        site.history("dsr1", "8192-1024", accelerator="h20000")
    for wrong in ({"since": "01.02.2026"}, {"until": "2026-5-1"}, {"month": "2026-5"}):
        with pytest.raises(ValueError, match="isoformat"):
            site.measurements(**wrong)
    with pytest.raises(SiteError, match="data/nothing.json"):
        site.table("nothing")
    with pytest.raises(SiteError, match="built site"):
        Site(tmp_path)
    with pytest.raises(SiteError, match="Is the address right"):
        Site("http://127.0.0.1:9")
    (tmp_path / "api/v1").mkdir(parents=True)
    (tmp_path / "api/v1/index.json").write_text("<html>")
    with pytest.raises(SiteError, match="is not JSON"):
        Site(tmp_path)


def test_a_site_below_a_path_is_read_from_there(folder: Path, tmp_path: Path) -> None:
    copy = tmp_path / "api"
    shutil.copytree(folder / "api", copy)
    for file in copy.rglob("*.json"):
        text = file.read_text()
        file.write_text(text.replace('"/api/', '"/preview/api/').replace('"/runs/', '"/preview/runs/'))
    site, whole = Site(tmp_path), Site(folder)
    assert json.loads((copy / "v1/index.json").read_text())["links"]["self"].startswith("/preview/")
    assert len(site.measurements(model="dsr1")) == len(whole.measurements(model="dsr1"))
    assert len(site.history("dsr1", "8192-1024", accelerator="h200")) > 0
