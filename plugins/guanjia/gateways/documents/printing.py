"""From a template and its values to a PDF."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from guanjia.domain.errors import DocumentError
from guanjia.gateways.documents.fonts import loaded_fonts, why_nothing_can_be_printed
from guanjia.gateways.documents.printable import printable_values
from guanjia.i18n import normalised

if TYPE_CHECKING:
    import typst

ROOT: Final = Path(__file__).parents[2]
"""A template reads files of the package and no others."""

_of_this_thread = threading.local()


def make_pdf(template: Path, values: Mapping[str, object], *, dated: datetime, language: str) -> bytes:
    """Typeset a document.

    The same values give the same bytes, on every machine. Safe in several threads at once, which then work on as many
    processors.

    Args:
        template: Typst file of this package; it gets the values through ``house.typ``.
        values: plain values and nested lists or mappings of them; text is set as it stands, never read as markup.
        dated: aware instant for the document's own properties.
        language: zh or en; decides how lines are broken.

    Returns:
        A PDF with its fonts embedded.

    Raises:
        DocumentError: fonts or typesetter are not installed, or the template cannot be set with these values.
    """
    missing = why_nothing_can_be_printed()
    if missing is not None:
        raise missing
    inputs = {
        "values": json.dumps(printable_values(values), ensure_ascii=False),
        "language": normalised(language),
    }
    try:
        made = _compiler(template).compile(format="pdf", sys_inputs=inputs, timestamp=int(dated.timestamp()))
    except (RuntimeError, OSError) as error:  # typst.TypstError is a RuntimeError
        raise DocumentError(
            f"The document {template.stem} could not be typeset: {error}. This is a fault of the template or "
            "of the values given to it; report it."
        ) from error
    if not isinstance(made, bytes):
        raise DocumentError(f"The document {template.stem} could not be typeset: the typesetter returned no PDF.")
    return made


def _compiler(template: Path) -> typst.Compiler:
    """One per thread and template: it keeps what it has read, and cannot set two documents at once."""
    import typst

    kept: dict[Path, typst.Compiler] = _of_this_thread.__dict__.setdefault("compilers", {})
    if template not in kept:
        kept[template] = typst.Compiler(
            str(template), root=str(ROOT), font_paths=loaded_fonts(), ignore_system_fonts=True
        )
    return kept[template]
