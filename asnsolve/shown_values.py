"""Values of any kind as messages show them."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from types import BuiltinFunctionType, FunctionType
from typing import cast

_LONGEST = 100
_LONGEST_CELL = 120
_LONGEST_ERROR = 1000


def escaped(text: str, keep: str = "") -> str:
    r"""Write characters that a terminal would act on, or not show, as escapes.

    These are the control characters, line ends among them, the marks that change the direction of
    a text, other marks without a shape, and the bytes of file names that are not UTF-8.

    Parameters
    ----------
    text : str
        The text.
    keep : str
        Characters to leave alone.

    Returns
    -------
    str
        The same text for printable characters.

    Examples
    --------
    >>> escaped("two\nlines"), escaped("\x1b[31mred")
    ('two\\nlines', '\\x1b[31mred')
    """
    return _with_escapes(text, keep, lambda char: char.encode("unicode_escape").decode())


def json_escaped(text: str, keep: str = "") -> str:
    r"""Write characters that a terminal would act on, or not show, as escapes of JSON.

    Parameters
    ----------
    text : str
        A JSON text. Except for those in `keep`, all such characters must be inside its strings.
    keep : str
        Characters to leave alone: the white space between the parts of the text.

    Returns
    -------
    str
        A text that means the same.

    Examples
    --------
    >>> print(json_escaped('"\u202eabc"'))
    "\u202eabc"
    """
    return _with_escapes(text, keep, lambda char: json.dumps(char)[1:-1])


def _with_escapes(text: str, keep: str, escape: Callable[[str], str]) -> str:
    if is_plain(text, keep):
        return text
    return "".join(char if char.isprintable() or char in keep else escape(char) for char in text)


def is_plain(text: str, keep: str = "") -> bool:
    """Tell whether all characters of a text are printable.

    Parameters
    ----------
    text : str
        The text.
    keep : str
        Other characters that it may have.

    Returns
    -------
    bool
    """
    for char in keep:
        text = text.replace(char, "")
    return text.isprintable()


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
    is_list = kind in (list, tuple) and all(map(_is_plain, cast("list[object]", value)))
    if is_list or _is_plain(value):
        text = repr(value)
        return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    if issubclass(kind, type):
        return f"the class {_class_name(value)}"
    if kind in (FunctionType, BuiltinFunctionType):
        return f"the function {escaped(cast('FunctionType', value).__name__)}"
    name = _class_name(kind)
    return f"{'an' if name[0].lower() in 'aeiou' else 'a'} {name}"


def quoted(text: str) -> str:
    """Quote a text for a message.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    str
        The text in quotes, cut short if it is long.
    """
    return repr(text if len(text) <= _LONGEST else f"{text[:_LONGEST]}...")


def excerpt(value: object) -> str:
    """Quote the value of a cell for a message.

    Parameters
    ----------
    value : object
        The value.

    Returns
    -------
    str
        Its representation; of a long text the beginning and the length.
    """
    if isinstance(value, str | bytes) and len(value) > _LONGEST_CELL:
        return f"{value[:_LONGEST_CELL]!r}... ({len(value):,} characters)"
    return repr(value)


def _class_name(kind: object) -> str:
    # The class of a class may define how its attributes are looked up.
    return escaped(str(type.__dict__["__name__"].__get__(kind)))


def error_text(error: BaseException) -> str:
    r"""Write an error on one line: its class and its text.

    Parameters
    ----------
    error : BaseException
        The error. The class of an error from a rule file may fail to give a text.

    Returns
    -------
    str
        The class alone if there is no text.

    Examples
    --------
    >>> error_text(ValueError("two\nlines")), error_text(KeyError())
    ('ValueError: two\\nlines', 'KeyError')
    """
    text = "<exception str() failed>"
    # Neither sys.exit() nor an interruption in __str__ is about the run.
    with suppress(BaseException):
        text = escaped(str(error))
    name = _class_name(type(error))
    if len(text) > _LONGEST_ERROR:
        text = f"{text[:_LONGEST_ERROR]}..."
    return f"{name}: {text}" if text else name


def _is_plain(value: object) -> bool:
    return value is None or type(value) in (bool, int, float, str, bytes)
