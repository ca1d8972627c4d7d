"""In tables of spellings a line breaks after `&`, `,`, `;` and blanks, and nowhere else: a hook of MkDocs'."""

from __future__ import annotations

import re

_TABLE = re.compile(r'(?<=<div class="spellings">).*?(?=</div>)', re.DOTALL)
_CODE = re.compile(r"<code>.*?</code>")
_AFTER = re.compile(r"&amp;|[, ]|(?<!&lt)(?<!&gt);")


def on_page_content(html: str, **_: object) -> str:
    """The page, with a `<wbr>` wherever a spelling may break."""
    return _TABLE.sub(lambda table: _CODE.sub(lambda code: _AFTER.sub(r"\g<0><wbr>", code[0]), table[0]), html)
