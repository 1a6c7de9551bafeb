"""Why a file as a whole cannot be read, in one sentence that can be told in both languages."""

from __future__ import annotations

from guanjia.domain.errors import FileRefused
from guanjia.i18n import N_


class Unreadable(FileRefused):
    """A file that cannot be read, whoever sent it.

    Attributes:
        reason_code: `unreadable_file` or `empty_file`.
        sentence: what is wrong and what to do, in English with ``{fields}``; translated where it is shown.
        fields: values of the sentence's fields.
    """

    def __init__(self, sentence: str, /, reason_code: str = "unreadable_file", **fields: object) -> None:
        self.sentence = sentence
        self.fields = {name: str(value) for name, value in fields.items()}
        super().__init__(reason_code, sentence.format(**self.fields))


EMPTY = N_("The file is empty. Export it again.")
UNKNOWN_KIND = N_("Files that end in {suffix} are not read. Save it as .xlsx, .xls or .csv.")
WRONG_KIND = N_(
    "The file is called {suffix} but its content is {content}. Save it again from the program it came from."
)
PASSWORD = N_("The workbook is protected with a password. Save it without one.")
MACROS = N_("The workbook contains macros. Save it as .xlsx without them.")
DAMAGED = N_("The workbook is damaged or was cut off while it was copied. Export or copy it again.")
TOO_LARGE = N_("The file takes {found} MB, at most {limit} MB are read. Split it.")
UNPACKS_TOO_LARGE = N_(
    "Unpacked, the workbook takes more than {limit} MB, which no register does. Split it or save it as CSV."
)
TOO_MANY_CELLS = N_(
    "The workbook claims more than {limit} cells. Delete the empty rows and columns, or save it as CSV."
)
TOO_MANY_COLUMNS = N_("The table has more than {limit} columns. Delete those that are not needed.")
TOO_MANY_SHEETS = N_("The workbook has {found} sheets, at most {limit} are read. Split it.")
TYPE_DECLARATION = N_("The workbook contains a document type declaration, which no spreadsheet program writes.")
ENCODING = N_("The text is neither UTF-8 nor GB18030. Save the file as CSV UTF-8.")
OPEN_QUOTE = N_(
    "A quotation mark near row {row} is never closed, so that rows run together. Correct it and save again."
)
LONG_CELL = N_("Near row {row} a cell is longer than any cell can be; a quotation mark may not be closed. Correct it.")
VANISHED = N_("The file cannot be opened ({problem}). Check that it is there and may be read.")
CONTENT_WORKBOOK = N_("a workbook (.xlsx)")
CONTENT_OLD_WORKBOOK = N_("an old workbook (.xls)")
CONTENT_TEXT = N_("a text, such as CSV")
CONTENT_UNKNOWN = N_("of no kind that is read here")
