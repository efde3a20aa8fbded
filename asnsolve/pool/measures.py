"""Columns that measure: numbers with a unit, times, and positions on the sky.

A pool holds text. A *measure* says what the cells of a column are as numbers, and in which unit:
`number`, `time`, `right_ascension` and `declination` make one, for the ``COLUMNS`` of a rule file.
Quantities that rules compare with are numbers with a unit too.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from asnsolve.errors import ExpressionError, Problem
from asnsolve.shown_values import shown

if TYPE_CHECKING:
    from astropy.units import UnitBase

Kind = Literal["number", "time", "right ascension", "declination"]

MJD: Final = "mjd"
"""Unit of a moment: days since the beginning of the modified Julian date."""

DAY: Final = "d"
DEGREE: Final = "deg"

_TURN: Final = 360.0
_POLE: Final = 90.0
_FIRST_JD: Final = 2_400_000.5
"""The Julian date at which the modified Julian date is 0; larger numbers are Julian dates."""

_LAST_JD: Final = 5_373_484.5
"""The Julian date of the end of the year 9999."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What the cells of a column are as numbers.

    Parameters
    ----------
    column : str
        Name of the column, lower-cased.
    kind : "number", "time", "right ascension" or "declination"
        What the column measures. Times are kept as modified Julian dates, in UTC.
    unit : str
        The unit of its numbers, as astropy writes it; empty for numbers without a unit.
    """

    column: str
    kind: Kind = "number"
    unit: str = ""

    def __str__(self) -> str:
        """Say what a cell is, such as "a number in s"."""
        match self.kind:
            case "time":
                return "a time: an MJD, a JD or a date such as 2024-01-31T12:00:00"
            case "number":
                return f"a number in {self.unit}" if self.unit else "a number"
            case _:
                least = 0 if self.kind == "right ascension" else -90
                most = 360 if self.kind == "right ascension" else 90
                return f"a {self.kind} from {least} to {most} deg"

    @property
    def span(self) -> tuple[float, float]:
        """The least and the greatest number that a cell can be; infinite if there is none."""
        match self.kind:
            case "right ascension":
                return 0.0, math.nextafter(_TURN, 0.0)
            case "declination":
                return -_POLE, _POLE
            case _:
                return -math.inf, math.inf

    def numbers(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Read cells.

        Parameters
        ----------
        texts : sequence of str
            The cells, n of them.

        Returns
        -------
        ndarray of float64, shape (n,)
            NaN where a cell is not what the column measures.
        """
        numbers = plain_numbers(texts)
        match self.kind:
            case "time":
                unread = np.flatnonzero(np.isnan(numbers))
                # A larger number is not a modified Julian date; it may be one such as 20220821.
                numbers[numbers > _LAST_JD] = np.nan
                numbers[numbers > _FIRST_JD] -= _FIRST_JD
                numbers[unread] = _dates([texts[at].upper() for at in unread.tolist()])
            case "right ascension":
                numbers[np.abs(numbers) > _TURN] = np.nan
                numbers %= _TURN
            case "declination":
                numbers[np.abs(numbers) > _POLE] = np.nan
            case _:
                pass
        # Adding 0 makes 0 of -0.
        return numbers + 0.0

    def value(self, number: float, unit: str) -> float | None:
        """Express a value in the unit of the column.

        Parameters
        ----------
        number : float
            A value.
        unit : str
            Its unit.

        Returns
        -------
        float or None
            None if the column measures something else.
        """
        if self.kind == "time":
            return number if unit == MJD else None
        return None if unit == MJD else converted(number, unit, self.unit)

    def width(self, number: float, unit: str) -> float | None:
        """Express a difference of two values in the unit of the column.

        Parameters
        ----------
        number : float
            A difference.
        unit : str
            Its unit.

        Returns
        -------
        float or None
            Of times in days; None if the column measures something else.
        """
        return None if unit == MJD else converted(number, unit, self.width_unit)

    @property
    def value_unit(self) -> str:
        """The unit of its values."""
        return MJD if self.kind == "time" else self.unit

    @property
    def width_unit(self) -> str:
        """The unit of differences of its values."""
        return DAY if self.kind == "time" else self.unit


def number(column: str, unit: object = "") -> Measure:
    """Declare a column of numbers.

    Parameters
    ----------
    column : str
        Name of the column.
    unit : astropy unit or str
        Unit of its numbers, such as ``u.s`` or ``"s"``; none by default.

    Returns
    -------
    Measure

    Raises
    ------
    ExpressionError
        If there is no such unit.
    """
    return Measure(_name(column), "number", unit_text(unit))


def time(column: str) -> Measure:
    """Declare a column of times, whose cells are modified Julian dates, Julian dates or dates.

    Parameters
    ----------
    column : str
        Name of the column.

    Returns
    -------
    Measure
        Dates are read as astropy.time reads them, in UTC.
    """
    return Measure(_name(column), "time", DAY)


def right_ascension(column: str) -> Measure:
    """Declare a column of right ascensions in degrees.

    Parameters
    ----------
    column : str
        Name of the column.

    Returns
    -------
    Measure
    """
    return Measure(_name(column), "right ascension", DEGREE)


def declination(column: str) -> Measure:
    """Declare a column of declinations in degrees.

    Parameters
    ----------
    column : str
        Name of the column.

    Returns
    -------
    Measure
    """
    return Measure(_name(column), "declination", DEGREE)


def unit_text(unit: object) -> str:
    """Return a unit as text.

    Parameters
    ----------
    unit : astropy unit or str
        The unit.

    Returns
    -------
    str
        As astropy writes it.

    Raises
    ------
    ExpressionError
        If there is no such unit.
    """
    from astropy.units import UnitBase
    from astropy.units.function import FunctionUnitBase

    if isinstance(unit, FunctionUnitBase):
        what = f"{shown(str(unit))} is a logarithmic unit, in which differences mean something else"
        raise ExpressionError(Problem(what, expected="a linear unit, such as u.Jy, or u.mag"))
    if not isinstance(unit, str | UnitBase):
        raise ExpressionError(Problem(f"{shown(unit)} is no unit", expected=_A_UNIT))
    return str(_unit(unit).to_string()) if isinstance(unit, str) else str(unit.to_string())


def quantity(value: object) -> tuple[float, str]:
    """Read what a rule compares with: a number, a quantity, or a moment.

    Parameters
    ----------
    value : int, float, astropy Quantity, astropy Time, or str
        The value; a text is a date.

    Returns
    -------
    number : float
        Its number; of a moment, the modified Julian date in UTC.
    unit : str
        Its unit, as astropy writes it; `MJD` of a moment; empty if it has none.

    Raises
    ------
    ExpressionError
        If it is none of these, or not finite.
    """
    from astropy.time import Time
    from astropy.units import Quantity

    if isinstance(value, bool) or not isinstance(value, int | float | str | Quantity | Time):
        raise _no_quantity(value)
    if isinstance(value, Quantity | Time) and not value.isscalar:
        raise _no_quantity(value)
    if isinstance(value, Quantity):
        number, unit = float(value.value), unit_text(value.unit)
    elif isinstance(value, Time):
        number, unit = float(value.utc.mjd), MJD
    elif isinstance(value, str):
        number, unit = float(_dates([value.strip().upper()])[0]), MJD
    else:
        number, unit = float(value), ""
    if not math.isfinite(number):
        raise _no_quantity(value)
    return number + 0.0, unit


def read_quantity(text: str) -> tuple[float, str] | None:
    """Read a number with its unit.

    Parameters
    ----------
    text : str
        The text, such as ``2arcmin`` or ``30 d``.

    Returns
    -------
    tuple of (float, str), or None
        The number, and the unit as astropy writes it, which is empty if there is none; None if the
        text is something else, or the number is not finite.
    """
    from astropy.units import Quantity

    try:
        read = Quantity(text)
    except (TypeError, ValueError):
        return None
    number = float(read.value)
    return (number + 0.0, unit_text(read.unit)) if math.isfinite(number) else None


def converted(number: float, unit: str, to: str) -> float | None:
    """Convert a number to another unit.

    Parameters
    ----------
    number : float
        The number.
    unit, to : str
        Its unit, and the other one, as astropy writes them.

    Returns
    -------
    float or None
        None if the units are of different quantities.
    """
    if unit == to:
        return number
    from astropy.units import UnitConversionError

    try:
        return float(_unit(unit).to(_unit(to), number))
    except UnitConversionError:
        return None


def turn_of(unit: str) -> float:
    """Return after how much values begin again.

    Parameters
    ----------
    unit : str
        Their unit, as astropy writes it.

    Returns
    -------
    float
        360 degrees of an angle; 0 of values that never do.
    """
    return converted(_TURN, DEGREE, unit) or 0.0


_LEAST_OF_ARROW: Final = 1e-4
_LARGEST_OF_ARROW: Final = 1e9
"""Between them, Arrow writes numbers as Python does."""


def number_text(number: float) -> str:
    """Write a number in the fewest digits that tell it.

    Parameters
    ----------
    number : float
        The number.

    Returns
    -------
    str
        As ``59812.3``; a whole number without a point.
    """
    return repr(number).removesuffix(".0")


def number_texts(numbers: NDArray[np.float64]) -> pa.StringArray:
    """Write numbers as `number_text` does.

    Parameters
    ----------
    numbers : ndarray of float64, shape (n,)
        The numbers.

    Returns
    -------
    pyarrow.StringArray of length n
        Null where a number is NaN.
    """
    texts = pc.cast(pa.array(numbers, mask=np.isnan(numbers)), pa.string())
    # Arrow takes a fifth of the time, but writes very small and large numbers in another way.
    sizes = np.abs(numbers)
    is_extreme = ((sizes < _LEAST_OF_ARROW) & (sizes > 0)) | (sizes >= _LARGEST_OF_ARROW)
    if is_extreme.any():
        own = pa.array(map(number_text, numbers[is_extreme].tolist()), pa.string())
        texts = pc.replace_with_mask(texts, is_extreme, own)
    return texts


_A_UNIT: Final = "a unit of astropy, such as u.s or 's'"


@cache
def _unit(text: str) -> UnitBase:
    from astropy.units import Unit

    try:
        return Unit(text)
    except ValueError as error:
        raise ExpressionError(Problem(f"{text!r} is no unit", expected=_A_UNIT)) from error


def _no_quantity(value: object) -> ExpressionError:
    expected = "a number, a quantity such as 30 * u.day, or a time"
    return ExpressionError(Problem(f"{shown(value)} cannot be compared with", expected=expected))


def _name(column: object) -> str:
    if not isinstance(column, str) or not column.strip():
        raise ExpressionError(Problem(f"{shown(column)} is no column", expected="its name"))
    return column.strip().lower()


def plain_numbers(texts: Sequence[str] | pa.StringArray) -> NDArray[np.float64]:
    """Read decimal numbers.

    Parameters
    ----------
    texts : sequence of str or pyarrow.StringArray
        The texts, n of them; none is null.

    Returns
    -------
    ndarray of float64, shape (n,)
        NaN where a text is no finite number.
    """
    try:
        # This is several times as fast, but does not read some texts that Python reads, such as +1.
        cells = texts if isinstance(texts, pa.Array) else pa.array(texts, pa.string())
        numbers: NDArray[np.float64] = pc.cast(cells, pa.float64()).to_numpy(zero_copy_only=False)
    except (pa.ArrowInvalid, UnicodeEncodeError):
        listed = texts.to_pylist() if isinstance(texts, pa.Array) else texts
        return np.fromiter(map(plain_number, listed), np.float64, len(listed))
    return np.where(np.isfinite(numbers), numbers, np.nan)


def plain_number(text: str) -> float:
    """Read a decimal number.

    Parameters
    ----------
    text : str
        The text.

    Returns
    -------
    float
        NaN if it is no finite number.
    """
    try:
        number = float(text)
    except ValueError:
        return math.nan
    # Python also takes 1_000.
    return number if math.isfinite(number) and "_" not in text else math.nan


def _dates(texts: list[str]) -> NDArray[np.float64]:
    """Read dates as modified Julian dates, shape (n,); NaN where a text is none."""
    if not texts:
        return np.array([])
    from astropy.time import Time

    try:
        with warnings.catch_warnings():
            # Of years far away astropy warns that leap seconds are not known.
            warnings.simplefilter("ignore")
            numbers = np.asarray(Time(texts, scale="utc").mjd, dtype=np.float64)
    except ValueError:
        # Astropy reads all or none: halves are read until those that are no dates stand alone.
        if len(texts) == 1:
            return np.array([np.nan])
        middle = len(texts) // 2
        return np.concatenate([_dates(texts[:middle]), _dates(texts[middle:])])
    return np.where(np.isfinite(numbers), numbers, np.nan)
