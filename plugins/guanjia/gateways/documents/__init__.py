"""Documents: pages as PDF, the same on every machine and at every run.

A template is a Typst file of the package; what it shows comes in as data and is never read as markup:

    make_pdf(Path(__file__).with_name("list_document.typ"), {"rows": rows}, dated=as_of, language="zh")

Fonts come with the environment (packages noto-cjk-sans-otc, noto-cjk-sans-jp-bold, manimgx-fonts) and are embedded in
each document.
"""

from guanjia.gateways.documents.fonts import why_nothing_can_be_printed
from guanjia.gateways.documents.printing import make_pdf

__all__ = ["make_pdf", "why_nothing_can_be_printed"]
