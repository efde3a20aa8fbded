"""Associations as lines of JSON, made from columns: an association's object is never made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import orjson
from numpy.typing import NDArray

from asnsolve.associations.build import Block
from asnsolve.associations.coded import Taken
from asnsolve.associations.words import (
    UNSET,
    MemberWords,
    Words,
    degraded_status,
    laid,
    sentences,
    value_of,
)
from asnsolve.associations.write import code_version
from asnsolve.expr.nodes import Same
from asnsolve.pool.texts import Texts
from asnsolve.solvers.arrays import ranges

__all__ = ["Lines"]

Ints = NDArray[np.int64]

_MOST_VALUES = 10_000
"""Up to so many values of a key are written once; more are written where they stand."""


@dataclass(frozen=True)
class Lines:
    """Writes associations as JSON, without line breaks or blanks between the parts.

    Each text is what `asnsolve.associations.write.to_dict` holds, byte by byte.

    Parameters
    ----------
    words : Words
        What the associations say.
    asn_pool : str
        Name of the pool.
    """

    words: Words
    asn_pool: str

    def texts(self, part: slice) -> Texts:
        """Write the associations of a part, in order; shape (size of the part,)."""
        texts: list[Texts] = []
        places: list[Ints] = []
        for block, own, at in self.words.by_block(part):
            texts.append(self._block(block, own))
            places.append(at)
        return laid(texts, places)

    def _block(self, block: Block, own: Ints) -> Texts:
        """Write associations of one rule."""
        words, names, rule = self.words, block.names, block.rule
        places = own + words.table.first[words.table.blocks.index(block)]
        status = [degraded_status(rule, degraded=degraded) for degraded in (False, True)]
        row: list[Texts | str] = [
            f'{{"asn_type":{_json(rule.asn_type)},"asn_rule":{_json(rule.name)}'
            f',"version_id":{_json(words.version_id)},"code_version":{_json(code_version())}'
            ',"degraded_status":',
            Texts.of(map(_json, status)).take(words.degraded(places).astype(np.int64)),
            ',"program":"',
            names.program.texts(own).as_json(),
            '","constraints":"',
            *self._constraints(block, own),
            '","asn_id":"',
            names.asn_id.texts(own).as_json(),
            '","target":"',
            names.target.texts(own).as_json(),
            f'","asn_pool":{_json(self.asn_pool)},"products":[{{"name":"',
            names.product.texts(own).as_json(),
            '","members":[',
            self._members(block, places),
            "]}]}",
        ]
        return Texts.joined(row, len(own))

    def _constraints(self, block: Block, own: Ints) -> Iterator[Texts | str]:
        signature = dict(block.names.signature)
        mark = ""
        for text, clause in sentences(block.rule):
            yield _inner(f"{mark}{text}")
            if clause.key is not None:
                yield " ("
                yield self._values(clause.key, signature[clause.name], own)
                yield ")"
            mark = "\n"

    def _values(self, key: Same, taken: Taken, own: Ints) -> Texts:
        codes = taken.codes[own]
        if len(taken.values) > _MOST_VALUES:
            plain = len(key.sources) == 1 and key.instead is None and not taken.several
            if plain and (codes >= 0).all():
                return self.words.table.scoped.pool.texts(key.sources[0]).take(codes).as_json()
            return Texts.of([value_of(taken, code) or UNSET for code in codes.tolist()]).as_json()
        if id(taken) not in self._tables:
            total = len(taken.values) + len(taken.several)
            said = [value_of(taken, code) for code in range(total)]
            self._tables[id(taken)] = Texts.of([*said, UNSET]).as_json()
        table = self._tables[id(taken)]
        return table.take(np.where(codes < 0, len(table) - 1, codes))

    @cached_property
    def _tables(self) -> dict[int, Texts]:
        return {}

    def _members(self, block: Block, places: Ints) -> Texts:
        words = self.words
        starts = words.table.members.starts
        sizes = starts[places + 1] - starts[places]
        positions = ranges(starts[places], sizes)
        said = words.members(positions, np.repeat(words.table.scopes[places], sizes), block)
        pieces: list[Texts | str] = ['{"expname":"', said.names.as_json(), '","exptype":']
        pieces += self._tail(said, level=block.rule.base.level)
        return Texts.joined(pieces, len(positions)).lists(np.cumsum(sizes) - sizes, ",")

    def _tail(self, said: MemberWords, *, level: int) -> list[Texts | str]:
        errors = np.where(said.lean, len(self._errors) - 1, said.errors)
        found: list[Texts | str] = [
            self._roles.take(said.roles.astype(np.int64)),
            self._errors.take(errors),
        ]
        if level == 3:
            found.append(self._cells.take(np.where(said.lean, len(self._cells) - 1, said.cells)))
        return [*found, "}"]

    @cached_property
    def _roles(self) -> Texts:
        return Texts.of(map(_json, self.words.table.roles.words))

    @cached_property
    def _errors(self) -> Texts:
        return _options("exposerr", self.words.errors)

    @cached_property
    def _cells(self) -> Texts:
        return _options("asn_candidate", self.words.cells)


def _options(key: str, values: Sequence[str | None]) -> Texts:
    """Write what can stand under a key of a member; the last place stands for no such key."""
    return Texts.of([*(f',"{key}":{_json(value)}' for value in values), ""])


def _json(value: str | None) -> str:
    return orjson.dumps(value).decode()


def _inner(text: str) -> str:
    """Return a text as it stands between the quotes of JSON."""
    return _json(text)[1:-1]
