"""An S3-compatible bucket as a store: written in parts, each object only if its name is free."""

import base64
import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any, BinaryIO

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.utils.translation import gettext as _

from registry.kernel.storage.base import ContentMissing, StorageProblem, Store, StoreFull, guarded

PART = 8 * 1024 * 1024
MOST_PARTS = 10_000
"""The protocol's limit; larger content is sent in larger parts."""
_ABSENT = ("404", "NoSuchKey", "NotFound")
_TAKEN = ("412", "PreconditionFailed", "ConditionalRequestConflict")
_FULL = ("507", "InsufficientStorage", "XMinioStorageFull", "QuotaExceeded")


@lru_cache(maxsize=4)
def client_for(endpoint: str, region: str) -> Any:
    """Credentials come from the usual AWS variables, files or roles."""
    return boto3.client(
        "s3",
        endpoint_url=endpoint or None,
        region_name=region or None,
        # A digest is sent with every part; stores that are not Amazon's often refuse the newer trailing checksums.
        config=Config(
            retries={"max_attempts": 4, "mode": "standard"},
            connect_timeout=10,
            read_timeout=60,
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            s3={"addressing_style": "path" if endpoint else "auto"},
        ),
    )


@contextmanager
def said_plainly() -> Iterator[None]:
    try:
        yield
    except ClientError as failure:
        code = str(failure.response.get("Error", {}).get("Code", ""))
        if code in _ABSENT:
            raise ContentMissing(_("The content is missing from the store.")) from failure
        if code in _FULL:
            raise StoreFull(_("There is no room left where files are kept. Nothing was stored.")) from failure
        raise StorageProblem(
            _("The object store refused (%(why)s). Nothing was stored.") % {"why": code or "?"}
        ) from failure
    except BotoCoreError as failure:
        raise StorageProblem(
            _("The object store cannot be reached (%(why)s). Nothing was stored.") % {"why": type(failure).__name__}
        ) from failure


class BucketStore(Store):
    def __init__(self, *, bucket: str, prefix: str = "", endpoint: str = "", region: str = "") -> None:
        self.bucket = bucket
        self.prefix = prefix.strip("/") + "/" if prefix.strip("/") else ""
        self.client = client_for(endpoint, region)

    def key(self, name: str) -> str:
        return f"{self.prefix}{name[:2]}/{name}"

    def put(self, name: str, pieces: Iterable[bytes], size: int) -> bool:
        if self.has(name):
            return False
        parts = _parts(pieces, max(PART, -(-size // MOST_PARTS)))
        with said_plainly():
            try:
                if size <= PART:
                    self._put_whole(name, b"".join(parts))
                else:
                    self._put_parts(name, parts)
            except ClientError as failure:
                if str(failure.response.get("Error", {}).get("Code", "")) in _TAKEN:
                    return False
                raise
        return True

    def open(self, name: str) -> BinaryIO:
        with said_plainly():
            return guarded(self.client.get_object(Bucket=self.bucket, Key=self.key(name))["Body"], said_plainly)

    def has(self, name: str) -> bool:
        try:
            with said_plainly():
                self.client.head_object(Bucket=self.bucket, Key=self.key(name))
        except ContentMissing:
            return False
        return True

    def remove(self, name: str) -> None:
        with said_plainly():
            self.client.delete_object(Bucket=self.bucket, Key=self.key(name))

    def names(self, before: datetime) -> Iterator[str]:
        with said_plainly():
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
            for page in pages:
                for found in page.get("Contents", []):
                    if found["LastModified"] < before:
                        yield str(found["Key"]).rsplit("/", 1)[-1]

    def clear_abandoned(self, before: datetime) -> int:
        cleared = 0
        with said_plainly():
            listed = self.client.list_multipart_uploads(Bucket=self.bucket, Prefix=self.prefix)
            for upload in listed.get("Uploads", []):
                if upload["Initiated"] < before:
                    self._abort(upload["Key"], upload["UploadId"])
                    cleared += 1
        return cleared

    def _put_whole(self, name: str, content: bytes) -> None:
        self.client.put_object(
            Bucket=self.bucket, Key=self.key(name), Body=content, ContentMD5=_digest(content), IfNoneMatch="*"
        )

    def _put_parts(self, name: str, parts: Iterator[bytes]) -> None:
        key = self.key(name)
        upload = self.client.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
        try:
            done = []
            for number, part in enumerate(parts, start=1):
                answer = self.client.upload_part(
                    Bucket=self.bucket, Key=key, UploadId=upload, PartNumber=number, Body=part, ContentMD5=_digest(part)
                )
                done.append({"PartNumber": number, "ETag": answer["ETag"]})
            self.client.complete_multipart_upload(
                Bucket=self.bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": done}, IfNoneMatch="*"
            )
        except BaseException:
            self._abort(key, upload)
            raise

    def _abort(self, key: str, upload: str) -> None:
        try:
            self.client.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
        except (ClientError, BotoCoreError):
            return  # found again, and cleared, by the daily look for abandoned uploads


def _parts(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The same bytes in parts of `length`, the last one shorter."""
    waiting = bytearray()
    for piece in pieces:
        waiting += piece
        while len(waiting) >= length:
            yield bytes(waiting[:length])
            del waiting[:length]
    if waiting:
        yield bytes(waiting)


def _digest(content: bytes) -> str:
    """Asked for by buckets with object lock; it guards the way there, nothing rests on it."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()
