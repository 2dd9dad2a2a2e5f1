"""Judges a built site's datasets with the tools that people read them with. Usage: check.py DATA_FOLDER"""

import json
import logging
import math
import sys
from pathlib import Path

import duckdb
import frictionless
import mlcroissant
import yaml

data = Path(sys.argv[1])
faults = []


def check_sums(parquet):
    """DuckDB sums every column of numbers in a Parquet file to what Python sums in the JSON file beside it.

    A float's words are the six digits of the JSON file, so the figures that they say sum to exactly the same; the floats
    themselves sum to the same within half a step of a float.
    """
    rows = json.loads(parquet.with_suffix(".json").read_text())
    described = duckdb.sql(f"DESCRIBE SELECT * FROM '{parquet}'").fetchall()
    count = duckdb.sql(f"SELECT count(*) FROM '{parquet}'").fetchall()[0][0]
    if count != len(rows):
        faults.append(f"{parquet.name}: {count} rows, and {len(rows)} in JSON")
    for name in [column[0] for column in described if column[1] in ("FLOAT", "DOUBLE", "BIGINT")]:
        found, floats, size, known = duckdb.sql(
            f'SELECT fsum("{name}"::VARCHAR::DOUBLE), fsum("{name}"), fsum(abs("{name}"::DOUBLE)), count("{name}") FROM \'{parquet}\''
        ).fetchall()[0]
        values = [row[name] for row in rows if name in row]
        if known != len(values):
            faults.append(f"{parquet.name}: {known} known in {name}, and {len(values)} in JSON")
        elif values and not math.isclose(found, math.fsum(values), rel_tol=1e-12):
            faults.append(f"{parquet.name}: {name} sums to {found}, and to {math.fsum(values)} in JSON")
        elif values and abs(floats - found) > size * 2**-24:
            faults.append(f"{parquet.name}: {name} sums to {floats} as floats, and to {found} in six digits")
    return len(rows)


def check_frictionless():
    report = frictionless.validate(str(data / "datapackage.json"))
    for error in report.flatten(["type", "message"]):
        faults.append(f"datapackage.json: {error}")
    return report.stats["tasks"]


def check_croissant():
    dataset = mlcroissant.Dataset(jsonld=str(data / "croissant.json"))
    faults.extend(f"croissant.json: {error}" for error in dataset.metadata.ctx.issues.errors)
    return len(dataset.metadata.record_sets)


def check_citation():
    citation = yaml.safe_load((data / "CITATION.cff").read_text())
    for field in ("cff-version", "message", "title", "authors", "version", "license"):
        if not citation.get(field):
            faults.append(f"CITATION.cff: no {field}")


logging.disable(logging.WARNING)
rows = sum(check_sums(parquet) for parquet in sorted(data.glob("*.parquet")))
resources, record_sets = check_frictionless(), check_croissant()
check_citation()
print("\n".join(faults) or f"{rows} rows, {resources} resources, {record_sets} record sets: sound")
sys.exit(bool(faults))
