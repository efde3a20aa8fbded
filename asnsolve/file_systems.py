"""Files of object stores and other file systems, named by URLs such as ``s3://bucket/pool/``.

An object store shows an object only when all of it has been written. Requests that take longer than
`CONNECT_SECONDS` and `REQUEST_SECONDS` are given up, after they have been tried again.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from itertools import islice
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar
from urllib.parse import parse_qsl, unquote, urlsplit, urlunsplit

from asnsolve.errors import AsnsolveError, Location, Problem

# Loading pyarrow takes a tenth of a second, which commands without URLs need not wait for.
if TYPE_CHECKING:
    from pyarrow import NativeFile
    from pyarrow.fs import FileSystem

Task = TypeVar("Task")
Result = TypeVar("Result")

CONNECT_SECONDS: Final = 10
"""Seconds in which an object store has to accept a connection."""

REQUEST_SECONDS: Final = 60
"""Seconds in which an object store has to go on with its answer."""

THREADS: Final = 16
"""Objects that are read or written at the same time: a store takes its time for each."""

_ATTEMPTS: Final = 3
_AT_A_TIME: Final = 4
"""Tasks per thread that are taken at a time."""

_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+)://")
_ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
_S3_OPTIONS: Final = ("region", "endpoint_override", "scheme")
_AWS_ERROR: Final = re.compile(
    r"AWS Error (\w+) during \w+ operation:\s*(.*?)(?: \(Request ID.*)?$"
)
_MEANINGS: Final = {
    "NO_SUCH_BUCKET": "there is no such bucket",
    "ACCESS_DENIED": "access is denied",
    "NETWORK_CONNECTION": "the store does not answer",
}
_ACCESS: Final = (
    "Credentials and address of the store come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, "
    "or a profile, and AWS_ENDPOINT_URL."
)


@dataclass(frozen=True, slots=True)
class Url:
    """The name of a file or directory that is not on a file system of this machine.

    Parameters
    ----------
    text : str
        The URL.
    """

    text: str

    def __str__(self) -> str:
        """Return the URL."""
        return self.text

    def __truediv__(self, name: str) -> Url:
        """Return the URL of something in this directory."""
        parts = urlsplit(self.text)
        return Url(urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}")))

    @property
    def name(self) -> str:
        """The last part of the path, or the name of the bucket."""
        parts = urlsplit(self.text)
        return unquote(parts.path.rstrip("/").rpartition("/")[2]) or parts.netloc


def path_or_url(name: str | PathLike[str] | Url) -> Path | Url:
    """Tell URLs from paths.

    Parameters
    ----------
    name : path-like or Url
        A path, or a URL such as ``s3://bucket/pool/``.

    Returns
    -------
    Path or Url
        A URL that begins with ``file:`` is a path.
    """
    if isinstance(name, Url | Path):
        return name
    text = fspath(name)
    scheme = _SCHEME.match(text)
    if scheme is None:
        return Path(text)
    return Path(unquote(urlsplit(text).path)) if scheme[1].lower() == "file" else Url(text)


def file_system(url: Url) -> tuple[FileSystem, str]:
    """Find the file system of a URL.

    Parameters
    ----------
    url : Url
        A URL that pyarrow can use, or fsspec if it is installed. With ``s3://``, the region, the
        address of the store and its scheme may be given as in
        ``s3://bucket/pool?endpoint_override=localhost:9000&scheme=http``.

    Returns
    -------
    system : pyarrow.fs.FileSystem
        The file system.
    path : str
        Path in it, without a slash at the end.

    Raises
    ------
    ValueError
        If there is no such file system, or the URL cannot be one of its.
    OSError
        If it does not answer.
    """
    parts = urlsplit(url.text)
    if parts.scheme != "s3":
        system, path = _other(url.text)
        return system, path.rstrip("/")
    if not parts.netloc or "@" in parts.netloc:
        raise ValueError("the URL is not of the form s3://BUCKET/PATH")
    options = dict(parse_qsl(parts.query))
    unknown = ", ".join(name for name in options if name not in _S3_OPTIONS)
    if unknown:
        raise ValueError(f"the URL has {unknown} after '?', expected {', '.join(_S3_OPTIONS)}")
    address = next(filter(None, map(os.environ.get, _ENDPOINTS)), None)
    if address is not None and "endpoint_override" not in options:
        scheme, _, host = address.rstrip("/").rpartition("://")
        options |= {"endpoint_override": host, "scheme": scheme or "https"}
    return _s3(parts.netloc, **options), f"{parts.netloc}{unquote(parts.path)}".rstrip("/")


@cache
def _s3(bucket: str, **options: str) -> FileSystem:
    from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem, resolve_s3_region

    if not options.keys() & {"region", "endpoint_override"}:
        options["region"] = resolve_s3_region(bucket)
    return S3FileSystem(
        **options,
        connect_timeout=CONNECT_SECONDS,
        request_timeout=REQUEST_SECONDS,
        retry_strategy=AwsStandardS3RetryStrategy(max_attempts=_ATTEMPTS),
        # A small object then takes one request.
        allow_delayed_open=True,
    )


@cache
def _other(text: str) -> tuple[FileSystem, str]:
    from pyarrow import ArrowInvalid
    from pyarrow.fs import FileSystem, FSSpecHandler, PyFileSystem

    try:
        found: tuple[FileSystem, str] = FileSystem.from_uri(text)
    except ArrowInvalid as error:
        try:
            from fsspec.core import url_to_fs
        except ImportError:
            raise error from None
        system, path = url_to_fs(text)
        found = PyFileSystem(FSSpecHandler(system)), path
    return found


def files_below(url: Url) -> dict[str, int]:
    """List the files in a directory and those inside it.

    Parameters
    ----------
    url : Url
        The directory.

    Returns
    -------
    dict of str to int
        Sizes in bytes by the path of each file in the directory, sorted; empty if there is no such
        directory.

    Raises
    ------
    ValueError, OSError
        If the file system cannot be used, or has no such bucket.
    """
    from pyarrow.fs import FileSelector, FileType

    system, path = file_system(url)
    try:
        found = system.get_file_info(FileSelector(path, recursive=True))
    except FileNotFoundError:
        return {}
    start = len(path) + 1
    files = (one for one in found if one.type == FileType.File)
    return {one.path[start:]: one.size for one in sorted(files, key=lambda one: one.path)}


def is_object(url: Url) -> bool:
    """Tell whether a URL is that of a file.

    Parameters
    ----------
    url : Url
        The URL.

    Returns
    -------
    bool

    Raises
    ------
    ValueError, OSError
        If the file system cannot be used.
    """
    from pyarrow.fs import FileType

    system, path = file_system(url)
    return bool(system.get_file_info(path).type == FileType.File)


def opened_object(url: Url) -> NativeFile:
    """Open a file, to read any part of it.

    Parameters
    ----------
    url : Url
        The file.

    Returns
    -------
    pyarrow.NativeFile

    Raises
    ------
    ValueError, OSError
        If it cannot be opened.
    """
    system, path = file_system(url)
    return system.open_input_file(path)


def object_content(url: Url) -> bytes:
    """Read a file whole.

    Parameters
    ----------
    url : Url
        The file.

    Returns
    -------
    bytes
        Its content.

    Raises
    ------
    ValueError, OSError
        If it cannot be read.
    """
    with opened_object(url) as stream:
        content: bytes = stream.read()
    return content


def write_object(url: Url, content: bytes) -> None:
    """Write a file, in place of one of the same name.

    Call it by `in_threads`. In the main thread, a signal such as Ctrl-C would be heard between the
    steps, and an object that is closed before its content is written is there, and empty.

    Parameters
    ----------
    url : Url
        The file.
    content : bytes
        Its content.

    Raises
    ------
    ValueError, OSError
        If it cannot be written.
    """
    system, path = file_system(url)
    if system.type_name != "s3":
        # Object stores have no directories that would have to be made.
        system.create_dir(path.rpartition("/")[0], recursive=True)
    with system.open_output_stream(path) as stream:
        stream.write(content)


def delete_object(url: Url) -> None:
    """Delete a file.

    Parameters
    ----------
    url : Url
        The file.

    Raises
    ------
    ValueError, OSError
        If it cannot be deleted.
    """
    system, path = file_system(url)
    system.delete_file(path)


def in_threads(act: Callable[[Task], Result], tasks: Iterable[Task]) -> Iterator[Result]:
    """Apply a function to tasks in `THREADS` threads.

    Parameters
    ----------
    act : callable
        The function.
    tasks : iterable
        The tasks, of which a few are taken at a time.

    Yields
    ------
    object
        The results, in the order of the tasks.
    """
    from concurrent.futures import ThreadPoolExecutor

    ahead = iter(tasks)
    with ThreadPoolExecutor(THREADS) as threads:
        while some := [*islice(ahead, _AT_A_TIME * THREADS)]:
            yield from threads.map(act, some)


@contextmanager
def url_errors(kind: type[AsnsolveError], url: Url, what: str = "cannot be read") -> Iterator[None]:
    """Raise an error that names the URL if the block cannot use it.

    Parameters
    ----------
    kind : type
        Class of the error.
    url : Url
        The URL.
    what : str
        What cannot be done, as a clause.

    Yields
    ------
    None

    Raises
    ------
    AsnsolveError
        An error of `kind`, instead of any OSError or ValueError.
    """
    try:
        yield
    # Arrow has errors of both classes; fsspec raises an ImportError if a file system needs more.
    except (OSError, ValueError, ImportError, NotImplementedError) as error:
        text = next(iter(str(error).strip().splitlines()), "") or type(error).__name__
        aws = _AWS_ERROR.search(text)
        if aws:
            detail = f" ({aws[2]})" if aws[2] else ""
            text = _MEANINGS.get(aws[1], aws[1].lower().replace("_", " ")) + detail
        advice = _ACCESS if aws and aws[1] != "NO_SUCH_BUCKET" else ""
        raise kind(Problem(f"{what}: {text}", Location(str(url)), advice=advice)) from error
