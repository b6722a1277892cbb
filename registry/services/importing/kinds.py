"""Kinds of problems, as the heading of a group says them."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "ANSWER_BLANK": _("Answer is blank"),
    "ANSWER_DOUBTFUL": _("Answer may mean something else"),
    "ANSWER_UNKNOWN": _("Answer is not known"),
    "CELL_BLANK": _("Cell must not be blank"),
    "CELL_UNREADABLE": _("Cell cannot be read"),
    "CELLS_NOT_READ": _("Cells beyond the headings"),
    "COLUMN_SHARED": _("Column fills several fields"),
    "CONTROLS_REMOVED": _("Characters that cannot be shown"),
    "DATES_OUT_OF_ORDER": _("Dates in an unlikely order"),
    "DATE_AMBIGUOUS": _("Day or month comes first?"),
    "DATE_APPROXIMATE": _("Date names no exact day"),
    "DATE_IMPOSSIBLE": _("Year cannot be right"),
    "DATE_LEFT_OUT": _("Retired before implemented"),
    "DATE_OTHER_ORDER": _("Day and month the other way round"),
    "DATE_SERIAL": _("Date is a spreadsheet’s number"),
    "DATE_UNREADABLE": _("Date cannot be read"),
    "DATE_WITH_COMMENT": _("Words beside a date"),
    "DATE_YEAR_AS_DAY": _("Year shown as a day"),
    "EMAIL_UNREADABLE": _("Not an e-mail address"),
    "FILE_CUT_OFF": _("File breaks off"),
    "GATE_NEEDED": _("Goes live only through a gate"),
    "HEADING_BLANK": _("Column without a heading"),
    "HEADING_REPEATED": _("Heading occurs twice"),
    "KEPT_HERE": _("Changed here since the last import, kept"),
    "KEY_REPEATED": _("Row cannot be told from another"),
    "NAMESAKE": _("Name exists in the register already"),
    "NAME_BLANK": _("Name is blank"),
    "NAME_REPEATED": _("Same name twice in one unit"),
    "OWN_UNREADABLE": _("Custom field does not take this"),
    "OWNER_UNKNOWN": _("Owner is not known here"),
    "PERSON_UNKNOWN": _("Person is not known here"),
    "RECORD_UNKNOWN": _("Record is not known here"),
    "ROW_CUT_OFF": _("Row breaks off"),
    "ROW_REFUSED": _("Refused as it would be by hand"),
    "ROW_REPEATED": _("Row repeats another word for word"),
    "ROW_TOO_LONG": _("Row has too many cells"),
    "ROW_TOO_SHORT": _("Row has too few cells"),
    "SHEETS_NOT_READ": _("Other sheets are not read"),
    "TEXT_SHORTENED": _("Text is shortened"),
    "TEXT_TOO_LONG": _("Text is too long"),
    "TOO_MANY_ROWS": _("Too many rows at once"),
    "WORKFLOW_UNKNOWN": _("Workflow is not known here"),
}


def kind_label(code: str) -> str:
    return str(KINDS.get(code) or code.replace("_", " ").capitalize())
