"""Values of any kind as messages show them."""

from __future__ import annotations

_LONGEST = 100


def escaped(text: str) -> str:
    r"""Write control characters of a text as escapes, so that a message stays on one line.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    str
        The same text for printable characters.

    Examples
    --------
    >>> escaped("two\nlines")
    'two\\nlines'
    """
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def shown(value: object) -> str:
    """Describe a value without calling code that its class defines.

    Parameters
    ----------
    value : object
        Anything.

    Returns
    -------
    str
        The value itself if it is a text, number, or constant; else what it is.

    Examples
    --------
    >>> shown("call"), shown(2.5), shown([1]), shown(int)
    ("'call'", '2.5', '[1]', 'the class int')
    """
    kind = type(value)
    if _is_plain(value) or (isinstance(value, list | tuple) and all(map(_is_plain, value))):
        text = repr(value)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    name = escaped(str(getattr(value, "__name__", "")))
    if isinstance(value, type):
        return f"the class {name}"
    if callable(value) and name:
        return f"the function {name}"
    article = "an" if kind.__name__[0].lower() in "aeiou" else "a"
    return f"{article} {escaped(kind.__name__)}"


def _is_plain(value: object) -> bool:
    return value is None or type(value) in (bool, int, float, str, bytes)
