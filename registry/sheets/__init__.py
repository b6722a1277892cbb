"""Spreadsheets in and out, without a database: reading, mapping, parsing and exporting inventories."""

from registry.sheets.duplicates import distinguish, near_duplicates
from registry.sheets.export import csv_lines, neutralise, restore, write_csv, write_json, write_xlsx
from registry.sheets.fields import FIELDS, OWN, Field, Kind, field_of
from registry.sheets.inventory import ParsedSheet, parse_sheet
from registry.sheets.mapping import load_shipped, shipped_mappings, validate_mapping
from registry.sheets.parsing import ParsedRow, parse_row
from registry.sheets.problems import Problem, Severity, SheetRefused
from registry.sheets.reading import open_sheet
from registry.sheets.rules import ColumnMapping, Combine, Order, compile_mapping
from registry.sheets.sheet import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, Row, Sheet
from registry.sheets.suggesting import suggest

__all__ = [
    "FIELDS",
    "MAX_BYTES",
    "MAX_COLUMNS",
    "MAX_ROWS",
    "OWN",
    "ColumnMapping",
    "Combine",
    "Field",
    "Kind",
    "Order",
    "ParsedRow",
    "ParsedSheet",
    "Problem",
    "Row",
    "Severity",
    "Sheet",
    "SheetRefused",
    "compile_mapping",
    "csv_lines",
    "distinguish",
    "field_of",
    "load_shipped",
    "near_duplicates",
    "neutralise",
    "open_sheet",
    "parse_row",
    "parse_sheet",
    "restore",
    "shipped_mappings",
    "suggest",
    "validate_mapping",
    "write_csv",
    "write_json",
    "write_xlsx",
]
