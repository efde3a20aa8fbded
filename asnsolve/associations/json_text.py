"""JSON as the calibration pipeline reads and writes it."""

from __future__ import annotations

import json
from math import isfinite

import orjson

_MOST_LEVELS = 254
"""Levels that orjson writes."""


def parse_json(content: bytes) -> object:
    """Parse JSON, with the values that Python writes beside the standard (``NaN``).

    Parameters
    ----------
    content : bytes
        The text, in UTF-8.

    Returns
    -------
    object
        Dicts, lists, texts, numbers, booleans and None.

    Raises
    ------
    json.JSONDecodeError
        If the text is not JSON, or nested so deeply that it could not be written again.
    """
    data = _parsed(content)
    if is_too_deep(data):
        raise json.JSONDecodeError(f"nested more than {_MOST_LEVELS} levels deep", "", 0)
    return data


def _parsed(content: bytes) -> object:
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        try:
            data = json.loads(content.decode())
            # Half a pair of surrogates can be written as an escape, but is not valid text.
            json.dumps(data, ensure_ascii=False).encode()
        except (ValueError, RecursionError):
            raise error from None
        return data


def is_too_deep(data: object) -> bool:
    """Tell whether data is nested more deeply than JSON can be written.

    Parameters
    ----------
    data : object
        Dicts, lists, texts, numbers, dates, booleans and None.

    Returns
    -------
    bool
    """
    try:
        orjson.dumps(data)
    except orjson.JSONEncodeError as error:
        # Other errors are about values, which their readers check.
        return "ecursion" in str(error)
    return False


def json_bytes(data: object) -> bytes:
    """Write JSON, with the values that `parse_json` reads beyond the standard (``NaN``).

    Parameters
    ----------
    data : object
        Dicts, lists, texts, numbers, booleans and None.

    Returns
    -------
    bytes
        Indented UTF-8 text with a final newline.
    """
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    # orjson writes NaN as null, which would change what was read. To read the text back and compare
    # takes much less time than to visit every value.
    if b"null" in text and orjson.loads(text) != data and not _is_finite(data):
        return f"{json.dumps(data, indent=2, ensure_ascii=False)}\n".encode()
    return text


def _is_finite(data: object) -> bool:
    """Tell whether all numbers are finite, at any depth."""
    match data:
        case float():
            return isfinite(data)
        case dict():
            return all(map(_is_finite, data.values()))
        case list() | tuple():
            return all(map(_is_finite, data))
        case _:
            return True
