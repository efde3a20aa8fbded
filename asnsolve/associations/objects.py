"""Associations as objects, made from columns when they are asked for."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from asnsolve.associations.association import Association, Member, Product
from asnsolve.associations.build import Block
from asnsolve.associations.words import (
    UNSET,
    MemberWords,
    Words,
    degraded_status,
    sentences,
    value_of,
)
from asnsolve.naming import exposure_of, stage_of
from asnsolve.solvers.arrays import ranges

__all__ = ["associations_of"]

Ints = NDArray[np.int64]

_MOST = 20_000
"""Associations that are made in one go."""


def associations_of(words: Words, asn_pool: str) -> tuple[Association, ...]:
    """Make the associations that stay, in order.

    Parameters
    ----------
    words : Words
        Their words.
    asn_pool : str
        Name of the pool.
    """
    made: list[Association] = []
    for start in range(0, len(words), _MOST):
        part = slice(start, min(start + _MOST, len(words)))
        names = words.file_names(part).list()
        found: list[Association | None] = [None] * len(names)
        for block, own, at in words.by_block(part):
            mine = [names[place] for place in at.tolist()]
            for place, one in zip(
                at.tolist(), _of_block(words, block, own, mine, asn_pool), strict=True
            ):
                found[place] = one
        made += [one for one in found if one is not None]
    return tuple(made)


def _of_block(
    words: Words, block: Block, own: Ints, file_names: list[str], asn_pool: str
) -> Iterator[Association]:
    rule, names = block.rule, block.names
    first = next(at for at, other in enumerate(words.table.blocks) if other is block)
    places = own + words.table.first[first]
    members = _members(words, block, places)
    signatures = _signatures(block, own)
    told = list(sentences(rule))
    for file_name, signature, product, program, asn_id, target, degraded in zip(
        file_names,
        signatures,
        names.product.texts(own).list(),
        names.program.texts(own).list(),
        names.asn_id.texts(own).list(),
        names.target.texts(own).list(),
        words.degraded(places).tolist(),
        strict=True,
    ):
        yield Association(
            rule=rule.name,
            asn_type=rule.asn_type,
            asn_id=asn_id,
            program=program,
            target=target,
            products=(Product(product, next(members)),),
            file_name=file_name,
            asn_pool=asn_pool,
            constraints="\n".join(
                f"{text} ({signature[clause.name] or UNSET})" if clause.key else text
                for text, clause in told
            ),
            degraded_status=degraded_status(rule, degraded=degraded),
            version_id=words.version_id,
            signature=signature,
            level=rule.base.level,
        )


def _signatures(block: Block, own: Ints) -> Iterator[dict[str, str]]:
    keys = [key for key, _ in block.names.signature]
    columns: list[list[str]] = []
    for _, taken in block.names.signature:
        codes, back = np.unique(taken.codes[own], return_inverse=True)
        said = [value_of(taken, code) for code in codes.tolist()]
        columns.append([said[place] for place in back.tolist()])
    if not columns:
        yield from ({} for _ in range(len(own)))
    for values in zip(*columns, strict=True):
        yield dict(zip(keys, values, strict=True))


def _members(words: Words, block: Block, places: Ints) -> Iterator[tuple[Member, ...]]:
    starts = words.table.members.starts
    sizes = starts[places + 1] - starts[places]
    positions = ranges(starts[places], sizes)
    said = words.members(positions, np.repeat(words.table.scopes[places], sizes), block)
    found = _each(words, said)
    for size in sizes.tolist():
        yield tuple(islice(found, size))


def _each(words: Words, said: MemberWords) -> Iterator[Member]:
    roles, errors, cells = words.table.roles.words, words.errors, words.cells
    for name, role, error, cell, lean in zip(
        said.names.list(),
        said.roles.tolist(),
        said.errors.tolist(),
        said.cells.tolist(),
        said.lean.tolist(),
        strict=True,
    ):
        if lean:
            yield Member(name, roles[role], derived=True)
        else:
            yield Member(
                name,
                roles[role],
                errors[error],
                cells[cell],
                exposure=exposure_of(name),
                stage=stage_of(name),
            )
