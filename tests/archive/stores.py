"""An S3 server on this machine, for the tests of object stores."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.error import URLError
from urllib.request import urlopen

import pyarrow as pa
import pyarrow.parquet as pq

from asnsolve.cli.main import main
from asnsolve.simulate import scaled, simulate

PATIENCE: Final = 60
"""How long the server may take to answer, in seconds."""

BUCKET: Final = "bucket"
"""Name of the bucket that there is."""

_VARIABLES: Final = {
    "AWS_ACCESS_KEY_ID": "nobody",
    "AWS_SECRET_ACCESS_KEY": "nothing",
    "AWS_REGION": "us-east-1",
    # Nobody but the environment is to be asked for credentials.
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
}

Objects = dict[str, bytes]


@dataclass(frozen=True)
class Store:
    """A bucket, which is looked at without the code under test.

    `variables` are those of the environment that lead to the server.
    """

    client: Any
    variables: Mapping[str, str]

    def put(self, name: str, content: bytes) -> None:
        self.client.put_object(Bucket=BUCKET, Key=name, Body=content)

    def delete(self, name: str) -> None:
        self.client.delete_object(Bucket=BUCKET, Key=name)

    def objects(self, start: str = "") -> Objects:
        """Return the objects whose names begin in one way, by what follows in their names."""
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=start)
        names = [one["Key"] for page in pages for one in page.get("Contents", ())]
        # What ends with a slash is the mark of a directory, which pyarrow leaves when it deletes.
        files = [name for name in names if not name.endswith("/")]
        return {name.removeprefix(start): self._content(name) for name in files}

    def _content(self, name: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=BUCKET, Key=name)["Body"].read()
        return content

    def put_pool(self, directory: str, table: pa.Table) -> None:
        """Put a pool there, with a directory for each program, whose name has its number."""
        (name,) = [name for name in table.column_names if name.lower() == "program"]
        for program in sorted({*table[name].to_pylist()}):
            part = table.filter(pa.compute.equal(table[name], program)).drop_columns([name])
            self.put(f"{directory}/program={program}/part-0.parquet", parquet(part))


def parquet(table: pa.Table) -> bytes:
    """Return a table as the content of a file."""
    content = io.BytesIO()
    pq.write_table(table, content)
    return content.getvalue()


@contextmanager
def running_store() -> Iterator[Store]:
    """Run a server with an empty bucket until the block ends."""
    import boto3

    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    nowhere = subprocess.DEVNULL
    with subprocess.Popen(command, stdout=nowhere, stderr=nowhere) as process:
        try:
            address = f"http://127.0.0.1:{port}"
            _await(address)
            client = boto3.client(
                "s3",
                endpoint_url=address,
                region_name="us-east-1",
                aws_access_key_id="nobody",
                aws_secret_access_key="nothing",
            )
            client.create_bucket(Bucket=BUCKET)
            yield Store(client, {**_VARIABLES, "AWS_ENDPOINT_URL": address})
            client.close()
        finally:
            process.kill()


def _await(address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with suppress(URLError, ConnectionError), urlopen(f"{address}/moto-api/"):
            return
        time.sleep(0.1)
    raise TimeoutError(f"no server answers at {address}")


CONTAINER = "asn/pool.parquet/"
POOL = ("generate", "s3://bucket/pool/", "-p", "s3://bucket/asn/", "-q", "--part-size", "40")


def pool(seed: int) -> pa.Table:
    """Simulate programs; two of them share the name of a file, and are in different parts."""
    rows = [dict(row) for row in simulate(scaled(300, seed=seed))]
    programs = sorted({row["PROGRAM"] for row in rows})
    first, last = (
        next(row for row in rows if row["PROGRAM"] == program)
        for program in (programs[0], programs[-1])
    )
    return pa.Table.from_pylist([*rows, first | {"PROGRAM": last["PROGRAM"]}])


def of_one_process(store: Store) -> tuple[int, Objects]:
    """Return what one process writes, and remove it."""
    status = main([*POOL, "-j", "1"])
    found = store.objects(CONTAINER)
    clear(store)
    return status, found


def clear(store: Store) -> None:
    """Remove what has been written."""
    for name in store.objects("asn/"):
        store.delete(f"asn/{name}")
