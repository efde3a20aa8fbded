"""JSON as the calibration pipeline reads it."""

from __future__ import annotations

import json

import orjson


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
        If the text is not JSON.
    """
    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError as error:
        try:
            return json.loads(content.decode())
        except (ValueError, RecursionError):
            raise error from None
