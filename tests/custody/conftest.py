"""Both kinds of store, keys, and content to put into them."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto.server import ThreadedMotoServer

from registry.kernel.storage import s3

KEYS = [("k2", bytes(range(32))), ("k1", bytes(range(32, 64)))]


@pytest.fixture(scope="session")
def bucket_server() -> Iterator[str]:
    """An S3-compatible server of its own, on a port that was free."""
    kept = {name: os.environ.get(name) for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
    os.environ.update(AWS_ACCESS_KEY_ID="test", AWS_SECRET_ACCESS_KEY="test")
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
    s3.client_for.cache_clear()
    for name, value in kept.items():
        os.environ.pop(name) if value is None else os.environ.update({name: value})


@pytest.fixture
def bucket(bucket_server: str, settings: Any) -> Any:
    """A bucket of one's own, in use by the site."""
    settings.FILES_S3_ENDPOINT, settings.FILES_S3_REGION = bucket_server, "us-east-1"
    settings.FILES_S3_BUCKET, settings.FILES_S3_PREFIX = f"files-{uuid.uuid4().hex}", "evidence"
    s3.client_for.cache_clear()
    boto3.client("s3", endpoint_url=bucket_server, region_name="us-east-1").create_bucket(
        Bucket=settings.FILES_S3_BUCKET
    )
    return s3.client_for(bucket_server, "us-east-1")


@pytest.fixture(params=["disk", "bucket"])
def kept_in(request: Any) -> str:
    """Runs a test once for each kind of store."""
    if request.param == "bucket":
        request.getfixturevalue("bucket")
    return str(request.param)


@pytest.fixture(params=["plain", "encrypted"])
def kept_as(request: Any, settings: Any) -> str:
    settings.FILES_KEYS = KEYS if request.param == "encrypted" else []
    return str(request.param)
