"""A form for suppliers without a workbook: an empty CSV for answers on embedded emissions, and beside it what
each column means. `lingtan supplier-template [--out FILE]`.

The form is the contract `supplier_embedded_emissions` less what the receiver fills in; docs/commands.md has
the entry of `sources.yml` that reads it back.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from lingtan import arguments, contracts, files
from lingtan import settings as lingtan_settings
from lingtan.publish import rows

TABLE = "supplier_embedded_emissions"
RECEIVERS = frozenset({"net_mass_t", "doubts", "template_version", "document_sha256", "revision"})
MARK = "\ufeff"  # by it a spreadsheet program knows UTF-8


def form() -> tuple[contracts.Field, ...]:
    """The columns a supplier fills in, in the contract's order."""
    return tuple(field for field in contracts.load(TABLE).fields if field.name not in RECEIVERS)


def write(file: Path) -> list[Path]:
    """The form, one line of headers and nothing else, and `<name>_columns.csv`: column, whether it must be
    filled, the words it takes, meaning. Files that were there are replaced; returns both paths.
    """
    meanings = file.with_name(f"{file.stem}_columns.csv")
    told = [
        (field.name, field.required, " ".join(field.enum), field.type, field.description) for field in form()
    ]
    for path, content in (
        (file, rows.csv_text([field.name for field in form()], [])),
        (meanings, rows.csv_text(["column", "must_be_filled", "words", "type", "meaning"], told)),
    ):
        files.replace_bytes(MARK.encode() + content, path)
    return [file, meanings]


def main(argv: Sequence[str] | None = None) -> int:
    """Write the form and the meaning of its columns."""
    parser = argparse.ArgumentParser("lingtan supplier-template", description=main.__doc__)
    parser.add_argument("--out", metavar="FILE", type=Path, help="other file than out/supplier_answers.csv")
    asked = parser.parse_args(argv)
    for file in write(asked.out or lingtan_settings.load().out / "supplier_answers.csv"):
        print(arguments.shown(file))
    return 0
